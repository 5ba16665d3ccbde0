"""How much of two runs of segments is said on both sides, word by word, by vectors of single words.

A word is covered as far as the likest word of the other run is like it: greedy matching (Zhang et al. 2020, BERTScore)
with vectors that know no context. It sees the clause that a merge or an omission leaves without counterpart, which a
vector of the whole sentence hardly does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bitext.alignment import keys
from bitext.alignment.encoder import Vectors
from bitext.alignment.nodes import LONGEST, TYPICAL, Grid, Nodes

UNLIKE, LIKE = 0.3, 0.75  # cosine of centred word vectors up to which a word isn't covered, from which it is whole


class CoverKind:
    """Evidence from words: the share of both runs that is covered, words weighted by rarity.

    Args:
        source: texts of the one side's segments.
        target: of the other's.
        encode: gives unit vectors of words.
    """

    def __init__(
        self, source: Sequence[str], target: Sequence[str], encode: Callable[[Sequence[str]], Vectors]
    ) -> None:
        self.sides = Words(source, encode), Words(target, encode)
        self.typical = TYPICAL

    def grid(self, at: Nodes) -> Grid:
        """See Kind."""
        out = at.nothing()
        i0, i1 = max(at.row0 - LONGEST, 0), at.row1 - 1
        j0, j1 = max(at.column0 - LONGEST, 0), at.column1 - 1
        if i1 <= i0 or j1 <= j0:
            return out
        source, target = (_Block(side, *span) for side, span in zip(self.sides, ((i0, i1), (j0, j1)), strict=True))
        covered = like(source.vectors, target.vectors)
        of_source, of_target = target.covering(covered.T), source.covering(covered)
        for a in range(1, min(LONGEST, i1 - i0) + 1):
            # [runs of a source segments, target segments]: weight of the target's words that they cover
            covered_target = _most(of_target, a) @ target.words.T
            for b in range(1, min(LONGEST, j1 - j0) + 1):
                covered_source = (_most(of_source, b) @ source.words.T).T
                value = _sum(covered_target.T, b).T + _sum(covered_source, a)
                value /= _sum(source.mass, a)[:, None] + _sum(target.mass, b) + 1e-6
                r, c = i0 + a - at.row0, j0 + b - at.column0
                out[a - 1, b - 1, max(r, 0):, max(c, 0):] = (value / self.typical)[max(-r, 0):, max(-c, 0):]
        return out


def like(words: Vectors, others: Vectors) -> Grid:
    """[words, others], 0..1: how far each is covered by each."""
    return np.asarray(np.clip((words @ others.T - UNLIKE) / (LIKE - UNLIKE), 0, 1), np.float32)


class Words:
    """The words of a side: which stand in each segment, their vectors and weights."""

    def __init__(self, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> None:
        ids: dict[str, int] = {}
        self.segments = [np.array([ids.setdefault(w, len(ids)) for w in keys.WORD.findall(t)], np.int64) for t in texts]
        vectors = encode(list(ids) or [""])[:len(ids)]
        vectors = vectors - vectors.mean(axis=0) if ids else vectors
        self.vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
        count = np.bincount(np.concatenate([np.unique(s) for s in self.segments]), minlength=len(ids))
        self.weight = np.log((len(texts) + 1) / (count + 0.5)).clip(0.1).astype(np.float32)


class _Block:
    """Some segments of a side, in a row."""

    def __init__(self, side: Words, first: int, end: int) -> None:
        self.segments = side.segments[first:end]
        distinct, place = np.unique(np.concatenate(self.segments), return_inverse=True)
        self.vectors = side.vectors[distinct]
        self.row = np.repeat(np.arange(end - first), [len(s) for s in self.segments])
        self.place = place
        self.words = np.zeros((end - first, len(distinct)), np.float32)  # [segments, distinct words]: count × weight
        np.add.at(self.words, (self.row, place), side.weight[distinct][place])
        self.mass = self.words.sum(axis=1)

    def covering(self, covered: Grid) -> Grid:
        """[segments, the other side's words]: how far each is covered by the segment; covered: [words, words]."""
        out = np.zeros((len(self.segments), covered.shape[1]), np.float32)
        filled = np.flatnonzero([len(s) for s in self.segments])
        if len(filled):
            out[filled] = np.maximum.reduceat(covered[self.place], np.searchsorted(self.row, filled), axis=0)
        return out


def _most(rows: Grid, k: int) -> Grid:
    """The greatest of k rows in a row."""
    out = rows[:len(rows) - k + 1]
    for n in range(1, k):
        out = np.maximum(out, rows[n:len(rows) - k + 1 + n])
    return out


def _sum(rows: Grid, k: int) -> Grid:
    """The sum of k rows in a row."""
    out = rows[:len(rows) - k + 1].copy()
    for n in range(1, k):
        out += rows[n:len(rows) - k + 1 + n]
    return out
