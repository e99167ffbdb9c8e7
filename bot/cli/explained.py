"""Explanations and rankings as aligned text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.terminal import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.channels.terminal import Look
    from bot.explain import Candidate, Explanation
    from bot.models import Flagged, Hit

_LABELS = 12
"""Columns for the words on the left."""
_NARROW = 50
"""Columns; on narrower terminals the values stand below their labels."""
_LIMITS = ("answer_at", "clarify_at")
"""The thresholds that every decision is measured by; JSON has the others too."""


def table(explanation: Explanation, look: Look) -> str:
    """Return an explanation as two columns: what, and its value."""
    rows = [row for row in _rows(explanation) if row[1]]
    return "\n".join(_row(label, value, look) for label, value in rows)


def ranking_table(hits: Iterable[Hit], look: Look) -> str:
    """Return hits with confidence and score, best first."""
    lines = [f"{hit.confidence:.2f}  {hit.score:6.2f}  {hit.entry}" for hit in hits]
    return "\n".join([look.dim("sure   score  entry"), *lines]) if lines else look.dim("no entry")


def _row(label: str, value: str, look: Look) -> str:
    if look.width < _NARROW:
        return f"{look.dim(label)}\n{look.text(value, first='  ')}"
    first = label + " " * (_LABELS - columns(label))
    text = look.text(value, first=first, rest=" " * _LABELS)
    return look.dim(first) + text.removeprefix(first)


def _rows(explanation: Explanation) -> Iterator[tuple[str, str]]:
    yield "Decision", f"{explanation.decision}, by the rule “{explanation.rule}”"
    yield "Entries", ", ".join(explanation.entries)
    yield "Read as", explanation.read_as
    yield "Repaired", ", ".join(f"{fix.typed} → {fix.taken_as}" for fix in explanation.corrections)
    yield from _screened(explanation)
    for at, candidate in enumerate(explanation.candidates):
        yield ("Best" if at == 0 else "Runner-up" if at == 1 else f"Number {at + 1}",
               _candidate(candidate))  # fmt: skip
    if explanation.method == "fuzzy":
        yield "Found by", "fuzzy matching, as no word is known"
    if refusal := explanation.refusal:
        yield "Refusal", f"{refusal.entry} · score {refusal.score:.2f}"
    for clause in explanation.clauses:
        yield "Part", f"“{clause.text}” · {clause.confidence:.2f} {clause.entry or 'nothing'}"
    if explanation.in_context:
        hit = explanation.in_context[0]
        yield "In context", f"{hit.confidence:.2f} {hit.entry}"
    if explanation.method:
        limits = (f"{name} {explanation.thresholds[name]:g}" for name in _LIMITS)
        yield "Thresholds", ", ".join(limits)
    yield "Disclaimer", "yes, a clinical entry" if explanation.disclaimer else "no"
    yield "Content", explanation.content_version


def _screened(explanation: Explanation) -> Iterator[tuple[str, str]]:
    screening = explanation.screening
    tier = screening.tier.value if screening.tier else "no alarm"
    yield "Red flags", f"{tier}, with one line about emergencies" if screening.notice else tier
    for found in screening.found:
        yield "Pattern", _pattern(found)


def _pattern(found: Flagged) -> str:
    modifiers = f" · {', '.join(found.modifiers)}" if found.modifiers else ""
    return f"“{found.matched}” by “{found.pattern}” ({found.flag}, {found.tier}){modifiers}"


def _candidate(candidate: Candidate) -> str:
    parts = " + ".join(f"{name} {value:.2f}" for name, value in candidate.parts.items())
    terms = ", ".join(f"{term.text} {term.weight:.2f}" for term in candidate.terms)
    return (
        f"{candidate.confidence:.2f} {candidate.entry}\n“{candidate.question}”\n"
        f"score {candidate.score:.2f} = {parts}\nterms: {terms or 'none'}"
    )
