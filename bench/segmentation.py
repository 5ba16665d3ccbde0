"""Segmentation: quality and time beside ICU, pysbd, punkt and LanguageTool's rules in one run; growth on hostile text.

usage: bench/segmentation.py [--venv DIR] [--write]     (--write: into bench/results/segmentation.md)

The gold texts are read from $BITEXT_SHARED/gold (default ../shared/gold) and are not part of this repository. The
others are installed into an environment of their own (PyICU is compiled: apt-get install g++ pkg-config libicu-dev).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bitext.segmentation import rules_file, segment
from rivals import environment

ROOT = Path(__file__).resolve().parents[1]
GOLD = Path(os.environ.get("BITEXT_SHARED", ROOT.parent / "shared")) / "gold"
RIVALS = ["PyICU==2.17", "pysbd==0.3.4", "nltk==3.10.4"]
TIMED = 100_000  # characters; pysbd is quadratic, so no more
HOSTILE = {  # a megabyte of each
    "no stop": "كلمة ", "no space": "كلمة", "stops": ".", "stops and spaces": ". ", "straight quotes": '"',
    "spaced quotes": '" ', "guillemets": "«", "abbreviations": "د. ", "agencies": "أ.ف.ب. ", "ellipses": "... ",
    "colons and quotes": ': "', "brackets": "(", "open quotes and words": '"كلمة كلمة ', "numbers": "1. ",
    "glued words": "نص.نص ", "line ends": "\n", "wrapped lines": "كلمة كلمة كلمة كلمة كلمة كلمة كلمة كلمة كلمة\n",
}
ORDER = ["clean", "light", "omit", "medium", "heavy", "cross"]  # profiles, least edited first
STOP = re.compile(r"[.!?…][\"'”’)\]]*$")
INNER = re.compile(r"[a-z\d]{2}[.!?][\"'”’)]*(?=\s+[\"“'‘(]?[A-Z])")

Gold = list[dict[str, Any]]
Cut = Callable[[str], list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venv", type=Path, default=ROOT / "build" / "bench" / "segmentation")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    out: list[str] = []

    def tell(*lines: str) -> None:
        out.extend(lines)
        print(*lines, sep="\n", flush=True)

    tell(f"# Segmentation\n\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
         f"rules ar.srx {_sha('ar')}, en.srx {_sha('en')}")
    if GOLD.is_dir():
        python = environment(args.venv, RIVALS)
        tell(*quality("Arabic (development half of the gold texts)", "ar", arabic(), python))
        tell(*quality("English (sides of the gold alignment texts)", "en", english(), python))
    else:
        tell(f"{GOLD} is not there: no quality, no times beside others")
    tell(*loading())
    tell(*growth())
    if args.write:
        target = ROOT / "bench" / "results" / "segmentation.md"
        target.parent.mkdir(exist_ok=True)
        target.write_text("\n".join(out) + "\n", encoding="utf-8", newline="\n")


def arabic() -> Gold:
    return [json.loads(line) for line in (GOLD / "segmentation.jsonl").read_text(encoding="utf-8").splitlines()]


def english() -> Gold:
    """Each document once, in its least edited form. A line without a stop (a heading) ends its paragraph; sentence
    ends inside a maker's line are neither rewarded nor punished, as in the Arabic texts.
    """
    tasks = [json.loads(line) for line in (GOLD / "alignment.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen: dict[str, dict[str, Any]] = {}
    for task in sorted(tasks, key=lambda t: ORDER.index(t["profile"])):
        if not task["doc"].startswith("concat"):
            chosen.setdefault(task["doc"], task)
    gold = []
    for doc, task in chosen.items():
        sentences = [s.strip() for s in task["target"] if s.strip()]
        optional, n = [], 0
        for s in sentences:
            optional += [n + _visible(s[:m.end()]) for m in INNER.finditer(s)]
            n += _visible(s)
        text = "".join(s + (" " if STOP.search(s) else "\n") for s in sentences).strip()
        gold.append({"id": doc, "text": text, "sentences": sentences, "optional": optional})
    return gold


def quality(title: str, lang: str, gold: Gold, python: Path) -> list[str]:
    texts = [g["text"] for g in gold]
    timed = "\n".join(texts)[:TIMED]
    results: dict[str, Any] = {
        name: {"cut": [cut(t) for t in texts], "seconds": _seconds(cut, timed, 3)}
        for name, cut in (("bitext", ours(lang)), ("LanguageTool rules", language_tool(lang)))
    }
    results |= _run_rivals(python, {"lang": lang, "texts": texts, "timed": timed})
    score = _scorer()
    lines = [f"\n## {title}\n", f"{len(gold)} texts, {sum(len(g['sentences']) for g in gold)} sentences; halves by the "
             f"hash of the id; time over {len(timed.encode()) / 1e6:.2f} MB, best of 3 of ours\n",
             "| | P | R | F1 | exact | F1 half A | half B | exact A | B | altered | MB/s |", "|---|" + "---:|" * 10]
    for name, result in results.items():
        cut = {g["id"]: pieces for g, pieces in zip(gold, result["cut"], strict=True)}
        whole, a, b = (score(part, cut)["all"] for part in (gold, *(half(gold, h) for h in (0, 1))))
        figures = [whole["P"], whole["R"], whole["F1"], whole["exact"], a["F1"], b["F1"], a["exact"], b["exact"]]
        speed = len(timed.encode()) / 1e6 / result["seconds"]
        lines.append(f"| {name} | {' | '.join(f'{f:.4f}' for f in figures)} | {whole['altered']} | {speed:.2f} |")
    return lines


def half(gold: Gold, which: int) -> Gold:
    """Of the Arabic texts the errors in half A (0) were read while the rules were written, those in half B were not."""
    return [g for g in gold if int(hashlib.sha256(g["id"].encode()).hexdigest(), 16) % 2 == which]


def ours(lang: str) -> Cut:
    return lambda text: [s.text for s in segment(text, lang)]


def language_tool(lang: str) -> Cut:
    import choppa

    document = choppa.SrxDocument(ruleset=choppa.DEFAULT_SRX_RULESET)
    return lambda text: [p for p in choppa.SrxTextIterator(document, f"{lang}_two", text) if p.strip()]


def loading() -> list[str]:
    """In fresh processes, so with every import."""
    lines = ["\n## Loading\n", "First call of `segment`, imports included, beside `import choppa` alone; "
             "processor time, best of 5\n", "| | seconds |", "|---|---:|"]
    for name, code in (("Arabic", "segment('أ')"), ("English", "segment('a', 'en')"),
                       ("both", "segment('أ'); segment('a', 'en')"), ("import choppa", "import choppa")):
        program = ("import time; start = time.process_time(); from bitext.segmentation import segment; "
                   f"{code}; print(time.process_time() - start)")
        if name == "import choppa":
            program = "import time; start = time.process_time(); import choppa; print(time.process_time() - start)"
        seconds = min(float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
                            .stdout) for _ in range(5))
        lines.append(f"| {name} | {seconds:.3f} |")
    return lines


def growth() -> list[str]:
    lines = ["\n## Growth on hostile text\n", "Seconds a megabyte with Arabic rules, processor time, at 1 MB "
             "(best of 2) and 8 MB\n", "| | 1 MB | 8 MB | ratio |", "|---|---:|---:|---:|"]
    for name, unit in HOSTILE.items():
        once = unit * (1_000_000 // len(unit.encode()))
        small, large = _seconds(ours("ar"), once, 2), _seconds(ours("ar"), once * 8, 1) / 8
        lines.append(f"| {name} | {small:.3f} | {large:.3f} | {large / small:.2f} |")
    return lines


def _run_rivals(python: Path, task: dict[str, Any]) -> dict[str, Any]:
    folder = python.parents[1]
    (folder / "texts.json").write_text(json.dumps(task), encoding="utf-8")
    subprocess.run([python, ROOT / "bench" / "segmentation_rivals.py", folder / "texts.json", folder / "cut.json"],
                   check=True)
    results: dict[str, Any] = json.loads((folder / "cut.json").read_text(encoding="utf-8"))
    return results


def _scorer() -> Callable[[Gold, dict[str, Sequence[str]]], dict[str, Any]]:
    spec = importlib.util.spec_from_file_location("score_segmentation", GOLD / "score_segmentation.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.score  # type: ignore[no-any-return]


def _seconds(cut: Cut, text: str, times: int) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        cut(text)
        best = min(best, time.process_time() - start)
    return best


def _visible(text: str) -> int:
    return len(re.sub(r"\s", "", text))


def _sha(lang: str) -> str:
    return hashlib.sha256(rules_file(lang).read_bytes()).hexdigest()[:12]


if __name__ == "__main__":
    main()
