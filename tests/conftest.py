import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest

# Whether a test passes must not hang on how busy the machine is; the same examples every time keep CI steady.
hypothesis.settings.register_profile("bitext", deadline=None, max_examples=40)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "bitext")

ROOT = Path(__file__).resolve().parents[1]
ARTICLE = ROOT / "corpus" / "irgc-alqaeda-2024.ar.txt"
NAME = "irgc-alqaeda-2024"


def bitext(*args, cwd=ROOT, env=None, **options):
    """Run the command line as a user does; returns the finished process, with text output."""
    return subprocess.run([sys.executable, "-m", "bitext", *map(str, args)], cwd=cwd, capture_output=True, text=True,
                          encoding="utf-8", env={**os.environ, **(env or {})}, check=False, **options)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The folder that `bitext run` makes of the article, with the real package."""
    folder = tmp_path_factory.mktemp("built")
    done = bitext("run", ARTICLE, "-o", folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture(scope="session")
def package():
    """The real package in models/."""
    return max((ROOT / "models").glob("*.argosmodel"))
