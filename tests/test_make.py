"""make as a user meets it: in a copy of the project with one short article, sharing the environment of these tests."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="GNU make is not installed")
TEXT = "قال الوزير ذلك في 2021. ثم سافر إلى القاهرة.\n"
HANDOVERS = ("segments.jsonl", "translations.jsonl", "units.jsonl", "a.tmx", "a.html")


def make(desk, *args, env=None):
    return subprocess.run(["make", *args], cwd=desk, capture_output=True, text=True, encoding="utf-8", check=False,
                          env={**{k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}},
                               **(env or {})})


@pytest.fixture
def desk(tmp_path):
    """A project folder whose .venv is the one that runs these tests: set-up has nothing to do there."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "src/bitext").mkdir(parents=True)
    shutil.copy(ROOT / "src/bitext/__init__.py", tmp_path / "src/bitext")
    (tmp_path / "models").symlink_to(ROOT / "models")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    python = tmp_path / ".venv/bin/python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}/src" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    shutil.copy(ROOT / "requirements.txt", tmp_path / ".venv/.ready")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/a.ar.txt").write_text(TEXT, "utf-8")
    return tmp_path


def stages(done):
    """What make says it ran, such as ["segment", "translate", "align", "export", "export"]."""
    assert done.returncode == 0, done.stderr
    return re.findall(r"^  (\w+)  +\S", done.stdout, re.M)


def touch_later(path):
    later = time.time() + 5
    os.utime(path, (later, later))


def test_first_second_and_changed(desk):
    first = make(desk)
    assert stages(first) == ["segment", "translate", "align", "export", "export"]
    assert first.stdout.splitlines()[-2:] == ["  build/a/a.tmx", "  build/a/a.html"]
    assert first.stderr == ""
    second = make(desk)
    assert second.stdout == "Nothing to do: build/ is up to date.\n"
    assert stages(make(desk, env={"BEAM": "2"})) == ["translate", "align", "export", "export"]
    assert stages(make(desk, env={"BEAM": "2"})) == []
    assert stages(make(desk, "WRAPPED=yes", "BEAM=2", "segment")) == ["segment"]
    make(desk)
    (desk / "corpus/b.ar.txt").write_text(TEXT, "utf-8")
    assert stages(make(desk, "-j4")) == ["segment", "translate", "align", "export", "export"]
    (desk / "corpus/a.en.txt").write_text("The minister said so in 2021. Then he went to Cairo.\n", "utf-8")
    assert stages(make(desk)).count("segment") == 1
    touch_later(desk / "corpus/a.en.txt")
    assert stages(make(desk)) == ["segment", "align", "export", "export"]
    assert '"origin":"human"' in (desk / "build/a/units.jsonl").read_text("utf-8")
    (desk / "corpus/a.en.txt").unlink()
    make(desk)
    assert '"origin":"mt"' in (desk / "build/a/units.jsonl").read_text("utf-8")


def test_single_targets(desk):
    assert stages(make(desk, "segment")) == ["segment"]
    assert stages(make(desk, "align")) == ["translate", "align"]
    assert stages(make(desk, "tmx")) == ["export"]
    assert (desk / "build/a/a.tmx").exists()
    assert stages(make(desk, "xliff")) == ["export"]
    assert (desk / "build/a/a.xlf").exists()
    make(desk, "clean")
    assert not (desk / "build").exists()


def test_a_review_is_applied(desk):
    none = make(desk, "review")
    assert none.stdout.startswith("Nothing to apply")
    make(desk)
    header, first, *_ = (json.loads(x) for x in (desk / "build/a/units.jsonl").read_text("utf-8").splitlines())
    was = {"source_text": first["source_text"], "target_text": first["target_text"], "status": "new", "note": ""}
    now = {**was, "units": ["u1"], "target_text": "The minister said so in 2021.", "status": "approved", "dismissed": []}
    review = [header | {"schema": "bitext/review", "units_sha256": "0", "reviewer": "Anna", "verdicts": 1},
              {"units": ["u1"], "was": [was], "now": [now]}]
    (desk / "corpus/a.review-anna.jsonl").write_text("".join(json.dumps(o) + "\n" for o in review), "utf-8")
    done = make(desk, "review")
    assert stages(done) == ["review", "export", "export", "export"]
    assert done.stdout.splitlines()[-3:] == [f"  build/a/a.reviewed.{x}" for x in ("tmx", "xlf", "html")]
    assert "The minister said so in 2021." in (desk / "build/a/a.reviewed.tmx").read_text("utf-8")
    assert stages(make(desk, "review")) == []


