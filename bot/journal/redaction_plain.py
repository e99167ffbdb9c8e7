"""Texts that redaction leaves as they are, told by one look at each word.

Most questions hold nothing that any step of `redact` could take: no digit and no @, no dot within
a word, no number that is spelt out, and either no word that could be a name or no word that a name
is introduced by. What a word is, is worked out when it first comes, and remembered.
"""

from __future__ import annotations

import re
from functools import lru_cache, reduce
from operator import and_
from typing import Final

from bot.journal.redaction_name_words import REMEMBERED, about, without_possessive
from bot.journal.redaction_numbers import SHORTEST

_NO_NAME: Final = 1
"""A word that is no part of a name, whatever stands before it."""
_NO_LEAD: Final = 2
"""A word that no name is introduced by, and that is no frequent name."""
_NO_DIGIT: Final = 4
"""A word that does not stand for a digit."""
_ANY: Final = _NO_NAME | _NO_LEAD | _NO_DIGIT

_LETTERS: Final = "[A-Za-zÁÉÍÓÚÜÑáéíóúüñ]++"
_WORD: Final = re.compile(
    rf"[\"'“‘(¿¡]?(?P<word>{_LETTERS}(?:['’-]{_LETTERS})*+)['’\"”)]?(?P<end>[.,;:?!]{{0,3}})[\"”)]?"
).fullmatch
"""A word with the signs that may stand around it."""
_SIGNS: Final = re.compile(r"[,;:?!&-]{1,3}").fullmatch
"""Signs that may stand alone."""
_PARTS: Final = re.compile(r"['’-]")
_ENDS_A_SITE: Final = frozenset(
    """
    aol att comcast gmail gmx google googlemail hotmail icloud live mac mail me msn outlook proton
    protonmail sbcglobal verizon yahoo ymail zoho
    """.split()
)
"""What may come before the dot of a mail address that is spelt out."""
_SPELT: Final = frozenset("arroba dot punto".split())
"""What addresses are spelt with."""
_DIGITS: Final = frozenset(
    """
    cero cinco cuatro doble dos double eight five four nine nueve o ocho oh one seis seven siete six
    three tres triple two uno zero
    """.split()
)
"""What numbers are spelt with."""
_FIRM: Final = re.compile(
    r"name|llam[oa]|nombre|apellido|\b(?:called|calling|here|speaking)\b"
).search
"""Beside these any other word may be a name."""
_LEADS: Final = frozenset(
    """
    addressed am aqui call habla i'm im it its les m named patient patients soy spoke talking this
    abuela abuelo amiga amigo aunt baby boss boyfriend brother child cousin dad daughter esposa
    esposo father fiance fiancee friend girlfriend granddaughter grandfather grandma grandmother
    grandpa grandson hermana hermano hija hijo husband kid madre mama marido mom mother mujer mum
    neighbor neighbour nephew niece nieta nieto novia novio padre papa partner prima primo sister
    son tia tio twin twins uncle wife
    doctor doctora don dona dr dra miss mr mrs ms mx nurse prof professor senor senora sr sra srta
    atentamente best cheers gracias regards saludos signed sincerely thank thanks thx yours
    """.split()
)
"""After these a name is looked for: one of them is in all that `redaction_names` takes for that."""


def is_plain(text: str) -> bool:
    """Whether redaction certainly leaves a text as it is; where in doubt, it does not say so."""
    if not text.isprintable():
        return False
    tokens = text.split()
    all_are = reduce(and_, map(_known, tokens), _ANY)
    if not all_are & (_NO_NAME | _NO_LEAD):
        return False
    return (
        all_are & _NO_DIGIT > 0 or sum(not _known(each) & _NO_DIGIT for each in tokens) < SHORTEST
    )


@lru_cache(maxsize=2 * REMEMBERED)
def _known(token: str) -> int:
    """Say what a word is, with the signs around it; 0 where it must be looked at more closely."""
    found = _WORD(token)
    if found is None:
        return _ANY if _SIGNS(token) else 0
    word, folded = found["word"], about(found["word"]).folded
    parts = _PARTS.split(folded)
    if not _SPELT.isdisjoint(parts) or _FIRM(folded) or _is_name(word):
        return 0
    if ("." in found["end"] and _may_go_on(word)) or (word.lower() == "at" and token != word):
        return 0
    kind = _ANY
    if _may_be_name(word):
        kind -= _NO_NAME
    if not _LEADS.isdisjoint(parts):
        kind -= _NO_LEAD
    if not _DIGITS.isdisjoint(parts):
        return kind - _NO_DIGIT if len(parts) == 1 else 0
    return kind


def _is_name(word: str) -> bool:
    """Whether it is a frequent name."""
    return about(word).known or about(without_possessive(word)).known


def _may_be_name(word: str) -> bool:
    """Whether a word might be a name where one is introduced."""
    read = about(without_possessive(word))
    return not read.stop and (read.mixed or (len(word) > 2 and read.rare))


def _may_go_on(word: str) -> bool:
    """Whether a dot may be part of it: it is an initial, or the name of a site comes before it."""
    return len(word) == 1 or word.lower() in _ENDS_A_SITE
