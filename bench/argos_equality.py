"""Is our raw text, before repairs and retries, what Argos Translate itself gives for a sentence handed to it alone?

    python bench/argos_equality.py FOLDER [--package PACKAGE] [--lines N]

In FOLDER (some 250 MB) an environment of its own is made, with argostranslate as it comes from the package index and
this environment's versions of what it stands on. There `argostranslate.translate.translate` is called, sentence by
sentence, with all of Argos's defaults. One thing is not Argos's: its sentence cutters (stanza, which brings torch, and
minisbd, which fetches models from the network) are replaced by one that takes a text for one sentence. That is what "a
sentence handed to it alone" means; nothing else is changed.

Sentences: the articles in corpus/ and the first N lines of FLORES dev (mt-dev/flores-dev.ar in $BITEXT_SHARED, which is
../shared where it is not set; told when it is not there).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

from bitext.translation.engine import Engine
from bitext.translation.packages import Package, open_package

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BITEXT_SHARED", ROOT.parent / "shared"))
SAME_VERSIONS = ("ctranslate2", "sentencepiece", "sacremoses", "numpy", "pyyaml", "regex", "click",
                 "joblib", "tqdm")
ASK_ARGOS = """
import json, sys, time, types
stanza, minisbd = types.ModuleType("stanza"), types.ModuleType("minisbd")
minisbd.models = types.SimpleNamespace(cache_dir="", list_models=lambda: ["en"])
class SBDetect:
    def __init__(self, *args, **kwargs): pass
    def sentences(self, text): return [text]
minisbd.SBDetect = SBDetect
sys.modules.update(stanza=stanza, minisbd=minisbd)
from argostranslate import translate
source, target, *sentences = json.load(sys.stdin)
translate.translate(sentences[0], source, target)  # loads the model
begin = time.perf_counter()
texts = [translate.translate(s, source, target) for s in sentences]
print(json.dumps({"seconds": time.perf_counter() - begin, "texts": texts}))
"""


class Answer(TypedDict):
    """Of argostranslate."""

    seconds: float
    texts: list[str]


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare with the real argostranslate.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--package", type=Path, default=max((ROOT / "models").glob("*.argosmodel"), default=None))
    parser.add_argument("--lines", type=int, default=100)
    args = parser.parse_args()

    engine = Engine(open_package(args.package).verify())
    sentences = read_sentences(engine.package.from_code, args.lines)
    theirs = ask_argos(args.folder.resolve(), engine.package, sentences)
    begin = time.perf_counter()
    ours = [o.text for o in engine.decode(sentences)]
    seconds = time.perf_counter() - begin

    different = [i for i, (a, b) in enumerate(zip(theirs["texts"], ours, strict=True)) if a != b]
    for i in different[:5]:
        print(f"  {sentences[i]}\n    argos   {theirs['texts'][i]}\n    bitext  {ours[i]}")
    print(f"argostranslate {version('argostranslate')}, ctranslate2 {version('ctranslate2')}, {engine.package.name}, "
          f"{engine.package.pair}, beam 4, {os.cpu_count()} cores")
    print(f"{len(sentences)} sentences, {len(different)} different")
    print(f"argos {len(sentences) / theirs['seconds']:.1f} sentences/s, one by one; bitext "
          f"{len(sentences) / seconds:.1f}, {theirs['seconds'] / seconds:.2f} times as fast")
    return 1 if different else 0


def read_sentences(lang: str, lines: int) -> list[str]:
    """Lines of the corpus, then of FLORES dev."""
    sentences = [line for path in sorted((ROOT / "corpus").glob(f"*.{lang}.txt"))
                 for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    flores = SHARED / f"mt-dev/flores-dev.{lang}"
    if flores.exists():
        sentences += flores.read_text(encoding="utf-8").splitlines()[:lines]
    else:
        print(f"{flores}: not there, the corpus alone is compared")
    return sentences


def environment(folder: Path, package: Package) -> tuple[Path, dict[str, str], Path]:
    """The interpreter of an environment with argostranslate, the variables it is to run with, its packages' folder."""
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        print(f"setting up {folder}/venv …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    wanted = [f"{name}=={version(name)}" for name in ("argostranslate", *SAME_VERSIONS)] + ["packaging"]
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", *wanted], check=True)
    packages = folder / "packages" / package.sha256
    if not packages.exists():
        with zipfile.ZipFile(package.path) as z:
            z.extractall(packages)
    env = {k: v for k, v in os.environ.items() if not k.startswith("ARGOS_")}
    env |= {"ARGOS_PACKAGES_DIR": str(packages), "PYTHONUTF8": "1",
            **{f"XDG_{name}_HOME": str(folder / "home") for name in ("DATA", "CONFIG", "CACHE")}}
    return python, env, packages


def ask_argos(folder: Path, package: Package, sentences: list[str]) -> Answer:
    """What argostranslate says in an environment, and with folders, of its own."""
    python, env, _ = environment(folder, package)
    asked = json.dumps([package.from_code, package.to_code, *sentences])
    done = subprocess.run([python, "-c", ASK_ARGOS], input=asked, env=env, stdout=subprocess.PIPE, text=True,
                          encoding="utf-8", check=True)
    answer: Answer = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    sys.exit(main())
