"""`bitext batch`: rate with the real model, and memory, time and storage as the input grows.

usage: batch.py [--segments N] [--beam B] [--no-encoder] [--growth N] [--jobs J]

rate: N sentences (default 300) by `bitext batch` as a user runs it, with 1 job (threads by cores) and a job a core,
against one `Translator.translate` call over the same sentences with as many threads as there are cores, in the same
run. What the batch adds is reading, cutting, scores (with the encoder, as by default), units and TMX. Start-up is in.

growth: N, 10 N and 100 N segments (default 3000) in one shard, 10 to a document. The TRANSLATION IS A FAKE here (the
source in brackets) and no encoder scores it, so that the rest is seen: a real worker adds the model, whose peak the
first table has. `join` is the reduce step: pieces into units and TMX, in the process that hands out tasks.

Figures in CPU seconds hold on a busy machine too; those in seconds don't.

Text: BITEXT_SHARED/mt-dev, else the articles of corpus/, over and over with numbers in it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bitext import pipeline, segment
from bitext.batch import run as batch_run
from bitext.batch import state, worker
from bitext.batch.local import LocalWorkers
from bitext.batch.tasks import Options
from bitext.records import Translation
from bitext.translation.engine import cores

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BITEXT_SHARED", ROOT.parent / "shared"))
DOCUMENT = 10           # sentences
MB = 1024               # of ru_maxrss
WATCH = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "bitext", *sys.argv[1:]])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)
sys.exit(done.returncode)
"""


class Fake:
    """Puts the text in brackets."""

    def __init__(self, lang: str, to: str) -> None:
        self.from_code, self.to_code, self.settings = lang, to, {"package": ["fake"]}

    def translate(self, sentences: list[str], **_: Any) -> list[Translation]:
        return [Translation(f"s{n}", f"[{s}]", -0.5) for n, s in enumerate(sentences, 1)]


