"""The measuring sets of the aligner: tasks, gold paths, and an encoder that remembers."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two threads cost 3–10 times the CPU on matrices as small as these

import numpy as np
from numpy.typing import NDArray

from bitext.alignment.encoder import UniversalSentenceEncoder
from bitext.alignment.search import Step

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BITEXT_SHARED", ROOT.parent / "shared"))
MEMORY = ROOT / "build" / "bench"
FREE = ROOT / "bench" / "data" / "free-translations.jsonl"
PARTS = 6  # of the real article set: folds of its own
DROPPED, LONGEST_DROP = 0.05, 10  # of the links, how many begin a passage that is dropped; segments in one

Link = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Task:
    """Two texts and what belongs together in them."""

    id: str
    doc: str
    profile: str
    lang: tuple[str, str]
    source: list[str]
    target: list[str]
    bridge: list[str] | None
    gold: list[Link]

    def as_json(self) -> dict[str, Any]:
        """As the scorer wants it."""
        return {"id": self.id, "profile": self.profile, "source": self.source, "target": self.target, "gold": self.gold}

    @property
    def kind(self) -> str:
        """Made: 1:1 texts that a program has edited; real: translated and aligned by people; free: written so."""
        return "real" if self.lang != ("ar", "en") else "free" if self.profile == "free" else "made"


def made() -> list[Task]:
    """Arabic–English texts under recorded edits."""
    return _read(SHARED / "gold" / "alignment.jsonl", ("ar", "en"))


def free() -> list[Task]:
    """Arabic articles with free translations, written for this project."""
    return _read(FREE, ("ar", "en"))


def real() -> list[Task]:
    """Text+Berg 1957, German–French, hand-aligned, with three bridges."""
    return _read(SHARED / "gold" / "textberg1957.jsonl", ("de", "fr"))


def scorer() -> ModuleType:
    """The scorer that comes with the sets."""
    spec = importlib.util.spec_from_file_location("score_alignment", SHARED / "gold" / "score_alignment.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(SHARED)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def path(task: Task) -> list[Step]:
    """The gold links as a monotone path; of links that cross, as many source segments as possible stay linked."""
    n, m = len(task.source), len(task.target)
    links = sorted((min(s), max(s) + 1, min(t), max(t) + 1) for s, t in task.gold if s and t)
    best: list[tuple[int, int]] = []  # segments linked up to and with a link; the link before
    for k, (i0, i1, j0, _) in enumerate(links):
        before = [(best[q][0], q) for q in range(k) if links[q][1] <= i0 and links[q][3] <= j0]
        most, last = max(before, default=(0, -1))
        best.append((most + i1 - i0, last))
    chain: list[Step] = []
    k = max(range(len(best)), key=lambda q: best[q][0], default=-1)
    while k >= 0:
        chain.append(links[k])
        k = best[k][1]
    steps: list[Step] = []
    i = j = 0
    for link in [*chain[::-1], (n, n, m, m)]:
        steps += [(x, x + 1, j, j) for x in range(i, link[0])]
        steps += [(link[0], link[0], y, y + 1) for y in range(j, link[2])]
        if link[1] > link[0]:
            steps.append(link)
        i, j = link[1], link[3]
    return steps


def parts(task: Task, count: int = PARTS) -> list[Task]:
    """A long task cut at gold borders into tasks of about the same length."""
    steps, n, out, first = path(task), len(task.source), [], 0
    for part in range(count):
        end = first + 1
        while end < len(steps) and (part == count - 1 or steps[end - 1][1] < n * (part + 1) // count):
            end += 1
        piece = steps[first:end]
        (i0, _, j0, _), (_, i1, _, j1) = piece[0], piece[-1]
        out.append(replace(
            task, id=f"{task.id}/{part}", doc=f"{task.doc}/{part}", source=task.source[i0:i1],
            target=task.target[j0:j1],
            bridge=task.bridge[i0:i1] if task.bridge else None,
            gold=[(tuple(range(a - i0, b - i0)), tuple(range(c - j0, d - j0))) for a, b, c, d in piece]))
        first = end
    return out


def turned(task: Task) -> Task:
    """The task the other way round."""
    return replace(task, id=f"{task.id}/turned", lang=task.lang[::-1], source=task.target, target=task.source,
                   bridge=None, gold=[(t, s) for s, t in task.gold])


def thinned(task: Task, seed: int) -> Task:
    """The task with some passages left out on one side."""
    rng = random.Random(seed)
    gone: tuple[set[int], set[int]] = set(), set()
    left, side = 0, 0
    for i0, i1, j0, j1 in path(task):
        if not left and rng.random() < DROPPED:
            left, side = rng.randint(1, LONGEST_DROP), rng.randrange(2)
        if left:
            gone[side].update(range(i0, i1) if side == 0 else range(j0, j1))
            left -= 1
    kept = [[n for n in range(len(texts)) if n not in out]
            for texts, out in zip((task.source, task.target), gone, strict=True)]
    place = [{n: k for k, n in enumerate(keep)} for keep in kept]
    gold = [(tuple(place[0][x] for x in s if x in place[0]), tuple(place[1][y] for y in t if y in place[1]))
            for s, t in task.gold]
    return replace(task, id=f"{task.id}/thinned", source=[task.source[n] for n in kept[0]],
                   target=[task.target[n] for n in kept[1]],
                   bridge=[task.bridge[n] for n in kept[0]] if task.bridge else None,
                   gold=[(s, t) for s, t in gold if s or t])


class RememberingEncoder(UniversalSentenceEncoder):
    """The default encoder; what it has pooled once is kept in build/, so that a bench runs again in no time."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.pooled: NDArray[np.float32] = np.zeros((0, 513), np.float32)
        super().__init__()
        if (MEMORY / "texts.json").exists():
            self.rows = {t: n for n, t in enumerate(json.loads((MEMORY / "texts.json").read_text(encoding="utf-8")))}
            self.pooled = np.load(MEMORY / "pooled.npy")

    def _pool(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if list(texts) == [""]:  # asked for before anything else can be
            return super()._pool(texts)
        new = [t for t in dict.fromkeys(texts) if t not in self.rows]
        if new:
            pooled = super()._pool(new)
            self.rows |= {t: len(self.rows) + n for n, t in enumerate(new)}
            self.pooled = np.concatenate([self.pooled, pooled])
        found: NDArray[np.float32] = self.pooled[[self.rows[t] for t in texts]]
        return found

    def keep(self) -> None:
        """Write down what is known."""
        MEMORY.mkdir(parents=True, exist_ok=True)
        (MEMORY / "texts.json").write_text(json.dumps(list(self.rows), ensure_ascii=False), encoding="utf-8")
        np.save(MEMORY / "pooled.npy", self.pooled)


def _read(file: Path, lang: tuple[str, str]) -> list[Task]:
    tasks = []
    with file.open(encoding="utf-8") as f:
        for line in f:
            o = json.loads(line)
            bridge = [b or "" for b in o["bridge"]] if o["bridge"] else None
            gold = [(tuple(s), tuple(t)) for s, t in o["gold"]]
            tasks.append(Task(o["id"], o.get("doc") or o["corpus"], o.get("profile", "free"), lang,
                              o["source"], o["target"], bridge, gold))
    return tasks
