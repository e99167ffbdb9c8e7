"""Identifiers made of digits: telephone, card, insurance and record numbers, and the like.

A number is known by what stands before it ("my MRN is …"), by its form (3-2-4 digits), by a
check digit, or as a telephone number that exists; and seven digits in one piece are never of use
to staff, whatever they are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from bot.journal.redaction_text import PREFIX, Anchored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.journal.redaction_text import Text

SHORTEST = 7
"""Digits from which on a number may be somebody's."""
USUAL_PHONE, LONGEST_PHONE = 11, 15
"""Digits of a telephone number: as it is dialled at home, and at most (E.164)."""
SHORTEST_CARD, LONGEST_CARD = 13, 19
"""Digits of a card's number (ISO/IEC 7812)."""
MOST_PIECES = 5
"""In how many pieces a telephone number is written at most, unless each digit stands alone."""
REGIONS = {
    "US": ("US",),
    "UK": ("GB",),
    "EU": ("ES", "FR", "DE", "IT", "NL", "PT", "IE"),
    "MX": ("MX", "US"),
}
"""A clinic's country → where its patients' numbers are from, as `phonenumbers` names regions."""
ANYWHERE = ("US", "GB", "MX", "ES")
"""The same where the clinic has not said its country."""


def without_spelt_numbers(text: Text) -> Text:
    """Replace rows of digits that are written as words, at least some of them."""
    return text if _NUMBER_WORDS.isdisjoint(text.words) else text.sub(_SPELT_RUN, _spelt)


def without_rows(text: Text, country: str | None) -> Text:
    """Replace rows of digits that may be somebody's by what they are."""
    return text.sub(_RUN, lambda match: _run(match, country))


def prepare_numbers() -> None:
    """Load the table of telephone numbers."""
    _is_phone("6175550132", ANYWHERE)


# --- digits in a row -----------------------------------------------------------------------

_BETWEEN = (
    r"(?:[\s.\-()/_·•*~|]{0,4}|[\s.,-]{1,3}(?:and\s)?(?:then|dash|hyphen|guion|luego)[\s.,-]{1,3})"
)
_WIDEST = 16
"""Characters that stand between two pieces of a row at most."""


def _row_starts(text: Text) -> list[int]:
    """Return where rows begin that may have digits enough, with a sign or bracket before them."""
    starts: dict[int, None] = {}
    for piece in (piece for row in _rows(text.numbers) for piece in row):
        bracket = piece - (text.text[piece - 1 : piece] == "(")
        plus = bracket - (text.text[bracket - 1 : bracket].isspace())
        plus -= text.text[plus - 1 : plus] == "+"
        starts |= dict.fromkeys((plus, bracket, piece))
    return list(starts)


