"""How well and how fast the aligner aligns: the shipped weights, through bitext.align.

    python bench/alignment.py quality [--no-encoder] [--peers] [--every N]    the development sets, by profile
    python bench/alignment.py speed [N]                  N × N made-up segments, vectors given; 10 N for the growth

The weights were fitted on these sets; what they do on unseen documents is what bench/fit_alignment.py prints. --peers
sets up galechurch, sentalign (on our encoder) and Bleualign in build/bench/alignment; they take minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment_gold import MEMORY, ROOT, SHARED, RememberingEncoder, Task, free, made, real, scorer
from bitext import align
from rivals import environment

PEERS = ("galechurch==0.1.0", "sentalign==0.3.0", "pypi-bleualign==0.1.1.1")

Links = list[list[list[int]]]


def ours(task: Task, *, encoder: RememberingEncoder | bool, bridge: bool) -> Links:
    """bitext.align."""
    beads = align(task.source, task.target, bridge=task.bridge if bridge else None, lang=task.lang, encoder=encoder)
    return [[list(b.source), list(b.target)] for b in beads]


def diagonal(task: Task) -> Links:
    """The baseline that needs no thought: first with first, second with second."""
    n, m = len(task.source), len(task.target)
    return [[[i] if i < n else [], [i] if i < m else []] for i in range(max(n, m))]


def peers(tasks: Sequence[Task]) -> dict[str, Any]:
    """Links and CPU seconds of the others, see alignment_peers.py."""
    venv = MEMORY / "alignment"
    python = environment(venv, PEERS)
    given, found = venv / "tasks.json", venv / "links.json"
    given.write_text(json.dumps([{"id": t.id, "source": t.source, "target": t.target, "bridge": t.bridge}
                                 for t in tasks]), encoding="utf-8")
    ours = [str(ROOT / "src"), *(p for p in sys.path if p.endswith("site-packages"))]
    subprocess.run([python, "-W", "ignore", Path(__file__).with_name("alignment_peers.py"), given, found], check=True,
                   env={**os.environ, "PYTHONPATH": os.pathsep.join(ours)})
    result: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    return result


def quality(*, encoder: bool, with_peers: bool, every: int) -> None:
    """The tables."""
    judge, remembering = scorer(), RememberingEncoder()
    used: RememberingEncoder | bool = remembering if encoder else False
    sets = {"made, bridge": ([t for t in made() if t.bridge], True), "made, no bridge": (made(), False),
            "real, no bridge": (real()[:1], False), "real, with bridge": (real(), True),
            "free, no bridge": (free(), False)}
    for name, (all_tasks, bridge) in sets.items():
        tasks = all_tasks[::every] if len(all_tasks) > 30 else all_tasks
        systems: dict[str, Callable[[Task], Links]] = {
            "bitext": partial(ours, encoder=used, bridge=bridge), "diagonal": diagonal}
        for system, run in systems.items():
            began = time.process_time()
            links = {t.id: run(t) for t in tasks}
            seconds = time.process_time() - began
            by = "profile" if system == "bitext" else None
            for group, o in judge.score([t.as_json() for t in tasks], links, by).items():
                tell(name, system, group, o, seconds)
        remembering.keep()
        for peer, found in peers(tasks).items() if with_peers else ():
            if len(found["links"]) == len(tasks) and (bridge or peer != "Bleualign"):
                o = judge.score([t.as_json() for t in tasks], found["links"])["all"]
                tell(name, peer, "all", o, found["seconds"])


def tell(name: str, system: str, group: str, o: dict[str, Any], seconds: float) -> None:
    """A row of a table."""
    figures = " | ".join(f"{o[f'{what}_f1']:.3f}" for what in ("strict", "lax", "null"))
    print(f"| {name} | {system} | {group} | {o['tasks']} | {figures} | {seconds:.1f} |", flush=True)


class Given:
    """An encoder whose vectors are there already."""

    name = "given"

    def __init__(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        self.rows = {t: n for n, t in enumerate(texts)}
        self.vectors = vectors

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Encoder."""
        found: NDArray[np.float32] = self.vectors[[self.rows[t] for t in texts]]
        return found


def speed(n: int) -> None:
    """CPU seconds and peak memory of the search; every tenth segment is left out on one side or the other."""
    seconds = []
    for size in (n, 10 * n):
        rng = np.random.default_rng(0)
        meaning = rng.normal(size=(size, 512)).astype(np.float32)
        sides = [meaning + 0.7 * rng.normal(size=meaning.shape).astype(np.float32) for _ in range(2)]
        kept = [np.flatnonzero(np.arange(size) % 20 != skip) for skip in (3, 13)]
        texts = [[f"{side} {i} " + "x" * int(40 + 80 * abs(meaning[i, 0])) for i in keep]
                 for side, keep in zip("st", kept, strict=True)]
        vectors = np.concatenate([s[k] for s, k in zip(sides, kept, strict=True)])
        encoder = Given([*texts[0], *texts[1]], vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
        began = time.process_time()
        beads = align(texts[0], texts[1], encoder=encoder)
        seconds.append(time.process_time() - began)
        right = sum(len(b.source) == len(b.target) == 1 and kept[0][b.source[0]] == kept[1][b.target[0]] for b in beads)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"| {size} × {size} | {seconds[-1]:.1f} CPU s | {peak:.0f} MB peak, vectors included | "
              f"{right / (size * 0.9):.4f} of links found |", flush=True)
    print(f"growth: {seconds[1] / seconds[0]:.1f} ×")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("quality", "speed"))
    parser.add_argument("n", nargs="?", type=int, default=10_000)
    parser.add_argument("--no-encoder", action="store_true")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="of the large sets, every so manyth task")
    args = parser.parse_args()
    if args.what == "speed":
        speed(args.n)
    elif (SHARED / "gold").exists():
        quality(encoder=not args.no_encoder, with_peers=args.peers, every=args.every)
    else:
        sys.exit(f"{SHARED}/gold: not there; set BITEXT_SHARED to the folder that holds the measuring sets")


if __name__ == "__main__":
    main()
