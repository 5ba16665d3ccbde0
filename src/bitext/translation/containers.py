"""What holds a package: a zip file (.argosmodel) or a folder, read in place, trusted in nothing, never extracted."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bitext.errors import PackageError

MAX_MEMBERS = 2_000      # official packages hold 8 to 20
MAX_SIZE = 4 << 30       # bytes unpacked, one member or all together; official packages hold 60 to 400 MB
MAX_RATIO = 200          # unpacked to packed, of members past RATIO_FROM; a model packs 1:1.3, a vocabulary 1:5
RATIO_FROM = 1 << 20
CHUNK = 1 << 20
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError)


class Container(Protocol):
    """Read access to the members of one package."""

    @property
    def path(self) -> Path: ...

    @property
    def sizes(self) -> Mapping[str, int]:
        """Bytes of each member; names are relative to the package's own folder, with /."""

    def read(self, name: str) -> bytes:
        """A member's bytes.

        Raises:
            PackageError: it is damaged (CRC) or can't be read.
        """

    def digest(self, names: list[str]) -> str:
        """SHA-256, in hex: of the zip file itself; of a folder over names, sizes and bytes of `names`, sorted."""


def open_container(path: Path) -> Container:
    """A package's container, its member list checked.

    Raises:
        PackageError: missing, unreadable, no zip, or a member list that no package needs (each case is named).
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return FolderContainer(path, _folder_members(path))
        if stat.S_ISREG(mode):
            return _open_zip(path)
    except FileNotFoundError:
        raise PackageError(f"{path}: no such file; give the path of an .argosmodel file or its folder") from None
    except OSError as e:
        raise PackageError(f"{path}: can't be read ({e.strerror or e}); check its permissions") from e
    raise PackageError(f"{path}: neither a file nor a folder; give the path of an .argosmodel file")


@dataclass(frozen=True, slots=True)
class ZipContainer:
    """An .argosmodel file."""

    path: Path
    sizes: Mapping[str, int]
    top: str            # the one folder that all members lie in

    def read(self, name: str) -> bytes:
        try:
            with zipfile.ZipFile(self.path) as z, z.open(f"{self.top}/{name}") as f:
                return f.read()  # at most the size that the member list declares; the CRC is checked at its end
        except _BROKEN as e:
            raise PackageError(f"{self.path}: {name} is damaged ({one_line(e)}); fetch the package again") from None
        except OSError as e:
            raise PackageError(f"{self.path}: can't be read ({e.strerror or e})") from e

    def digest(self, names: list[str]) -> str:
        try:
            with self.path.open("rb") as f:
                return hashlib.file_digest(f, "sha256").hexdigest()
        except OSError as e:
            raise PackageError(f"{self.path}: can't be read ({e.strerror or e})") from e


@dataclass(frozen=True, slots=True)
class FolderContainer:
    """An unpacked package, as Argos installs them."""

    path: Path
    sizes: Mapping[str, int]

    def read(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except OSError as e:
            raise PackageError(f"{self.path / name}: can't be read ({e.strerror or e})") from e

    def digest(self, names: list[str]) -> str:
        h = hashlib.sha256()
        for name in sorted(names):
            data = self.read(name)
            h.update(f"{name}\0{len(data)}\0".encode())
            h.update(data)
        return h.hexdigest()


def one_line(error: object) -> str:
    """Another library's message, as part of ours."""
    return " ".join(str(error).split())[:200]


def _open_zip(path: Path) -> ZipContainer:
    try:
        with zipfile.ZipFile(path) as z:
            top, sizes = _zip_members(path, z.infolist())
    except (*_BROKEN, UnicodeError) as e:
        with path.open("rb") as f:
            begins_as_zip = f.read(4) == b"PK\x03\x04"
        what = "a damaged or cut zip file" if begins_as_zip else "not a zip file"
        raise PackageError(f"{path}: {what}, an .argosmodel is one ({one_line(e)}); fetch it again") from None
    return ZipContainer(path, sizes, top)


def _zip_members(path: Path, infos: list[zipfile.ZipInfo]) -> tuple[str, dict[str, int]]:
    """The top folder and the members in it; refuses what would be dangerous to read or, for others, to extract."""
    def refuse(what: str) -> PackageError:
        return PackageError(f"{path}: {what}; no package needs that, don't use this file")

    if len(infos) > MAX_MEMBERS:
        raise refuse(f"{len(infos):,} members, {MAX_MEMBERS:,} are the most")
    seen: set[str] = set()
    sizes: dict[str, int] = {}
    total = 0
    for info in infos:
        name = info.orig_filename
        parts = name.rstrip("/").split("/")
        if name.startswith("/") or "\\" in name or ":" in parts[0] or not name.isprintable():
            raise refuse(f"member {name!r} has an absolute or foreign path")
        if any(part in ("", ".", "..") for part in parts):
            raise refuse(f"member {name!r} leads out of its folder")
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise refuse(f"member {name!r} is a link or special file")
        if info.flag_bits & _ENCRYPTED:
            raise refuse(f"member {name!r} is encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refuse(f"member {name!r} is packed by method {info.compress_type}, not stored or deflated")
        if name in seen:
            raise refuse(f"member {name!r} is there twice")
        seen.add(name)
        total += info.file_size
        if total > MAX_SIZE:
            raise refuse(f"more than {MAX_SIZE >> 30} GB unpacked")
        if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * info.compress_size:
            raise refuse(f"member {name!r} would grow from {info.compress_size:,} to {info.file_size:,} bytes")
        if not info.is_dir():
            sizes[name] = info.file_size
    tops = {name.split("/")[0] for name in seen}
    if len(tops) != 1 or not all("/" in name for name in sizes):
        found = ", ".join(sorted(tops)[:5]) or "nothing"
        raise PackageError(f"{path}: one folder that holds all was expected, found {found}; give an .argosmodel file")
    top = tops.pop()
    return top, {name.removeprefix(f"{top}/"): size for name, size in sizes.items()}


def _folder_members(path: Path) -> dict[str, int]:
    root = Path(os.path.realpath(path))
    sizes: dict[str, int] = {}
    for folder, folders, files in os.walk(path, onerror=_raise):
        for name in sorted(folders + files):
            entry = Path(folder, name)
            target = Path(os.path.realpath(entry))  # resolve() raises at a link to itself
            if not target.is_relative_to(root):
                raise PackageError(f"{path}: {entry.relative_to(path).as_posix()} is a link that leaves the folder; "
                                   "put the file itself there")
            if target.is_file():
                sizes[entry.relative_to(path).as_posix()] = target.stat().st_size
        if len(sizes) > MAX_MEMBERS:
            raise PackageError(f"{path}: more than {MAX_MEMBERS:,} files; give the folder of one package")
    if sum(sizes.values()) > MAX_SIZE:
        raise PackageError(f"{path}: more than {MAX_SIZE >> 30} GB; give the folder of one package")
    return sizes


def _raise(e: OSError) -> None:
    raise e
