"""`bitext batch` at n and 4n segments: rate against the bare translator in the same run, peak memory, equal bytes.

The baseline is one `Translator.translate` call over all sentences with as many threads as there are cores: what the
batch adds is reading, cutting, scoring, units and TMX. Scores come without the encoder unless --encoder is given.

Run: python bench/batch.py [--segments N] [--beam B] [--encoder]. Text: sentences of BITEXT_SHARED/mt-dev, else the
corpus' article over and over with numbers in it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from bitext import segment
from bitext.pipeline import load_translator
from bitext.translation.engine import cores

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BITEXT_SHARED", ROOT.parent / "shared"))
DOCUMENT = 10           # sentences
WATCH = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "bitext", *sys.argv[1:]])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(done.returncode)
"""


def sentences(n: int) -> tuple[str, list[str]]:
    found = [line for name in ("flores-dev.ar", "iwslt17.ar") if (path := SHARED / "mt-dev" / name).exists()
             for line in path.read_text("utf-8").splitlines() if line.strip()]
    what = "mt-dev"
    if not found:
        what = "the article (no shared/mt-dev here)"
        found = [s.text for p in sorted((ROOT / "corpus").glob("*.ar.txt")) for s in segment(p.read_text("utf-8"))]
    return what, [f"{s} ({i})" if i >= len(found) else s for i, s in
                  ((i, found[i % len(found)]) for i in range(n))]


def run(shard: Path, out: Path, jobs: int, options: list[str]) -> tuple[float, int, str]:
    """Seconds, MB of the largest process, digest of all results."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", WATCH, "batch", str(shard), str(out), "--jobs", str(jobs), *options],
                          cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stderr)
    digest = sha256()
    for p in sorted(p for p in out.iterdir() if p.is_file()):
        digest.update(p.name.encode() + p.read_bytes())
    return seconds, int(re.findall(r"\d+", done.stdout)[-1]), digest.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=200)
    parser.add_argument("--beam", default="4")
    parser.add_argument("--encoder", action="store_true")
    args = parser.parse_args()
    options = ["--beam", args.beam, *([] if args.encoder else ["--no-encoder"])]
    rows = []
    for n in (args.segments, 4 * args.segments):
        what, lines = sentences(n)
        with tempfile.TemporaryDirectory() as folder:
            shard = Path(folder, "s.jsonl")
            shard.write_text("".join(
                json.dumps({"name": f"d{i}", "text": "\n\n".join(lines[i:i + DOCUMENT])}, ensure_ascii=False) + "\n"
                for i in range(0, n, DOCUMENT)), "utf-8")
            start = time.perf_counter()
            load_translator("ar", "en", model=None, models=ROOT / "models").translate(lines, beam_size=int(args.beam))
            bare = time.perf_counter() - start
            one = run(shard, Path(folder, "one"), 1, options)
            all_cores = run(shard, Path(folder, "all"), cores(), options)
        rows.append({
            "segments": n, "bare_s": round(bare, 1), "batch_jobs1_s": round(one[0], 1),
            f"batch_jobs{cores()}_s": round(all_cores[0], 1), "segments_per_s": round(n / all_cores[0], 1),
            "bare_to_batch": round(bare / min(one[0], all_cores[0]), 2), "peak_mb_a_process": max(one[1], all_cores[1]),
            "equal_bytes": one[2] == all_cores[2]})
    report = {"text": what, "beam": int(args.beam), "encoder": args.encoder, "document": DOCUMENT,
              "python": platform.python_version(), "cores": cores(), "load": round(os.getloadavg()[0], 1),
              "main_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "results": rows}
    (ROOT / "bench" / "results" / "batch.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for key in rows[0]:
        print(f"{key:20}", *(f"{r[key]!s:>10}" for r in rows))


if __name__ == "__main__":
    main()
