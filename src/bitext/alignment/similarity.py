"""Evidence that a run of source segments and a run of target segments say the same.

Every kind of evidence is scaled by the document's own values: 0 is what segments have in common that do not belong
together, 1 what is typical of those that do. Fixed thresholds, tuned on one kind of text, fail on the next.

Encoder: cosine less the mean cosine to all others (Thompson & Koehn 2019; Liu & Zhu 2022). Bridge: shared words
weighted by rarity (Sennrich & Volk 2010). Lengths: Gale & Church 1993. Names, numbers, words in a lexicon: Varga et al.
2005. What a bead gains or loses by one segment more or less tells where merges and splits end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bitext.alignment import keys
from bitext.alignment.encoder import Vectors, run_sums
from bitext.alignment.search import SHAPES, Ints

Grid = NDArray[np.float32]  # [LONGEST, LONGEST, rows, columns]: value of the bead of a × b segments that ends in a node

LONGEST: Final = 4
RANDOM, TYPICAL = 0.1, 0.5  # cosine of unrelated segments; of translations, above that: beliefs for tiny documents
BELIEF = 4                  # … worth so many segments
FEATURES: Final = (
    *(f"{kind}-{what}" for kind in ("encoder", "bridge-encoder", "bridge-words")
      for what in ("value", "multiple", "short", "long", "weakest")),
    "length", "length-off", "bridge-length", "keys", "numbers", "end", "marks", "size",
    *(f"{a}:{b}" for a, b in SHAPES),
)
ALONE: Final = ("bias-source", "bias-target", "encoder-best", "bridge-encoder-best", "bridge-words-best", "characters",
                "repeated", "tiny")


@dataclass(frozen=True, slots=True)
class Nodes:
    """A rectangle of nodes (i, j): i in rows, j in columns."""

    row0: int
    row1: int
    column0: int
    column1: int


class DenseKind:
    """Evidence from vectors of runs: their cosine less what they have with everything."""

    def __init__(self, left: list[Vectors], right: list[Vectors]) -> None:
        self.left, self.right = left, right
        self.left_mean = [_mean_cosine(v, right[0]) for v in left]
        self.right_mean = [_mean_cosine(v, left[0]) for v in right]
        self.typical = TYPICAL

    def grid(self, at: Nodes) -> Grid:
        """Values for all beads that end in the nodes; nan where none can."""
        out = np.full((LONGEST, LONGEST, at.row1 - at.row0, at.column1 - at.column0), np.nan, np.float32)
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
        """Values for all beads that end in the nodes; nan where none can."""
        out = np.full((LONGEST, LONGEST, at.row1 - at.row0, at.column1 - at.column0), np.nan, np.float32)
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


def _mean_cosine(vectors: Vectors, others: Vectors) -> Grid:
    """[n]: each vector's mean cosine to what is no translation of it, one of the others being just that."""
    m = len(others)
    mean = vectors @ others.mean(axis=0) * m
    return np.asarray((mean - (TYPICAL + RANDOM) + BELIEF * RANDOM) / (m - 1 + BELIEF), np.float32)


