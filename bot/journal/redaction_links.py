"""Where somebody is found in a network: e-mail, links, names in social networks, addresses."""

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
