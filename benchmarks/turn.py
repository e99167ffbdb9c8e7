"""Measure a turn in memory, step by step, beside the textbook bot of scikit-learn.

    python -m benchmarks.turn                          # prints the tables
    python -m benchmarks.turn --write docs             # and renews docs/performance.md
    python -m benchmarks.turn --data DATA              # asks CLINC150's validation split too

One process on one core, no network. A figure is the median over the questions, so that what else
the machine does in the meantime counts for little; in how slow the slowest are it counts in full.
No question is timed twice, for what was met once is quicker the next time.
"""

from __future__ import annotations

import os
import re
from collections import deque
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import mean, median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from benchmarks.sets import load as load_set
from benchmarks.typos import misspell
from benchmarks.wire_questions import phrasings, recombined
from bot.channels.protocol import Prepared
from bot.channels.wire import Bodies
from bot.dialogue import Heard, conclude, read, respond
from bot.models import State
from bot.policy import decide
from bot.rankings import Rankings
from bot.reading import clauses, form
from bot.snapshot import load_snapshot
from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.snapshot import Snapshot

    Step: TypeAlias = Callable[[Any], object]

ASKED = 300
"""Questions of each kind."""
WARMING = 2_000
"""Questions that are asked before: the server has been up for some minutes."""
STORY = 1_000
"""Characters of a long story: as many as a message may have."""
SEED = 7
NEW = State(conversation="0" * 22)
TALKING = 32
"""Conversations that take turns."""
LATER = "unseen, later in a conversation"
_MARKED = re.compile(r"(<!-- turn -->\n).*?(<!-- end of turn -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Timed:
    """How long one thing took for a question, in microseconds."""

    middle: float
    """Of the median question."""
    slow: float
    """What 99 of 100 questions stay under."""


def timed(step: Step, asked: Sequence[Any]) -> Timed:
    """Time a step for each of the questions, or what earlier steps made of them."""
    times = []
    for each in asked:
        started = perf_counter()
        step(each)
        times.append(1e6 * (perf_counter() - started))
    return Timed(median(times), quantiles(times, n=100)[-1])


def questions(faq: Path, data: Path | None) -> dict[str, list[str]]:
    """Return kinds of questions; none but the repeated ones was asked before."""
    texts, many = phrasings(faq), ASKED
    made = recombined(texts, SEED)
    kinds = {
        "unseen": list(islice(made, many)),
        LATER: list(islice(made, many)),
        "misspelt": list(misspell(islice(made, many))),
        "stories of 1,000 characters": [_story(made) for _ in range(many // 12)],
        "the phrasings of the FAQ": (texts * (many // len(texts) + 1))[:many],
    }
    if data:
        public = [text for text, _ in load_set("clinc", data, "validation").asked]
        kinds["CLINC150, other subjects"] = public[:many]
    return kinds


def next_unseen(faq: Path) -> list[str]:
    """Return other questions that were not asked before."""
    return list(islice(recombined(phrasings(faq), SEED + 2), ASKED))


def _story(made: Any) -> str:
    told = ""
    while len(told) < STORY:
        told += next(made).capitalize() + ". "
    return told[:STORY]


def steps(snapshot: Snapshot, asked: Sequence[str]) -> dict[str, Timed]:
    """Time each step of a turn, with questions that it has not met."""
    index, entries, found = snapshot.index, snapshot.entries, {}

    def step(name: str, do: Step, given: Sequence[Any]) -> list[Any]:
        made: list[Any] = []
        found[name] = timed(lambda each: made.append(do(each)), given)
        return made

    screened = step("screen for red flags", snapshot.screen.screen, asked)
    queries = step("fold, repair, synonyms", index.read, asked)
    step("clauses and form", lambda text: (clauses(text), form(text)), asked)
    step("rank", index.rank, queries)
    rankings = [Rankings(index) for _ in asked]
    readings = [read(snapshot, NEW, *each) for each in zip(asked, rankings, strict=True)]
    for each in readings:  # what is ranked when a rule asks for it is no part of deciding
        decide(each, NEW, entries=entries)
    decisions = step("decide", lambda each: decide(each, NEW, entries=entries), readings)
    heard = [Heard(*each) for each in zip(asked, screened, rankings, strict=True)]
    turns = step(
        "write the reply",
        lambda each: conclude(snapshot, NEW, *each),
        list(zip(decisions, heard, strict=True)),
    )
    bodies = Bodies()
    step(
        "put it into JSON",
        lambda turn: Prepared(bodies.of(turn.reply, snapshot.version), 0.5, "1", "token").json,
        turns,
    )
    return found


def turns(snapshot: Snapshot, asked: Sequence[str]) -> Timed:
    """Time the first turn of conversations."""
    return timed(lambda text: respond(snapshot, NEW, text), asked)


def later_turns(snapshot: Snapshot, asked: Sequence[str]) -> Timed:
    """Time turns that follow others: what was said and answered before matters to them."""
    states = deque([NEW] * TALKING)

    def turn(text: str) -> None:
        states.append(respond(snapshot, states.popleft(), text).state)

    return timed(turn, asked)


def textbook(texts: Sequence[str]) -> Step:
    """Return the ranking that one writes first: two vectorizers and the best cosine."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  seconds

    by_word = TfidfVectorizer(ngram_range=(1, 2))
    by_char = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    rows = [each.fit_transform(texts).T for each in (by_word, by_char)]

    def best(text: str) -> int:
        similar = by_word.transform([text]) @ rows[0] + by_char.transform([text]) @ rows[1]
        return int(similar.toarray().argmax())

    return best


def page(
    parts: Mapping[str, Timed], found: Mapping[str, Timed], others: Mapping[str, Timed]
) -> str:
    """Return the tables: of the steps, and of whole turns beside the textbook bot's."""
    lines = ["| step | median, µs | 99 of 100 stay under, µs |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {each.middle:.0f} | {each.slow:.0f} |" for name, each in parts.items()]
    lines += [
        "",
        "| questions | turn, median, µs | 99 of 100 stay under, µs | textbook bot, µs | ratio |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for kind, ours in found.items():
        theirs = others[kind]
        lines.append(
            f"| {kind} | {ours.middle:.0f} | {ours.slow:.0f} | {theirs.middle:.0f} "
            f"| {theirs.middle / ours.middle:.1f} |"
        )
    return "\n".join(lines)


@click.command()
@click.option("--faq", type=click.Path(path_type=Path), default="faq")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the public sets.")
@click.option("--write", type=click.Path(path_type=Path), help="Renew the page in this folder.")
def main(faq: Path, *, data: Path | None, write: Path | None) -> None:
    """Measure a turn in memory."""
    os.sched_setaffinity(0, {0})
    snapshot = load_snapshot(faq, today=date.today())  # noqa: DTZ011  as a server does
    snapshot.screen.prepare()
    deque(snapshot.index.learn(), maxlen=0)
    for text in islice(recombined(phrasings(faq), SEED + 1), WARMING):
        respond(snapshot, NEW, text)
    parts, kinds = steps(snapshot, next_unseen(faq)), questions(faq, data)
    found = {
        kind: (later_turns if kind == LATER else turns)(snapshot, asked)
        for kind, asked in kinds.items()
    }
    rank = textbook(phrasings(faq))
    others = {kind: timed(rank, asked) for kind, asked in kinds.items()}
    text = page(parts | {"whole turn": found["unseen"]}, found, others)
    click.echo(text)
    click.echo(f"{mean(len(words(each)) for each in kinds['unseen']):.1f} words", err=True)
    if write:
        path = write / "performance.md"
        new = _MARKED.sub(lambda marks: f"{marks[1]}{text}\n{marks[2]}", path.read_text("utf-8"))
        path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
