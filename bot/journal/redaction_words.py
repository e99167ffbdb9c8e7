"""Identifiers that are known by their form: dates, great ages, streets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.journal.redaction_text import Anchored

if TYPE_CHECKING:
    from bot.journal.redaction_text import Text

# --- dates ---------------------------------------------------------------------------------

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo"
    r"|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre|ene|abr|ago|dic)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|º|°)?"
_YEAR = r"(?:(?:19|20)\d\d|['’]\d\d)(?!\d)"
_GAP = r"[\s,./-]{1,3}"
_OF = rf"(?:{_GAP}(?:of|de|del|the){_GAP}|{_GAP})"
_BIRTH = (
    r"(?:d\.?\s?o\.?\s?b\.?|date\s+of\s+birth|birth\s?da(?:te|y)|b-?day|born|nac[ií]|nacid[oa]"
    r"|nacimiento|f\.?\s?nac\.?|cumpleaños)(?![^\W\d])"
)
_LINKING = r"(?:[\s:=#,(-]{1,3}(?:is|was|are|es|fue|on|in|the|el|en|día)(?!\w)){0,2}[\s:=#,(-]{0,3}"
_UNITS = (
    r"(?!\s?(?:%|weeks?|wks?|days?|months?|years?|yrs?|hours?|hrs?|minutes?|mins?|units?|mm|mg|ml"
    r"|cm|mcg|times|dollars|visits|sessions|semanas|días|meses|años|minutos|unidades)(?!\w))"
)
_MONTHS = "jan feb mar apr may jun jul aug sep set oct nov dec ene abr ago dic"
"""What months begin with."""
_DATES = (
    Anchored.at("0", rf"(?<!\w){_DAY}{_OF}{_MONTH}\.?{_OF}(?:{_YEAR}|(?<=[./-])\d\d(?!\d))"),
    Anchored.at(_MONTHS, rf"(?<!\w){_MONTH}\.?\s{{0,2}}{_DAY}(?!\d){_OF}{_YEAR}"),
    Anchored(
        re.compile(rf"(?<!\w){_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}(?!\w)", re.IGNORECASE),
        lambda text: [at - (text.text[at - 1 : at] in {"'", "’"}) for at in text.digits],
    ),
)
"""Dates with a month's name, which are looked for where there is one."""
_BORN = (
    rf"{_DAY}{_OF}{_MONTH}(?!\w)(?:{_OF}\d{{2,4}}(?!\d))?",
    rf"{_MONTH}\.?\s{{0,2}}{_DAY}(?!\w)(?:{_OF}\d{{2,4}}(?!\d))?",
    r"\d{1,2}\s?[/.\s-]\s?\d{1,2}(?:\s?[/.\s-]\s?\d{2,4})?(?!\d)",
    r"\d{6,8}(?!\d)",
)
_BIRTHDAY = Anchored.at(
    "d do dob date birth b bday born nacido f fnac cumpleaños",
    rf"(?<!\w)({_BIRTH}{_LINKING})(?:{'|'.join(_BORN)})",
)
_NUMERIC = Anchored.at(
    "0",
    r"(?<![\w/.-])(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,4})(?![\d/]|[.-]\d)" + _UNITS,
)
_EXPIRES = Anchored.at(
    "expires valid vence caduca",
    r"(?<!\w)((?:exp(?:ir(?:es|y|ation))?|valid|vence|caduca)\b\.?[\s:]{0,3}(?:date\s|thru\s|on\s)?)"
    r"\d{1,2}\s?[/-]\s?\d{2,4}(?!\d)",
)


def without_dates(text: Text) -> Text:
    """Replace full dates, and of a date of birth also one without its year.

    A month, a year, a day and month alone stay: they are about opening hours as often as not.
    """
    if not text.numbers:
        return text
    text = text.sub(_BIRTHDAY, r"\1[date]")
    if not text.words.keys().isdisjoint(_MONTHS.split()):
        for pattern in _DATES:
            text = text.sub(pattern, "[date]")
    return text.sub(_NUMERIC, _numeric_date).sub(_EXPIRES, r"\1[date]")


def _numeric_date(match: re.Match[str]) -> str:
    first, middle, last = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4:
        plausible = _is_year(match[1]) and 1 <= middle <= 12 and 1 <= last <= 31
    else:
        days = sorted((first, middle))
        plausible = 1 <= days[0] <= 12 and 1 <= days[1] <= 31 and _is_year(match[4])
    return "[date]" if plausible else match[0]


def _is_year(digits: str) -> bool:
    return len(digits) == 2 or (digits[:2] in {"18", "19", "20"} and len(digits) == 4)


_OLD = r"(?:9\d|1[01]\d)(?![\w/%-])"
_AGE = Anchored(
    re.compile(
        r"(?<![\w.,$/-])(?:9\d|1[01]\d)(?=[\s-]?(?:years?|yrs?|y/?o|años)(?:[\s-]old)?(?!\w)"
        r"(?!\s(?:ago|of|later|from|since)))"
        rf"|(?<=\bi['’]m ){_OLD}(?=\s?(?:$|[,.;!?]|and\b|but\b))"
        rf"|(?<=\bi am ){_OLD}(?=\s?(?:$|[,.;!?]|and\b|but\b))"
        rf"|(?<=\bage ){_OLD}|(?<=\baged ){_OLD}",
        re.IGNORECASE,
    ),
    lambda text: [start for start, stop in text.numbers if stop - start in (2, 3)],
)


