"""Kinds of evidence: vectors of sentences, and keys that both sides have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bitext.alignment.encoder import Vectors
from bitext.alignment.nodes import BELIEF, LONGEST, RANDOM, TYPICAL, Grid, Nodes
from bitext.alignment.search import Ints


class DenseKind:
    """Evidence from vectors of runs: their cosine less what they have with everything."""

    def __init__(self, left: list[Vectors], right: list[Vectors]) -> None:
        self.left, self.right = left, right
        self.left_mean = [mean_cosine(v, right[0]) for v in left]
        self.right_mean = [mean_cosine(v, left[0]) for v in right]
        self.typical = TYPICAL

    def grid(self, at: Nodes) -> Grid:
        """See Kind."""
        out = at.nothing()
        for a, (left, left_mean) in enumerate(zip(self.left, self.left_mean, strict=True), 1):
            i0, i1 = max(at.row0 - a, 0), at.row1 - a
            for b, (right, right_mean) in enumerate(zip(self.right, self.right_mean, strict=True), 1):
                j0, j1 = max(at.column0 - b, 0), at.column1 - b
                if i1 > i0 and j1 > j0:
                    value = left[i0:i1] @ right[j0:j1].T
                    value -= 0.5 * left_mean[i0:i1, None]
                    value -= 0.5 * right_mean[None, j0:j1]
                    value /= self.typical
                    out[a - 1, b - 1, i0 + a - at.row0:, j0 + b - at.column0:] = value
        return out


class KeyKind:
    """Evidence from keys that both sides have, weighted by rarity.

    Args:
        left: keys of each segment.
        right: the same of the other side.
        shares: True: the weight of what is shared as a share of all; False: the weight itself.
    """

    def __init__(self, left: Sequence[Sequence[str]], right: Sequence[Sequence[str]], *, shares: bool) -> None:
        ids: dict[str, int] = {}
        sides = [[np.array(sorted({ids.setdefault(k, len(ids)) for k in segment}), np.int64) for segment in side]
                 for side in (left, right)]
        count = [np.bincount(np.concatenate([*side, np.zeros(0, np.int64)]), minlength=len(ids)) for side in sides]
        size = np.array([max(len(left), 1), max(len(right), 1)])
        self.weight = np.log((size.sum() + 1) / (count[0] + count[1] + 0.5)).clip(0) if ids else np.zeros(0)
        shared = (count[0] > 0) & (count[1] > 0)
        self.sums = [np.concatenate([[0.0], np.cumsum([self.weight[s].sum() for s in side])]) for side in sides]
        self.sides = [[s[shared[s]] for s in side] for side in sides]
        self.shares = shares
        self.typical = TYPICAL if shares else 1.0

    def grid(self, at: Nodes) -> Grid:
        """See Kind."""
        out = at.nothing()
        i0, j0 = max(at.row0 - LONGEST, 0), max(at.column0 - LONGEST, 0)
        left, right = self.sides[0][i0:max(at.row1 - 1, i0)], self.sides[1][j0:max(at.column1 - 1, j0)]
        if not left or not right:
            return out
        common = np.intersect1d(np.concatenate(left), np.concatenate(right))
        weight = self.weight[common].astype(np.float32)
        x, y = _incidence(left, common), _incidence(right, common)
        for a in range(1, LONGEST + 1):
            xa = _runs(x, a) * weight
            for b in range(1, LONGEST + 1):
                yb = _runs(y, b)
                r, c = i0 + a - at.row0, j0 + b - at.column0
                if not len(xa) or not len(yb):
                    continue
                value = xa @ yb.T
                if self.shares:
                    mass = (self.sums[0][i0 + a:i0 + len(x) + 1] - self.sums[0][i0:i0 + len(x) + 1 - a])[:, None] \
                        + (self.sums[1][j0 + b:j0 + len(y) + 1] - self.sums[1][j0:j0 + len(y) + 1 - b])
                    value = 2 * value / np.maximum(mass, 1e-6)
                out[a - 1, b - 1, max(r, 0):, max(c, 0):] = (value / self.typical)[max(-r, 0):, max(-c, 0):]
        return out


def _incidence(segments: Sequence[Ints], common: Ints) -> Grid:
    """[segments, common keys]: 1 where a segment has a key."""
    out = np.zeros((len(segments), len(common)), np.float32)
    if len(common):
        row = np.repeat(np.arange(len(segments)), [len(s) for s in segments])
        key = np.concatenate(segments)
        place = np.minimum(np.searchsorted(common, key), len(common) - 1)
        hit = common[place] == key
        out[row[hit], place[hit]] = 1
    return out


def _runs(rows: Grid, k: int) -> Grid:
    """The union of k rows in a row."""
    out = rows[:max(len(rows) - k + 1, 0)]
    for n in range(1, k):
        out = np.maximum(out, rows[n:len(rows) - k + 1 + n])
    return out


def mean_cosine(vectors: Vectors, others: Vectors) -> Grid:
    """[n]: each vector's mean cosine to what is no translation of it, one of the others being just that."""
    m = len(others)
    mean = vectors @ others.mean(axis=0) * m
    return np.asarray((mean - (TYPICAL + RANDOM) + BELIEF * RANDOM) / (m - 1 + BELIEF), np.float32)
