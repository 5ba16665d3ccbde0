"""Fit the aligner's weights on the development sets; writes src/bitext/alignment/parameters.json.

    python bench/fit_alignment.py [--modes MODE …] [--write | --ablation]

The model: a path's log weight is the sum of its beads' features times weights, of what its one-sided segments have, and
of its gaps; the weights that make the gold paths likeliest are found by Adam on the exact gradient (forward–backward).
Prints how documents are aligned that the weights have not seen, by three folds. The real set is also learnt the other
way round and with passages left out (alignment_gold.turned, thinned); it is measured as it is.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment_gold import SHARED, RememberingEncoder, Task, free, made, parts, path, real, scorer, thinned, turned
from bitext.alignment import aligner, parameters
from bitext.alignment.parameters import Weights
from bitext.alignment.search import SHAPES, Band, Floats, Posteriors, Scores, Step, best_path, posteriors
from bitext.alignment.similarity import ALONE, FEATURES

MODES = {  # name: what there is of evidence
    "sentences+words+bridge": (True, True, True), "sentences+bridge": (True, False, True),
    "bridge": (False, False, True), "sentences+words": (True, True, False),
    "sentences": (True, False, False), "lengths": (False, False, False),
}
FOLDS = 3
REACH = 7           # nodes beside the gold path of which the fit learns what is wrong
KINDS = ("made", "real", "free")  # each kind of texts counts as much as the others, whatever its size
STEPS, RATE = 300, 0.05
PRIOR = 0.02        # real texts unseen: strict .85 with .001, .88 with .02, .87 with .2
LONGEST_TASK = 200  # longer ones teach nothing new
EVIDENCE = {  # kind: how its features begin; of one-sided segments, their names
    "nothing": (), "encoder": ("encoder-", "encoder-best"), "words": ("cover-", "cover-best"),
    "contrast": ("encoder-short", "encoder-long", "cover-short", "cover-long"),
    "weakest": ("encoder-weakest", "cover-weakest"), "lengths": ("length", "size", "characters", "tiny"),
    "numbers": ("numbers",), "names": ("keys",), "punctuation": ("end", "marks"), "repetition": ("repeated",),
}
BY_HAND = {"paragraphs": -1.0}  # the sets have no paragraphs


@dataclass
class Example:
    """A task as the fit sees it."""

    task: Task
    band: Band
    valid: NDArray[np.bool_]        # [shapes, cells]
    beads: NDArray[np.float32]      # [valid beads, features]
    alone: NDArray[np.float32]      # [source + target segments, features]
    steps: list[Step]
    gold: NDArray[np.int64]         # rows of `beads`
    gold_alone: NDArray[np.int64]   # rows of `alone`
    gaps: int
    share: float = 1.0              # weight of its segments

    @property
    def measured(self) -> bool:
        """Whether it is more than a variation to learn from."""
        return not self.task.id.endswith(("/turned", "/thinned"))

    @property
    def fold(self) -> int:
        """Tasks of one document share theirs."""
        if self.task.kind == "real":
            return int(self.task.doc.rpartition("/")[2]) % FOLDS
        return zlib.crc32(self.task.doc.encode()) % FOLDS


def example(task: Task, encoder: RememberingEncoder, *, bridge: bool) -> Example | None:
    """Features of the beads near the gold path; None where the search would not even look at the gold path."""
    steps = path(task)
    evidence, band, _ = aligner.gather(task.source, task.target, task.bridge if bridge else None, lang=task.lang,
                                       encoder=encoder)
    rows, columns = band.rows(), band.columns()
    near = np.zeros(band.size, bool)
    for i0, i1, j0, j1 in steps:
        near |= (rows >= i0 - REACH) & (rows <= i1 + REACH) & (columns >= j0 - REACH) & (columns <= j1 + REACH)
    best: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {
        name: (np.full(evidence.n, -1, np.float32), np.full(evidence.m, -1, np.float32)) for name in evidence.kinds}
    shapes = np.array(SHAPES)
    valid = (rows >= shapes[:, :1]) & (columns >= shapes[:, 1:]) & near
    found = []
    for cells, features in evidence.blocks(band):
        aligner.note_best(best, features, rows[cells], columns[cells])
        found.append(features[:, valid[:, cells]])
    # by cell blocks → by shape, as `valid` counts them
    order = np.concatenate([np.flatnonzero(valid[:, c]) // (c.stop - c.start) * band.size + c.start
                            + np.flatnonzero(valid[:, c]) % (c.stop - c.start)
                            for c, _ in ((slice(int(band.first[at]), int(band.first[min(at + 64, len(band.low))])), 0)
                                         for at in range(0, len(band.low), 64))])
    beads = np.concatenate(found, axis=1).T[np.argsort(order)].copy()
    number = np.full(valid.shape, -1)
    number[valid] = np.arange(valid.sum())
    gold, alone, gaps, state = [], [], 0, 0
    for i0, i1, j0, j1 in steps:
        if i1 > i0 and j1 > j0:
            state, shape = 0, (i1 - i0, j1 - j0)
            cell = band.cells(np.array([i1]), np.array([j1]))[0]
            if cell < 0:
                return None
            gold.append(number[SHAPES.index(shape), cell] if shape in SHAPES else -1)
        else:
            now = 1 if i1 > i0 else 2
            gaps, state = gaps + (state != now), now
            alone.append(i0 if now == 1 else evidence.n + j0)
    return Example(task, band, valid, beads, np.concatenate(evidence.alone(best), axis=1).T, steps,
                   np.array([g for g in gold if g >= 0], np.int64), np.array(alone, np.int64), gaps)


@dataclass
class Fit:
    """Weights in the making."""

    beads: Floats
    alone: Floats
    open: Floats  # [1]

    def scores(self, e: Example) -> Scores:
        """See Scores."""
        values = np.full(e.valid.shape, -np.inf, np.float32)
        values[e.valid] = e.beads @ self.beads
        alone, n = e.alone @ self.alone, len(e.task.source)
        return Scores(values, alone[:n], alone[n:], float(self.open[0]))

    def gradient(self, e: Example) -> Fit:
        """Of the gold path's log probability."""
        sure = posteriors(e.band, self.scores(e))
        beads = -sure.beads[e.valid].astype(np.float64)
        np.add.at(beads, e.gold, 1)
        alone = -np.concatenate([sure.source, sure.target])
        alone[e.gold_alone] += 1
        return Fit(e.beads.T @ beads, e.alone.T @ alone, np.array([e.gaps - sure.gaps]))

    def parts(self) -> tuple[Floats, Floats, Floats]:
        """For Adam."""
        return self.beads, self.alone, self.open


