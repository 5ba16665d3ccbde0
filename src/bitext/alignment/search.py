"""The best monotone path of beads through a band, and how sure it is (forward–backward).

A node (i, j) means: i source and j target segments are behind us. A row of nodes is ragged: row i holds the columns
low[i] … high[i] - 1. Between beads stand gaps: first source segments left alone, then target segments left alone, so
that a gap has one path through it; entering either part costs `open`, since passages are dropped as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bitext.alignment.nodes import Nodes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SHAPES: Final = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (2, 3), (3, 2), (1, 4), (4, 1), (3, 3), (2, 4), (4, 2))
BLOCK: Final = 64  # rows that are looked at together
BEAD, SOURCE_GAP, TARGET_GAP = 0, 1, 2


class Band:
    """The nodes that a path may touch.

    Args:
        low: first column of each row [n + 1], never falling.
        high: past the last column of each row [n + 1], never falling.
    """

    def __init__(self, low: Ints, high: Ints) -> None:
        self.low, self.high = low, high
        self.width = high - low
        self.first = np.concatenate([[0], np.cumsum(self.width)])  # of each row's cells, among all cells
        self.size = int(self.first[-1])

    @classmethod
    def full(cls, n: int, m: int) -> Band:
        """All nodes."""
        return cls(np.zeros(n + 1, np.int64), np.full(n + 1, m + 1, np.int64))

    def rows(self) -> Ints:
        """The row of each cell."""
        return np.repeat(np.arange(len(self.low)), self.width)

    def columns(self) -> Ints:
        """The column of each cell."""
        return np.arange(self.size) - np.repeat(self.first[:-1] - self.low, self.width)

    def cells(self, rows: Ints, columns: Ints) -> Ints:
        """The cells of nodes; -1 for those outside."""
        inside = (rows >= 0) & (rows < len(self.low))
        r = np.where(inside, rows, 0)
        inside &= (columns >= self.low[r]) & (columns < self.high[r])
        return np.where(inside, self.first[r] + columns - self.low[r], -1)

    def block(self, first: int) -> Nodes:
        """The rectangle around some rows."""
        end = min(first + BLOCK, len(self.low))
        return Nodes(first, end, int(self.low[first]), int(self.high[end - 1]))


@dataclass(frozen=True, slots=True)
class Scores:
    """Log weights of the steps."""

    beads: NDArray[np.float32]  # [shapes, cells], of the bead of a shape that ends in a cell; -inf: there is none;
                                # of the first of SHAPES only, as many as there are rows
    source: Floats              # [n], of leaving a source segment alone
    target: Floats              # [m], of leaving a target segment alone
    open: float                 # of beginning a gap


@dataclass(frozen=True, slots=True)
class Posteriors:
    """How probable each step is, all paths of the band taken together."""

    beads: NDArray[np.float32]  # [shapes, cells]
    source: Floats              # [n]
    target: Floats              # [m]
    gaps: float                 # how many gaps are expected
    total: float                # log of the summed weight of all paths


Step = tuple[int, int, int, int]  # i0, i1, j0, j1: source[i0:i1] and target[j0:j1]


def best_path(band: Band, scores: Scores) -> list[Step]:
    """The path of the greatest weight, from (0, 0) to the last node; deterministic on ties."""
    rows = _Rows(band, len(scores.beads))
    values = _forward(rows, scores, np.maximum)
    i, j = len(scores.source), len(scores.target)

    def best(i: int, j: int, begin: float = 0.0, going: int | None = None) -> int:
        """The likeliest state in a node, where all but `going` pay `begin` and no later part of a gap precedes it."""
        if not (i >= 0 and band.low[i] <= j < band.high[i]):
            return BEAD
        at = rows.start[i] + j - band.low[i]
        states = range(TARGET_GAP + 1) if going is None else range(going + 1)
        return max(states, key=lambda state: values[state][at] + (0.0 if state == going else begin))

    state, path = best(i, j), []
    while i or j:
        if state == BEAD:
            cell = int(band.first[i] + j - band.low[i])
            came = np.maximum.reduce([v[rows.at_shapes(i, -1)[:, cell - band.first[i]]] for v in values])
            a, b = SHAPES[int(np.argmax(came + scores.beads[:, cell]))]
            state = best(i - a, j - b)
        else:
            a, b = (1, 0) if state == SOURCE_GAP else (0, 1)
            state = best(i - a, j - b, scores.open, state)
        path.append((i - a, i, j - b, j))
        i, j = i - a, j - b
    return path[::-1]


def posteriors(band: Band, scores: Scores) -> Posteriors:
    """Forward–backward over all paths of the band."""
    rows, n, m = _Rows(band, len(scores.beads)), len(scores.source), len(scores.target)
    before = _forward(rows, scores, np.logaddexp)
    any_before = np.logaddexp(np.logaddexp(before[BEAD], before[SOURCE_GAP]), before[TARGET_GAP])
    total = float(rows.of(any_before, n)[-1])
    beads = np.zeros_like(scores.beads)
    source, target, gaps = np.zeros(n), np.zeros(m + 1), 0.0
    after_bead, after_source = rows.empty(), rows.empty()
    prefix = np.concatenate([[0.0], np.cumsum(scores.target)])
    for i in range(n, -1, -1):
        low, high = band.low[i], band.high[i]
        ends = rows.at_shapes(i, +1)
        cells = rows.cell_of(ends, i)
        steps = scores.beads[rows.shape, cells] + after_bead[ends]
        inner = np.logaddexp.reduce(steps, axis=0)
        if i == n:
            inner[-1] = 0.0
        here = rows.of(any_before, i)
        hit = np.isfinite(steps)
        beads[np.broadcast_to(rows.shape, hit.shape)[hit], cells[hit]] = np.exp(steps + here - total)[hit]

        along = prefix[low:high]
        after_target = np.logaddexp.accumulate((inner + along)[::-1])[::-1] - along
        step_target = np.full(high - low, -np.inf)
        step_target[:-1] = scores.target[low:high - 1] + after_target[1:]
        step_source = np.full(high - low, -np.inf)
        if i < n:
            step_source = scores.source[i] + after_source[rows.at(i, i + 1, 0)]
            source[i] = np.exp(rows.of(before[SOURCE_GAP], i + 1) + rows.of(after_source, i + 1) - total).sum()
        begun = np.logaddexp(step_source, step_target) + scores.open
        rows.of(after_source, i)[:] = np.logaddexp(np.logaddexp(inner, step_source), step_target + scores.open)
        rows.of(after_bead, i)[:] = np.logaddexp(inner, begun)
        target[low:high] += np.exp(rows.of(before[TARGET_GAP], i) + after_target - total)
        gaps += float(np.exp(rows.of(before[BEAD], i) + begun - total).sum()
                      + np.exp(rows.of(before[SOURCE_GAP], i) + step_target + scores.open - total).sum())
    return Posteriors(beads, source, target[1:], gaps, total)


def _forward(rows: _Rows, scores: Scores, add: np.ufunc) -> tuple[Floats, Floats, Floats]:
    """Weights of all ways (`logaddexp`) or of the best one (`maximum`) into each node, by the step that came last."""
    band, n = rows.band, len(scores.source)
    bead, source_gap, target_gap, everything = (rows.empty() for _ in range(4))
    prefix = np.concatenate([[0.0], np.cumsum(scores.target)])
    for i in range(n + 1):
        low, high = band.low[i], band.high[i]
        cells = slice(band.first[i], band.first[i + 1])
        b = rows.of(bead, i)
        b[:] = add.reduce(everything[rows.at_shapes(i, -1)] + scores.beads[:, cells], axis=0)
        s = rows.of(source_gap, i)
        if i:
            up = rows.at(i, i - 1, 0)
            s[:] = add(source_gap[up], bead[up] + scores.open) + scores.source[i - 1]
        else:
            b[0] = 0.0
        aligned = add(b, s)
        t = rows.of(target_gap, i)
        along = prefix[low:high]
        t[1:] = add.accumulate(aligned[:-1] - along[:-1]) + scores.open + along[1:]
        rows.of(everything, i)[:] = add(aligned, t)
    return bead, source_gap, target_gap


class _Rows:
    """A band's nodes with a cell of -inf on either side of each row, and the way from row to row."""

    def __init__(self, band: Band, shapes: int) -> None:
        self.band = band
        self.start = band.first[:-1] + 2 * np.arange(len(band.low)) + 1
        self.a = np.array([a for a, _ in SHAPES[:shapes]])
        self.b = np.array([b for _, b in SHAPES[:shapes]])
        self.shape = np.arange(shapes)[:, None]

    def empty(self) -> Floats:
        return np.full(self.band.size + 2 * len(self.band.low), -np.inf)

    def of(self, values: Floats, row: int) -> Floats:
        """A view of a row."""
        return values[self.start[row]:self.start[row] + self.band.width[row]]

    def at(self, row: int, other: int, shift: int | Ints) -> Ints:
        """Where row `other` holds the columns of `row` plus `shift`; a cell of -inf stands for those outside."""
        begin = self.start[other]
        where = np.arange(self.band.low[row], self.band.high[row]) + (begin - self.band.low[other] + shift)
        clipped: Ints = np.clip(where, begin - 1, begin + self.band.width[other])
        return clipped

    def at_shapes(self, row: int, sign: int) -> Ints:
        """The same for the beads of all shapes, [shapes, width]: where they begin (sign -1) or end (+1)."""
        other = row + sign * self.a
        inside = (other >= 0) & (other < len(self.band.low))
        other = np.where(inside, other, row)[:, None]
        begin = self.start[other]
        shift = begin - self.band.low[other] + sign * self.b[:, None]
        where = np.arange(self.band.low[row], self.band.high[row]) + shift
        clipped: Ints = np.clip(where, begin - 1, begin + self.band.width[other])
        clipped[~inside] = 0
        return clipped

    def cell_of(self, where: Ints, row: int) -> Ints:
        """The band's cells of what at_shapes(row, +1) found; any cell for those outside."""
        other = np.minimum(row + self.a, len(self.band.low) - 1)[:, None]
        cells: Ints = np.clip(where - 2 * other - 1, 0, self.band.size - 1)
        return cells
