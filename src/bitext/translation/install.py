"""Putting a package into a folder of packages, whole and checked, with its SHA-256 beside it."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from bitext.files import replacing, replacing_text
from bitext.translation.packages import Package, checksum_file, open_package

_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say; the same folder gives the same file


def install_package(path: Path, folder: Path) -> Package:
    """Copy a package into `folder`, an unpacked one as an .argosmodel file.

    Args:
        path: an .argosmodel file or an unpacked package's folder.
        folder: models/, say; made if it isn't there. A package of the same name in it is replaced.

    Returns:
        The copy.

    Raises:
        PackageError: missing, damaged or hostile.
        OutputError: the copy can't be written.
    """
    package = open_package(path).verify()
    target = folder / f"{package.name}.argosmodel"
    if target.exists() and target.samefile(path):
        write_checksum(target, package.sha256)
        return package
    with replacing(target) as f:
        if path.is_dir():
            with zipfile.ZipFile(f, "w") as z:
                _pack(package, z)
        else:
            with path.open("rb") as source:
                shutil.copyfileobj(source, f)
    installed = open_package(target)
    write_checksum(target, installed.sha256)
    return installed


def write_checksum(target: Path, sha256: str) -> None:
    """Beside `target`, as `sha256sum -c` reads it.

    Raises:
        OutputError: it can't be written.
    """
    with replacing_text(checksum_file(target)) as f:
        f.write(f"{sha256}  {target.name}\n")


def _pack(package: Package, z: zipfile.ZipFile) -> None:
    top = f"{package.from_code}_{package.to_code}"
    for name in sorted(package.container.sizes):
        info = zipfile.ZipInfo(f"{top}/{name}", _DATE)
        info.external_attr = 0o644 << 16
        z.writestr(info, package.container.read(name), zipfile.ZIP_DEFLATED)
