"""Programs that tests run or import, and documents for them."""

import importlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import bitext
from bitext.records import Header, Unit

HERE = Path(__file__).parent
HEADER = Header("units", "sample", "ar", "00ff", target_lang="en")


def missing(what, how):
    """Skip the test and say why; where CI=true is set nothing may be missing."""
    reason = f"{what} is not there: {how}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def program(name, how):
    """Path of an installed program."""
    return shutil.which(name) or missing(name, how)


def module(name, how):
    """An importable module."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return missing(name, how)


def node(script, *files):
    """What a script of this folder prints, as JSON."""
    found = program("node", "install Node.js")
    if not (HERE / "node_modules").is_dir():
        missing("node_modules", "npm ci in tests/clients")
    done = subprocess.run([found, HERE / script, *files], capture_output=True, encoding="utf-8", timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def sample():
    """An Arabic document of 400 sentences, all different, and its units; what is hard about a text is in it."""
    forms = (
        "قال المتحدث باسم الوزارة رقم {n} إن العدد بلغ {n}.5 في المئة!",
        "هل وصل د. سمير إلى المطار رقم {n}؟",
        "كتب في الرسالة: «لا أحد يعرف السبب {n}».",
        "يقع البيت في شارع & حي <رقم> {n}.",
        "نشر موقع example{n}.org الخبر، ثم حذفه…",
        "قَالَ \u200fالمُعَلِّم {n}: نَعَم.",
        "اسمه 'كريم {n}' أو \"كارم\" ]]> 🇱🇧.",
    )
    lines, n = [], 0
    for size in range(1, 29):
        lines.append(" ".join(forms[(n := n + 1) % len(forms)].format(n=n) for _ in range(size)))
    text = "\n\n".join(lines) + "\n"
    units = [Unit(f"u{i}", (s.id,), (f"t{i}",), s.text, f"Sentence {i} of “it” & <b>e\u0301</b> ]]>\u2019 🇱🇧.", 0.9, "mt",
                  paragraph=s.paragraph) for i, s in enumerate(bitext.segment(text), 1)]
    return text, units


def translated(text, units):
    """The document with each segment replaced by its target; all else stays."""
    out, at = "", 0
    for u in units:
        start = text.index(u.source_text, at)
        out += text[at:start] + u.target_text
        at = start + len(u.source_text)
    return out + text[at:]
