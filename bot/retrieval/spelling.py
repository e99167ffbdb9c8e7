"""Spelling repair: unknown words become the FAQ's words, or general English ones, or stay.

Candidates come from an index of deletions (every word with up to two letters left out), so the
cost does not grow with the vocabulary; rapidfuzz measures the true distance. General English
competes with the FAQ's vocabulary: a correct word that the FAQ lacks is left alone, and a misspelt
one may be repaired to a word outside the FAQ, so that no question is bent towards an answer.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from rapidfuzz.distance import OSA, Levenshtein

from bot.models import Correction
from bot.retrieval.general import COMMON, SHORTEST, general_nearness, is_common
from bot.retrieval.nearness import Nearness, allowed_distance, keys_of
from bot.wordlists import english, medical

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

CACHED = 20_000
"""How many words are kept that were met before."""
Ranked: TypeAlias = tuple[tuple[float, str], ...]
Kept = TypeVar("Kept", bound="set[Any] | dict[Any, Any]")
_SPOKEN = tuple(
    (re.compile(spelling), spoken)
    for spelling, spoken in (
        (r"[^a-z]", ""), (r"ph", "f"), (r"ch(?=r)", "k"),
        (r"[st]i[ao]n|[ts]hu?n|sho?n", "Xn"), (r"sh|ch", "X"),
        (r"^[gkp]n", "n"), (r"^wr", "r"), (r"^wh", "w"), (r"gh", ""), (r"ck|q", "k"), (r"x", "ks"),
        (r"c(?=[eiy])", "s"), (r"c", "k"), (r"z", "s"), (r"dge|j", "j"), (r"g(?=[eiy])", "j"),
        (r"th", "T"), (r"^[aeiouy]+", "A"), (r"(?<!^)[aeiouyhw]", ""), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
"""How spellings sound, applied in this order."""
_SOUNDS_ALIKE = (
    ("dose", "does"), ("dos", "does"), ("wen", "when"), ("wat", "what"),
    ("wot", "what"), ("doze", "does"), ("rite", "right"), ("write", "right"), ("no", "know"),
    ("now", "know"), ("soar", "sore"), ("ware", "wear"), ("where", "wear"), ("were", "where"),
    ("weather", "whether"), ("there", "their"), ("their", "there"), ("to", "too"),
("wich", "which"), ("witch", "which"), ("then", "than"),
    ("pane", "pain"), ("brake", "break"), ("week", "weak"), ("weak", "week"), ("mite", "might"),
    ("nee", "knee"), ("wait", "weight"), ("weight", "wait"), ("by", "buy"), ("four", "for"),
    ("hole", "whole"), ("affect", "effect"), ("affects", "effects"), ("feat", "feet"),
    ("tow", "toe"), ("heal", "heel"), ("heel", "heal"), ("vain", "vein"), ("loose", "lose"),
    ("quite", "quiet"), ("sum", "some"), ("won", "one"), ("here", "hear"), ("hear", "here"),
    ("need", "knead"), ("not", "knot"), ("form", "from"), ("fro", "for"),
    ("wan", "want"), ("wok", "work"), ("wold", "would"), ("cold", "could"), ("shoud", "should"),
)  # fmt: skip
"""Real words that are often typed for another one: typed, meant."""
FITS = 0.35
"""What it speaks for a word that it stands beside a neighbour in the FAQ too."""
USUAL = 3_000
"""A general word among that many is never taken for another, even where another would fit."""
_NEIGHBOURS = {
    letter: frozenset(near)
    for letter, near in {
        "q": "wa", "w": "qeas", "e": "wrsd", "r": "etdf", "t": "ryfg", "y": "tugh", "u": "yihj",
        "i": "uojk", "o": "ipkl", "p": "ol", "a": "qwsz", "s": "weadzx", "d": "ersfxc",
        "f": "rtdgcv", "g": "tyfhvb", "h": "yugjbn", "j": "uihknm", "k": "iojlm", "l": "opk",
        "z": "asx", "x": "sdzc", "c": "dfxv", "v": "fgcb", "b": "ghvn", "n": "hjbm", "m": "jkn",
    }.items()
}  # fmt: skip


def _uninflected(word: str) -> str:
    """Return a longer word without -s, -ed or -ing, where it has one of them."""
    for ending in ("s", "ed", "ing"):
        if word.endswith(ending) and len(word) - len(ending) >= 5:
            return word.removesuffix(ending)
    return word


@lru_cache(maxsize=CACHED)
def sound(word: str) -> str:
    """Return a rough key of how an English word sounds: consonants, and the first vowel as one."""
    for spelling, spoken in _SPOKEN:
        word = spelling.sub(spoken, word)
    return word


@lru_cache(maxsize=CACHED)
def edit_cost(typed: str, word: str) -> float:
    """Return how unlikely it is that `word` was typed as `typed`; about 1 an edit.

    A swap of neighbours, a doubled or halved letter, a neighbouring key and a mixed-up vowel are
    likelier slips than others; another first letter is a less likely one.
    """
    cost = float(OSA.distance(typed, word))
    if sound(typed) == sound(word):
        return 0.7 * cost
    if cost < Levenshtein.distance(typed, word):
        return cost - 0.3
    for edit in Levenshtein.editops(typed, word):
        before, after = (
            typed[edit.src_pos : edit.src_pos + 1],
            word[edit.dest_pos : edit.dest_pos + 1],
        )
        if edit.tag == "replace":
            likely = after in _NEIGHBOURS.get(before, ()) or {before, after} <= set("aeiouy")
        elif edit.tag == "insert":
            likely = after in word[max(0, edit.dest_pos - 1) : edit.dest_pos]
        else:
            likely = before in typed[max(0, edit.src_pos - 1) : edit.src_pos]
        cost -= 0.3 * likely
    return cost + 0.5 * (typed[:1] != word[:1])


@dataclass(frozen=True)
class Speller:
    """Repairs words against the FAQ's vocabulary and general English."""

    counts: Mapping[str, int]
    """The FAQ's words: word → in how many rows it stands."""
    pairs: Container[tuple[str, str]]
    """Words that stand next to each other in some row."""
    near: Nearness = field(repr=False, compare=False)
    """The FAQ's words, by their deletions."""
    general: Nearness = field(repr=False, compare=False)
    """The common English words, by one deletion."""
    sounds: Mapping[str, Sequence[str]] = field(repr=False, compare=False)
    """Sound → the FAQ's words that sound so."""
    _found: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    """Candidates found before, for at most CACHED words."""
    _ranked: dict[str, Ranked] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Their costs, for at most CACHED words."""
    _beside: dict[tuple[str, str], bool] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Whether two words of the FAQ that were asked about stand side by side; at most CACHED."""
    _known: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Whether words met before are known; at most CACHED."""
    _settled: set[str] = field(default_factory=set, init=False, repr=False, compare=False)
    """Words met before that stay as they are, whatever stands beside them; at most CACHED."""
    _real: set[str] = field(default_factory=set, init=False, repr=False, compare=False)
    """Words met before that are known but may have been typed for others; at most CACHED."""

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[Sequence[str]],
        also: Iterable[str] = (),
        *,
        pairs: Container[tuple[str, str]] | None = None,
    ) -> Speller:
        """Learn the vocabulary from the words of the FAQ's texts, and from the words in `also`.

        The pairs of words are collected from the texts, or were collected before.
        """
        rows = [tuple(row) for row in rows]
        counts = Counter(word for row in rows for word in set(row)) + Counter(set(also))
        sounds: defaultdict[str, list[str]] = defaultdict(list)
        for word in counts:
            sounds[sound(word)].append(word)
        return cls(
            dict(counts),
            frozenset(pair for row in rows for pair in pairwise(row)) if pairs is None else pairs,
            Nearness.of(counts),
            general_nearness(),
            dict(sounds),
        )

    def knows(self, word: str) -> bool:
        """Whether a word is left as it is: known here, in English or medicine, or with a digit."""
        known = self._known.get(word)
        if known is None:
            known = self._is_known(word)
            _with_room(self._known)[word] = known
        return known

    def _is_known(self, word: str) -> bool:
        if word in self.counts or not word.isalpha() or len(word) < SHORTEST:
            return True
        return is_common(word) or is_common(_uninflected(word)) or word in medical()

    def repair(self, words: Sequence[str]) -> tuple[tuple[str, ...], tuple[Correction, ...]]:
        """Return the words with misspelt ones repaired, and what was repaired."""
        words, settled, real = tuple(words), self._settled, self._real
        if settled.issuperset(words):
            return words, ()
        met = [word in settled or word in real or self._meet(word) for word in words]
        joined = [(word, word) for word in words] if all(met) else self.join(words)
        out: list[str] = []
        corrections: list[Correction] = []
        for (typed, word), (_, after) in pairwise([*joined, ("", "")]):
            if word in settled and typed == word:
                out.append(word)
                continue
            fit = self.fitting if self.knows(word) else self.best
            best = fit(word, out[-1] if out else "", after)
            out.extend(best.split())
            if best != typed:
                corrections.append(Correction(typed, best))
        return tuple(out), tuple(corrections)

    def _meet(self, word: str) -> bool:
        """Whether a word is known; remember that, and whether it may stand for another one."""
        known = self.knows(word)
        if known:
            settled = not (word.isalpha() and self._taken_for(word))
            _with_room(self._settled if settled else self._real).add(word)
        return known

    def join(self, words: Sequence[str]) -> list[tuple[str, str]]:
        """Return (typed, word) pairs, a word of the FAQ that was torn in two ("bo tox") mended."""
        out: list[tuple[str, str]] = []
        for word in words:
            before = out[-1][1] if out else ""
            torn = before + word in self.counts and not (self.knows(before) and self.knows(word))
            if before and torn:
                out[-1] = (f"{out[-1][0]} {word}", before + word)
            else:
                out.append((word, word))
        return out

    def best(self, typed: str, before: str, after: str) -> str:
        """Return the likeliest word for an unknown one, given its neighbours; maybe itself."""
        best, least = "", allowed_distance(typed) + 0.6
        for alone, word in self.ranked(typed):
            if alone - 2 * FITS > least:
                break
            cost = alone - FITS * (self.beside(before, word) + self.beside(word, after))
            if cost < least or (cost == least and word < best):
                best, least = word, cost
        return best or self.split(typed) or typed

    def ranked(self, typed: str) -> Ranked:
        """Return the candidates with what they cost whatever stands beside them, least first."""
        found = self._ranked.get(typed)
        if found is None:
            found = tuple(
                sorted((self._cost(typed, word), word) for word in self.candidates(typed))
            )
            _with_room(self._ranked)[typed] = found
        return found

    def fitting(self, typed: str, before: str, after: str) -> str:
        """Return the word of the FAQ that fits the neighbours of a real word that does not.

        Mends "dose it hurt" and "sid effects": a word that sounds alike, or one that the FAQ has
        a letter away from one that it lacks.
        """
        if self.beside(before, typed) or self.beside(typed, after) or not typed.isalpha():
            return typed
        near = self._taken_for(typed)
        fits = [word for word in near if self.beside(before, word) or self.beside(word, after)]
        return min(fits, key=lambda word: (OSA.distance(typed, word), word), default=typed)

    def beside(self, left: str, right: str) -> bool:
        """Whether two words stand side by side in some row; others than the FAQ's never do."""
        if left not in self.counts or right not in self.counts:
            return False
        pair = left, right
        found = self._beside.get(pair)
        if found is None:
            found = _with_room(self._beside)[pair] = pair in self.pairs
        return found

    def _taken_for(self, typed: str) -> tuple[str, ...]:
        """Return what a real word may have been typed for."""
        near = _sounds_alike().get(typed, ())
        if typed not in self.counts and english().get(typed, 0) >= USUAL:
            near = (*near, *(w for w in self.candidates(typed) if OSA.distance(typed, w) == 1))
        return near

    def candidates(self, typed: str) -> tuple[str, ...]:
        """Return the known words near a misspelt one, and the FAQ's that sound like it."""
        found = self._found.get(typed)
        if found is None:
            keys = keys_of(typed)
            near = {*self.near.around(typed, keys), *self.general.around(typed, keys)}
            most = len(typed) // 2
            alike = self.sounds.get(sound(typed), ())
            near.update(word for word in alike if OSA.distance(typed, word) <= most)
            _with_room(self._found)[typed] = found = tuple(sorted(near))
        return found

    def split(self, typed: str) -> str | None:
        """Return two of the FAQ's words that were run together, such as `howlong`, or None.

        They may share a letter: `sideffects`.
        """
        for at in range(1, len(typed)):
            for left, right in ((typed[:at], typed[at:]), (typed[:at], typed[at - 1 :])):
                if self.beside(left, right):
                    return f"{left} {right}"
        return None

    def _cost(self, typed: str, word: str) -> float:
        """Count the edits, less what speaks for the word: the FAQ, frequency."""
        if word in self.counts:
            bonus = 0.35 + 0.2 * math.log10(1 + self.counts[word])
        else:
            bonus = 0.3 * (1 - english().get(word, COMMON) / COMMON)
        return edit_cost(typed, word) - bonus


def _with_room(kept: Kept) -> Kept:
    """Return what is kept of words that were met, emptied if it is full."""
    if len(kept) >= CACHED:
        kept.clear()
    return kept


@lru_cache(maxsize=1)
def _sounds_alike() -> Mapping[str, tuple[str, ...]]:
    meant: defaultdict[str, list[str]] = defaultdict(list)
    for typed, word in _SOUNDS_ALIKE:
        meant[typed].append(word)
    return {typed: tuple(words) for typed, words in meant.items()}
