"""The states of the encoder's frozen layers, kept from when a pair is first seen; epochs come back to the same pairs.

They lie as bfloat16 in a file beside the run, mapped into memory: the system holds in RAM what it has room for, and a
run that is resumed goes on with the very same states.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from bitext.training.data import Corpus, Ids
from bitext.training.model import Translator


class States:
    """States after the `frozen` lower layers; of the pairs of most weight, as many as the file may hold."""

    def __init__(self, folder: Path, model: Translator, corpus: Corpus, usable: Ids, *, frozen: int, size: int) -> None:
        """`size`: bytes of the file at most; it is sparse until filled. Files of other weights or data are removed."""
        self._frozen, self._width = frozen, model.shape.d
        self._lengths = corpus.source_lengths + 2
        by_weight = usable[np.argsort(-corpus.weights[usable], kind="stable")]
        ends = np.cumsum(self._lengths[by_weight])
        kept = by_weight[:np.searchsorted(ends, size // (2 * self._width), side="right")]
        self._first = np.full(len(self._lengths), -1, np.int64)
        self._first[kept] = ends[:len(kept)] - self._lengths[kept]
        rows = int(ends[len(kept) - 1]) if len(kept) else 0
        path = folder / f"states-{_digest(model, corpus, frozen, rows)}.bf16"
        for old in folder.glob("states-*.bf16"):
            if old != path:
                old.unlink()
        self._rows = torch.from_file(str(path), shared=True, size=max(1, rows) * self._width, dtype=torch.bfloat16)
        self._rows = self._rows.view(-1, self._width)

    @torch.no_grad()
    def get(self, model: Translator, pairs: Ids, x: Tensor) -> Tensor:
        """[pairs, pieces, d] in bfloat16, for x (the pairs' padded pieces); what is not there yet is worked out."""
        first = self._first[pairs]
        there = first >= 0
        there[there] = (self._rows[first[there], 0] != 0).numpy()  # no normed state begins with 0
        out = torch.zeros(*x.shape, self._width, dtype=torch.bfloat16)
        if not there.all():
            new = np.flatnonzero(~there)
            longest = int(self._lengths[pairs[new]].max())
            states = model.enc.lower(x[new][:, :longest], self._frozen).bfloat16()
            out[new, :longest] = states
            for i, state in zip(new.tolist(), states, strict=True):
                if first[i] >= 0:
                    n = int(self._lengths[pairs[i]])
                    self._rows[first[i]:first[i] + n] = state[:n]
        old = np.flatnonzero(there)
        if len(old):
            parts = [self._rows[f:f + n] for f, n in zip(first[old], self._lengths[pairs[old]], strict=True)]
            padded = pad_sequence(parts, batch_first=True)
            out[old, :padded.size(1)] = padded
        return out


def _digest(model: Translator, corpus: Corpus, frozen: int, rows: int) -> str:
    h = hashlib.sha256(f"{frozen} {rows}".encode())
    for array in (corpus.source, corpus.source_offsets, corpus.weights):
        h.update(np.ascontiguousarray(array).data)
    for name, value in model.enc.state_dict().items():
        if not name.startswith("layers.") or int(name.split(".")[1]) < frozen:
            h.update(value.contiguous().numpy().data)
    return h.hexdigest()[:16]
