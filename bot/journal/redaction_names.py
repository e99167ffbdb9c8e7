"""Names that a message introduces: "my name is …", "this is … calling", "for my son …"."""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from bot.journal.redaction_name_words import (
    AMBIGUOUS,
    LONGEST,
    PARTICLES,
    Page,
    Token,
    without_possessive,
)
from bot.journal.redaction_text import Anchored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.journal.redaction_text import Text

_FIRM = Anchored.at(
    "my his her their our son daughter wife husband child patient full first last maiden name"
    " surname me se mi su nombre i im",
    r"(?<!\w)(?:(?:my|his|her|their|our|son['’]s|daughter['’]s|wife['’]s|husband['’]s|child['’]s"
    r"|patient['’]?s?)\s(?:(?:full|first|last|legal|given|family|maiden|middle|sur)\s?)?"
    r"name(?:['’]s|s)?(?:(?<=['’]s)|\s(?:is|was|are))|(?:full|first|last|maiden|patient)?\s?name\s?[:=]|surname\sis|name\sis"
    r"|(?:me|se)\sllam[oa]|(?:mi|su)\s(?:nombre(?:\scompleto)?|apellido)\ses|nombre\s?[:=]"
    r"|i['’]?m\scalled|i\sam\scalled)(?![\w'’])[\s,\"“]{0,3}",
)
"""What only a name can follow."""
_LIKELY = Anchored.at(
    "this it its i im soy habla aquí les call named speaking spoke talking addressed my his her"
    " name in a patient our the mi su nuestro",
    r"(?<!\w)(?:(?:this\sis|it['’]?s|it\sis|i['’]?m|i\sam|soy|habla|aqu[íi]|les\shabla|call\sme|named"
    r"|(?:speaking|spoke|talking)\s(?:with|to)|addressed\sto|(?:(?:my|his|her)\s)?name|in\sthe\sname\sof|a\snombre\sde|patient)"
    r"|(?:my|his|her|our|the|mi|su|nuestr[oa])\s(?:[^\W\d_]{1,12}\s)?(?:son|daughter|wife|husband|mother"
    r"|mom|mum|father|dad|sister|brother|child|kid|baby|grandmother|grandma|grandfather|grandpa|grandson"
    r"|granddaughter|partner|friend|boss|neighbou?r|aunt|uncle|cousin|niece|nephew|fianc[ée]e?"
    r"|boyfriend|girlfriend|twins?|hij[oa]|espos[oa]|mam[áa]|pap[áa]|madre|padre|herman[oa]|marido"
    r"|mujer|niet[oa]|abuel[oa]|t[íi][oa]|prim[oa]|amig[oa]|novi[oa])(?:[ -]in[ -]law)?"
    r"(?:\s(?:is|named|llamad[oa]))?)"
    r"(?![\w'’])[ ,]{1,2}",
)
"""What a name often follows, and other words too."""
_POSSIBLE = Anchored.at(
    "from for with by to and hi hello hey dear hola para con de",
    r"(?<!\w)(?:from|for|with|by|to|and|hi|hello|hey|dear|hola|para|con|de\sparte\sde)(?!\w)"
    r"[ ,]{1,2}",
)
"""What a name may follow: believed for the frequent names only."""
_TITLE = Anchored.at(
    "dr doctor mr mrs ms miss mx professor nurse sr sra srta dra señor don doñ",
    r"(?<!\w)(?:dr|doctora?|mrs?|ms|miss|mx|prof(?:essor)?|nurse|sra?|srta|dra|señora?|don|doña)"
    r"(?![\w'’])\.?[ ]",
)
_CLOSING = Anchored.at(
    "thanks thx regards sincerely best cheers gracias saludos atentamente signed yours",
    r"(?<!\w)(?:thanks|thank\syou|thx|regards|sincerely|best|cheers|gracias|saludos|atentamente"
    r"|signed|yours)(?!\w)[ ,.!\n-]{1,4}",
)
_END = re.compile(r"[\s.!]*\Z")
_CUE = re.compile(
    r"[ ,]{0,2}(?:here|speaking|calling|again|from|dob|date\sof\sbirth|habla)(?!\w)", re.IGNORECASE
)
_MEDICAL = re.compile(
    r"(?:['’]s?)?(?:[ ][^\W\d_]{1,20}){0,2}[ ](?:syndromes?|diseases?"
    r"|pals(?:y|ies)|disorders?|sarcomas?|tests?|signs?|dystroph(?:y|ies)|contractures?|neuralgia|chorea|phenomenon|cysts?|clinic"
    r"|hospital|scale)(?!\w)",
    re.IGNORECASE,
)
"""What a name is followed by where it names something else than a person."""
_HERE = re.compile(
    r"(?<![^\s.,!?;:(-])((?:[A-ZÀ-Þ][\w'’-]{1,30}+[ ]){1,3})(?:here|speaking|calling)(?!\w)"
)
_SPEAKING = frozenset(["her", "spe", "cal"])
"""The first letters of these."""
_TOKEN = re.compile(r"[ ]{0,2}([^\W\d_]++(?:['’-][^\W\d_]++)*+)(\.(?=[ ]))?+")