def _rows(numbers: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Yield where digits begin that stand near each other, if they are enough for a number."""
    row: list[int] = []
    digits = before = 0
    for start, stop in [*numbers, (10**9, 10**9)]:
        if start - before > _WIDEST:
            if digits >= SHORTEST:
                yield row
            row, digits = [], 0
        row.append(start)
        digits, before = digits + stop - start, stop


_RUN = Anchored(
    re.compile(
        rf"(?<!\w)(?:(?<!\d[.,])|(?=\d{{7}}))(?P<row>(?:\+\s?)?\(?\d++(?:{_BETWEEN}\d++)*+)"
        r"(?:\s?(?:ext|x|extension)\.?\s?\d{1,6})?",
        re.IGNORECASE,
    ),
    _row_starts,
)
_PRESSURES = re.compile(r"(?:\d{2,3}/\d{2,3}(?!\d)\D*+)++")
"""Blood pressures."""
_PIECE = re.compile(r"\d+")
_CALLED = re.compile(
    r"(?:phone|cell|mobile|móvil|tel|telephone|teléfono|celular|call|text|reach|number|número|fax"
    r"|whatsapp|contact|llam)\w{0,5}(?:[^\w\n]+\w+){0,4}[^\w\n]*\Z",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\s?(?:%|(?:weeks?|wks?|days?|months?|years?|yrs?|hours?|hrs?|minutes?|mins?|units?|mm|mg|ml|cm"
    r"|mcg|times|dollars|bucks|people|usd|euros?|lbs?|kg|semanas|días|meses|años|unidades)\b)",
    re.IGNORECASE,
)
_SHAPES = frozenset([(3, 3, 4), (1, 3, 3, 4), (3, 7), (6, 4), (3, 3, 2, 2), (2, 2, 2, 2, 2)])
"""How many digits stand together in telephone numbers that are written with spaces."""


def _run(match: re.Match[str], country: str | None) -> str:
    """Replace those parts of a row of digits that are numbers of somebody."""
    run, text = match[0], match.string
    pieces = [(piece.start(), piece.end()) for piece in _PIECE.finditer(match["row"])]
    if sum(stop - start for start, stop in pieces) < SHORTEST or _PRESSURES.fullmatch(run):
        return run
    called = bool(_CALLED.search(text, max(0, match.start() - 60), match.start()))
    measured = bool(_MEASURED.match(text, match.end())) or _paid(text, match.start())
    row = _Row(run, pieces, REGIONS.get(country or "", (country,) if country else ANYWHERE))
    out, at = [], 0
    for start, stop, kind in _found(row, called=called, measured=measured):
        out += [run[at:start], f"[{kind}]"]
        at = stop
    return "".join([*out, run[at:]])


def _paid(text: str, start: int) -> bool:
    return text[max(0, start - 2) : start].rstrip()[-1:] in {"$", "€", "£"}


class _Row:
    """A row of digits in pieces, with what it takes to name a part of it."""

    def __init__(self, run: str, pieces: list[tuple[int, int]], regions: tuple[str, ...]) -> None:
        self.run = run
        self.pieces = pieces
        self.regions = regions
        self._sizes = tuple(stop - start for start, stop in pieces)
        self._digits = "".join(run[start:stop] for start, stop in pieces)
        self._marks = list(accumulate(self._sizes, initial=0))
        """Where each piece's digits begin in `_digits`, and where the last one's end."""

    def __len__(self) -> int:
        return len(self.pieces)

    def digits(self, first: int, last: int) -> str:
        """Return the digits of the pieces from `first` to `last`."""
        return self._digits[self._marks[first] : self._marks[last + 1]]

    def count(self, first: int, last: int) -> int:
        """Return how many digits these pieces have."""
        return self._marks[last + 1] - self._marks[first]

    def furthest(self, first: int) -> int:
        """Return the last piece that a number can have that begins with `first`."""
        most = min(first + LONGEST_CARD, len(self)) - 1
        fits = bisect_right(self._marks, self._marks[first] + LONGEST_CARD) - 2
        return max(first, min(most, fits))

    def shape(self, first: int, last: int) -> tuple[int, ...]:
        """Return how many digits each of these pieces has."""
        return self._sizes[first : last + 1]

    def spaced(self, at: int) -> bool:
        """Whether nothing but space stands between a piece and the one before it."""
        return self.run[self.pieces[at - 1][1] : self.pieces[at][0]].isspace()

    def plus(self, at: int) -> bool:
        """Whether a piece begins with the sign of a country code."""
        return "+" in self.run[max(0, self.pieces[at][0] - 2) : self.pieces[at][0]]

    def is_phone(self, first: int, last: int) -> bool:
        """Whether these pieces are a telephone number that can exist."""
        digits = self.digits(first, last)
        possible = len(digits) <= LONGEST_PHONE
        return possible and (self.plus(first) or _is_phone(digits, self.regions))

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return where these pieces stand, with a sign or bracket before and an extension after."""
        start = self.pieces[first][0]
        while (start and self.run[start - 1] in "+(") or (
            start > 1 and self.run[start - 1] == " " and self.run[start - 2] == "+"
        ):
            start -= 1
        stop = len(self.run) if last == len(self) - 1 else self.pieces[last][1]
        return start, stop


def _found(row: _Row, *, called: bool, measured: bool) -> Iterator[tuple[int, int, str]]:
    """Yield the parts of a row that are numbers of somebody: start, stop, what it is."""
    at = 0
    while at < len(row):
        found = _longest(row, at, called=called, measured=measured)
        if found is None:
            at += 1
            continue
        last, kind = found
        yield (*row.span(at, last), kind)
        at = last + 1


def _longest(row: _Row, first: int, *, called: bool, measured: bool) -> tuple[int, str] | None:
    """Return where the number that begins with a piece ends, and what it is; None without any."""
    for last in range(row.furthest(first), first - 1, -1):
        if row.count(first, last) < SHORTEST:
            return None
        if kind := _kind(row, first, last, called=called, measured=measured):
            return last, kind
    return None


def _kind(row: _Row, first: int, last: int, *, called: bool, measured: bool) -> str | None:
    """Say what the pieces from `first` to `last` are, taken as one number; None if nothing."""
    digits = row.digits(first, last)
    if SHORTEST_CARD <= len(digits) <= LONGEST_CARD and is_card(digits):
        return "card"
    if first == last:
        short = called and len(digits) <= USUAL_PHONE
        return "phone" if short or row.is_phone(first, last) else "number"
    if _years(row, first, last) or (measured and last == len(row) - 1 and not row.plus(first)):
        return None
    shape = row.shape(first, last)
    if row.plus(first) or shape in _SHAPES or (set(shape) == {1} and not _counting(digits)):
        return "phone"
    if any(row.spaced(at) for at in range(first + 1, last + 1)):
        whole = (first, last) == (0, len(row) - 1) and len(shape) <= MOST_PIECES
        return "phone" if called or (whole and row.is_phone(first, last)) else None
    return "phone" if len(digits) <= USUAL_PHONE or row.is_phone(first, last) else "number"


def _years(row: _Row, first: int, last: int) -> bool:
    """Whether the pieces are years, or times of day without a colon."""
    if set(row.shape(first, last)) != {4}:
        return False
    numbers = [row.digits(at, at) for at in range(first, last + 1)]
    years = all(each[:2] in {"19", "20"} for each in numbers)
    return years or all(each[2:] in {"00", "30"} for each in numbers)


def _counting(digits: str) -> bool:
    return digits in "1234567891011121314151617181920" or digits in "10987654321"


_DOUBLED: Final = str.maketrans("0123456789", "0246813579")


def is_card(digits: str) -> bool:
    """Whether the last digit checks, by Luhn's sum, and the first is one that cards have."""
    if digits[0] not in "23456":
        return False
    total = sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2].translate(_DOUBLED)))
    return total % 10 == 0


