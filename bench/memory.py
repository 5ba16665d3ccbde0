"""The translation memory at n and 10n units (100n with --large): import, exact and fuzzy lookup, size of the file.

The baseline of each time is SQLite alone on the same rows in the same run: a table of texts with one index on the
source, which finds only identical text.

Run: python bench/memory.py [--large]. Text: real pairs from BITEXT_SHARED/parallel where that is, halves of two joined
into one; made-up words elsewhere.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import platform
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bitext.translation.memory import Memory, Pair

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BITEXT_SHARED", ROOT.parent / "shared"))
FILES = ("news-written", "written", "un-politics", "general", "docs-human", "docs-microsoft-human")
N = 10_000


def texts() -> tuple[str, list[tuple[str, str]]]:
    pairs = []
    for name in FILES:
        path = SHARED / "parallel" / f"{name}.tsv.xz"
        if path.exists():
            with lzma.open(path, "rt", encoding="utf-8") as f:
                pairs += [(c[0], c[1]) for line in f if len(c := line.rstrip("\n").split("\t")) > 1]
    if pairs:
        return "real pairs, halves joined", pairs
    rng = random.Random(1)
    letters = "ابتجدرسعفقكلمنهوي"
    words = ["".join(rng.choices(letters, k=rng.randint(2, 7))) for _ in range(50_000)]
    weights = [1 / n for n in range(1, len(words) + 1)]
    made = [" ".join(rng.choices(words, weights, k=rng.randint(4, 30))) for _ in range(50_000)]
    return "made-up words (no shared/parallel here)", [(m, m) for m in made]


def units(pairs: list[tuple[str, str]], n: int) -> Iterator[tuple[str, str]]:
    rng = random.Random(n)
    for _ in range(n):
        (a, b), (c, d) = rng.choice(pairs), rng.choice(pairs)
        yield _joined(a, c), _joined(b, d)


def _joined(a: str, b: str) -> str:
    left, right = a.split(), b.split()
    return " ".join(left[:(len(left) + 1) // 2] + right[len(right) // 2:])


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def measure(pairs: list[tuple[str, str]], n: int, folder: Path) -> dict[str, object]:
    rows = list(units(pairs, n))
    path = folder / f"{n}.memory"
    with Memory.create(path, "ar", "en") as memory:
        wall, cpu = timed(lambda: memory.add(Pair(s, t, approved=True) for s, t in rows))
    plain = sqlite3.connect(folder / f"{n}.db")
    plain.execute("CREATE TABLE t (source TEXT, target TEXT)")
    plain.execute("CREATE INDEX i ON t (source)")

    def insert() -> None:
        with plain:
            plain.executemany("INSERT INTO t VALUES (?, ?)", rows)

    _, plain_cpu = timed(insert)
    rng = random.Random(2)
    asked = [s for s, _ in rng.sample(rows, min(n, 2000))]
    vocabulary = [w for s, _ in rows[:20_000] for w in s.split()]
    changed: list[tuple[str, str]] = []
    while len(changed) < 300:
        words = (source := rng.choice(rows)[0]).split()
        if len(words) >= 4:
            words[rng.randrange(len(words))] = rng.choice(vocabulary)
            changed.append((source, " ".join(words)))
    with Memory.open(path) as memory:
        exact = [timed(lambda s=s: memory.exact(s))[0] for s in asked]  # type: ignore[misc]
        base = [timed(lambda s=s: plain.execute("SELECT target FROM t WHERE source = ?", (s,)).fetchone())[0]  # type: ignore[misc]
                for s in asked]
        fuzzy, found = [], 0
        for source, text in changed:
            start = time.perf_counter()
            matches = memory.similar(text)
            fuzzy.append(time.perf_counter() - start)
            found += any(m.source == source for m in matches) or source == text
        stats = memory.stats()
    plain.close()
    return {
        "units": n, "bytes_text_per_unit": round(stats.text / n), "import_units_per_s": round(n / wall),
        "import_units_per_cpu_s": round(n / cpu), "import_cpu_to_plain_sqlite": round(cpu / plain_cpu, 2),
        "exact_ms_median": round(statistics.median(exact) * 1e3, 4),
        "exact_to_plain_sqlite": round(statistics.median(exact) / statistics.median(base), 2),
        "fuzzy_ms_median": round(statistics.median(fuzzy) * 1e3, 2),
        "fuzzy_ms_p95": round(sorted(fuzzy)[int(0.95 * len(fuzzy))] * 1e3, 2),
        "fuzzy_found": round(found / len(changed), 4), "file_to_text": round(stats.size / stats.text, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="1,000,000 units too (minutes)")
    args = parser.parse_args()
    what, pairs = texts()
    with tempfile.TemporaryDirectory() as folder:
        results = [measure(pairs, n, Path(folder)) for n in (N, 10 * N, *([100 * N] if args.large else []))]
    report = {"text": what, "sqlite": sqlite3.sqlite_version, "python": platform.python_version(),
              "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "results": results}
    out = ROOT / "bench" / "results" / "memory.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for key in results[0]:
        print(f"{key:28}", *(f"{r[key]!s:>12}" for r in results))


if __name__ == "__main__":
    main()