def test_help_is_one_screen_and_complete(desk):
    done = make(desk, "help")
    lines = done.stdout.splitlines()
    assert len(lines) <= 24
    for target in ("setup", "segment", "translate", "align", "tmx", "html", "xliff", "review", "test", "check", "bench",
                   "model", "clean", "help"):
        assert any(line.startswith(f"  make {target} ") for line in lines), target


@pytest.mark.parametrize("name", ["two words.ar.txt", "a$b.ar.txt", "a;b.ar.txt", "it's.ar.txt", "a:b.ar.txt", "a%b.ar.txt", "a#b.ar.txt"])
def test_odd_names_are_refused(desk, name):
    (desk / "corpus" / name).write_text(TEXT, "utf-8")
    done = make(desk)
    assert done.returncode != 0
    assert f'the name "{name}" has a space or a special character' in done.stderr
    assert not (desk / "build").exists()


def test_arabic_names_are_fine(desk):
    (desk / "corpus/a.ar.txt").rename(desk / "corpus/مقال.ar.txt")
    assert len(stages(make(desk))) == 5
    assert (desk / "build/مقال/مقال.html").exists()


def test_an_empty_corpus_and_a_missing_model_are_told(desk):
    done = make(desk, "MODEL=no.argosmodel")
    assert "MODEL=no.argosmodel: no such file" in done.stderr
    (desk / "corpus/a.ar.txt").unlink()
    done = make(desk)
    assert "corpus/: no document" in done.stderr


def test_a_bad_document_leaves_the_others_result(desk):
    (desk / "corpus/b.ar.txt").write_bytes(b"\xff\xfe\x00")
    done = make(desk, "-k")
    assert done.returncode != 0
    assert "b.ar.txt" in done.stderr
    assert (desk / "build/a/a.tmx").exists()
    assert not (desk / "build/b/segments.jsonl").exists()


def test_killed_at_any_moment_the_next_make_completes_to_the_same_bytes(desk):
    started = time.monotonic()
    make(desk)
    whole = time.monotonic() - started
    good = {n: (desk / "build/a" / n).read_bytes() for n in HANDOVERS}
    rng = random.Random(7)
    rounds = int(os.environ.get("BITEXT_KILLS", "2"))
    for _ in range(rounds):
        shutil.rmtree(desk / "build")
        p = subprocess.Popen(["make", "-j2"], cwd=desk, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             start_new_session=True)
        time.sleep(rng.uniform(0, whole))
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
        for n in HANDOVERS:  # whole or not there
            path = desk / "build/a" / n
            assert not path.exists() or path.read_bytes() == good[n]
        stages(make(desk))
        assert {n: (desk / "build/a" / n).read_bytes() for n in HANDOVERS} == good


def test_two_runs_at_once_do_not_corrupt(desk):
    runs = [subprocess.Popen(["make"], cwd=desk, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [p.wait() for p in runs] == [0, 0]
    both = {n: (desk / "build/a" / n).read_bytes() for n in HANDOVERS}
    make(desk, "clean")
    make(desk)
    assert {n: (desk / "build/a" / n).read_bytes() for n in HANDOVERS} == both


def test_setup_is_redone_when_broken_off_and_only_then(desk):
    calls = desk / "calls"
    python = desk / "python"
    # Stands in for Python and pip: makes a .venv whose pip fails the first time.
    python.write_text(f"""#!/bin/sh
case "$*" in
  *"-m venv"*) mkdir -p .venv/bin; printf '#!/bin/sh\\necho pip >>{calls}; test "$(wc -l <{calls})" -ne 1\\n' >.venv/bin/pip; chmod +x .venv/bin/pip;;
  --version) echo Python 3.11.0;;
esac
""")
    python.chmod(0o755)
    (desk / "requirements.txt").write_text("changed\n")
    touch_later(desk / "requirements.txt")
    assert make(desk, "setup", f"PYTHON={python}").returncode != 0
    assert not (desk / ".venv/.ready").exists()
    assert make(desk, "setup", f"PYTHON={python}").returncode == 0
    assert Path(desk / ".venv/.ready").read_text() == "changed\n"
    touch_later(desk / "requirements.txt")
    before = calls.read_text()
    assert make(desk, "setup", f"PYTHON={python}").returncode == 0
    assert calls.read_text() == before


def test_no_python_is_told(desk):
    (desk / ".venv/.ready").unlink()
    done = make(desk, "setup", "PYTHON=/bin/false")
    assert done.returncode != 0
    assert "no Python 3.11, 3.12 or 3.13 with venv was found" in done.stderr
