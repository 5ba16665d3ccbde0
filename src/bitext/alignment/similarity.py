"""Evidence that a run of source segments and a run of target segments say the same.

Every kind of evidence is scaled by the document's own values: 0 is what segments have in common that do not belong
together, 1 what is typical of those that do. Fixed thresholds, tuned on one kind of text, fail on the next.

Encoder: cosine less the mean cosine to all others (Thompson & Koehn 2019; Liu & Zhu 2022). Bridge: shared words
weighted by rarity (Sennrich & Volk 2010). Lengths: Gale & Church 1993. Names, numbers, words in a lexicon: Varga et al.
2005. What a bead gains or loses by one segment more or less tells where merges and splits end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bitext.alignment import keys
from bitext.alignment.cover import CoverKind
from bitext.alignment.encoder import Vectors
from bitext.alignment.kinds import DenseKind, KeyKind
from bitext.alignment.nodes import BELIEF, LONGEST, TYPICAL, Grid, Kind, Nodes
from bitext.alignment.search import BLOCK, SHAPES, Band, Ints

KINDS: Final = ("encoder", "bridge-encoder", "bridge-words", "cover")
FEATURES: Final = (
    *(f"{kind}-{what}" for kind in KINDS
      for what in ("value", "multiple", "short", "long", "weakest")),
    "length", "length-off", "bridge-length", "keys", "numbers", "end", "marks", "size", "paragraphs",
    *(f"{a}:{b}" for a, b in SHAPES),
)
ALONE: Final = ("bias-source", "bias-target", *(f"{kind}-best" for kind in KINDS), "characters", "repeated", "tiny")


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
                 encode_words: Callable[[Sequence[str]], Vectors] | None = None,
                 lang: tuple[str, str], lexicon: Mapping[str, Sequence[str]] | None = None,
                 paragraphs: tuple[Sequence[int], Sequence[int]] | None = None) -> None:
        self.n, self.m = len(source), len(target)
        self.kinds: dict[str, Kind] = {}
        if vectors and vectors[0] and vectors[1]:
            self.kinds["encoder"] = DenseKind(vectors[0], vectors[1])
            if vectors[2]:
                self.kinds["bridge-encoder"] = DenseKind(vectors[2], vectors[1])
        if encode_words and source and target:
            self.kinds["cover"] = CoverKind(source, target, encode_words)
        if bridge is not None:
            self.kinds["bridge-words"] = KeyKind([keys.monolingual(t) for t in bridge],
                                                 [keys.monolingual(t) for t in target], shares=True)
        left = [keys.bilingual(t, *lang, lexicon) for t in source]
        right = [keys.bilingual(t, *lang[::-1]) + (keys.translations(t) if lexicon else []) for t in target]
        self.keys = KeyKind(left, right, shares=False)
        numbers = ([[k for k in s if k[0].isdigit()] for s in side] for side in (left, right))
        self.numbers = KeyKind(*numbers, shares=False)
        self.lengths = tuple(_lengths(side) for side in (source, target))
        self.bridge_lengths = _lengths(bridge) if bridge is not None else None
        self.ratio = self.bridge_ratio = 1.0
        self.ends = tuple(np.array([keys.end(t) for t in side], np.int64) for side in (source, target))
        self.marks = tuple(np.concatenate([[0.0], np.cumsum([_marks(t) for t in side])]) for side in (source, target))
        self.repeated = tuple(_repeated(side) for side in (source, target))
        self.begins = tuple(np.concatenate([[0], np.diff(p) != 0, [0]]) for p in paragraphs or ([0], [0]))
        self.has_paragraphs = paragraphs is not None


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

    def blocks(self, band: Band) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Block by block: which cells of the band, and the features of their beads [features, shapes, cells]."""
        rows, columns = band.rows(), band.columns()
        for first in range(0, len(band.low), BLOCK):
            at = band.block(first)
            cells = slice(int(band.first[at.row0]), int(band.first[at.row1]))
            yield cells, self.beads(at)[:, :, rows[cells] - at.row0, columns[cells] - at.column0]

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
            self._rest(out[:, k], shared[a - 1, b - 1], numbers[a - 1, b - 1], i0=i0, i=i, j0=j0, j=j)
            out[FEATURES.index(f"{a}:{b}"), k] = 1
        return out

    def _grid(self, kind: Kind, at: Nodes) -> Grid:
        """The kind's grid, nan for the nodes that lie outside the texts."""
        inner = Nodes(max(at.row0, 0), min(at.row1, self.n + 1), max(at.column0, 0), min(at.column1, self.m + 1))
        grid = kind.grid(inner)
        if inner == at:
            return grid
        out = at.nothing()
        rows = slice(inner.row0 - at.row0, inner.row1 - at.row0)
        out[:, :, rows, inner.column0 - at.column0:inner.column1 - at.column0] = grid
        return out

    def _rest(self, out: Grid, shared: Grid, numbers: Grid, *, i0: Ints, i: Ints, j0: Ints, j: Ints) -> None:
        """Evidence but for the kinds, of the beads source[i0:i], target[j0:j]."""
        where = {name: n for n, name in enumerate(FEATURES)}
        x, y = (self.lengths[0][i] - self.lengths[0][i0]) * self.ratio, self.lengths[1][j] - self.lengths[1][j0]
        out[where["size"]] = np.log((x + y) / 200 + 0.05)
        if self.has_paragraphs:
            out[where["paragraphs"]] = self.begins[0][i0] != self.begins[1][j0]
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
    return np.asarray(np.nan_to_num(np.fmin.reduce(each)), np.float32)


def _inner(grid: Grid, row: int, column: int) -> Grid:
    """A grid of nodes without those that were only added to look around, shifted."""
    rows, columns = grid.shape
    inner: Grid = grid[LONGEST + row:rows - 1 + row, LONGEST + column:columns - 1 + column]
    return inner


def _ratio(source: NDArray[np.float64], target: NDArray[np.float64], i: Ints, j: Ints) -> float:
    """Target characters a source character, in pairs that belong together; without any, in the whole text."""
    x, y = np.diff(source)[i].sum(), np.diff(target)[j].sum()
    x, y = x + 0.1 * source[-1], y + 0.1 * target[-1]
    return float(np.clip(y / x, 0.1, 10)) if x and y else 1.0


def _lengths(texts: Sequence[str]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum([len(t) + 1.0 for t in texts])])


def _marks(text: str) -> float:
    return float(sum(text.count(c) for c in ",،;؛:()«»\"“”„、，"))


def _repeated(texts: Sequence[str]) -> NDArray[np.float64]:
    count: dict[str, int] = {}
    for t in texts:
        count[t] = count.get(t, 0) + 1
    return np.array([float(count[t] > 1) for t in texts])
