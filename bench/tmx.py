"""TMX: units a second and peak memory of writing and reading, against lxml's bare iterparse and translate-toolkit.

usage: tmx.py [UNITS …]        (default: 200000 1000000)

Every figure is of a process of its own, in seconds of processor time, so that other work on the machine counts less;
the ratios are within one run of this program. translate-toolkit is left out where it isn't installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bitext.formats import tmx
from bitext.records import Header, Unit

HEADER = Header("units", "bench", "ar", "", target_lang="en")
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RUNS = 3


def units(n: int) -> Iterator[Unit]:
    for i in range(n):
        yield Unit(
            f"u{i}", (f"s{i}",), (f"t{i}",), f"وقال المتحدث باسم الوزارة إن العدد بلغ {i} شخصا خلال العام الماضي.",
            f"The ministry's spokesman said that the number reached {i} people during the past year & more.", 0.93,
            "mt", ("numbers",) if i % 9 == 0 else (), paragraph=i // 5)


def write_bitext(path: Path, n: int) -> int:
    return tmx.write(path, HEADER, units(n)).written


def write_toolkit(path: Path, n: int) -> int:
    store = importlib.import_module("translate.storage.tmx").tmxfile(sourcelanguage="ar", targetlanguage="en")
    for u in units(n):
        store.addtranslation(u.source_text, "ar", u.target_text, "en")
    store.savefile(str(path))
    return len(store.units)


def read_bare(path: Path, n: int) -> int:
    """No text is looked at."""
    del n
    return sum(1 for _ in _iterparse(path))


def read_lxml(path: Path, n: int) -> int:
    """Language and text of each tuv are looked at, the least that is of use."""
    del n
    found = ([(tuv.get(LANG), tuv.findtext("seg")) for tuv in tu.iterfind("tuv")] for tu in _iterparse(path))
    return sum(len(texts) == 2 for texts in found)


def _iterparse(path: Path) -> Iterator[Any]:
    from lxml import etree

    for _, tu in etree.iterparse(path, tag="tu"):
        yield tu
        tu.clear()
        while tu.getprevious() is not None:
            del tu.getparent()[0]


def read_bitext(path: Path, n: int) -> int:
    """Texts, languages, props and notes."""
    del n
    return sum(1 for _ in tmx.read(path)[1])


def read_bitext_units(path: Path, n: int) -> int:
    """The same, made units."""
    del n
    return sum(1 for _ in tmx.read_units(path).units)


def read_toolkit(path: Path, n: int) -> int:
    del n
    store = importlib.import_module("translate.storage.tmx").tmxfile.parsefile(str(path))
    return sum(bool(u.source and u.target) for u in store.units)


SUBJECTS: dict[str, tuple[str, Callable[[Path, int], int]]] = {
    "write, bitext": ("bitext", write_bitext), "write, translate-toolkit": ("translate", write_toolkit),
    "read, lxml iterparse, nothing taken": ("lxml", read_bare),
    "read, lxml iterparse, texts taken": ("lxml", read_lxml),
    "read, bitext, entries": ("bitext", read_bitext), "read, bitext, units": ("bitext", read_bitext_units),
    "read, translate-toolkit": ("translate", read_toolkit),
}
BASELINES = {"write": "write, translate-toolkit", "read,": "read, lxml iterparse, texts taken"}


def measure(name: str, path: Path, n: int) -> tuple[float, float]:
    """Seconds of the work itself and peak memory in MB, of a new process."""
    command = [sys.executable, __file__, "--one", name, str(path), str(n)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{name}: failed")
    return float(printed), usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def one(name: str, path: Path, n: int) -> None:
    start = time.process_time()
    done = SUBJECTS[name][1](path, n)
    print(time.process_time() - start)
    if done != n:
        raise SystemExit(f"{name}: {done} units, {n} were expected")


def table(n: int, folder: Path) -> None:
    memory = folder / "bench.tmx"
    write_bitext(memory, n)
    there = [s for s, (module, _) in SUBJECTS.items() if importlib.util.find_spec(module)]
    found: dict[str, list[tuple[float, float]]] = {s: [] for s in there}
    for _ in range(RUNS if n <= 200_000 else 1):
        for s in there:  # in turn, so that what else the machine does meets all
            found[s].append(measure(s, memory if s.startswith("read") else folder / "out.tmx", n))
    seconds = {s: statistics.median(t for t, _ in runs) for s, runs in found.items()}
    runs = len(found[there[0]])
    print(f"\n{n:,} units, {memory.stat().st_size / 1e6:.0f} MB; median of {runs}\n")
    print("| | units/s | peak MB | speed |\n|---|---:|---:|---:|")
    for s, t in seconds.items():
        base = BASELINES[s[:5]]
        ratio = "" if base not in seconds else "baseline" if s == base else f"{seconds[base] / t:.2f}×"
        print(f"| {s} | {n / t:,.0f} | {max(m for _, m in found[s]):.0f} | {ratio} |", flush=True)


def main() -> None:
    sizes = [int(a) for a in sys.argv[1:]] or [200_000, 1_000_000]
    names = [f"{p} {version(p)}" for p in ("bitext", "lxml", "translate-toolkit")
             if importlib.util.find_spec(p.split("-")[0])]
    print(f"# TMX\n\n`bench/tmx.py {' '.join(map(str, sizes))}`: {', '.join(names)}, Python {sys.version.split()[0]}, "
          f"{os.cpu_count()} cores, {sys.platform}")
    with tempfile.TemporaryDirectory() as folder:
        for n in sizes:
            table(n, Path(folder))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
