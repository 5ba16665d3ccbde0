"""Evidence and search put together (stand-in with weights set by hand)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bitext.alignment.encoder import Encoder, encode_runs
from bitext.alignment.search import SHAPES, Band, Scores, best_path, posteriors
from bitext.records import Bead, Segment


def align(source: Sequence[str] | Sequence[Segment], target: Sequence[str] | Sequence[Segment], *,
          bridge: Sequence[str | None] | None, lang: tuple[str, str], encoder: Encoder | None,
          lexicon: Mapping[str, Sequence[str]] | None) -> list[Bead]:
    """See bitext.alignment.align."""
    a, b = ([x if isinstance(x, str) else x.text for x in side] for side in (source, target))
    n, m = len(a), len(b)
    band = Band.full(n, m)
    rows, columns = band.rows(), band.columns()
    beads = np.full((len(SHAPES), band.size), -np.inf, np.float32)
    left = encode_runs(encoder, a, 4) if encoder and n else []
    right = encode_runs(encoder, b, 4) if encoder and m else []
    la, lb = (np.concatenate([[0.0], np.cumsum([len(t) + 1.0 for t in x])]) for x in (a, b))
    ratio = lb[-1] / max(la[-1], 1)
    if n and m:
        norm = 1.0
        if left:
            sims = left[0] @ right[0].T
            random, typical = np.median(sims), np.median(sims.max(1))
            norm = max(float(typical - random), 0.1)
        for k, (p, q) in enumerate(SHAPES):
            ok = (rows >= p) & (columns >= q)
            i, j = rows[ok], columns[ok]
            x, y = (la[i] - la[i - p]) * ratio, lb[j] - lb[j - q]
            value = -np.abs(np.log(x / y)) * 3
            if left:
                cos = np.einsum("cd,cd->c", left[p - 1][i - p], right[q - 1][j - q])
                value = value + 6 * ((cos - random) / norm - 0.4) * (p + q) / 2
            beads[k, ok] = value + 1 - (p + q - 2) * 1.5
    scores = Scores(beads, np.zeros(n), np.zeros(m), -1.0)
    after = posteriors(band, scores)
    result = []
    for i0, i1, j0, j1 in best_path(band, scores):
        if i1 > i0 and j1 > j0:
            cell = band.first[i1] + j1 - band.low[i1]
            score = float(after.beads[SHAPES.index((i1 - i0, j1 - j0)), cell])
        else:
            score = float(after.source[i0] if i1 > i0 else after.target[j0])
        result.append(Bead(tuple(range(i0, i1)), tuple(range(j0, j1)), round(min(max(score, 0.0), 1.0), 4)))
    return result
