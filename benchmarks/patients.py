"""Ask the shipped FAQ what patients might: fixed sets of questions that nobody tuned it to.

    python -m benchmarks.patients                 # the tables
    python -m benchmarks.patients --failures      # and what went wrong, question by question

The questions in `benchmarks/patients/` were written from the two source documents, without a look
at the FAQ's phrasings; those in its folder `independent/` by somebody who had never seen the FAQ or
the product. They are for measuring only: none of them may become a phrasing.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks.typos import misspell
from bot.dialogue import respond
from bot.evaluate.asking import Verdict, judge
from bot.evaluate.calibration import Calibration
from bot.evaluate.questions import Question
from bot.models import Answer, State
from bot.snapshot import load_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.evaluate.asking import Outcome
    from bot.snapshot import Snapshot

OWN = Path(__file__).parent / "patients"
INDEPENDENT = OWN / "independent"
NONE = "none"
ANY = "*"
"""Stands for a turn of a dialogue that is not judged."""
BOTH = "+"
"""Stands between the entries of two questions in one message."""
SINGLE = {
    "plain": "plain",
    "misspelt (30 % of the longer words)": "plain",
    "long stories": "stories",
    "out of scope, in the neighbourhood": "neighbours",
    "out of scope, far away": "far",
}
"""Rows of the table with single questions → the file they come from."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the questions of one row of the table."""

    name: str
    outcomes: tuple[Outcome, ...]

    def share(self, *verdicts: Verdict) -> str:
        """Return how many percent had one of these verdicts."""
        many = sum(outcome.verdict in verdicts for outcome in self.outcomes)
        return f"{100 * many / len(self.outcomes):.1f}"

    @property
    def line(self) -> str:
        """The row of the table."""
        answerable = sum(outcome.answerable for outcome in self.outcomes) > len(self.outcomes) / 2
        cells = (
            self.name,
            str(len(self.outcomes)),
            f"{100 * sum(outcome.fine for outcome in self.outcomes) / len(self.outcomes):.1f}",
            self.share(Verdict.CLARIFIED),
            self.share(Verdict.ASTRAY) if answerable else "–",
            self.share(Verdict.WRONG),
            self.share(Verdict.FALLBACK, Verdict.HANDOFF, Verdict.RED_FLAG),
        )
        return f"| {' | '.join(cells)} |"


HEAD = """\
| Questions | asked | as it should be | clarified | clarified without it | wrong answer | refused |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |"""


def results(snapshot: Snapshot, folder: Path) -> Iterator[Result]:
    """Ask all that is in a folder."""
    for name, file in SINGLE.items():
        texts, expected = zip(*rows(file, folder), strict=True)
        asked = misspell(texts) if "misspelt" in name else texts
        questions = map(question, asked, expected)
        yield Result(name, tuple(first_turn(snapshot, each) for each in questions))
    yield Result("two questions in one (both)", tuple(two_in_one(snapshot, folder)))
    first, later = dialogues(snapshot, folder)
    yield Result("dialogues, first turn", tuple(first))
    yield Result("dialogues, later turns", tuple(later))


def rows(file: str, folder: Path = OWN) -> list[tuple[str, str]]:
    """Return the questions of a file, each with what is expected."""
    with (folder / f"{file}.csv").open(encoding="utf-8", newline="") as opened:
        return [(row["question"], row["expected"]) for row in csv.DictReader(opened)]


def question(text: str, expected: str) -> Question:
    """Return a question with its entries."""
    return Question(text, tuple(part for part in expected.split("|") if part != NONE))


def first_turn(snapshot: Snapshot, asked: Question) -> Outcome:
    """Ask in a conversation of its own."""
    return judge(asked, respond(snapshot, State(), asked.text), snapshot)


def two_in_one(snapshot: Snapshot, folder: Path) -> Iterator[Outcome]:
    """Ask two questions in one message; right only if both are answered."""
    for text, expected in rows("two", folder):
        wanted = [question(text, part.strip()) for part in expected.split(BOTH)]
        turn = respond(snapshot, State(), text)
        shown = set(turn.decision.entries if isinstance(turn.decision, Answer) else ())
        missing = [each for each in wanted if shown.isdisjoint(each.expected)]
        yield judge((missing or wanted)[0], turn, snapshot)


def dialogues(snapshot: Snapshot, folder: Path) -> tuple[list[Outcome], list[Outcome]]:
    """Hold every dialogue; return the outcomes of first turns, and of all later ones.

    A turn that nothing answers is as it should be when it is refused.
    """
    first: list[Outcome] = []
    later: list[Outcome] = []
    text = (folder / "dialogues.txt").read_text(encoding="utf-8")
    for block in text.split("\n\n"):
        state = State()
        for number, (utterance, expected) in enumerate(steps(block)):
            turn = respond(snapshot, state, utterance)
            state = turn.state
            if expected != ANY:
                outcome = judge(question(utterance, expected), turn, snapshot)
                (later if number else first).append(outcome)
    return first, later


def steps(block: str) -> Iterable[tuple[str, str]]:
    """Return the turns of one dialogue with what is expected of each."""
    lines = [line[2:] for line in block.splitlines() if line[:2] in ("> ", "= ")]
    return zip(lines[::2], lines[1::2], strict=True)


@click.command()
@click.option("--failures", is_flag=True, help="List what did not go as it should.")
def main(*, failures: bool) -> None:
    """Ask the shipped FAQ every set and print the tables."""
    snapshot = load_snapshot(Path("faq"), today=date.today())  # noqa: DTZ011  only for warnings
    for title, folder in (("Own questions", OWN), ("Independent questions", INDEPENDENT)):
        measured = list(results(snapshot, folder))
        click.echo("\n".join([f"{title}\n", HEAD, *(each.line for each in measured)]))
        singles = [outcome for each in measured[: len(SINGLE)] for outcome in each.outcomes]
        calibration = Calibration.of(singles)
        click.echo(f"\nExpected calibration error, single questions: {calibration.error:.3f}.")
        click.echo(f"{clarified(measured)}\n")
        if failures:
            list_failures(measured)


def list_failures(measured: Iterable[Result]) -> None:
    """Print what did not go as it should."""
    for each in measured:
        click.echo(f"\n{each.name}")
        for outcome in each.outcomes:
            if not outcome.fine:
                click.echo(described(outcome))


def clarified(measured: Iterable[Result]) -> str:
    """Say how often the options held the right entry."""
    outcomes = [o for each in measured for o in each.outcomes if o.answerable]
    good = sum(outcome.verdict is Verdict.CLARIFIED for outcome in outcomes)
    bad = sum(outcome.verdict is Verdict.ASTRAY for outcome in outcomes)
    return f"The right entry was among the options {good} times of {good + bad}."


def described(outcome: Outcome) -> str:
    """Return one line on an outcome."""
    expected = "|".join(outcome.question.expected) or NONE
    sure = f"{outcome.confidence:.2f}" if outcome.confidence is not None else "-"
    got = ", ".join(outcome.entries) or "-"
    return f"  {outcome.verdict.value:22} {sure} {got}\n    {outcome.question.text}  [{expected}]"


if __name__ == "__main__":
    main()
