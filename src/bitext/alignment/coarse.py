"""Where the path runs, roughly: from coarse to fine, so that the cost grows with the texts' length.

Neighbouring segments are merged in pairs until the texts are short enough to look at everything; the path found there
is refined within a band at each halving (Thompson & Koehn 2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bitext.alignment.encoder import Vectors
from bitext.alignment.search import BLOCK, SHAPES, Band, Floats, Scores, Step, best_path

WHOLE: Final = 500 * 500    # nodes up to which all are looked at
REACH: Final = 10           # nodes to either side of the path of which the next search may think better
CORNER: Final = 10_000      # nodes between two beads, with gaps on both sides, up to which all are looked at
SHAPES_USED: Final = 3      # 1:1, 1:2, 2:1

# Set by hand: they only have to find the place. A bead: STEEP × (similarity - LEVEL) + BONUS, less for lengths.
STEEP, LEVEL, BONUS, UNEVEN, OPEN = 6.0, 0.4, 1.0, 2.0, -1.0


@dataclass(frozen=True, slots=True)
class Side:
    """A text as the search sees it."""

    vectors: Vectors    # [n, d], unit vectors of segments
    lengths: Floats     # [n], characters

    def halved(self) -> Side:
        """Neighbours merged in pairs; an odd last one stays alone."""
        starts = np.arange(0, len(self.lengths), 2)
        vectors = np.add.reduceat(self.vectors, starts, axis=0)
        norms = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return Side(np.asarray(vectors / norms, np.float32), np.add.reduceat(self.lengths, starts))


def find(source: Side, target: Side) -> tuple[Band, list[Step]]:
    """The band in which the fine search looks, and the path that it surrounds."""
    path = _path(source, target)
    return _around(path, len(source.lengths), len(target.lengths)), path


def _path(source: Side, target: Side) -> list[Step]:
    n, m = len(source.lengths), len(target.lengths)
    if not n or not m or (n + 1) * (m + 1) <= WHOLE:
        band = Band.full(n, m)
    else:
        coarse = _path(source.halved(), target.halved())
        band = _around([(2 * a, min(2 * b, n), 2 * c, min(2 * d, m)) for a, b, c, d in coarse], n, m)
    return best_path(band, Scores(_values(source, target, band), np.zeros(n), np.zeros(m), OPEN))


def _values(source: Side, target: Side, band: Band) -> NDArray[np.float32]:
    """[shapes, cells]: log weights of the beads, by similarity and length."""
    values = np.full((SHAPES_USED, band.size), -np.inf, np.float32)
    n, m = len(source.lengths), len(target.lengths)
    if not n or not m:
        return values
    single = np.full(band.size, np.nan, np.float32)
    means = source.vectors @ target.vectors.mean(axis=0), target.vectors @ source.vectors.mean(axis=0)
    rows, columns = band.rows(), band.columns()
    for first in range(0, n + 1, BLOCK):
        at = band.block(first)
        i0, j0, j1 = max(at.row0 - 1, 0), max(at.column0 - 1, 0), at.column1 - 1
        if at.row1 - 1 <= i0 or j1 <= j0:
            continue
        like = source.vectors[i0:at.row1 - 1] @ target.vectors[j0:j1].T
        like -= 0.5 * (means[0][i0:at.row1 - 1, None] + means[1][j0:j1])
        cells = slice(band.first[at.row0], band.first[at.row1])
        i, j = rows[cells] - 1, columns[cells] - 1
        inside = (i >= 0) & (j >= 0)
        single[cells][inside] = like[i[inside] - i0, j[inside] - j0]
    top = np.full(n, -1.0)
    inside = (rows > 0) & (columns > 0)
    np.maximum.at(top, rows[inside] - 1, single[inside])
    single /= max(float(np.median(top)), 0.05)
    ends = np.concatenate([[0.0], np.cumsum(source.lengths)]), np.concatenate([[0.0], np.cumsum(target.lengths)])
    ratio = ends[1][-1] / max(ends[0][-1], 1.0)
    for k, (a, b) in enumerate(SHAPES[:SHAPES_USED]):
        fits = np.flatnonzero((rows >= a) & (columns >= b))
        i, j = rows[fits], columns[fits]
        like = single[fits]
        if a + b > 2:
            other = band.cells(i - (a - 1), j - (b - 1))
            like = np.where(other >= 0, 0.5 * (like + single[other]), np.nan)
        x, y = (ends[0][i] - ends[0][i - a]) * ratio, ends[1][j] - ends[1][j - b]
        uneven = np.abs(np.log((x + 5) / (y + 5)))
        value = 0.5 * (a + b) * STEEP * (like - LEVEL) + BONUS * (3 - a - b) - UNEVEN * uneven
        values[k, fits] = np.where(np.isnan(value), -np.inf, value)
    return values


def _around(path: list[Step], n: int, m: int) -> Band:
    """All nodes within reach of the path, and those of small corners that it cuts."""
    low, high = np.full(n + 1, m), np.zeros(n + 1, np.int64)

    def add(i0: int, i1: int, j0: int, j1: int) -> None:
        rows = slice(max(i0 - REACH, 0), i1 + REACH + 1)
        low[rows] = np.minimum(low[rows], max(j0 - REACH, 0))
        high[rows] = np.maximum(high[rows], min(j1 + REACH, m) + 1)

    add(0, 0, 0, 0)
    add(n, n, m, m)
    corner: Step | None = None
    for i0, i1, j0, j1 in path:
        add(i0, i1, j0, j1)
        if i1 > i0 and j1 > j0:
            corner = None
        else:
            corner = (corner[0], i1, corner[2], j1) if corner else (i0, i1, j0, j1)
            if (corner[1] - corner[0]) * (corner[3] - corner[2]) <= CORNER:
                add(*corner)
    low = np.minimum.accumulate(low[::-1])[::-1]
    return Band(low, np.maximum.accumulate(high))
