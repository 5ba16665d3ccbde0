"""Where a batch reads and writes: folders of this machine, or whatever fsspec reaches by a URL (s3://, memory://, …).

Here a result is written beside its target and renamed. Elsewhere it is made in a temporary folder and put up whole. An
object store's put is atomic; where one isn't (sftp://), a result that was cut off has no note yet and is made again.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from bitext.errors import InputError, OutputError
from bitext.files import replacing_text

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_STAMPS = ("size", "ETag", "etag", "md5Hash", "mtime", "LastModified", "last_modified", "updated", "modified",
           "created")   # what stores say of a file
_AT_ONCE = 32           # small files that are fetched together


@dataclass(frozen=True, slots=True)
class File:
    """A file of the input."""

    where: str          # path or URL
    name: str           # below the folder that names count from, with /
    size: int           # bytes
    key: str            # changes with the content


def local_path(place: str) -> Path | None:
    """The path of what lies on this machine, given as a path or as file://; None: it lies elsewhere."""
    if not _URL.match(place):
        return Path(place)
    url = urlsplit(place)
    return Path(unquote(url.path)) if url.scheme == "file" and url.netloc in ("", "localhost") else None


def beside(where: str, name: str) -> str:
    """A file in the folder of another; `name` may be whole, path or URL."""
    if _URL.match(name) or Path(name).is_absolute():
        return name
    path = local_path(where)
    return str(path.parent / name) if path else f"{where.rpartition('/')[0]}/{name}"


def find(folder: str) -> list[File] | None:
    """All files of a folder and below it, hidden ones left out, in a fixed order; None: it is no folder."""
    path = local_path(folder)
    if path is None:
        return _find_far(folder)
    if not path.is_dir():
        return None
    found = (p.relative_to(path).parts for p in path.rglob("*") if p.is_file())
    return [_file(path.joinpath(*parts), "/".join(parts)) for parts in sorted(found) if not _hidden(parts)]


def stat(where: str, name: str) -> File | None:
    """One file; None: there is none."""
    path = local_path(where)
    if path is not None:
        return _file(path, name) if path.is_file() else None
    fs, far = _far(where)
    with _reading(where):
        try:
            info = fs.info(far)
        except FileNotFoundError:
            return None
        return _far_file(where, name, info) if info["type"] == "file" else None


@contextmanager
def opened(where: str) -> Iterator[IO[bytes]]:
    """A file, to be read from the beginning."""
    path = local_path(where)
    if path is not None:
        with path.open("rb") as f:
            yield f
        return
    fs, far = _far(where)
    with fs.open(far, "rb") as f:
        yield f


@contextmanager
def fetched(where: str) -> Iterator[Path]:
    """A file as one of this machine, under its own name."""
    path = local_path(where)
    if path is not None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="bitext-") as folder:
        copy = Path(folder, where.rpartition("/")[2])
        try:
            with opened(where) as f:
                copy.write_bytes(f.read())
        except FileNotFoundError:
            pass  # who reads it says so
        except (OSError, ValueError) as e:
            raise InputError(f"{where}: can't be read ({e})") from None
        yield copy


class Folder:
    """A folder of this machine, for results."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def read(self, name: str) -> bytes | None:
        """A small file; None: it isn't there, or can't be read."""
        try:
            return (self._path / name).read_bytes()
        except OSError:
            return None

    def read_all(self, names: Sequence[str]) -> Iterator[bytes]:
        """Small files, one after another."""
        for name in names:
            yield (self._path / name).read_bytes()

    @contextmanager
    def made(self) -> Iterator[Path]:
        """A folder to write into, a file at a time and each atomically; what is written there is here afterwards."""
        yield self._path

    def write(self, name: str, text: str) -> None:
        """A small file, whole or not at all."""
        with self.made() as folder, replacing_text(folder / name) as f:
            f.write(text)

    def remove(self, name: str) -> None:
        """A file or a folder, if it is there."""
        path = self._path / name
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


class FarFolder(Folder):
    """The same behind a URL."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._fs, far = _far(url)
        self._far = far.rstrip("/")

    def __str__(self) -> str:
        return self._url

    def read(self, name: str) -> bytes | None:
        with _reading(f"{self._url}/{name}"):
            try:
                data: bytes = self._fs.cat_file(f"{self._far}/{name}")
            except FileNotFoundError:
                return None
            return data

    def read_all(self, names: Sequence[str]) -> Iterator[bytes]:
        for n in range(0, len(names), _AT_ONCE):
            wanted = [f"{self._far}/{name}" for name in names[n:n + _AT_ONCE]]
            with _reading(self._url):
                found = self._fs.cat(wanted)
            yield from (found[name] for name in wanted)

    @contextmanager
    def made(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="bitext-") as folder:
            yield Path(folder)
            for path in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
                target = f"{self._far}/{path.relative_to(folder).as_posix()}"
                try:
                    self._fs.makedirs(target.rpartition("/")[0], exist_ok=True)
                    self._fs.put_file(str(path), target)
                except Exception as e:
                    raise OutputError(f"{self._url}: can't be written ({_said(e)})") from None

    def remove(self, name: str) -> None:
        try:
            self._fs.rm(f"{self._far}/{name}", recursive=True)
        except FileNotFoundError:
            pass
        except Exception as e:
            raise OutputError(f"{self._url}/{name}: can't be removed ({_said(e)})") from None


def folder(place: str) -> Folder:
    """The folder of a path or URL; it need not exist."""
    path = local_path(place)
    return Folder(path) if path is not None else FarFolder(place)


def _file(path: Path, name: str) -> File:
    found = path.stat()
    return File(str(path), name, found.st_size, _digest(found.st_size, found.st_mtime_ns))


def _hidden(parts: Sequence[str]) -> bool:
    return any(part.startswith(".") for part in parts)


def _find_far(folder: str) -> list[File] | None:
    fs, far = _far(folder)
    with _reading(folder):
        fs.invalidate_cache()
        if not fs.isdir(far):
            return None
        found = [(path[len(far.rstrip("/")):].lstrip("/").split("/"), info)
                 for path, info in fs.find(far, detail=True).items()]
        return [_far_file(f"{folder.rstrip('/')}/{'/'.join(parts)}", "/".join(parts), info)
                for parts, info in sorted(found, key=lambda x: x[0]) if not _hidden(parts)]


def _far_file(where: str, name: str, info: dict[str, Any]) -> File:
    return File(where, name, info["size"] or 0, _digest(*(info.get(k) for k in _STAMPS)))


def _digest(*stamps: object) -> str:
    return sha256(" ".join(map(str, stamps)).encode()).hexdigest()[:32]


def _far(place: str) -> tuple[Any, str]:
    """The file system of a URL, and the path there."""
    try:
        core = import_module("fsspec.core")
    except ImportError:
        raise InputError(f"{place}: URLs take fsspec; install it: pip install 'bitext[cluster]'") from None
    try:
        fs, far = core.url_to_fs(place)
    except Exception as e:  # a protocol that is unknown, or whose package is missing, which fsspec names
        raise InputError(f"{place}: can't be reached ({_said(e)})") from None
    return fs, far


@contextmanager
def _reading(where: str) -> Iterator[None]:
    try:
        yield
    except (InputError, FileNotFoundError):
        raise
    except Exception as e:  # each store has errors of its own
        raise InputError(f"{where}: can't be read ({_said(e)})") from None


def _said(e: Exception) -> str:
    return " ".join(f"{type(e).__name__}: {e}".split())