def without_names(text: Text) -> Text:
    """Replace the names that a text introduces, and the frequent ones that stand in pairs."""
    page = Page(text.text)
    spans = [*_introduced(text, page), *_speakers(text, page)]
    if page.names_a_name:
        spans += _pairs(page)
    return text.with_text(_replaced(text.text, spans)) if spans else text


def _introduced(text: Text, page: Page) -> Iterator[tuple[int, int]]:
    for pattern, begins in _INTRODUCERS:
        if begins is _possibly and not page.names_a_name:
            continue
        for match in pattern.finditer(text):
            name = _name(page, match.end(), begins)
            if name and (pattern is not _CLOSING or _END.match(text.text, name[1])):
                yield name


def _name(page: Page, at: int, begins: Callable[[Token], bool]) -> tuple[int, int] | None:
    """Return where the name stands that begins at `at`, if one does."""
    first = next(_tokens(page, at), None)
    if first is None or not begins(first):
        return None
    tokens = list(islice(_tokens(page, at), LONGEST))
    last = 0
    for number, token in enumerate(tokens[1:], start=1):
        if token.folded in PARTICLES and number + 1 < len(tokens):
            continue
        if not _goes_on(token, first, firm=begins is _firmly):
            break
        last = number
    return first.start, tokens[last].stop


def _tokens(page: Page, at: int) -> Iterator[Token]:
    """Yield the next words up to a sign that ends a name."""
    while match := _TOKEN.match(page.text, at):
        word = without_possessive(match[1])
        initial = match[2] and len(word) == 1
        start = match.start(1)
        yield Token(start, start + len(word) + bool(initial), word, page)
        if word != match[1] or (match[2] and not initial):
            return
        at = match.end()


def _goes_on(token: Token, first: Token, *, firm: bool) -> bool:
    """Whether a name goes on with this word."""
    if token.stops:
        return False
    if first.capital:
        return token.capital or (firm and token.known)
    if (first.known or first.odd) and token.rare:
        return True
    return token.known or (firm and len(token.word) > 2 and not token.word.endswith("ing"))


def _firmly(token: Token) -> bool:
    return not token.stops and (token.known or token.capital or len(token.word) > 1)


def _likely(token: Token) -> bool:
    if token.known:
        return True
    after = next(_tokens(token.page, token.stop), None)
    if not token.capital:
        return token.odd and (_cued(token) or (after is not None and (after.odd or after.known)))
    followed = after is not None and (after.known or (after.capital and after.rare))
    return token.rare or followed or _cued(token) or token.folded in AMBIGUOUS


def _cued(token: Token) -> bool:
    """Whether a word is followed by what follows a name."""
    return bool(_CUE.match(token.page.text, token.stop))


def _possibly(token: Token) -> bool:
    if not token.known or _MEDICAL.match(token.page.text, token.stop):
        return False
    return token.capital or token.page.case != "mixed"


def _titled(token: Token) -> bool:
    return token.known or token.odd or (token.capital and len(token.word) > 1)


_INTRODUCERS: tuple[tuple[Anchored, Callable[[Token], bool]], ...] = (
    (_FIRM, _firmly),
    (_LIKELY, _likely),
    (_POSSIBLE, _possibly),
    (_TITLE, _titled),
    (_CLOSING, _likely),
)


def _speakers(text: Text, page: Page) -> Iterator[tuple[int, int]]:
    """Yield the names that stand before "here" and the like."""
    if _SPEAKING.isdisjoint(text.words):
        return
    for match in _HERE.finditer(text.text):
        if all(Token(0, 0, word, page).capital for word in match[1].split()):
            yield match.start(1), match.end(1) - 1


def _pairs(page: Page) -> list[tuple[int, int]]:
    """Return where two frequent names stand side by side, or one before a capitalised word."""
    return [
        (first.start, second.stop)
        for first, second in pairwise(page.tokens())
        if first.known
        and page.text[first.stop : second.start] == " "
        and _pair(first, second)
        and not _MEDICAL.match(page.text, second.stop)
    ]


def _pair(first: Token, second: Token) -> bool:
    """Whether two words side by side can only be a name."""
    if first.page.case == "mixed":
        return first.capital and second.capital and (second.known or second.rare)
    return second.known


def _replaced(text: str, spans: list[tuple[int, int]]) -> str:
    out, at = [], 0
    for start, stop in sorted(spans):
        if start >= at:
            out += [text[at:start], "[name]"]
        at = max(at, stop)
    return "".join([*out, text[at:]])
