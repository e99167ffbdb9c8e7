"""Identifiers that are known by their form: e-mail, links, network addresses, dates, streets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.journal.redaction_text import Anchored, run_starts

if TYPE_CHECKING:
    from bot.journal.redaction_text import Text

_TLD = (
    r"(?:com|org|net|edu|gov|mil|info|biz|io|co|me|us|uk|ca|mx|es|de|fr|it|nl|pt|ie|eu|au|nz|in|br"
    r"|ar|cl|pe|ch|at|be|se|no|dk|fi|pl|app|dev|health|clinic|online|site|link|page|tv|ly|gl|be)"
)

# --- e-mail --------------------------------------------------------------------------------

_AT = r"\s{0,2}(?:@|[(\[{<]\s?(?:at|arroba)\s?[)\]}>])\s{0,2}"
_AT_WORD = r"\s{1,2}(?:at|arroba)\s{1,2}"
_DOT = r"\s{0,2}(?:\.|[(\[{<]\s?(?:dot|punto)\s?[)\]}>]|(?<=\s)(?:dot|punto)(?=\s))\s{0,2}"
_SPELT_DOT = r"(?:\s{0,2}[(\[{<]\s?(?:dot|punto)\s?[)\]}>]\s{0,2}|\s{1,2}(?:dot|punto)\s{1,2})"
_JOIN = r"(?:\s{1,2}(?:dot|punto|underscore|dash|hyphen|guion|plus)\s{1,2}|\s?[(\[]dot[)\]]\s?)"
_LOCAL = rf"(?<![\w.+%'’-])[\w.+%'’-]++(?:{_JOIN}[\w+%-]++){{0,3}}+"
_MAILERS = (
    r"(?:g\s?mail|google\s?mail|yahoo|hotmail|outlook|icloud|aol|live|msn|proton(?:mail)?|ymail"
    r"|comcast|verizon|sbcglobal|att|gmx|zoho|mac|me)"
)
_LOCAL_SIGN = re.compile(r"[\w.+%'’-]")
_SIGN = re.compile("@")
_MAILTO = "mailto:"


def _mail_starts(text: Text) -> list[int]:
    """Return where the names before an @ begin."""
    signs = (match.start() for match in _SIGN.finditer(text.text))
    starts = run_starts(text.text, _LOCAL_SIGN, signs)
    led = [at - len(_MAILTO) for at in starts]
    led = [at for at in led if text.text[max(0, at) : at + len(_MAILTO)].lower() == _MAILTO]
    return sorted([*starts, *led])


_PLAIN_MAIL = Anchored(
    re.compile(
        r"(?:mailto:)?(?<![\w.+%'’-])[\w.+%'’-]++@[\w-]++(?:\.[\w-]++)*+"
        rf"(?:{_SPELT_DOT}{_TLD}\b)?",
        re.IGNORECASE,
    ),
    _mail_starts,
)
_SPELT_MAIL = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_LOCAL}{_AT}[\w-]++(?:{_DOT}(?!{_TLD}\b)[\w-]++){{0,3}}+{_DOT}{_TLD}\b",
        rf"{_LOCAL}{_AT}{_MAILERS}\b(?:{_DOT}{_TLD}\b)?",
        rf"{_LOCAL}{_AT_WORD}{_MAILERS}{_DOT}{_TLD}\b",
        rf"{_LOCAL}{_AT_WORD}[\w-]++(?:{_SPELT_DOT}(?!{_TLD}\b)[\w-]++){{0,3}}+{_SPELT_DOT}{_TLD}\b",
    )
)

_MAIL_HINT = Anchored.at(
    "at arroba", rf"(?<!\w)(?:at|arroba)(?!\w)(?:\s{{0,2}}[)\]}}>]|\s{{1,2}}{_MAILERS}(?!\w))"
)
_DOT_HINT = Anchored.at("at arroba", r"(?<!\w)(?:at|arroba)(?!\w)[^\n]{0,80}(?:dot|punto)(?!\w)")


def without_mail(text: Text) -> Text:
    """Replace e-mail addresses, also `maria at example dot com`."""
    dots = "dot" in text.words or "pun" in text.words
    hinted = any(_MAIL_HINT.finditer(text)) or (dots and any(_DOT_HINT.finditer(text)))
    if "@" in text.text:
        text = text.sub(_PLAIN_MAIL, "[email]")
    if hinted or "@" in text.text:
        for pattern in _SPELT_MAIL:
            text = text.sub(pattern, "[email]")
    return text


# --- links ---------------------------------------------------------------------------------

_INNER_DOT = re.compile(r"\.(?<=[\w-]\.)[\w-]")
"""The least that every host's name has."""
_HOST_SIGN = re.compile(r"[\w.-]")
_SCHEMES = ("htt", "hxx", "ftp")


