"""Our rules of segmentation as a file for CAT tools, so that they cut as we do (SRX 2.0, LISA 2008)."""

from __future__ import annotations

from pathlib import Path

from bitext.errors import InputError
from bitext.files import replacing
from bitext.segmentation import rules_file


def write(path: Path, lang: str, *, srx: Path | None = None) -> None:
    """Write the rules that a language is cut by.

    Args:
        path: the file.
        lang: ISO 639 code.
        srx: other rules than the built-in ones.

    Raises:
        InputError: the rules can't be read.
        OutputError: the file can't be written.
    """
    rules = rules_file(lang, srx)
    try:
        data = rules.read_bytes()
    except OSError as e:
        raise InputError(f"{rules}: segmentation rules can't be read ({e.strerror or e})") from e
    with replacing(path) as f:
        f.write(data)