def main() -> None:
    if sys.argv[1:2] == ["fake-worker"]:
        pipeline.load_translator = lambda lang, to, **_: Fake(lang, to)  # type: ignore[assignment]
        worker.main()
        return
    if sys.argv[1:2] == ["fake-batch"]:
        fake_batch(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=300)
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--no-encoder", action="store_true")
    parser.add_argument("--growth", type=int, default=3000)
    parser.add_argument("--jobs", type=int, default=cores())
    args = parser.parse_args()
    text, found = sentences()
    settings = {
        "text": text, "beam": args.beam, "encoder": not args.no_encoder, "document": DOCUMENT, "jobs": args.jobs,
        "model": max((ROOT / "models").glob("*.argosmodel")).name, "python": platform.python_version(),
        "ctranslate2": version("ctranslate2"), "machine": platform.machine(), "cores": cores(),
        "load_before": round(os.getloadavg()[0], 1)}
    print(*(f"{k}: {v}" for k, v in settings.items()), sep="; ")
    report: dict[str, Any] = {"settings": settings}
    if args.segments:
        report["rate"] = rate(numbered(found, args.segments), args)
        show(report["rate"])
    if args.growth:
        report["growth"] = [growth(numbered(found, args.growth * k), args.jobs) for k in (1, 10, 100)]
        show(report["growth"])
    target = ROOT / "bench" / "results" / "batch.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def rate(lines: list[str], args: argparse.Namespace) -> list[dict[str, Any]]:
    """The bare engine, then the command with one job and with several."""
    options = ["--beam", str(args.beam), *(["--no-encoder"] if args.no_encoder else [])]
    start, used = time.perf_counter(), time.process_time()
    translator = pipeline.load_translator("ar", "en", model=None, models=ROOT / "models")
    translator.translate(lines, beam_size=args.beam)
    bare, used = time.perf_counter() - start, time.process_time() - used
    rows = [{"what": "bare Translator", "jobs": "-", "seconds": bare, "segments_per_s": len(lines) / bare,
             "of_bare": 1.0, "cpu_seconds": used, "segments_per_cpu_s": len(lines) / used,
             "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB, "equal_bytes": "-"}]
    first = None
    with tempfile.TemporaryDirectory() as folder:
        shard = write_shard(Path(folder, "s.jsonl"), lines)
        for jobs in dict.fromkeys((1, args.jobs)):
            out = Path(folder, str(jobs))
            start = time.perf_counter()
            done = subprocess.run([sys.executable, "-c", WATCH, "batch", shard, out, "--jobs", str(jobs), *options],
                                  cwd=ROOT, capture_output=True, text=True, check=False)
            seconds = time.perf_counter() - start
            if done.returncode:
                raise SystemExit(done.stderr)
            made = [p.read_bytes() for p in sorted(out.iterdir()) if p.is_file()]
            first = first or made
            *_, cpu, peak = done.stdout.split()
            rows.append({"what": "bitext batch", "jobs": jobs, "seconds": seconds,
                         "segments_per_s": len(lines) / seconds, "of_bare": bare / seconds,
                         "cpu_seconds": float(cpu), "segments_per_cpu_s": len(lines) / float(cpu),
                         "peak_mb": int(peak), "equal_bytes": made == first})
    return rows


def growth(lines: list[str], jobs: int) -> dict[str, Any]:
    """A fake batch in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        shard = write_shard(Path(folder, "s.jsonl"), lines)
        out = Path(folder, "out")
        done = subprocess.run([sys.executable, __file__, "fake-batch", shard, out, str(jobs)], cwd=ROOT,
                              capture_output=True, text=True, check=True)
        sizes = {f"{kind}_bytes": sum(p.stat().st_size for p in out.glob(f"*{kind}")) / len(lines)
                 for kind in (".jsonl", ".tmx")}
        return {"segments": len(lines), "translation": "fake", **json.loads(done.stdout),
                "input_bytes": shard.stat().st_size / len(lines), **sizes}


def fake_batch(shard: Path, out: Path, jobs: int) -> None:
    how = Options(out=str(out), to="en", model=None, models=str(ROOT / "models"), beam=1, memory=None, encoder=False,
                  srx=None, wrapped=None, formats=("tmx",), threads=1)
    joins = 0.0
    real = state.join_shard

    def timed(*args: Any, **options: Any) -> None:
        nonlocal joins
        start = time.process_time()
        real(*args, **options)
        joins += time.process_time() - start

    state.join_shard = timed
    start = time.perf_counter()
    result = batch_run.run_batch(str(shard), how, LocalWorkers(how, jobs, (sys.executable, __file__, "fake-worker")))
    seconds = time.perf_counter() - start
    main, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    json.dump({"seconds": seconds, "segments_per_s": result.segments / seconds,
               "main_cpu_us_a_segment": (main.ru_utime + main.ru_stime) / result.segments * 1e6,
               "join_cpu_us_a_segment": joins / result.segments * 1e6,
               "worker_cpu_us_a_segment": (others.ru_utime + others.ru_stime) / result.segments * 1e6,
               "main_peak_mb": main.ru_maxrss / MB, "worker_peak_mb": others.ru_maxrss / MB}, sys.stdout)


def sentences() -> tuple[str, list[str]]:
    found = [line for name in ("flores-dev.ar", "iwslt17.ar") if (path := SHARED / "mt-dev" / name).exists()
             for line in path.read_text("utf-8").splitlines() if line.strip()]
    if found:
        return "mt-dev", found
    return "the articles of corpus/ (no shared/mt-dev here)", [
        s.text for p in sorted((ROOT / "corpus").glob("*.ar.txt")) for s in segment(p.read_text("utf-8"))]


def numbered(found: list[str], n: int) -> list[str]:
    return [found[i] if i < len(found) else f"{found[i % len(found)]} ({i})" for i in range(n)]


def write_shard(path: Path, lines: list[str]) -> Path:
    with path.open("w", encoding="utf-8") as f:
        for i in range(0, len(lines), DOCUMENT):
            document = {"name": f"d{i}", "text": "\n\n".join(lines[i:i + DOCUMENT])}
            f.write(json.dumps(document, ensure_ascii=False) + "\n")
    return path


def show(rows: list[dict[str, Any]]) -> None:
    print()
    for key in rows[0]:
        values = [f"{r[key]:.1f}" if isinstance(r[key], float) else str(r[key]) for r in rows]
        print(f"{key:20}", *(f"{v:>16}" for v in values))


if __name__ == "__main__":
    main()
