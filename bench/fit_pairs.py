"""Fit what judges a translation (score_pairs); adds it to src/bitext/alignment/parameters.json with --write.

    python bench/fit_pairs.py [--write]

Right: 1:1 links of the alignment set, with the human and the machine translation. Wrong: the neighbour's translation;
the beginning of the right one, 35–75 % of its words. Logistic regression. Prints the area under the curve on other
documents (FLORES dev, IWSLT), which nothing is fitted on.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alignment_gold import SHARED, RememberingEncoder, made
from bitext.alignment import pairs, parameters
from bitext.alignment.encoder import Encoder
from bitext.alignment.search import Floats

MODES = ("sentences+words", "sentences", "lengths")
PRIOR = 0.01
MEASURED = 300  # pairs of each measuring set


def truncated(text: str, rng: random.Random) -> str:
    """The beginning of a text."""
    words = text.split()
    return " ".join(words[:max(1, round(len(words) * rng.uniform(0.35, 0.75)))])


def sets(source: Sequence[str], target: Sequence[str], encoder: Encoder, rng: random.Random) -> list[Floats]:
    """Features of right, shuffled and truncated pairs; the wrong ones stand among right ones, as in life."""
    right = pairs.features(source, target, lang=("ar", "en"), encoder=encoder)
    out = [right]
    for wrong in ([*target[1:], target[0]], [truncated(t, rng) for t in target]):
        rows = np.zeros_like(right)
        for part in range(5):
            mixed = [w if n % 5 == part else t for n, (t, w) in enumerate(zip(target, wrong, strict=True))]
            rows[part::5] = pairs.features(source, mixed, lang=("ar", "en"), encoder=encoder)[part::5]
        out.append(rows)
    return out


def area(right: Floats, wrong: Floats) -> float:
    """Chance that a right pair scores above a wrong one."""
    return float((right[:, None] > wrong).mean() + 0.5 * (right[:, None] == wrong).mean())


def used(mode: str) -> NDArray[np.bool_]:
    """Which features a mode has."""
    off = {"sentences+words": set(), "sentences": {"source-covered", "target-covered", "last-covered"},
           "lengths": {"likeness", "source-covered", "target-covered", "last-covered"}}[mode]
    return np.array([name not in off for name in pairs.FEATURES])


def fit(x: Floats, y: Floats, weight: Floats) -> Floats:
    """Logistic regression by Newton's method."""
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        q = 1 / (1 + np.exp(-x @ beta))
        hessian = (x * (weight * q * (1 - q))[:, None]).T @ x + PRIOR * len(x) * np.eye(x.shape[1]) * 0.1
        beta += np.linalg.solve(hessian, x.T @ (weight * (y - q)) - PRIOR * len(x) * 0.1 * beta)
    return beta


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rng, encoder = random.Random(0), RememberingEncoder()
    found: list[list[Floats]] = [[], [], []]
    docs: set[str] = set()
    for task in made():
        if task.doc in docs or len(task.source) > 60:
            continue
        docs.add(task.doc)
        links = [(s[0], t[0]) for s, t in task.gold if len(s) == len(t) == 1]
        for side in (task.target, None):
            if side is None and task.bridge is None:
                continue
            target = [side[j] if side else (task.bridge or [])[i] for i, j in links]
            for into, rows in zip(found, sets([task.source[i] for i, _ in links], target, encoder, rng), strict=True):
                into.append(rows)
    right, shuffled, cut = (np.concatenate(f) for f in found)
    x = np.concatenate([right, shuffled, cut])
    y = np.concatenate([np.ones(len(right)), np.zeros(2 * len(right))])
    weight = np.where(y == 1, 1.0, 0.5)
    folder, measured = SHARED / "mt-dev", {}
    for name, arabic, english in (("FLORES dev, Argos", "flores-dev.ar", "flores-dev.argos.en"),
                                  ("FLORES dev, human", "flores-dev.ar", "flores-dev.en"),
                                  ("IWSLT, human", "iwslt17.ar", "iwslt17.en")):
        texts = [(folder / f).read_text(encoding="utf-8").split("\n")[:MEASURED] for f in (arabic, english)]
        measured[name] = sets(texts[0], texts[1], encoder, rng)
    encoder.keep()
    result = {}
    for mode in MODES:
        mask = used(mode)
        beta = np.zeros(len(mask))
        beta[mask] = fit(x[:, mask], y, weight)
        result[mode] = {name: round(float(b), 4) for name, b in zip(pairs.FEATURES, beta, strict=True) if b}
        for name, (a, b, c) in measured.items():
            p = 1 / (1 + np.exp(-a @ beta))
            print(f"{mode:16s} {name:18s} AUC shuffled {area(a @ beta, b @ beta):.4f}  "
                  f"truncated {area(a @ beta, c @ beta):.4f}  right at ≥ .5: {(p >= 0.5).mean():.3f}", flush=True)
    if args.write:
        file = json.loads(parameters.FILE.read_text(encoding="utf-8"))
        file["pairs"] = result
        parameters.FILE.write_text(json.dumps(file, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if not (SHARED / "gold").exists():
        sys.exit(f"{SHARED}/gold: not there; set BITEXT_SHARED to the folder that holds the measuring sets")
    main()
