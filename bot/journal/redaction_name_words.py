"""Words, and what speaks for each of them being a part of somebody's name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from bot.wordlists import english, medical

NAMES = Path(__file__).with_name("redaction_names.txt")
"""Frequent names that are no ordinary words."""
LONGEST = 4
"""Words of a name, particles not counted."""
REMEMBERED = 4096
"""Words about which is remembered what they are."""

_SPANISH = frozenset(
    """
    con de del el es estoy la las los mi mis para por que soy su tengo tiene tu un una usted y
    """.split()
)
"""Words that few English messages have."""
PARTICLES = frozenset(
    "de del la las los van von der den ter bin ibn al el da dos di du le y e st".split()
)
"""Words between the parts of a name."""
AMBIGUOUS = frozenset(
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

_WORD = re.compile(r"[^\W\d_]++(?:['’-][^\W\d_]++)*+")
_PARTS = re.compile(r"['’-]")
_POSSESSIVE = ("'s", "’s", "'S", "’S")
_FIRST = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Word:
    """One word without a possessive ending, whatever stands around it."""

    folded: str
    """As it is looked up: in lower case, without accents."""
    stop: bool
    """Whether no name goes on with it."""
    known: bool
    """Whether it is a frequent name and no ordinary word."""
    mixed: bool
    """Whether it has a capital, and not only capitals."""

    @property
    def rare(self) -> bool:
        """Whether it is no ordinary word at all."""
        return _is_rare(self.folded)


@lru_cache(maxsize=REMEMBERED)
def about(word: str) -> Word:
    """Say what a word is."""
    folded = _fold(word)
    parts = folded.split("-")
    known = all(part in _names() and part not in _STOP for part in parts)
    mixed = word[0].isupper() and (len(word) == 1 or not word.isupper())
    return Word(folded, folded in _STOP, known, mixed)


@lru_cache(maxsize=REMEMBERED)
def _is_rare(folded: str) -> bool:
    parts = _PARTS.split(folded)
    return not any(part in english() or part in medical() for part in parts if len(part) > 1)


class Page:
    """A text as a place where names may stand."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def words(self) -> list[str]:
        """Its words."""
        return _WORD.findall(self.text)

    @cached_property
    def case(self) -> str:
        """How the text uses capitals: `mixed`, `lower`, `other` for another language, or `none`.

        They mean nothing in a text that shouts, or Is Like This.
        """
        words = [word for word in self.words if len(word) > 1]
        capital = sum(map(str.isupper, map(_FIRST, words[1:])))
        if self.text.isupper() or (len(words) > LONGEST and capital > 0.7 * len(words)):
            return "none"
        if capital:
            return "mixed"
        return "other" if any(_fold(word) in _SPANISH for word in words) else "lower"

    @cached_property
    def names_a_name(self) -> bool:
        """Whether any of its words is a frequent name."""
        return any(about(without_possessive(word)).known for word in set(self.words))

    def tokens(self) -> list[Token]:
        """Return every word."""
        found = ((each.start(), without_possessive(each[0])) for each in _WORD.finditer(self.text))
        return [Token(start, start + len(word), word, self) for start, word in found]


class Token(NamedTuple):
    """One word of a text."""

    start: int
    stop: int
    word: str
    """As it is written, without a possessive ending."""
    page: Page

    @property
    def folded(self) -> str:
        """The word as it is looked up."""
        return about(self.word).folded

    @property
    def stops(self) -> bool:
        """Whether no name goes on with this word."""
        return about(self.word).stop and not (len(self.word) == 1 and self.stop - self.start > 1)

    @property
    def known(self) -> bool:
        """Whether it is a frequent name and no ordinary word."""
        return about(self.word).known

    @property
    def capital(self) -> bool:
        """Whether it is written like a name."""
        return about(self.word).mixed and self.page.case != "none" and not self.stops

    @property
    def odd(self) -> bool:
        """Whether it can hardly be anything but a name, in a text that has no capitals."""
        long = len(self.word) > 2 and self.page.case == "lower"
        return long and self.rare and not self.stops

    @property
    def rare(self) -> bool:
        """Whether it is no ordinary word at all."""
        return about(self.word).rare


def without_possessive(word: str) -> str:
    """Return a word without `'s`."""
    return word[:-2] if word.endswith(_POSSESSIVE) else word


def _fold(word: str) -> str:
    """Return a word in lower case without accents."""
    if word.isascii():
        return word.lower()
    split = unicodedata.normalize("NFD", word.lower().replace("’", "'"))
    return "".join(char for char in split if not unicodedata.combining(char))


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    lines = NAMES.read_text(encoding="ascii").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())
