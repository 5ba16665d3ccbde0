"""Argos Translate packages (.argosmodel): opened read-only, checked before use, found by language pair."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from bitext.errors import PackageError
from bitext.languages import CODE
from bitext.translation.containers import Container, one_line, open_container

PIVOT = "en"             # nearly all Argos packages have English on one side
MAX_METADATA = 1 << 20   # bytes
TOKENIZERS = {"sentencepiece": "sentencepiece.model", "bpe": "bpe.model"}  # in Argos's order of preference


@dataclass(frozen=True)
class Package:
    """A package that has passed all checks but that of its big members, which are checked as they are read."""

    path: Path
    name: str            # the file's or folder's name, without .argosmodel
    from_code: str
    to_code: str
    from_name: str       # the code, where the package has no name
    to_name: str
    version: str
    target_prefix: str   # a token that the decoder is made to begin with; "" for none
    tokenizer: str       # sentencepiece | bpe
    readme: bool         # whether there is a README.md, the package's card
    container: Container

    @cached_property
    def sha256(self) -> str:
        """Of the file; of a folder: over names, sizes and bytes of the members that are used."""
        return self.container.digest(self._used())

    @property
    def size(self) -> int:
        """Bytes on disk."""
        path = self.path
        return path.stat().st_size if path.is_file() else sum(self.container.sizes.values())

    @property
    def pair(self) -> str:
        return f"{self.from_code}→{self.to_code}"

    def model_files(self) -> dict[str, bytes]:
        """What CTranslate2 loads: file name → bytes.

        Raises:
            PackageError: a member is damaged.
        """
        return {name.removeprefix("model/"): self.container.read(name) for name in self._used() if "/" in name}

    def tokenizer_model(self) -> bytes:
        """The tokenizer's bytes.

        Raises:
            PackageError: it is damaged.
        """
        return self.container.read(TOKENIZERS[self.tokenizer])

    def card(self) -> str:
        """README.md as text; "" where there is none."""
        return self.container.read("README.md").decode("utf-8", "replace") if self.readme else ""

    def verify(self) -> Self:
        """The package, every member of it read once and compared with its checksum file, where there is one.

        Raises:
            PackageError: a member is damaged (CRC), or the file is not the one that the checksum was taken of.
        """
        for name in self.container.sizes:
            self.container.read(name)
        kept = checksum_file(self.path)
        if kept.is_file() and kept.read_text(encoding="utf-8", errors="replace").split()[:1] != [self.sha256]:
            raise PackageError(f"{self.path}: its SHA-256 is {self.sha256}, {kept.name} has another; fetch it "
                               "again, or remove that file if you changed the package yourself")
        return self

    def _used(self) -> list[str]:
        model = [name for name in self.container.sizes if name.startswith("model/") and name.count("/") == 1]
        return ["metadata.json", TOKENIZERS[self.tokenizer], *sorted(model)]


def open_package(path: Path | str) -> Package:
    """A package, checked: member list, metadata, presence of model and tokenizer.

    Raises:
        PackageError: anything wrong with it, each kind in words of its own.
    """
    path = Path(path)
    container = open_container(path)
    sizes = container.sizes
    if "metadata.json" not in sizes:
        raise PackageError(f"{path}: metadata.json is missing; an Argos package was expected")
    meta = _metadata(path, container)
    tokenizer = next((kind for kind, file in TOKENIZERS.items() if file in sizes), None)
    if tokenizer is None:
        raise PackageError(f"{path}: no tokenizer in it; sentencepiece.model or bpe.model was expected")
    if "model/model.bin" not in sizes:
        raise PackageError(f"{path}: model/model.bin is missing; a CTranslate2 model was expected")
    if not any(re.fullmatch(r"model/(source_|target_|shared_)?vocabulary\.(json|txt)", name) for name in sizes):
        raise PackageError(f"{path}: model/ holds no vocabulary file; a CTranslate2 model has one")
    return Package(path, path.absolute().name.removesuffix(".argosmodel"), meta["from_code"], meta["to_code"],
                   meta["from_name"] or meta["from_code"], meta["to_name"] or meta["to_code"],
                   meta["package_version"], meta["target_prefix"], tokenizer, "README.md" in sizes, container)


def list_packages(folders: Sequence[Path]) -> list[Package | PackageError]:
    """What the folders hold, in their order, then by name; of a stray or broken entry: what is wrong with it.

    Hidden entries and files that don't end in .argosmodel are passed over; a folder that is not there is empty.
    """
    entries: list[Package | PackageError] = []
    for folder in folders:
        try:
            for path in _candidates(folder):
                entries.append(_open_or_error(path))
        except OSError as e:
            entries.append(PackageError(f"{folder}: can't be read ({e.strerror or e}); check its permissions"))
    return entries


def find_packages(from_code: str, to_code: str, *, path: Path | None = None,
                  folders: Sequence[Path] = ()) -> list[Package]:
    """The package that serves a pair, or two that do so through English.

    Args:
        from_code: the source language.
        to_code: the target language.
        path: the user's own choice; then it alone is looked at.
        folders: looked at in this order; the first that has the pair gives its newest version.

    Raises:
        PackageError: none serves the pair.
    """
    if path is not None:
        package = open_package(path)
        if (package.from_code, package.to_code) != (from_code, to_code):
            raise PackageError(f"{path}: translates {package.pair}, {from_code}→{to_code} was asked for; "
                               "give another package or other languages")
        return [package]
    entries = list_packages(folders)
    chains = [[(from_code, to_code)], [(from_code, PIVOT), (PIVOT, to_code)]]
    for chain in chains:
        found = [p for pair in chain if (p := _newest(entries, folders, pair))]
        if len(found) == len(chain):
            return found
    raise PackageError(_nothing_found(from_code, to_code, entries, folders))


def argos_folder() -> Path:
    """Where Argos Translate keeps its packages, worked out as it does, without its side effect of making folders."""
    if own := os.environ.get("ARGOS_PACKAGES_DIR"):
        return Path(own)
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "argos-translate" / "packages"


def checksum_file(path: Path) -> Path:
    """Where a package's SHA-256 is kept, in the format of sha256sum."""
    return path.with_name(f"{path.name}.sha256")