def fit(examples: Sequence[Example], used: NDArray[np.float64]) -> Fit:
    """Adam with falling steps; `used` [features]: 0 for evidence that is left out."""
    rng = np.random.default_rng(0)
    scale = np.concatenate([e.beads[::7] for e in examples]).std(axis=0) + 1e-3
    scale[[":" in f for f in FEATURES]] = 1
    factor = used / scale
    now = Fit(np.zeros(len(FEATURES)), np.array([-1.0, -1.0] + [0.0] * (len(ALONE) - 2)), np.zeros(1))
    moments = [(np.zeros_like(p), np.zeros_like(p)) for p in now.parts()]
    learnt = [e for e in examples if e.task.profile != "cross" and len(e.task.source) <= LONGEST_TASK]
    batches, step = (len(learnt) + 7) // 8, 0
    for _ in range(-(-STEPS // batches)):
        order = rng.permutation(len(learnt))
        for batch in np.array_split(order, batches):
            total, weight = [np.zeros_like(p) for p in now.parts()], 0.0
            for e in (learnt[k] for k in batch):
                scaled = Fit(now.beads * factor, now.alone, now.open).gradient(e)
                scaled.beads *= factor
                weight += e.share * len(e.steps)
                for part, gradient in zip(total, scaled.parts(), strict=True):
                    part += e.share * gradient  # noqa: PLW2901  # in place
            step += 1
            rate = RATE * max(1 - step / (STEPS + 1), 0.01)
            for part, gradient, (first, second) in zip(now.parts(), total, moments, strict=True):
                slope = gradient / weight - PRIOR * part * (part is now.beads)
                first += 0.1 * (slope - first)  # noqa: PLW2901
                second += 0.01 * (slope * slope - second)  # noqa: PLW2901
                root = np.sqrt(second / (1 - 0.99**step)) + 1e-8
                part += rate * first / (1 - 0.9**step) / root  # noqa: PLW2901
    return Fit(now.beads * factor, now.alone, now.open)


def decode(e: Example, weights: Fit) -> list[tuple[Step, float]]:
    """Best path, with the posterior of each step."""
    scores = weights.scores(e)
    sure: Posteriors = posteriors(e.band, scores)
    return [(s, aligner.posterior(e.band, sure, s)) for s in best_path(e.band, scores)]


def calibrate(judged: Sequence[tuple[float, bool, float]]) -> tuple[float, float]:
    """Slope and offset of a logistic curve through (posterior, right, weight), by damped Newton steps."""
    p, y, w = (np.array(x, float) for x in zip(*judged, strict=True))
    p = np.clip(p, 1e-4, 1 - 1e-4)
    x = np.stack([np.log(p / (1 - p)), np.ones_like(p)])
    beta = np.array([1.0, 0.0])
    for _ in range(50):
        q = 1 / (1 + np.exp(-beta @ x))
        slope = x @ (w * (y - q)) - (beta - [1, 0])
        beta += np.clip(np.linalg.solve((x * w * q * (1 - q)) @ x.T + np.eye(2), slope), -0.2, 0.2)
    return float(beta[0]), float(beta[1])


def judge(e: Example, path_: Sequence[tuple[Step, float]]) -> list[tuple[float, bool, float]]:
    """Which steps stand so in the gold links."""
    gold = {(s, t) for s, t in scorer_.norm(e.task.gold, len(e.task.source), len(e.task.target), True)}
    return [(p, (tuple(range(a, b)), tuple(range(c, d))) in gold, e.share)
            for (a, b, c, d), p in path_]


def error(judged: Sequence[tuple[float, bool, float]], weights: Weights | None = None) -> float:
    """Expected calibration error, ten bins."""
    p = np.array([weights.calibrated(j[0]) if weights else j[0] for j in judged])
    right = np.array([j[1] for j in judged], float)
    bins = np.minimum((p * 10).astype(int), 9)
    return float(sum(abs((p - right)[bins == b].sum()) for b in range(10)) / max(len(p), 1))


def report(name: str, results: Sequence[tuple[Example, list[tuple[Step, float]]]], weights: Weights) -> str:
    """A line of figures a set."""
    lines = []
    for kind in KINDS:
        chosen = [(e, r) for e, r in results if e.task.kind == kind]
        tasks = [e.task.as_json() for e, _ in chosen]
        links = {e.task.id: [[list(range(a, b)), list(range(c, d))] for (a, b, c, d), _ in r] for e, r in chosen}
        o = scorer_.score(tasks, links)["all"]
        judged = [j for e, r in chosen for j in judge(e, r)]
        lines.append(f"{name:24s} {kind}  strict {o['strict_f1']:.4f}  lax {o['lax_f1']:.4f}  null {o['null_f1']:.4f}  "
                     f"ece {error(judged):.3f} → {error(judged, weights):.3f}")
    return "\n".join(lines)


def used(sentences: bool, words: bool, bridge: bool) -> NDArray[np.float64]:
    """Which features a mode has."""
    off = [*([] if sentences else ["encoder-", "bridge-encoder-"]), *([] if words else ["cover-"]),
           *([] if bridge else ["bridge-"]), *BY_HAND]
    return np.array([0.0 if any(f.startswith(o) for o in off) else 1.0 for f in FEATURES])


def without(e: Example, keep: tuple[bool, bool, bool]) -> Example:
    """The example without what a mode lacks in its one-sided features."""
    alone = e.alone.copy()
    for name, there in (("encoder-best", keep[0]), ("cover-best", keep[1]), ("bridge-words-best", keep[2]),
                        ("bridge-encoder-best", keep[0] and keep[2])):
        if not there:
            alone[:, ALONE.index(name)] = 0
    return replace(e, alone=alone)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modes", nargs="*", choices=MODES, default=list(MODES))
    parser.add_argument("--write", action="store_true", help="write parameters.json")
    parser.add_argument("--ablation", action="store_true", help="each kind of evidence off in turn; writes nothing")
    args = parser.parse_args()
    encoder = RememberingEncoder()
    found: dict[str, Any] = {}
    for bridge in (False, True):
        names = [m for m in args.modes if MODES[m][2] == bridge]
        if not names:
            continue
        tasks = [t for t in made() if t.profile != "clean" and len(t.source) <= LONGEST_TASK]
        tasks = [t for t in tasks if t.bridge or not bridge]
        tasks += free()
        tasks += [p for t in real()[:3 if bridge else 1] for p in parts(t)]
        whole = [t for t in tasks if t.kind == "real"]
        tasks += [thinned(t, n) for n, t in enumerate(whole)]
        if not bridge:
            tasks += [turned(t) for t in tasks if t.kind == "real"]
        examples = [e for e in (example(t, encoder, bridge=bridge) for t in tasks) if e]
        encoder.keep()
        steps = {kind: sum(len(e.steps) for e in examples if e.task.kind == kind) for kind in KINDS}
        for e in examples:
            e.share = steps["made"] / steps[e.task.kind]
        print(f"{len(examples)} of {len(tasks)} tasks have their gold path in the band", file=sys.stderr)
        for name in names:
            if args.ablation:
                ablate(name, [without(e, MODES[name]) for e in examples])
                continue
            found[name] = fit_mode(name, [without(e, MODES[name]) for e in examples])
    if args.write:
        result = json.loads(parameters.FILE.read_text(encoding="utf-8"))
        result["modes"] |= found
        result["fitted"] = ("bench/fit_alignment.py: exact conditional likelihood of gold paths; made, real and free "
                            f"texts count alike; calibrated on {FOLDS} folds of documents")
        parameters.FILE.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


Decoded = list[tuple[Example, list[tuple[Step, float]]]]


def across(examples: Sequence[Example], features: NDArray[np.float64]) -> Decoded:
    """Each document, decoded with weights that have not seen it."""
    results = []
    for fold in range(FOLDS):
        weights = fit([e for e in examples if e.fold != fold], features)
        results += [(e, decode(e, weights)) for e in examples if e.fold == fold and e.measured]
    return results


def ablate(name: str, examples: Sequence[Example]) -> None:
    """Prints what a mode does without each kind of evidence."""
    for kind, off in EVIDENCE.items():
        features = used(*MODES[name]) * [0.0 if any(f.startswith(o) for o in off) else 1.0 for f in FEATURES]
        kept = np.array([a not in off for a in ALONE], np.float32)
        lesser = [replace(e, alone=e.alone * kept) for e in examples]
        weights = Weights(features, features, 0, 1, 0)
        print(report(f"{name} without {kind}", across(lesser, features), weights), flush=True)


def fit_mode(name: str, examples: list[Example]) -> dict[str, object]:
    """Weights of a mode; prints what they do on documents that they have not seen."""
    features = used(*MODES[name])
    results = across(examples, features)
    slope, offset = calibrate([j for e, r in results for j in judge(e, r)])
    print(report(name, results, Weights(features, features, 0, slope, offset)), flush=True)
    final = fit(examples, features)
    return {
        "open": round(float(final.open[0]), 4), "calibration": [round(slope, 4), round(offset, 4)],
        "beads": {f: round(float(w), 4) for f, w in zip(FEATURES, final.beads, strict=True) if w} | BY_HAND,
        "alone": {f: round(float(w), 4) for f, w in zip(ALONE, final.alone, strict=True) if w},
    }


if __name__ == "__main__":
    if not (SHARED / "gold").exists():
        sys.exit(f"{SHARED}/gold: not there; set BITEXT_SHARED to the folder that holds the measuring sets")
    scorer_ = scorer()
    main()