class Evidence:
    """What is known of two texts.

    Args:
        source: texts of the source's segments.
        target: of the target's.
        bridge: machine translations of the source's segments, "" where there is none; None: no bridge at all.
        vectors: of runs of source, target and bridge, where there is an encoder.
    """

    def __init__(self, source: Sequence[str], target: Sequence[str], bridge: Sequence[str] | None,
                 vectors: tuple[list[Vectors], list[Vectors], list[Vectors] | None] | None, *,
                 lang: tuple[str, str], lexicon: Mapping[str, Sequence[str]] | None = None,
                 paragraphs: tuple[Ints, Ints] | None = None) -> None:
        self.n, self.m = len(source), len(target)
        self.kinds: dict[str, DenseKind | KeyKind] = {}
        if vectors and vectors[0] and vectors[1]:
            self.kinds["encoder"] = DenseKind(vectors[0], vectors[1])
            if vectors[2]:
                self.kinds["bridge-encoder"] = DenseKind(vectors[2], vectors[1])
        if bridge is not None:
            self.kinds["bridge-words"] = KeyKind([keys.monolingual(t) for t in bridge],
                                                 [keys.monolingual(t) for t in target], shares=True)
        left = [keys.bilingual(t, *lang, lexicon) for t in source]
        right = [keys.bilingual(t, *lang[::-1]) + (keys.translations(t) if lexicon else []) for t in target]
        self.keys = KeyKind(left, right, shares=False)
        self.numbers = KeyKind(*([[k for k in s if k[0].isdigit()] for s in side] for side in (left, right)), shares=False)
        self.lengths = tuple(_lengths(side) for side in (source, target))
        self.bridge_lengths = _lengths(bridge) if bridge is not None else None
        self.ratio = self.bridge_ratio = 1.0
        self.ends = tuple(np.array([_end(t) for t in side], np.int64) for side in (source, target))
        self.marks = tuple(np.concatenate([[0.0], np.cumsum([_marks(t) for t in side])]) for side in (source, target))
        self.repeated = tuple(_repeated(side) for side in (source, target))
        self.paragraphs = paragraphs


    def calibrate(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Take the scale from pairs that are likely right."""
        i, j = (np.array([p[side] for p in pairs], np.int64) for side in (0, 1))
        for kind in (self.kinds[k] for k in self.kinds):
            values = [float(kind.grid(Nodes(a + 1, a + 2, b + 1, b + 2))[0, 0, 0, 0]) * kind.typical
                      for a, b in zip(i, j, strict=True)]
            kind.typical = max((sum(values) + BELIEF * TYPICAL) / (len(values) + BELIEF), 0.1)
        self.ratio = _ratio(self.lengths[0], self.lengths[1], i, j)
        if self.bridge_lengths is not None:
            self.bridge_ratio = _ratio(self.bridge_lengths, self.lengths[1], i, j)

    def beads(self, at: Nodes) -> NDArray[np.float32]:
        """[features, shapes, rows, columns] of the beads that end in the nodes; anything where none can end."""
        rows, columns = at.row1 - at.row0, at.column1 - at.column0
        wide = Nodes(at.row0 - LONGEST, at.row1 + 1, at.column0 - LONGEST, at.column1 + 1)
        out = np.zeros((len(FEATURES), len(SHAPES), rows, columns), np.float32)
        for name, kind in self.kinds.items():
            first = FEATURES.index(f"{name}-value")
            grid = self._grid(kind, wide)
            for k, (a, b) in enumerate(SHAPES):
                value, shorter, longer = _contrast(grid, a, b)
                out[first, k], out[first + 1, k] = value, value * (a + b - 2)
                out[first + 2, k], out[first + 3, k] = longer, shorter
                if a + b > 2:
                    out[first + 4, k] = _weakest(grid[0, 0], a, b)
        shared, numbers = self._grid(self.keys, at), self._grid(self.numbers, at)
        i, j = np.arange(at.row0, at.row1)[:, None], np.arange(at.column0, at.column1)
        for k, (a, b) in enumerate(SHAPES):
            i0, j0 = np.maximum(i - a, 0), np.maximum(j - b, 0)
            self._rest(out[:, k], shared[a - 1, b - 1], numbers[a - 1, b - 1], i0, i, j0, j)
            out[FEATURES.index(f"{a}:{b}"), k] = 1
        return out

    def _grid(self, kind: DenseKind | KeyKind, at: Nodes) -> Grid:
        """The kind's grid, nan for the nodes that lie outside the texts."""
        inner = Nodes(max(at.row0, 0), min(at.row1, self.n + 1), max(at.column0, 0), min(at.column1, self.m + 1))
        grid = kind.grid(inner)
        if inner == at:
            return grid
        out = np.full((LONGEST, LONGEST, at.row1 - at.row0, at.column1 - at.column0), np.nan, np.float32)
        out[:, :, inner.row0 - at.row0:inner.row1 - at.row0, inner.column0 - at.column0:inner.column1 - at.column0] = grid
        return out

    def _rest(self, out: NDArray[np.float32], shared: Grid, numbers: Grid, i0: Ints, i: Ints, j0: Ints, j: Ints) -> None:
        """Evidence but for the kinds, of the beads source[i0:i], target[j0:j]."""
        where = {name: n for n, name in enumerate(FEATURES)}
        x, y = (self.lengths[0][i] - self.lengths[0][i0]) * self.ratio, self.lengths[1][j] - self.lengths[1][j0]
        out[where["size"]] = np.log((x + y) / 200 + 0.05)
        out[where["length"]] = np.abs(np.log((y + 5) / (x + 5)))
        out[where["length-off"]] = np.minimum(np.abs(y - x) / np.sqrt(3.4 * (x + y) + 10), 6) / 3
        if self.bridge_lengths is not None:
            x = (self.bridge_lengths[i] - self.bridge_lengths[i0]) * self.bridge_ratio
            out[where["bridge-length"]] = np.minimum(np.abs(y - x) / np.sqrt(3.4 * (x + y) + 10), 6) / 3
        out[where["keys"]] = np.minimum(np.nan_to_num(shared), 15) / 10
        mass = self.numbers.sums
        unlike = (mass[0][i] - mass[0][i0]) + (mass[1][j] - mass[1][j0]) - 2 * np.nan_to_num(numbers)
        out[where["numbers"]] = np.minimum(unlike, 15) / 10
        if self.n and self.m:
            ends = self.ends[0][np.maximum(i - 1, 0)], self.ends[1][np.maximum(j - 1, 0)]
            out[where["end"]] = ends[0] != ends[1]
        inside = (self.marks[0][i] - self.marks[0][i0]) - (self.marks[1][j] - self.marks[1][j0])
        out[where["marks"]] = np.minimum(np.abs(inside), 4) / 4

    def alone(self, best: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]) -> list[NDArray[np.float32]]:
        """For each side [features, segments]: what tells whether a segment has a counterpart.

        Args:
            best: of each kind, for each side, the best value that a segment has with a single segment of the other.
        """
        sides = []
        for side, length in enumerate((self.n, self.m)):
            out = np.zeros((len(ALONE), length), np.float32)
            out[side] = 1
            for name, values in best.items():
                out[ALONE.index(f"{name}-best")] = values[side]
            characters = np.diff(self.lengths[side]) * (self.ratio if side == 0 else 1)
            out[ALONE.index("characters")] = np.log(characters / 100 + 0.05)
            out[ALONE.index("repeated")] = self.repeated[side]
            out[ALONE.index("tiny")] = characters < 20
            sides.append(out)
        return sides


