"""Pairs as arrays of pieces, mixed by weight into batches of like length; the same batches for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import NDArray

from bitext.errors import InputError
from bitext.training.model import BOS, EOS, PAD

BUCKET = 4  # lengths of one batch differ by less, where there are enough pairs
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Corpus:
    """Pieces of all pairs, one after another: pair i is source[source_offsets[i] : source_offsets[i + 1]]."""

    source: NDArray[np.uint16]
    source_offsets: NDArray[np.int64]
    target: NDArray[np.uint16]
    target_offsets: NDArray[np.int64]
    weights: NDArray[np.float32]        # how often a pair is seen in an epoch, in the mean

    @classmethod
    def load(cls, path: Path) -> Self:
        """From a train.npz.

        Raises:
            InputError: it can't be read, or has not all arrays.
        """
        try:
            with np.load(path, allow_pickle=False) as z:
                s, so, t, to, w = (z[k] for k in ("s", "so", "t", "to", "w"))
        except (OSError, KeyError, ValueError) as e:
            raise InputError(f"{path}: no training data ({e}); make it with `bitext train prepare`") from None
        return cls(s, so.astype(np.int64), t, to.astype(np.int64), w)

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]]) -> Self:
        """From what `prepare.encode` gives."""
        return cls(arrays["s"], arrays["so"], arrays["t"], arrays["to"], arrays["w"])

    @cached_property
    def source_lengths(self) -> Ids:
        return np.diff(self.source_offsets)

    @cached_property
    def target_lengths(self) -> Ids:
        return np.diff(self.target_offsets)

    def usable(self, longest: int) -> Ids:
        """Pairs with 1 to `longest` pieces a side."""
        s, t = self.source_lengths, self.target_lengths
        return np.flatnonzero((s > 0) & (t > 0) & (s <= longest) & (t <= longest))


class Batch(NamedTuple):
    """Padded int64 tensors [pairs, pieces]."""

    source: torch.Tensor        # BOS … EOS
    target: torch.Tensor        # BOS …
    wanted: torch.Tensor        # … EOS


def batches(corpus: Corpus, usable: Ids, *, tokens: int, seed: int, epoch: int) -> list[Ids]:
    """The batches of one epoch, in order; each pair `weight` times in the mean, up to `tokens` padded pieces a side."""
    rng = np.random.default_rng([seed, epoch])
    weights = corpus.weights[usable]
    times = np.floor(weights).astype(np.int64) + (rng.random(len(usable)) < weights % 1)
    drawn = np.repeat(usable, times)
    longer = np.maximum(corpus.source_lengths[drawn], corpus.target_lengths[drawn])
    order = np.lexsort((rng.random(len(drawn)), longer // BUCKET))
    drawn, longer = drawn[order], longer[order] + 2
    cuts, first, longest = [], 0, 0
    for i, n in enumerate(longer.tolist()):
        longest = max(longest, n)
        if i > first and (i - first + 1) * longest > tokens:
            cuts.append(i)
            first, longest = i, n
    made: list[Ids] = np.split(drawn, cuts) if len(drawn) else []
    return [made[i] for i in rng.permutation(len(made))]


def tensors(corpus: Corpus, pairs: Ids) -> Batch:
    """A batch's pieces, padded."""
    def pad(pieces: NDArray[np.uint16], offsets: Ids, before: tuple[int, ...], after: tuple[int, ...]) -> torch.Tensor:
        rows = [(*before, *pieces[offsets[i]:offsets[i + 1]].tolist(), *after) for i in pairs.tolist()]
        out = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
        for line, row in zip(out, rows, strict=True):
            line[:len(row)] = row
        return torch.from_numpy(out)

    c = corpus
    return Batch(pad(c.source, c.source_offsets, (BOS,), (EOS,)), pad(c.target, c.target_offsets, (BOS,), ()),
                 pad(c.target, c.target_offsets, (), (EOS,)))


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of an .npz.

    Raises:
        InputError: it can't be read.
    """
    try:
        with np.load(path, allow_pickle=False) as z:
            return {k: z[k] for k in z.files}
    except (OSError, ValueError) as e:
        raise InputError(f"{path}: can't be read ({e}); make it with `bitext train prepare`") from None