def _link_starts(text: Text) -> list[int]:
    """Return where hosts' names begin, and schemes."""
    dots = (match.start() for match in _INNER_DOT.finditer(text.text))
    hosts = run_starts(text.text, _HOST_SIGN, dots)
    schemes = [start for scheme in _SCHEMES for start in text.words.get(scheme, ())]
    return sorted({*hosts, *schemes}) if hosts else []


_LINK = Anchored(
    re.compile(
        r"(?<![\w@.-])(?:(?P<scheme>(?:https?|hxxps?|ftp)://)(?P<user>[^\s/@\[\]]++@)?+)?"
        r"(?P<host>[\w-]++(?:\.[\w-]++)++)(?P<port>:\d{1,5})?(?P<rest>[/?#][^\s\[\]<>\"]*+)?",
        re.IGNORECASE,
    ),
    _link_starts,
)
_ANY_SCHEME = re.compile(r"(?<!\w)(?:https?|hxxps?|ftp)://[^\s\[\]<>\"]++", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@.])@[a-z_][\w.]{2,}+", re.IGNORECASE)
_ENDS_IN_TLD = re.compile(rf"\.{_TLD}\Z", re.IGNORECASE)
_LEFT_OVER = ".,;:!?)'’"


def without_links(text: Text) -> Text:
    """Replace links that lead to a person's page; the bare name of a site stays."""
    text = text.sub(_LINK, _link)
    return text.sub(_ANY_SCHEME, _any_scheme) if "://" in text.text else text


def without_handles(text: Text) -> Text:
    """Replace names by which somebody is found in a social network."""
    return text.sub(_HANDLE, "[link]") if "@" in text.text else text


def _link(match: re.Match[str]) -> str:
    host, rest = match["host"], match["rest"] or ""
    if not match["scheme"] and not _ENDS_IN_TLD.search(host):
        return match[0]
    path = rest.rstrip(_LEFT_OVER)
    labels = host.lower().removeprefix("www.").split(".")
    own_page = len(labels) > 2 and len(labels[-2]) > 3
    if match["user"] or path.strip("/") or own_page:
        return "[link]" + rest[len(path) :]
    return match[0]


def _any_scheme(match: re.Match[str]) -> str:
    return match[0] if _LINK.pattern.fullmatch(match[0].rstrip(_LEFT_OVER)) else "[link]"


_WORD_SIGN = re.compile(r"\w")
_COLON = re.compile(":")


def _network_starts(text: Text) -> list[int]:
    """Return where digits begin, and what stands before colons."""
    colons = [match.start() for match in _COLON.finditer(text.text)]
    groups = run_starts(text.text, _WORD_SIGN, colons) if len(colons) > 1 else []
    dotted = text.digits if "." in text.text else []
    return sorted({*dotted, *groups})


_IP = Anchored(
    re.compile(
        r"(?<![\w.])(?:(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)"
        r"|(?:[0-9a-f]{1,4}:){5,7}[0-9a-f]{1,4}(?![\w:])"
        r"|(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4}(?![\w:]))",
        re.IGNORECASE,
    ),
    _network_starts,
)


def without_network_addresses(text: Text) -> Text:
    """Replace IP and hardware addresses."""
    return text.sub(_IP, "[ip]")


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
_AGE = Anchored.at(
    "0",
    r"(?<![\w.,$/-])(?:9\d|1[01]\d)(?=[\s-]?(?:years?|yrs?|y/?o|años)(?:[\s-]old)?(?!\w)"
    r"(?!\s(?:ago|of|later|from|since)))"
    rf"|(?<=\bi['’]m ){_OLD}(?=\s?(?:$|[,.;!?]|and\b|but\b))"
    rf"|(?<=\bi am ){_OLD}(?=\s?(?:$|[,.;!?]|and\b|but\b))"
    rf"|(?<=\bage ){_OLD}|(?<=\baged ){_OLD}",
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
