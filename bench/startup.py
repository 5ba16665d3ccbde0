"""Start-up times against Python's own start, and the whole job on the sample article: time and peak memory.

usage: startup.py [RUNS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ARTICLE = ROOT / "corpus/irgc-alqaeda-2024.ar.txt"


def seconds(command: Sequence[str], runs: int) -> float:
    """Median wall time of a command."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peak_mb(command: Sequence[str]) -> float:
    """Peak resident memory of a command, in MB."""
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, usage = os.wait4(p.pid, 0)
    if status:
        raise SystemExit(f"{command}: failed")
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    python = [sys.executable]
    base = seconds([*python, "-c", "pass"], runs)
    print(f"start-up, median of {runs} runs, Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    print(f"  {'python -c pass':34} {base:6.3f} s   baseline")
    for name, command in (
        ("python -c 'import bitext'", [*python, "-c", "import bitext"]),
        ("bitext --help", [*python, "-m", "bitext", "--help"]),
        ("bitext segment (article)", [*python, "-m", "bitext", "segment", str(ARTICLE)]),
    ):
        t = seconds(command, runs)
        print(f"  {name:34} {t:6.3f} s   +{t - base:.3f} s, {t / base:.1f} × baseline")
    with tempfile.TemporaryDirectory() as out:
        job = [*python, "-m", "bitext", "run", str(ARTICLE), "-o", out]
        t = seconds(job, 3)
        print(f"  {'bitext run (article, 15 sentences)':34} {t:6.3f} s   peak {peak_mb(job):.0f} MB")


if __name__ == "__main__":
    main()
