"""Translation throughput and cold start against Argos's own code path and against CTranslate2 called directly.

    python bench/translation.py FOLDER [--package PACKAGE] [--sentences N] [--runs N]

In FOLDER (some 250 MB) an environment of its own is made with argostranslate, as bench/argos_equality.py does. All ways
translate the same sentences with the same package in turn, each in a process of its own that stays loaded, so that what
else the machine does falls on all of them; medians of wall and of processor time. Ratios are to be read, not seconds.

Ways:
  bitext        Translator.translate: tokens, decoding, asking again, repairs
  decode        Engine.decode: tokens, decoding, text; what bare does too
  bitext fast   Translator.translate with beam 1 (--fast)
  bare          ctranslate2.Translator.translate_batch, SentencePiece before and after; best of GRID on this machine
  argos         argostranslate.translate: all sentences as one paragraph, its cutters stubbed by one that gives just
                these, its cache emptied before each run; batches of 32 tokens, threads as it has them by default

Peers: LibreTranslate is not measured: pip could not resolve it from wheels alone on Python 3.11. Others were not tried.

Sentences: mt-dev/flores-dev.ar and iwslt17.ar in $BITEXT_SHARED (../shared where it is not set), else the articles in
corpus/, repeated with other numbers. Writes bench/results/translation.json and translation.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import argos_equality
from bitext.translation.packages import Package, open_package

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench/results"
ARTICLE = ROOT / "corpus/irgc-alqaeda-2024.ar.txt"
GRID = (512, 1024, 2048)  # tokens a batch
TRIED = 150               # sentences on which the grid is tried
# Each way: a program that loads, says so, and translates all for each line it is sent. `ask` is all that differs.
LOOP = """
import json, sys, time
given = json.loads(sys.stdin.readline())
{setup}
print("ready", flush=True)
for line in sys.stdin:
    sentences = given["sentences"][:int(line)]
    wall, cpu = time.perf_counter(), time.process_time()
    texts = ask(sentences)
    print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu, texts]), flush=True)
"""
BITEXT = """
from bitext.translation import Translator
translator = Translator.load(given["package"])
def ask(sentences):
    return [t.text for t in translator.translate(sentences, beam_size={beam})]
"""
DECODE = """
from bitext.translation.engine import Engine
from bitext.translation.packages import open_package
engine = Engine(open_package(given["package"]))
def ask(sentences):
    return [o.text for o in engine.decode(sentences)]
"""
BARE = """
import ctranslate2, sentencepiece
sp = sentencepiece.SentencePieceProcessor(model_file=given["folder"] + "/sentencepiece.model")
translator = ctranslate2.Translator(given["folder"] + "/model", inter_threads=given["cores"], intra_threads=1)
def ask(sentences):
    tokens = [sp.encode(s, out_type=str) for s in sentences]
    results = translator.translate_batch(tokens, max_batch_size={tokens}, batch_type="tokens", beam_size=4,
                                         length_penalty=0.2, replace_unknowns=True)
    return [sp.decode(r.hypotheses[0]) for r in results]
"""
ARGOS = """
import types
stanza, minisbd = types.ModuleType("stanza"), types.ModuleType("minisbd")
minisbd.models = types.SimpleNamespace(cache_dir="", list_models=lambda: ["en"])
class SBDetect:
    def __init__(self, *args, **kwargs): pass
    def sentences(self, text): return text.split(chr(30))
minisbd.SBDetect = SBDetect
sys.modules.update(stanza=stanza, minisbd=minisbd)
from argostranslate import translate
way = translate.get_translation_from_codes(given["from"], given["to"])
def ask(sentences):
    way.cache = {}
    return [way.translate(chr(30).join(sentences))]
