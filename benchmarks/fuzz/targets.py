"""What is fuzzed: functions of any bytes that must return, and keep what they promise.

Each raises AssertionError where a promise is broken; any other exception is a fault as well.
The tests run them too, on random bytes and on everything that fuzzing has ever found.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.channels.protocol import parse, parse_ask
from bot.content import format_problem
from bot.content.clinic import read_clinic
from bot.content.grammar import CLINIC, RED_FLAGS, SYNONYMS, TOPIC, WORDING
from bot.content.parser import parse_document
from bot.content.questions import parse_questions
from bot.content.red_flags import read_red_flags
from bot.content.synonyms import read_synonyms
from bot.content.topics import read_topic
from bot.content.wording import read_wording
from bot.errors import ProtocolError, StateError
from bot.journal.redaction import redact
from bot.models import Query, State
from bot.retrieval.analysis import Analyzer
from bot.safety import Screen
from bot.safety.pattern import PatternError
from bot.safety.pattern import parse as parse_pattern
from bot.safety.screen import UNAVAILABLE
from bot.snapshot import load_snapshot
from bot.state import LONGEST_TOKEN, StateSigner
from bot.text import fold, words

if TYPE_CHECKING:
    from bot.models import Problem
    from bot.retrieval.index import Index

Target: TypeAlias = Callable[[bytes], None]

SHIPPED: Final = Path(__file__).parents[2] / "faq"
LONGEST: Final = 1_024
"""Bytes of an input; larger ones find little more and cost much."""
_SIGNER = StateSigner(b"a key for fuzzing, which protects nothing")
_ROUNDING = 1e-4
_STEPS = 2e-3
"""Rounding where the query's vector is in whole steps."""
_STRETCH = 18
"""Characters into which compatibility folding turns one at most (U+FDFA)."""


def protocol(data: bytes) -> None:
    """Read a frame and a REST body: one of our messages, or a ProtocolError that can be printed."""
    for read in (parse, parse_ask):
        try:
            message = read(data)
        except ProtocolError as error:
            error.message.encode()
        else:
            assert "\0" not in getattr(message, "text", "")


def text(data: bytes) -> None:
    """Fold and split: once is enough, words are bare, and neither grows without measure."""
    given = data.decode(errors="replace")
    folded = fold(given)
    assert fold(folded) == folded
    assert len(folded) <= _STRETCH * len(given)
    split = words(folded)
    assert all(word and not any(map(str.isspace, word)) for word in split)
    assert words(" ".join(split)) == split


def screen(data: bytes) -> None:
    """Screen: it never fails, and has a text for whatever danger it sees."""
    before, _, utterance = data.decode(errors="replace").partition("\n")
    screening = _screen().screen(utterance, tail=before)
    assert screening is not UNAVAILABLE
    assert (screening.tier is None) == (screening.text is None)


def redactor(data: bytes) -> None:
    """Redact: once is enough, the result can be stored, and no long number stands alone in it."""
    redacted = redact(data.decode(errors="replace"), country="US")
    assert redact(redacted, country="US") == redacted
    assert "\0" not in redacted
    assert not re.search(r"\b[0-9]{9,}\b", redacted)


def state(data: bytes) -> None:
    """Load a token: it is ours or a StateError; what is signed can be sent again."""
    given = data.decode("latin-1")
    with contextlib.suppress(StateError):
        _SIGNER.load(given)
    with contextlib.suppress(StateError):  # past the signature, where only our own bytes come
        read = _SIGNER.load(_SIGNER._seal(data))
        assert isinstance(read, State)
        assert len(_SIGNER.dump(read)) <= LONGEST_TOKEN


def content(data: bytes) -> None:
    """Read a content file, or tell its problems; the first byte chooses its kind."""
    reads = (_topic, _wording, _red_flags, _clinic, _synonyms, _script, _pattern)
    written = data[1:].decode(errors="replace")
    for problem in reads[(data[0] if data else 0) % len(reads)](written):
        assert format_problem(problem)
        assert problem.line >= 0


def _topic(written: str) -> list[Problem]:
    document, problems = parse_document(written, "faq/x.md", grammar=TOPIC)
    return problems + read_topic(document, "x")[1]


def _wording(written: str) -> list[Problem]:
    document, problems = parse_document(written, "faq/wording.md", grammar=WORDING)
    return problems + read_wording(document)[2]


def _red_flags(written: str) -> list[Problem]:
    document, problems = parse_document(written, "faq/red-flags.md", grammar=RED_FLAGS)
    return problems + read_red_flags(document)[1]


def _clinic(written: str) -> list[Problem]:
    document, problems = parse_document(written, "faq/clinic.md", grammar=CLINIC)
    return problems + read_clinic(document)[1]


def _synonyms(written: str) -> list[Problem]:
    document, problems = parse_document(written, "faq/synonyms.md", grammar=SYNONYMS)
    return problems + read_synonyms(document)[1]


def _script(written: str) -> list[Problem]:
    return parse_questions(written, "faq/questions/x.txt")[1]


def _pattern(written: str) -> list[Problem]:
    with contextlib.suppress(PatternError):
        parse_pattern(written)
    return []


def ranking(data: bytes) -> None:
    """Rank by the compiled way and by the plain one: they agree.

    No word holds the sign that n-grams are marked with: reading takes it away.
    """
    compare(tuple(data.decode(errors="replace").replace("#", " ").split()))


def compare(asked: tuple[str, ...]) -> None:
    """Hold that both ways to rank give these words the same but for rounding."""
    query = Query(" ".join(asked), asked)
    fast, plain = index().rank(query), index().rank_all(query)
    assert fast.method == plain.method
    assert len(fast.hits) == len(plain.hits)
    for ours, theirs in zip(fast.hits, plain.hits, strict=True):
        assert abs(ours.confidence - theirs.confidence) < _ROUNDING


def compare_sifted(asked: tuple[str, ...]) -> None:
    """Hold the same of the FAQ as it would be kept if it were large."""
    sifter = compact().sifter
    assert sifter is not None
    fast, plain = sifter.rank(asked, 5), sifter.rank_plainly(asked, 5)
    assert len(fast.entries) == len(plain.entries)
    assert abs(fast.refusal_score - plain.refusal_score) < _STEPS
    for ours, theirs in zip(fast.entries, plain.entries, strict=True):
        assert abs(ours.confidence - theirs.confidence) < _STEPS


@cache
def compact() -> Index:
    """Return the shipped FAQ's index, kept as that of a large one."""
    from bot.retrieval.compacting import compacted  # noqa: PLC0415  needs scikit-learn
    from bot.retrieval.corpus import read_corpus  # noqa: PLC0415

    faq = load_snapshot(SHIPPED, today=date(2026, 11, 20)).faq
    return compacted(index(), read_corpus(faq.entries, Analyzer(faq.synonyms)))


@cache
def index() -> Index:
    """Return the shipped FAQ's index."""
    return load_snapshot(SHIPPED, today=date(2026, 11, 20)).index


@cache
def _screen() -> Screen:
    source = (SHIPPED / "red-flags.md").read_text(encoding="utf-8")
    document, _ = parse_document(source, "faq/red-flags.md", grammar=RED_FLAGS)
    return Screen(read_red_flags(document)[0])


TARGETS: Final[dict[str, Target]] = {
    "protocol": protocol,
    "text": text,
    "screen": screen,
    "redactor": redactor,
    "state": state,
    "content": content,
    "ranking": ranking,
}
"""Name on the command line → function."""
