"""Whether a translation says what its source says, and all of it.

It finds what is lost or foreign. It doesn't rank good translations: between good systems its agreement with chrF is
chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from bitext.alignment import keys, parameters
from bitext.alignment.cover import Words, like
from bitext.alignment.encoder import Encoder, RunEncoder, encode_runs
from bitext.alignment.kinds import mean_cosine
from bitext.alignment.nodes import BELIEF
from bitext.alignment.search import Floats

FEATURES: Final = ("bias", "likeness", "shorter", "longer", "source-covered", "target-covered", "last-covered",
                   "numbers", "keys", "end")
USUAL = 0.1  # log of target characters a source character, before the pairs have told their own; worth BELIEF pairs


def score(source: Sequence[str], target: Sequence[str], *, lang: tuple[str, str],
          encoder: Encoder | None) -> list[float]:
    """See bitext.alignment.score_pairs."""
    if len(source) != len(target):
        raise ValueError(f"{len(source)} source and {len(target)} target texts; as many were expected")
    filled = [n for n, (s, t) in enumerate(zip(source, target, strict=True)) if s.strip() and t.strip()]
    scores = [0.0] * len(source)
    if filled:
        mode = parameters.mode(encoder=encoder is not None, words=isinstance(encoder, RunEncoder), bridge=False)
        x = features([source[n] for n in filled], [target[n] for n in filled], lang=lang, encoder=encoder)
        chance = 1 / (1 + np.exp(-np.clip(x @ parameters.pairs(mode, FEATURES), -30, 30)))
        for n, c in zip(filled, chance, strict=True):
            scores[n] = round(float(c), 4)
    return scores


def features(source: Sequence[str], target: Sequence[str], *, lang: tuple[str, str], encoder: Encoder | None) -> Floats:
    """[pairs, FEATURES]; what there is no evidence for is 0. No text is empty."""
    out = {name: np.zeros(len(source)) for name in FEATURES}
    out["bias"] += 1
    if encoder:
        left, right = (encode_runs(encoder, side, 1)[0] for side in (source, target))
        usual = 0.5 * (mean_cosine(left, right) + mean_cosine(right, left))
        out["likeness"] = np.einsum("nd,nd->n", left, right) - usual
    if isinstance(encoder, RunEncoder):
        sides = Words(source, encoder.encode), Words(target, encoder.encode)
        for n in range(len(source)):
            ids = [side.segments[n] for side in sides]
            if len(ids[0]) and len(ids[1]):
                covered = like(sides[0].vectors[ids[0]], sides[1].vectors[ids[1]])
                weights = [side.weight[i] for side, i in zip(sides, ids, strict=True)]
                of_source = covered.max(axis=1) * weights[0]
                out["source-covered"][n] = of_source.sum() / weights[0].sum()
                out["target-covered"][n] = covered.max(axis=0) @ weights[1] / weights[1].sum()
                last = slice(-max(len(ids[0]) // 3, 1), None)
                out["last-covered"][n] = of_source[last].sum() / weights[0][last].sum() - out["source-covered"][n]
    logs = np.log([(len(t) + 5) / (len(s) + 5) for s, t in zip(source, target, strict=True)])
    logs -= np.median([*logs, *[USUAL] * BELIEF])
    out["shorter"], out["longer"] = np.maximum(-logs, 0), np.maximum(logs, 0)
    for n, (s, t) in enumerate(zip(source, target, strict=True)):
        ours, theirs = set(keys.bilingual(s, *lang)), set(keys.bilingual(t, *lang[::-1]))
        out["keys"][n] = min(len(ours & theirs), 4) / 4
        out["numbers"][n] = min(sum(k[0].isdigit() for k in ours ^ theirs), 4) / 4
        out["end"][n] = keys.end(s) != keys.end(t)
    return np.column_stack([out[name] for name in FEATURES])
