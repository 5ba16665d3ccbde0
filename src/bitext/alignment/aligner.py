"""Evidence, weights and search put together."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bitext.alignment import coarse, keys, parameters
from bitext.alignment.encoder import Encoder, RunEncoder, Vectors, encode_runs
from bitext.alignment.nodes import LONGEST, Grid
from bitext.alignment.search import SHAPES, Band, Ints, Posteriors, Scores, Step, best_path, posteriors
from bitext.alignment.similarity import FEATURES, Evidence
from bitext.records import Bead, Segment

HASHED = 512        # numbers that stand for the keys of a segment, where there is no encoder
CALIBRATED_ON = 300  # pairs that tell a document's scale


def align(source: Sequence[str] | Sequence[Segment], target: Sequence[str] | Sequence[Segment], *,
          bridge: Sequence[str | None] | None, lang: tuple[str, str], encoder: Encoder | None,
          lexicon: Mapping[str, Sequence[str]] | None) -> list[Bead]:
    """See bitext.alignment.align."""
    if bridge is not None and len(bridge) != len(source):
        raise ValueError(f"bridge has {len(bridge)} texts, source {len(source)}; one for each was expected")
    texts = [[x if isinstance(x, str) else x.text for x in side] for side in (source, target)]
    kept = [[n for n, t in enumerate(side) if t.strip()] for side in texts]
    source_texts, target_texts = ([side[n] for n in keep] for side, keep in zip(texts, kept, strict=True))
    bridges = [bridge[n] or "" for n in kept[0]] if bridge is not None else None
    evidence, band, mode = gather(source_texts, target_texts, bridges, lang=lang, encoder=encoder, lexicon=lexicon,
                                  paragraphs=_paragraphs(source, target, kept))
    weights = parameters.load(mode)
    scores = weigh(evidence, band, weights)
    sure = posteriors(band, scores)
    beads = [(step, weights.calibrated(posterior(band, sure, step))) for step in best_path(band, scores)]
    return _with_empty(beads, kept, (len(source), len(target)))


def gather(source: Sequence[str], target: Sequence[str], bridge: Sequence[str] | None, *, lang: tuple[str, str],
           encoder: Encoder | None, lexicon: Mapping[str, Sequence[str]] | None = None,
           paragraphs: tuple[Sequence[int], Sequence[int]] | None = None) -> tuple[Evidence, Band, str]:
    """What is known of two texts, the band in which the path is to be looked for, and which weights serve."""
    vectors: tuple[list[Vectors], list[Vectors], list[Vectors] | None] | None = None
    encode_words: Callable[[Sequence[str]], Vectors] | None = None
    if encoder and source and target:
        runs = [encode_runs(encoder, side, LONGEST) for side in (source, target)]
        vectors = runs[0], runs[1], encode_runs(encoder, bridge, LONGEST) if bridge is not None else None
        encode_words = encoder.encode if isinstance(encoder, RunEncoder) else None
    evidence = Evidence(source, target, bridge, vectors, encode_words=encode_words, lang=lang, lexicon=lexicon,
                        paragraphs=paragraphs)
    if vectors:
        sides = vectors[0][0], vectors[1][0]
    elif bridge is not None:
        sides = _hashed([keys.monolingual(t) for t in bridge]), _hashed([keys.monolingual(t) for t in target])
    else:
        sides = (_hashed([keys.bilingual(t, *lang, lexicon) for t in source]),
                 _hashed([keys.bilingual(t, *lang[::-1]) + (keys.translations(t) if lexicon else []) for t in target]))
    lengths = [np.diff(side) for side in evidence.lengths]
    band, path = coarse.find(coarse.Side(sides[0], lengths[0]), coarse.Side(sides[1], lengths[1]))
    pairs = [(i0, j0) for i0, i1, j0, j1 in path if i1 - i0 == j1 - j0 == 1]
    evidence.calibrate(pairs[::max(len(pairs) // CALIBRATED_ON, 1)])
    mode = parameters.mode(encoder=bool(vectors), words=encode_words is not None, bridge=bridge is not None)
    return evidence, band, mode


def weigh(evidence: Evidence, band: Band, weights: parameters.Weights) -> Scores:
    """Log weights of all steps in the band."""
    rows, columns = band.rows(), band.columns()
    beads = np.full((len(SHAPES), band.size), -np.inf, np.float32)
    best = {name: (np.full(evidence.n, -1, np.float32), np.full(evidence.m, -1, np.float32)) for name in evidence.kinds}
    for cells, features in evidence.blocks(band):
        beads[:, cells] = np.einsum("f,fsc->sc", weights.beads, features)
        note_best(best, features, rows[cells], columns[cells])
    for k, (a, b) in enumerate(SHAPES):
        beads[k, (rows < a) | (columns < b)] = -np.inf
    alone = [(weights.alone @ side).astype(np.float64) for side in evidence.alone(best)]
    return Scores(beads, alone[0], alone[1], weights.open)


def note_best(best: Mapping[str, tuple[Grid, Grid]], features: Grid, rows: Ints, columns: Ints) -> None:
    """Raise each segment's best value with a single segment of the other side to what a block of beads has."""
    single = (rows > 0) & (columns > 0)
    for name, (of_source, of_target) in best.items():
        value = features[FEATURES.index(f"{name}-value"), 0, single]
        np.maximum.at(of_source, rows[single] - 1, value)
        np.maximum.at(of_target, columns[single] - 1, value)


