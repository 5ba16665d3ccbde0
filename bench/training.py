"""Levers of training, each from the same weights with the same processor time: cross-entropy on FLORES dev.

    python bench/training.py DATA EMA.pt OUT --minutes 6 frozen=12,muon=0,rate=5e-4 …

A variant is a list of fields of bitext.training.run.Settings. The last 40 % of its time the rate goes down to nothing,
so that a high rate is not held against it. One thread each; states of frozen layers are there, as from the second epoch
on. The cross-entropy is per target piece, without smoothing, on every third line of FLORES dev.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from bitext.training.checkpoints import load_average
from bitext.training.cleaning import Pair
from bitext.training.data import Corpus, tensors
from bitext.training.model import PAD, Translator
from bitext.training.prepare import encode
from bitext.training.run import Run, Settings, keep_memory

SHARED = Path(os.environ.get("BITEXT_SHARED", Path(__file__).resolve().parents[2] / "shared"))
COOL = 0.4


def dev(data: Path) -> Corpus:
    """Every third line of FLORES dev, in pieces."""
    files = [SHARED / f"mt-dev/flores-dev.{lang}" for lang in ("ar", "en")]
    lines = [file.read_text(encoding="utf-8").splitlines()[::3] for file in files]
    pairs = [Pair(source, target, 1.0) for source, target in zip(*lines, strict=True)]
    return Corpus.of(encode(pairs, (data / "sp.model").read_bytes(), np.load(data / "rows.npy")))


@torch.no_grad()
def cross_entropy(model: Translator, corpus: Corpus) -> float:
    """Nats per target piece."""
    model.eval()
    total, n = 0.0, 0
    for pairs in np.array_split(np.argsort(corpus.target_lengths), 30):
        x, y, wanted = tensors(corpus, pairs)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model.logits(model(x, y))
        real = wanted != PAD
        total += functional.cross_entropy(logits[real].float(), wanted[real], reduction="sum").item()
        n += int(real.sum())
    model.train()
    return total / n


def measure(data: Path, start: Path, folder: Path, minutes: float, given: dict[str, str]) -> str:
    chosen: dict[str, Any] = {k: type(getattr(Settings(), k))(float(v)) for k, v in given.items()}
    settings = Settings(**{"threads": 1, "warm": 30, **chosen})
    keep_memory()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    corpus, held = Corpus.load(data / "train.npz"), dev(data)
    shape, weights, _ = load_average(start)
    run = Run(corpus, folder, settings, lambda: Translator.of(shape, weights), torch.device("cpu"))
    before = cross_entropy(run.model, held)
    used = 0.0
    losses: list[float] = []
    marks: list[str] = []
    for pairs in run.batches():
        if run.states is not None:  # fill them first: as from the second epoch on
            with torch.autocast("cpu", dtype=torch.bfloat16):
                run.states.get(run.model, pairs, tensors(corpus, pairs).source)
        t = time.process_time()
        losses.append(run.step(pairs, min(1.0, (1 - used / minutes / 60) / COOL)).item())
        used += time.process_time() - t
        if run.place.step % 25 == 0:
            marks.append(f"{np.mean(losses[-25:]):.3f}")
            print(given, run.place.step, f"{used / 60:.1f}", marks[-1], flush=True)
        if used >= minutes * 60:
            break
    raw = cross_entropy(run.model, held)
    run.model.load_state_dict(run.average)
    averaged, seen = cross_entropy(run.model, held), run.place.seen
    return (f"{given}: {run.place.step} steps, {seen} tokens, {seen / used:.0f} a CPU second; "
            f"dev {before:.4f} -> raw {raw:.4f}, averaged {averaged:.4f}; train {' '.join(marks)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("start", type=Path)
    parser.add_argument("variants", nargs="+")
    parser.add_argument("--minutes", type=float, default=6)
    args = parser.parse_args()
    for variant in args.variants:
        given = dict(part.split("=") for part in variant.split(","))
        with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
            print(measure(args.data, args.start, Path(folder), args.minutes, given), flush=True)


if __name__ == "__main__":
    main()
