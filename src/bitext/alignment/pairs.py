"""Whether a translation says what its source says (stand-in with weights set by hand)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bitext.alignment.encoder import Encoder, encode_runs


def score(source: Sequence[str], target: Sequence[str], *, lang: tuple[str, str],
          encoder: Encoder | None) -> list[float]:
    """See bitext.alignment.score_pairs."""
    if len(source) != len(target):
        raise ValueError(f"{len(source)} source and {len(target)} target texts")
    if not source:
        return []
    lengths = [(max(len(s), 1), max(len(t), 1)) for s, t in zip(source, target, strict=True)]
    logs = np.array([np.log(t / s) for s, t in lengths])
    value = 2.0 - 3 * np.abs(logs - np.median(logs))
    if encoder:
        cos = np.einsum("nd,nd->n", encode_runs(encoder, source, 1)[0], encode_runs(encoder, target, 1)[0])
        value = value + 8 * (cos - 0.4)
    chance = 1 / (1 + np.exp(-value))
    return [round(float(c), 4) if s.strip() and t.strip() else 0.0
            for c, s, t in zip(chance, source, target, strict=True)]