def posterior(band: Band, sure: Posteriors, step: Step) -> float:
    """How probable a step is."""
    i0, i1, j0, j1 = step
    if i1 > i0 and j1 > j0:
        return float(sure.beads[SHAPES.index((i1 - i0, j1 - j0)), band.first[i1] + j1 - band.low[i1]])
    return float(sure.source[i0] if i1 > i0 else sure.target[j0])


def _hashed(segments: Sequence[Sequence[str]]) -> Vectors:
    """Unit vectors in which shared keys, weighted by rarity, make segments alike."""
    count: dict[str, int] = {}
    for segment in segments:
        for key in set(segment):
            count[key] = count.get(key, 0) + 1
    out = np.zeros((len(segments), HASHED), np.float32)
    for row, segment in zip(out, segments, strict=True):
        for key in sorted(set(segment)):
            place = zlib.crc32(key.encode())
            row[place % HASHED] += np.log(1 + len(segments) / count[key]) * (1 if place & 0x10000 else -1)
    norms = np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)
    return np.asarray(out / norms, np.float32)


def _paragraphs(source: Sequence[str] | Sequence[Segment], target: Sequence[str] | Sequence[Segment],
                kept: list[list[int]]) -> tuple[Sequence[int], Sequence[int]] | None:
    """The paragraph of each segment, where both sides have several."""
    sides = []
    for side, keep in zip((source, target), kept, strict=True):
        found = [s.paragraph for s in (side[n] for n in keep) if isinstance(s, Segment)]
        if len(found) != len(keep) or len(set(found)) < 2:
            return None
        sides.append(found)
    return sides[0], sides[1]


def _with_empty(beads: list[tuple[Step, float]], kept: list[list[int]], lengths: tuple[int, int]) -> list[Bead]:
    """Beads in the callers' indices: segments without text stand alone, or inside a bead that spans them."""
    out: list[Bead] = []
    done = [0, 0]

    def pass_empty(side: int, end: int) -> None:
        for n in range(done[side], end):
            out.append(Bead((n,), (), 1.0) if side == 0 else Bead((), (n,), 1.0))
        done[side] = max(done[side], end)

    for (i0, i1, j0, j1), score in beads:
        spans: list[tuple[int, ...]] = [(), ()]
        for side, (first, end) in enumerate(((i0, i1), (j0, j1))):
            if end > first:
                pass_empty(side, kept[side][first])
                spans[side] = tuple(range(kept[side][first], kept[side][end - 1] + 1))
                done[side] = spans[side][-1] + 1
        out.append(Bead(spans[0], spans[1], round(score, 4)))
    for side in (0, 1):
        pass_empty(side, lengths[side])
    return out