def without_ages(text: Text) -> Text:
    """Replace ages of 90 and more, which are rare enough to know a person by."""
    return text.sub(_AGE, "[age]")


# --- addresses -----------------------------------------------------------------------------

_PLAIN_WORD = r"[^\W\d_]++(?:['’.-][^\W\d_]++)?+\.?+"
_COUNTED = (
    r"(?!(?:to|and|or|of|more|min|mins?|minutes?|hours?|hrs?|days?|weeks?|months?|years?|miles?|km"
    r"|blocks?|units?|mg|ml|mm|cm|times|people|shots?|injections?|visits?|am|pm|different|areas?"
    r"|is|are|was|in|on|at|for|from|the|a|my|your|x|percent|dollars?|places?)(?!\w))"
)
_STREET = (
    r"(?:street|avenue|ave|road|blvd|boulevard|lane|ln|rd|terrace|parkway|pkwy|highway|hwy|crescent"
    r"|alley|turnpike|freeway|esplanade)(?!\w)\.?"
)
_SHORT_STREET = (
    r"(?:st|dr|drive|ct|court|pl|place|way|cir|circle|sq|square|ter|trail|trl|loop|row|run|walk"
    r"|close|path|pike|plaza|point|ridge|hill|park|gardens|heights)(?!\w)\.?"
)
STATES = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|PR|RI"
    r"|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
)
"""Abbreviations of the states of the US, as a pattern."""
_FLAT = (
    r"(?:[\s,]{1,2}(?:apt|apartment|unit|suite|ste|flat|room|rm|floor|piso|#)\.?\s?#?\s?\w{1,6}+)"
)
_TOWN = rf"(?:[\s,]{{1,3}}(?:{_PLAIN_WORD}\s){{0,2}}{_PLAIN_WORD})"
_POSTAL = rf"(?:[\s,]{{1,2}}(?-i:{STATES})(?!\w))?(?:[\s,]{{1,2}}\d{{5}}(?:-\d{{4}})?(?!\d))"
_TAIL = (
    rf"(?:\s(?-i:NW|NE|SW|SE|[NSEW])(?!\w)\.?)?{_FLAT}{{0,2}}"
    rf"(?:{_TOWN}{_POSTAL}|{_TOWN},?\s(?-i:{STATES})(?!\w)|{_POSTAL})?"
)
_NUMBER = r"(?<![\w.,/$-])\d{1,6}[a-z]?(?:-\d{1,4})?(?:\s1/2)?,?\s"
_ROUND = r"(?:(?:[nsew]|ne|nw|se|sw)\.?\s)?"
_NAMED = rf"(?:{_COUNTED}{_PLAIN_WORD}\s|\d{{1,3}}(?:st|nd|rd|th)\s){{1,3}}"
_CAPITALISED = r"(?:(?-i:[A-ZÁÉÍÓÚÑ][\w'’.-]{0,30}+)\s|\d{1,3}(?:st|nd|rd|th)\s){1,3}"
_LIVING = r"(?:live at|lives at|living at|address(?: is|:)?|located at|reside at|home at|house at)"
_ADDRESSES = tuple(
    Anchored.at(begins, pattern)
    for begins, pattern in (
        ("0", rf"{_NUMBER}{_ROUND}{_NAMED}{_STREET}{_TAIL}"),
        ("0", rf"{_NUMBER}{_ROUND}{_CAPITALISED}(?-i:(?=[A-Z])){_SHORT_STREET}{_TAIL}"),
        ("p po pobox", r"(?<!\w)p\.?\s?o\.?\s?box\s(?:number\s|no\.?\s|#\s?)?\w{1,8}+"),
        (
            "carrera cra calle cl diagonal transversal",
            r"(?<!\w)(?:carrera|cra|calle|cl|diagonal|transversal)\.?\s\d{1,3}[a-z]?\s?(?:#|n[o°º]\.?)\s?"
            r"\d{1,3}[a-z]?(?:\s?-\s?\d{1,3})?(?!\w)",
        ),
        (
            "apartado",
            r"(?<!\w)apartado(?:\s(?:postal|de correos))?\s(?:número\s|nº\s|n\.\s)?\d{1,6}+",
        ),
        (
            "calle avenida avda av paseo carretera camino plaza pasaje calzada calz",
            r"(?<!\w)(?:calle|avenida|avda\.?|av\.|paseo|carretera|camino|plaza|pasaje|calz(?:ada|\.))\s"
            rf"(?:{_PLAIN_WORD}\s?){{1,5}},?\s?(?:(?:n[úu]mero|n[º°.]|#|no\.)\s?)?\d{{1,5}}\w?(?!\w)"
            rf"(?:,?\s\d[º°ª]?(?:\s[A-Z])?(?!\w))?{_TAIL}",
        ),
    )
)
_AFTER_LIVING = Anchored.at(
    "live lives living address located reside home house",
    rf"(?<!\w)({_LIVING}\s)\d{{1,6}}[a-z]?\s{_ROUND}{_COUNTED}{_PLAIN_WORD}(?:\s{_COUNTED}{_PLAIN_WORD}){{0,2}}{_TAIL}",
)


def without_addresses(text: Text) -> Text:
    """Replace street addresses and post boxes, with the town where a ZIP or a state follows."""
    if not text.has_digits:
        return text
    for pattern in _ADDRESSES:
        text = text.sub(pattern, "[address]")
    return text.sub(_AFTER_LIVING, r"\1[address]")