def _contrast(grid: Grid, a: int, b: int) -> tuple[Grid, Grid, Grid]:
    """Of the beads of a × b segments: value, gain by the best segment less, gain by the best segment more."""
    def at(a: int, b: int, row: int = 0, column: int = 0) -> Grid:
        return _inner(grid[a - 1, b - 1], row, column)

    value = at(a, b)
    less = [at(a - 1, b), at(a - 1, b, row=-1)] if a > 1 else []
    less += [at(a, b - 1), at(a, b - 1, column=-1)] if b > 1 else []
    more = [at(a + 1, b), at(a + 1, b, row=1)] if a < LONGEST else []
    more += [at(a, b + 1), at(a, b + 1, column=1)] if b < LONGEST else []
    gains = [np.clip(np.nan_to_num(np.fmax.reduce(g) - value), -1, 1) if g else np.zeros_like(value)
             for g in (less, more)]
    return np.nan_to_num(value), gains[0], gains[1]


def _weakest(single: Grid, a: int, b: int) -> Grid:
    """Of the beads of a × b segments: the member that is least like its likest on the other side."""
    of = np.stack([[_inner(single, -p, -q) for q in range(b)] for p in range(a)])
    each = [*np.fmax.reduce(of, axis=1), *np.fmax.reduce(of, axis=0)]
    return np.nan_to_num(np.fmin.reduce(each))


def _inner(grid: Grid, row: int, column: int) -> Grid:
    """A grid of nodes without those that were only added to look around, shifted."""
    rows, columns = grid.shape
    return grid[LONGEST + row:rows - 1 + row, LONGEST + column:columns - 1 + column]


def _ratio(source: NDArray[np.float64], target: NDArray[np.float64], i: Ints, j: Ints) -> float:
    """Target characters a source character, in pairs that belong together; without any, in the whole text."""
    x, y = np.diff(source)[i].sum(), np.diff(target)[j].sum()
    x, y = x + 0.1 * source[-1], y + 0.1 * target[-1]
    return float(np.clip(y / x, 0.1, 10)) if x and y else 1.0


def _lengths(texts: Sequence[str]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum([len(t) + 1.0 for t in texts])])


def _end(text: str) -> int:
    """The class of the mark that ends a text."""
    for c in reversed(text[-4:]):
        if c in "?؟？":
            return 2
        if c in "!！":
            return 3
        if c in ":：؛;":
            return 4
        if c in ".。…۔":
            return 1
        if c.isalnum():
            return 0
    return 0


def _marks(text: str) -> float:
    return float(sum(text.count(c) for c in ",،;؛:()«»\"“”„、，"))


def _repeated(texts: Sequence[str]) -> NDArray[np.float64]:
    count: dict[str, int] = {}
    for t in texts:
        count[t] = count.get(t, 0) + 1
    return np.array([float(count[t] > 1) for t in texts])