"""


class Way:
    """One of the processes."""

    def __init__(self, name: str, python: Path, setup: str, given: dict[str, Any], env: dict[str, str]) -> None:
        self.name = name
        self._process = subprocess.Popen([python, "-c", LOOP.format(setup=setup)], stdin=subprocess.PIPE, env=env,
                                         stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self._send(json.dumps(given))
        self._read()

    def ask(self, count: int) -> tuple[float, float, list[str]]:
        """Wall seconds, processor seconds, texts."""
        self._send(str(count))
        wall, cpu, texts = json.loads(self._read())
        return wall, cpu, texts

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def _send(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _read(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name}: its process ended")
        return line


def main() -> None:
    parser = argparse.ArgumentParser(description="Throughput against Argos and bare CTranslate2.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--package", type=Path, default=max((ROOT / "models").glob("*.argosmodel"), default=None))
    parser.add_argument("--sentences", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    package = open_package(args.package)
    folder = args.folder.resolve()
    text, sentences = read_sentences(package.from_code, args.sentences)
    python, env, packages = argos_equality.environment(folder, package)
    given = {"package": str(args.package.resolve()), "folder": str(next(packages.iterdir())), "sentences": sentences,
             "from": package.from_code, "to": package.to_code, "cores": len(os.sched_getaffinity(0))}
    ours = Path(sys.executable)
    best = best_batch(ours, given, env)
    ways = [Way("bitext", ours, BITEXT.format(beam=4), given, env),
            Way("decode", ours, DECODE, given, env),
            Way("bitext fast", ours, BITEXT.format(beam=1), given, env),
            Way("bare", ours, BARE.format(tokens=best), given, env),
            Way("argos", python, ARGOS, given, env)]
    sizes = sorted({15, min(300, len(sentences)), len(sentences)})
    tables = {str(n): measure(ways, n, args.runs) for n in sizes}
    for way in ways:
        way.close()
    report = {
        "text": text, "package": package.name, "package_sha256": package.sha256, "bare_max_batch_size": best,
        "runs": args.runs, "cold": cold(package, args.runs), "sentences": tables,
        "versions": {n: version(n) for n in ("bitext", "ctranslate2", "argostranslate", "sentencepiece", "numpy")},
        "python": platform.python_version(), "machine": machine(), "load": round(os.getloadavg()[0], 1)}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "translation.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "translation.md").write_text(markdown(report), encoding="utf-8")
    print(markdown(report))


def read_sentences(lang: str, count: int) -> tuple[str, list[str]]:
    """What they are, and the sentences, all distinct."""
    lines: list[str] = []
    for name in ("flores-dev", "iwslt17"):
        path = argos_equality.SHARED / f"mt-dev/{name}.{lang}"
        if path.exists():
            lines += [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if lines:
        return "FLORES dev, then IWSLT17", list(dict.fromkeys(lines))[:count]
    own = [line for path in sorted((ROOT / "corpus").glob(f"*.{lang}.txt"))
           for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return "corpus/, with other numbers", [f"{own[n % len(own)]} {n}" for n in range(count)]


def best_batch(python: Path, given: dict[str, Any], env: dict[str, str]) -> int:
    """The batch size with which CTranslate2 called directly takes least processor time."""
    seconds = {}
    for tokens in GRID:
        way = Way("bare", python, BARE.format(tokens=tokens), given, env)
        seconds[tokens] = min(way.ask(TRIED)[1] for _ in range(2))
        way.close()
    return min(seconds, key=lambda tokens: seconds[tokens])


def measure(ways: list[Way], count: int, runs: int) -> dict[str, dict[str, float]]:
    """Median wall and processor seconds of each way, which take turns."""
    seconds: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
    texts: dict[str, list[str]] = {}
    for run in range(runs):
        for way in ways:
            wall, cpu, made = way.ask(count)
            print(f"{count} sentences, run {run + 1}, {way.name}: {wall:.2f} s, processor {cpu:.2f} s", file=sys.stderr)
            seconds[way.name].append((wall, cpu))
            if texts.setdefault(way.name, made) != made:
                raise SystemExit(f"{way.name}: another text in another run")
    return {name: {kind: round(statistics.median(s[n] for s in taken), 3) for n, kind in enumerate(("wall", "cpu"))}
            for name, taken in seconds.items()}


def cold(package: Package, runs: int) -> dict[str, float]:
    """`bitext translate` of the article from the shell, beside Python's own start and CTranslate2's import and load."""
    with tempfile.TemporaryDirectory() as folder:
        segments = Path(folder, "segments.jsonl")
        subprocess.run([sys.executable, "-m", "bitext", "segment", ARTICLE, "-o", segments], check=True)
        command: list[str | Path] = [sys.executable, "-m", "bitext", "translate", segments, "--model", package.path,
                                     "-o", Path(folder, "translations.jsonl")]
        commands: dict[str, list[str | Path]] = {
            "python -c pass": [sys.executable, "-c", "pass"], "bitext translate": command,
            "bitext translate --fast": [*command, "--fast"]}
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(2 * runs + 1):
            for name, c in commands.items():
                before, wall = os.times(), time.perf_counter()
                subprocess.run(c, check=True, stderr=subprocess.DEVNULL)
                wall, after = time.perf_counter() - wall, os.times()
                cpu = after.children_user + after.children_system - before.children_user - before.children_system
                found[name].append((wall, cpu))
    return {f"{name}, {kind}": round(statistics.median(s[n] for s in values), 3)
            for name, values in found.items() for n, kind in enumerate(("wall", "cpu"))}


def machine() -> str:
    """Cores and their name."""
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines()
             if line.startswith("model name")] if info.exists() else [platform.processor()]
    return f"{len(os.sched_getaffinity(0))} cores, {names[0] if names else platform.machine()}"


def markdown(report: dict[str, Any]) -> str:
    """The report for a reader."""
    versions = ", ".join(f"{n} {v}" for n, v in report["versions"].items())
    lines = ["# Translation: throughput and cold start", "",
             f"`python bench/translation.py`, {report['runs']} runs in turn, medians; {report['text']}; "
             f"{report['package']} ({report['package_sha256'][:12]}…), beam 4 but for “fast” (1); {versions}, Python "
             f"{report['python']}; {report['machine']}, load {report['load']} (what else ran fell on all alike: read "
             f"the ratios). Bare CTranslate2 with its best batches here, {report['bare_max_batch_size']} tokens.", ""]
    for count, table in report["sentences"].items():
        lines += [f"| {count} sentences | wall s | processor s | sentences/s of one core | throughput ÷ argos "
                  "(processor) | ÷ argos (wall) | ÷ bare (processor) | ÷ bare (wall) |", "|---" + "|--:" * 7 + "|"]
        for name, t in table.items():
            argos, bare = table["argos"], table["bare"]
            lines.append(f"| {name} | {t['wall']:.2f} | {t['cpu']:.2f} | {int(count) / t['cpu']:.1f} | "
                         f"{argos['cpu'] / t['cpu']:.2f} | {argos['wall'] / t['wall']:.2f} | "
                         f"{bare['cpu'] / t['cpu']:.2f} | {bare['wall'] / t['wall']:.2f} |")
        lines.append("")
    lines += ["Cold, the article (15 sentences), from the shell:", "", "| | seconds |", "|---|--:|"]
    lines += [f"| {name} | {seconds:.2f} |" for name, seconds in report["cold"].items()]
    return "\n".join([*lines, "", "LibreTranslate is not measured: pip could not resolve it from wheels alone "
                      "on Python 3.11. Other peers were not tried.", ""])


if __name__ == "__main__":
    main()
