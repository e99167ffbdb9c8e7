"""The sentences that the table learns from. No evaluation set is among them."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

from bot.retrieval.corpus import background
from bot.retrieval.training.phrases import fill, sentences
from bot.retrieval.training.wordnet import PARTS_OF_SPEECH, read_wordnet
from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bot.retrieval.training.phrases import Grammar
    from bot.retrieval.training.wordnet import Sense

SENTENCES = 120_000
COMMON_DEFINITIONS, RARE_DEFINITIONS = 22_000, 10_000
WORDNET_SENTENCES = 25_000
MEDICAL_QUESTIONS = 10_000

WORD_FRAMES = """what is {noun} | what does {rare} mean | how do i {verb} {noun} |
can you {verb} the {noun} | i want to {verb} my {noun} | is the {noun} {adj} | a {adj} {noun} |
why is my {noun} {adj} | {noun} and {noun} | where can i find a {adj} {noun} |
how much {noun} do i need to {verb} | {verb} the {adj} {noun} | the {noun} of the {noun} |
tell me about {noun} | he {verb} {adv} | i don't {verb} {noun} | does {noun} {verb} {noun} |
need {noun} to {verb} | best {noun} for {noun} | my {noun} is {adj} | {rare} | {noun} {noun} |
when did they {verb} the {noun} | who {verb} the {noun}"""
"""Frames for WordNet's words; most of what they say is nonsense, which can be encoded as well."""
PIECE_FRAMES = """what is {piece} | i have a question about {piece} | {piece} and {other} |
how does {piece} work | tell me more about {piece} | {piece} | my {piece} {other} |
i need {piece} for my {other}"""
"""Frames that show each whole-word piece once."""


def training_texts(medquad: Path, wordnet: Path, pieces: Iterable[str], seed: int = 0) -> list[str]:
    """Gather all sentences: about 250,000, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311  no secret is made of it
    senses = list(read_wordnet(wordnet))
    medical = medquad.read_text(encoding="utf-8").splitlines()
    return [
        *sentences(SENTENCES, rng),
        *(text for sense in senses for text in sense.examples if text.count(" ") >= 2),
        *definitions(senses, rng),
        *word_sentences(senses, rng),
        *piece_sentences([piece for piece in pieces if piece.isalnum()], rng),
        *rng.sample(medical, min(MEDICAL_QUESTIONS, len(medical))),
        *background(),
    ]


def definitions(senses: Sequence[Sense], rng: random.Random) -> list[str]:
    """Return definitions, those of words that occur in real texts preferred."""
    common = [sense.definition for sense in senses if sense.count]
    rare = [sense.definition for sense in senses if not sense.count]
    return rng.sample(common, COMMON_DEFINITIONS) + rng.sample(rare, RARE_DEFINITIONS)


def word_sentences(senses: Sequence[Sense], rng: random.Random) -> list[str]:
    """Put WordNet's words into frames, so that each is seen among others."""
    grammar: Grammar = {
        part: [[name for s in senses if s.part_of_speech == part and s.count for name in s.names]]
        for part in PARTS_OF_SPEECH
    }
    grammar["rare"] = [[n for s in senses if not s.count for n in s.names if n.count(" ") < 2]]
    frames = _frames(WORD_FRAMES)
    return [fill(rng.choice(frames), grammar, rng) for _ in range(WORDNET_SENTENCES)]


def piece_sentences(pieces: Sequence[str], rng: random.Random) -> list[str]:
    """Put each whole-word piece into a frame, so that no row of the table stays untouched."""
    frames = _frames(PIECE_FRAMES)
    common = pieces[len(pieces) // 20 : len(pieces) // 2]
    return [rng.choice(frames).format(piece=p, other=rng.choice(common)) for p in pieces]


def _frames(text: str) -> list[str]:
    return [frame.strip() for frame in text.split("|")]


def read_sets(paths: Iterable[Path]) -> frozenset[str]:
    """Return all texts of evaluation sets: JSON files of `split → [[text, label], …]`."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return frozenset(
        _plain(text) for splits in files for rows in splits.values() for text, _ in rows
    )


def without(texts: Iterable[str], excluded: frozenset[str]) -> list[str]:
    """Leave out texts that an evaluation set has too, and texts without a word."""
    return [text for text in texts if _plain(text) and _plain(text) not in excluded]


def _plain(text: str) -> str:
    return " ".join(words(fold(text)))
