"""The only text folding: phrasings and utterances pass through the same functions.

`fold` makes two spellings of the same text equal (case, accents, quotes, stretched letters);
`expand` writes contractions out; `words` splits into words. Each is idempotent in its result
and never raises, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.models import Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.models import Block

_QUOTES = str.maketrans(dict.fromkeys("’‘´`ʼ＇｀\u1fef", "'") | {"ŉ": "'n"})
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_STRETCHED_ASCII = re.compile(r"([a-z])\1\1+")
"""The same in folded ASCII; looked for in a fifth of the time."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_KEPT = 8_192
"""How many words are kept that were met before."""
_READ_AS_TYPED: set[str] = set()
"""Tokens of plain English, met before, that are a word each; at most _KEPT."""
_PLAIN = {
    **{
        code: char.lower() if char.isalnum() else " "
        for code, char in enumerate(map(chr, range(128)))
    },
    **{code: None for code in range(128) if _INVISIBLE.match(chr(code))},
    **dict.fromkeys(map(ord, "'`"), "'"),
}
"""What becomes of each sign of plain English before it is split at spaces into tokens."""

# What is typed without an apostrophe, and what stays ambiguous and so is left alone
# ("were", "well", "ill", "its", "shed"). Common knowledge of English typing.
_CONTRACTIONS = {
    "can't": "can not", "cant": "can not", "cannot": "can not", "won't": "will not",
    "wont": "will not", "shan't": "shall not", "ain't": "is not", "aint": "is not",
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not",
    "arent": "are not", "wasnt": "was not", "werent": "were not", "hasnt": "has not",
    "havent": "have not", "hadnt": "had not", "couldnt": "could not", "shouldnt": "should not",
    "wouldnt": "would not", "whats": "what is", "thats": "that is", "hows": "how is",
    "wheres": "where is", "whos": "who is", "whens": "when is", "im": "i am", "ive": "i have",
    "youre": "you are", "youve": "you have", "theyre": "they are", "weve": "we have",
    "let's": "let us", "lets": "let us", "gonna": "going to", "wanna": "want to",
    "gotta": "got to", "y'all": "you all", "pls": "please", "plz": "please",
    "u": "you", "ur": "your", "r": "are", "b4": "before", "thx": "thanks", "cuz": "because",
}  # fmt: skip
_SUFFIXES = {
    "n't": " not",
    "'re": " are",
    "'ve": " have",
    "'ll": " will",
    "'m": " am",
    "'d": " would",
}
_IS_AFTER = frozenset(
    [
        "what",
        "that",
        "how",
        "where",
        "who",
        "when",
        "why",
        "it",
        "he",
        "she",
        "there",
        "here",
        "this",
    ]
)


def fold(text: str) -> str:
    """Return `text` in one normal form: NFKC, lower case, no accents, plain quotes, one space.

    Letters that are repeated three times or more ("soooo") are written once.
    """
    if text.isascii():
        text = _fold_ascii(text)
        if _STRETCHED_ASCII.search(text):
            text = _STRETCHED_ASCII.sub(r"\1", text)
    else:
        text = _STRETCHED.sub(r"\1", _fold_any(text))
    return " ".join(text.split())


def _fold_ascii(text: str) -> str:
    """Do what `_fold_any` does, for most texts, at a tenth of the time."""
    text = text.replace("`", "'").lower()
    return text if text.isprintable() else _INVISIBLE.sub("", text)


def _fold_any(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(_QUOTES))  # NFKC makes a space of "´"
    text = unicodedata.normalize("NFD", _INVISIBLE.sub("", text).casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=16)
def said(text: str) -> tuple[str, ...]:
    """Return the words of a text as it was typed; several steps of a turn ask for the same text.

    They are `words(fold(text))`. In plain English each word can be read on its own, and most
    were met before and are read as they stand.
    """
    text = text.replace("’", "'")
    if not text.isascii():
        return tuple(words(fold(text)))
    tokens = text.translate(_PLAIN).split()
    if _READ_AS_TYPED.issuperset(tokens):
        return tuple(tokens)
    return tuple([word for each in map(_token, tokens) for word in each])


@lru_cache(maxsize=_KEPT)
def _token(token: str) -> tuple[str, ...]:
    """Return the words of a token, which is remembered if it is a word as it stands."""
    found = tuple(words(fold(token)))
    if found == (token,):
        if len(_READ_AS_TYPED) >= _KEPT:
            _READ_AS_TYPED.clear()
        _READ_AS_TYPED.add(token)
    return found


def words(folded: str) -> list[str]:
    """Split folded text into words with contractions written out."""
    return [part for word in _WORD.findall(folded) for part in _parts(word)]


@lru_cache(maxsize=_KEPT)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(expand(word).split())


def expand(word: str) -> str:
    """Write a folded word's contraction out: `don't` → `do not`; other words come back as is."""
    if whole := _CONTRACTIONS.get(word):
        return whole
    for suffix, meaning in _SUFFIXES.items():
        if word.endswith(suffix):
            return _joined(word.removesuffix(suffix)) + meaning
    if word.endswith("'s"):
        stem = word.removesuffix("'s")
        return f"{stem} is" if stem in _IS_AFTER else _joined(stem)
    return _joined(word)


def _joined(word: str) -> str:
    """Leave the apostrophes out, also one in the wrong place: `do'nt` → `dont` → `do not`."""
    bare = word.replace("'", "")
    return _CONTRACTIONS.get(bare, bare)


def plain(blocks: Iterable[Block]) -> str:
    """Return blocks as plain text: paragraphs apart by an empty line, list items behind "- "."""
    return "\n\n".join(_plain_block(block) for block in blocks)


def _plain_block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return "".join(run.text for run in block.runs)
    texts = ["".join(run.text for run in item) for item in block.items]
    marks = [f"{at}. " if block.ordered else "- " for at in range(1, len(texts) + 1)]
    return "\n".join(mark + text for mark, text in zip(marks, texts, strict=True))
