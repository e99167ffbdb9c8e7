"""What fuzzing starts from: good inputs of each target, to be changed at random."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.fuzz.targets import LONGEST, SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FIRST_BYTE = ("wording.md", "red-flags.md", "clinic.md", "synonyms.md")
"""Files that are no topic, in the order in which the target `content` counts kinds from 1."""
_SHORT = 400
"""Bytes of a file: enough for its head and an entry."""
_MESSAGES = (
    {"type": "message", "id": "1", "text": "How long does it take?", "state": "1abc"},
    {"type": "choice", "id": "2", "entry": "botox/how-long"},
    {"type": "choice", "entry": None},
    {"type": "feedback", "id": "3", "reply_to": "1", "helpful": True, "comment": "good"},
    {"type": "hello", "state": "1abc", "locale": "en-US"},
    {"type": "ping"},
    {"text": "Where can I park?", "id": "4"},
)
_UTTERANCES = (
    "I can't breathe",
    "my throat\nis closing up",
    "i want to die",
    "no puedo respirar",
    "Can botox cause trouble swallowing?",
    "it doesnt hurt any more but NOW I cant swallow!!!",
    "my son is floppy since the shot yesterday",
    "ﷺ ß ŉ İ ǆ ½ é ｅ don’t y'all u r b4",
)
_IDENTIFIED = (
    "my name is Maria Lopez and my number is (555) 010-0200",
    "me llamo José García, nací el 3 de mayo de 1980",
    "mail ann@clinic.example, ssn 078-05-1120, mrn 4471234",
    "I live at 12 Oak Street, 90210, born 05/03/1980, I am 93",
    "see https://x.example/a?b=c from 10.0.0.1 or 2001:db8::1 @handle",
    "call five five five zero one zero zero two zero zero",
)


def write_seeds(name: str, folder: Path) -> None:
    """Write the seeds of a target into its corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(name)):
        (folder / f"seed-{number}").write_bytes(seed[:LONGEST])


def seeds(name: str) -> Iterator[bytes]:
    """Yield the seeds of a target."""
    if name == "protocol":
        yield from (json.dumps(message).encode() for message in _MESSAGES)
    elif name == "content":
        for path in SHIPPED.glob("*.md"):
            number = _FIRST_BYTE.index(path.name) + 1 if path.name in _FIRST_BYTE else 0
            yield bytes([number]) + path.read_bytes()[:_SHORT]
        for path in SHIPPED.glob("questions/*.txt"):
            yield b"\x05" + path.read_bytes()[:_SHORT]
        yield b"\x06[can|could] not ... {breathe} + swallow*"
    elif name == "state":
        yield b"\x87\xaaconversation\xa1a"
        yield b"1" + b"A" * 64
    elif name == "redactor":
        yield from (text.encode() for text in _IDENTIFIED)
    else:
        yield from (text.encode() for text in _UTTERANCES)
