"""The text under a heading: what in it was probably meant to stand above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.content.grammar import near_name
from bot.content.lines import bullet, name_in
from bot.models import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.content.source import Row, Source
    from bot.models import Problem


def check_body(
    body: Sequence[Row], source: Source, names: Mapping[str, str], lists: Sequence[str]
) -> Iterator[Problem]:
    """Report fields and lists below the text; `names` are the known ones, by case-folded name."""
    for at, row in enumerate(body):
        typed = name_in(row.text) if at == 0 or body[at - 1].blank else None
        if typed is None:
            continue
        name = names.get(typed.casefold())
        if name is None and _begins_list(body, at):
            name = near_name(typed, lists)
        if name:
            yield _misplaced(row, name, body[0], source)


def _begins_list(body: Sequence[Row], at: int) -> bool:
    """Whether nothing stands behind the colon, and the next line has a dash."""
    below = body[at + 1].text if at + 1 < len(body) else ""
    return body[at].text.rstrip().endswith(":") and bullet(below) is not None


def _misplaced(row: Row, name: str, first: Row, source: Source) -> Problem:
    return source.problem(
        row.number,
        f'"{name}:" stands below the text, where it has no effect.',
        f"Move it up, above line {first.number}. If it is part of the text, begin it with other"
        " words.",
        column=row.indent + 1,
    )


def check_start(body: Sequence[Row], source: Source) -> Iterator[Problem]:
    """Judge a text that begins with dashes below a list: it may be more of that list.

    Where the dashes are all there is, they must be the answer, as there is no other.
    """
    if not body or bullet(body[0].text) is None:
        return
    first = body[0].number
    text = any(not row.blank and bullet(row.text) is None for row in body)
    yield source.problem(
        first,
        "It is not clear whether these lines belong to the list above or to the answer."
        if text
        else "These lines are taken as the answer, as an empty line ends the list above.",
        "If they are more of the list above, delete the empty line. If the answer begins here,"
        " begin it with a sentence.",
        level=Level.ERROR if text else Level.WARNING,
        show=[first - 2, first - 1, first],
    )
