"""Names that a message introduces: "my name is …", "this is … calling", "for my son …"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from bot.retrieval.spelling import english, medical

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = Path(__file__).with_name("redaction_names.txt")
"""Frequent names that are no ordinary words."""
LONGEST = 4
"""Words of a name, particles not counted."""

_WORD = re.compile(r"[^\W\d_]++(?:['’-][^\W\d_]++)*+")
_SPANISH = frozenset(
    """
    con de del el es estoy la las los mi mis para por que soy su tengo tiene tu un una usted y
    """.split()
)
"""Words that few English messages have."""
_PARTICLES = frozenset(
    "de del la las los van von der den ter bin ibn al el da dos di du le y e st".split()
)
_AMBIGUOUS = frozenset(
    """
    al ali ana angel april august austin barney beau bill billy bo bob bobby bonnie brad carol
    carolina chad charlotte christian chuck cliff colleen daisy dale dallas dean dee derrick diego
    don drew ed eddy florence frank gene georgia glen grace grant hank harry hazel heather hector
    holly iris israel ivy jack jackson jade jan jasmine jay jo jordan josh june ken kim kitty
    lance lee lily lincoln luz lynn mac madison mai mark max may meg melody mercedes mia noel
    paris pat patsy patty pearl penny phoebe randy ray rick rob robin rocky rod roger rose
    rosemary ruby sandy santiago sherry sue sydney terry troy ty val victor victoria violet
    virginia wade warren will
    """.split()
)
"""Names that are words too, or places: believed where they are introduced and capitalised."""
_STOP = frozenset(
    """
    a able about addison aetna afraid after again age aged al allergan allergic allergy also am
    american an and anthem any appointment are as asap asian asking at baby back be because been
    before between black bleeding blind born boss botox botulinum brother btw but by call called
    calling can canadian cant changed child chinese cigna clinic coming con confused could covid
    cushing cuz da dad danlos daughter daxxify deaf december dental diabetic did different do dob
    doctor does doing domingo don't done dose dr dra due dysport each eaton effect effects ehlers
    eight email emergency en english es esta estoy even every evolus experiencing father february
    feeling fine first five for four french friday friend from galderma german get getting going
    gonna good google got gotta guillain had happy has have having he hello help her here hi his
    hispanic hodgkin hoping horner how humana huntington hurt hurting hurts husband hypertensive i
    i'd i'll i'm i've id idk if im in incorrect indian injection injections insurance interested
    into ipsen is isn't it it's its january jeuveau jueves july just kaiser kid know lambert last
    late later like listed living llamo lol looking lunes march marfan martes maybe mayo me
    medicaid medicare medication meige merz mexican migraine miss missing miércoles mom monday
    more mother mr mri mrs ms my myobloc name need needs nervous new next nine no not november now
    number nurse october of off office ok okay old omg on one only or our out over overdue
    paciente pain para parkinson parkinsons partner patient pero phone please pls plz por pregnant
    procedure prof que question quiero ready really reception revance right said same saturday saw
    say says scared scheduled see september seven she shot shots should sick side since sister six
    sjogren so some son sorry soy spanish spelled spelt sr sra still sunday supposed sure surgery
    sábado taking ten tengo test than thank thanks that the their them then there they this three
    thursday thx time to today tomorrow too tourette toxin treated treatment trying tuesday turner
    two type un una unable under unit units up ur urgent us using very viernes wanna want wanted
    wants was we we're wednesday well wells went were what what's when where which white who why
    wife will with won't wondering working worried would writing wrong xeomin y ya years yes
    yesterday yet yo you your yours yr yrs
    """.split()
)
"""Words that a name does not go on with."""
_FIRM = re.compile(
    r"(?<!\w)(?:(?:my|his|her|their|our|son['’]s|daughter['’]s|wife['’]s|husband['’]s|child['’]s"
    r"|patient['’]?s?)\s(?:(?:full|first|last|legal|given|family|maiden|middle|sur)\s?)?"
    r"name(?:['’]s|s)?(?:(?<=['’]s)|\s(?:is|was|are))|(?:full|first|last|maiden|patient)?\s?name\s?[:=]|surname\sis|name\sis"
    r"|(?:me|se)\sllam[oa]|(?:mi|su)\s(?:nombre(?:\scompleto)?|apellido)\ses|nombre\s?[:=]"
    r"|i['’]?m\scalled|i\sam\scalled)(?![\w'’])[\s,\"“]{0,3}",
    re.IGNORECASE,
)
"""What only a name can follow."""
_LIKELY = re.compile(
    r"(?<!\w)(?:(?:this\sis|it['’]?s|it\sis|i['’]?m|i\sam|soy|habla|aqu[íi]|les\shabla|call\sme|named"
    r"|(?:speaking|spoke|talking)\s(?:with|to)|addressed\sto|(?:(?:my|his|her)\s)?name|in\sthe\sname\sof|a\snombre\sde|patient)"
    r"|(?:my|his|her|our|the|mi|su|nuestr[oa])\s(?:[^\W\d_]{1,12}\s)?(?:son|daughter|wife|husband|mother"
    r"|mom|mum|father|dad|sister|brother|child|kid|baby|grandmother|grandma|grandfather|grandpa|grandson"
    r"|granddaughter|partner|friend|boss|neighbou?r|aunt|uncle|cousin|niece|nephew|fianc[ée]e?"
    r"|boyfriend|girlfriend|twins?|hij[oa]|espos[oa]|mam[áa]|pap[áa]|madre|padre|herman[oa]|marido"
    r"|mujer|niet[oa]|abuel[oa]|t[íi][oa]|prim[oa]|amig[oa]|novi[oa])(?:[ -]in[ -]law)?"
    r"(?:\s(?:is|named|llamad[oa]))?)"
    r"(?![\w'’])[ ,]{1,2}",
    re.IGNORECASE,
)
"""What a name often follows, and other words too."""
_POSSIBLE = re.compile(
    r"(?<!\w)(?:from|for|with|by|to|and|hi|hello|hey|dear|hola|para|con|de\sparte\sde)(?!\w)"
    r"[ ,]{1,2}",
    re.IGNORECASE,
)
"""What a name may follow: believed for the frequent names only."""
_TITLE = re.compile(
    r"(?<!\w)(?:dr|doctora?|mrs?|ms|miss|mx|prof(?:essor)?|nurse|sra?|srta|dra|señora?|don|doña)"
    r"(?![\w'’])\.?[ ]",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?<!\w)(?:thanks|thank\syou|thx|regards|sincerely|best|cheers|gracias|saludos|atentamente"
    r"|signed|yours)(?!\w)[ ,.!\n-]{1,4}",
    re.IGNORECASE,
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
_TOKEN = re.compile(r"[ ]{0,2}([^\W\d_]++(?:['’-][^\W\d_]++)*+)(\.(?=[ ]))?+")
_POSSESSIVE = ("'s", "’s")


@dataclass(frozen=True, slots=True)
class _Token:
    """One word after an introducer."""

    start: int
    stop: int
    word: str
    """As it is written, without a possessive ending."""
    case: str
    """How the text uses capitals: `mixed`, `lower`, `other` for lower case in another language
    than English, or `none` where they mean nothing."""

    @property
    def folded(self) -> str:
        """The word as it is looked up."""
        return _fold(self.word)

    @property
    def stops(self) -> bool:
        """Whether no name goes on with this word."""
        return self.folded in _STOP and not (len(self.word) == 1 and self.stop - self.start > 1)

    @property
    def known(self) -> bool:
        """Whether it is a frequent name and no ordinary word."""
        parts = self.folded.split("-")
        return all(part in _names() and part not in _STOP for part in parts)

    @property
    def capital(self) -> bool:
        """Whether it is written like a name."""
        word = self.word
        mixed = word[0].isupper() and (len(word) == 1 or not word.isupper())
        return self.case != "none" and mixed and not self.stops

    @property
    def odd(self) -> bool:
        """Whether it can hardly be anything but a name, in a text that has no capitals."""
        long = len(self.word) > 2
        return self.case == "lower" and long and self.rare and not self.stops

    @property
    def rare(self) -> bool:
        """Whether it is no ordinary word at all."""
        parts = re.split(r"['’-]", self.folded)
        return not any(part in english() or part in medical() for part in parts if len(part) > 1)


def without_names(text: str) -> str:
    """Replace the names that a text introduces, and the frequent ones that stand in pairs."""
    case = _case(text)
    spans: list[tuple[int, int]] = []
    for pattern, begins in _INTRODUCERS:
        for match in pattern.finditer(text):
            name = _name(text, match.end(), case, begins)
            if name and (pattern is not _CLOSING or _END.match(text, name[1])):
                spans.append(name)
    spans += (
        (match.start(1), match.end(1) - 1)
        for match in _HERE.finditer(text)
        if _is_speaker(match[1], case)
    )
    spans += _pairs(text, case)
    return _replaced(text, spans)


def _name(
    text: str, at: int, case: str, begins: Callable[[_Token, str], bool]
) -> tuple[int, int] | None:
    """Return where the name stands that begins at `at`, if one does."""
    tokens = _tokens(text, at, case)
    if not tokens or not begins(tokens[0], text):
        return None
    last = 0
    firm = begins is _firmly
    for number, token in enumerate(tokens[1:], start=1):
        if token.folded in _PARTICLES and number + 1 < len(tokens):
            continue
        if not _goes_on(token, tokens[0], firm=firm):
            break
        last = number
    return tokens[0].start, tokens[last].stop


def _tokens(text: str, at: int, case: str) -> list[_Token]:
    """Return the next words up to a sign that ends a name."""
    tokens: list[_Token] = []
    while len(tokens) < LONGEST and (match := _TOKEN.match(text, at)):
        word, stop = match[1], match.end(1)
        if possessive := word.lower().endswith(_POSSESSIVE):
            word, stop = word[:-2], stop - 2
        initial = match[2] and len(word) == 1
        tokens.append(_Token(match.start(1), stop + bool(initial), word, case))
        if possessive or (match[2] and not initial):
            break
        at = match.end()
    return tokens


def _goes_on(token: _Token, first: _Token, *, firm: bool) -> bool:
    """Whether a name goes on with this word."""
    if token.stops:
        return False
    if first.capital:
        return token.capital or (firm and token.known)
    if (first.known or first.odd) and token.rare:
        return True
    return token.known or (firm and len(token.word) > 2 and not token.word.endswith("ing"))


def _firmly(token: _Token, text: str) -> bool:
    return not token.stops and (token.known or token.capital or len(token.word) > 1)


def _likely(token: _Token, text: str) -> bool:
    if token.known:
        return True
    if not token.capital:
        return token.odd and _odd_goes_on(text, token)
    after = _tokens(text, token.stop, token.case)
    followed = bool(after) and (after[0].known or (after[0].capital and after[0].rare))
    return (
        token.rare or followed or bool(_CUE.match(text, token.stop)) or token.folded in _AMBIGUOUS
    )


def _odd_goes_on(text: str, token: _Token) -> bool:
    """Whether a word that no dictionary has is followed by what follows a name."""
    after = _tokens(text, token.stop, token.case)
    return bool(_CUE.match(text, token.stop)) or (bool(after) and (after[0].odd or after[0].known))


def _possibly(token: _Token, text: str) -> bool:
    if not token.known or _MEDICAL.match(text, token.stop):
        return False
    return token.capital or token.case != "mixed"


def _titled(token: _Token, text: str) -> bool:
    return token.known or token.odd or (token.capital and len(token.word) > 1)


_INTRODUCERS: tuple[tuple[re.Pattern[str], Callable[[_Token, str], bool]], ...] = (
    (_FIRM, _firmly),
    (_LIKELY, _likely),
    (_POSSIBLE, _possibly),
    (_TITLE, _titled),
    (_CLOSING, _likely),
)


def _is_speaker(words: str, case: str) -> bool:
    """Whether the words before "here" are a name."""
    return all(_Token(0, 0, word, case).capital for word in words.split())


def _pairs(text: str, case: str) -> list[tuple[int, int]]:
    """Return where two frequent names stand side by side, or one before a capitalised word."""
    words = [(match.start(), _without_possessive(match[0])) for match in _WORD.finditer(text)]
    tokens = [_Token(start, start + len(word), word, case) for start, word in words]
    return [
        (first.start, second.stop)
        for first, second in pairwise(tokens)
        if first.known
        and text[first.stop : second.start] == " "
        and _pair(first, second)
        and not _MEDICAL.match(text, second.stop)
    ]


def _pair(first: _Token, second: _Token) -> bool:
    """Whether two words side by side can only be a name."""
    if first.case == "mixed":
        return first.capital and second.capital and (second.known or second.rare)
    return second.known


def _without_possessive(word: str) -> str:
    return word[:-2] if word.lower().endswith(_POSSESSIVE) else word


def _replaced(text: str, spans: list[tuple[int, int]]) -> str:
    out, at = [], 0
    for start, stop in sorted(spans):
        if start >= at:
            out += [text[at:start], "[name]"]
        at = max(at, stop)
    return "".join([*out, text[at:]])


def _case(text: str) -> str:
    """Say how a text uses capitals; in one that shouts, or Is Like This, they mean nothing."""
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    capital = sum(word[0].isupper() for word in words[1:])
    if text.isupper() or (len(words) > LONGEST and capital > 0.7 * len(words)):
        return "none"
    if capital:
        return "mixed"
    return "other" if any(_fold(word) in _SPANISH for word in words) else "lower"


@lru_cache(maxsize=4096)
def _fold(word: str) -> str:
    """Return a word in lower case without accents."""
    split = unicodedata.normalize("NFD", word.lower().replace("’", "'"))
    return "".join(char for char in split if not unicodedata.combining(char))


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    lines = NAMES.read_text(encoding="ascii").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())