@lru_cache(maxsize=512)
def _is_phone(digits: str, regions: tuple[str, ...]) -> bool:
    """Whether digits are a telephone number that can exist in one of the regions."""
    import phonenumbers  # noqa: PLC0415  takes 40 ms to load, and most messages have no number

    for region in regions:
        try:
            number = phonenumbers.parse(digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False


# --- digits as words -----------------------------------------------------------------------

_WORDS = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple"
    r"|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|doble)"
)
_SPELT = (
    "zero oh one two three four five six seven eight nine double triple"
    " cero uno dos tres cuatro cinco seis siete ocho nueve doble"
)
_NUMBER_WORDS = frozenset(word[:PREFIX] for word in _SPELT.split())
_TOKEN = rf"(?:(?:{_WORDS}|\d{{1,4}}|o)(?!\w))"
_JOINT = r"(?:[\s,.-]{1,3}(?:(?:and|then|dash|hyphen|guion|y|luego)[\s,.-]{1,3}){0,2})"
_SPELT_RUN = Anchored.at(f"{_SPELT} o 0", rf"(?<!\w){_TOKEN}(?:{_JOINT}{_TOKEN}){{3,}}+")
_SPELT_TOKEN = re.compile(rf"(?<!\w)(?:({_WORDS})|(\d+)|o)(?!\w)", re.IGNORECASE)


def _spelt(match: re.Match[str]) -> str:
    """Replace a row of digits that are written as words, at least some of them."""
    words = digits = 0
    for token in _SPELT_TOKEN.finditer(match[0]):
        words += token[1] is not None
        digits += len(token[2]) if token[2] else 1
    return "[phone]" if words and digits >= SHORTEST else match[0]
