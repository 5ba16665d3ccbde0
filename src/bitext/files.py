"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import glob
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, TextIO, cast

from bitext.errors import OutputError

STALE_AFTER = 86_400  # seconds after which a killed run's leftover is swept away


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A binary file that takes `path`'s place when the block ends without error.

    It is written beside its target under a name of its own (so two runs never share one), synced and renamed; a
    reader sees the old file or the new one.

    Raises:
        OutputError: the file can't be written. The old one is untouched.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}-{time.monotonic_ns()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        with part.open("xb") as f:
            yield f
            f.flush()
            os.fsync(f.fileno())
        part.replace(path)
    except OSError as e:
        raise OutputError(f"{path}: can't be written ({e.strerror or e}); what stood there before is unchanged") from e
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def replacing_text(path: Path) -> Iterator[TextIO]:
    """The same for text: UTF-8, line ends as written."""
    with replacing(path) as f:
        text = io.TextIOWrapper(cast("IO[bytes]", f), encoding="utf-8", newline="", write_through=False)
        try:
            yield text
            text.flush()
        finally:
            with contextlib.suppress(OSError, ValueError):
                text.detach()


def _sweep(path: Path) -> None:
    """Remove what a killed run left beside `path` long ago; a younger one may belong to a run that is at work."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE_AFTER:
                left.unlink()
