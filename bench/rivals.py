"""Other people's programs, in an environment of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def environment(venv: Path, packages: Sequence[str]) -> Path:
    """The Python of an environment with these packages, which is made on the first run."""
    python = venv / "bin" / "python"
    if not (venv / "done").is_file():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages],
                       check=True)
        (venv / "done").touch()
    return python