def version_key(version: str) -> tuple[int, ...]:
    """For sorting: 1.10 is newer than 1.9."""
    return tuple(int(n) for n in re.findall(r"\d+", version))


def _candidates(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir()
                  if not p.name.startswith(".") and (p.suffix == ".argosmodel" or _package_folder(p)))


def _package_folder(path: Path) -> bool:
    """Whether a folder has anything of a package; models/training has not."""
    return any((path / name).exists() for name in ("metadata.json", "model"))


def _open_or_error(path: Path) -> Package | PackageError:
    try:
        return open_package(path)
    except PackageError as e:
        return e


def _newest(entries: Sequence[Package | PackageError], folders: Sequence[Path], pair: tuple[str, str]
            ) -> Package | None:
    for folder in folders:
        serving = [p for p in entries if isinstance(p, Package) and p.path.parent == folder
                   and (p.from_code, p.to_code) == pair]
        if serving:
            return max(serving, key=lambda p: version_key(p.version))
    return None


def _nothing_found(from_code: str, to_code: str, entries: Sequence[Package | PackageError], folders: Sequence[Path]
                   ) -> str:
    pairs = ", ".join(sorted({p.pair for p in entries if isinstance(p, Package)})) or "no package"
    unusable = "".join(f"; unusable: {e}" for e in entries if isinstance(e, PackageError))
    return (f"{from_code}→{to_code}: no package translates it; found {pairs} in "
            f"{', '.join(str(f) for f in folders) or 'no folder'}{unusable}; put an .argosmodel file into models/, "
            f"or run `bitext models download {from_code} {to_code}` where there is a connection")


def _metadata(path: Path, container: Container) -> dict[str, str]:
    def wrong(what: str) -> PackageError:
        return PackageError(f"{path}: metadata.json: {what}; an Argos package was expected")

    if container.sizes["metadata.json"] > MAX_METADATA:
        raise wrong(f"{container.sizes['metadata.json']:,} bytes, {MAX_METADATA:,} are the most")
    try:
        o: Any = json.loads(container.read("metadata.json"))
    except (ValueError, RecursionError) as e:
        raise wrong(f"no JSON ({one_line(e)})") from None
    if not isinstance(o, dict):
        raise wrong(f"an object was expected, found {type(o).__name__}")
    if o.get("type", "translate") != "translate":
        raise wrong(f"type {o['type']!r}, bitext uses packages that translate")
    values = {}
    for key, needed in (("from_code", True), ("to_code", True), ("package_version", True), ("from_name", False),
                        ("to_name", False), ("target_prefix", False)):
        if needed and key not in o:
            raise wrong(f"{key} is missing")
        value = o.get(key, "")
        if not isinstance(value, str) or (needed and not value):
            raise wrong(f"{key} is {value!r}, a string was expected")
        if not value.isprintable():
            raise wrong(f"{key} is {value!r}, with control characters")
        values[key] = value
    for key in ("from_code", "to_code"):
        if not CODE.fullmatch(values[key]):
            raise wrong(f"{key} {values[key]!r} is no language code")
    if not version_key(values["package_version"]):
        raise wrong(f"package_version {values['package_version']!r} is no version")
    return values
