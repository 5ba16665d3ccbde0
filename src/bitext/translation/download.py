"""Packages from Argos Translate's own index, fetched only when a user asks for it."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bitext import __version__
from bitext.errors import OutputError, PackageError
from bitext.languages import check_code
from bitext.translation.containers import CHUNK, MAX_SIZE, one_line
from bitext.translation.install import write_checksum
from bitext.translation.packages import Package, open_package, version_key

TIMEOUT = 30             # seconds without a byte
ATTEMPTS = 3             # of one link, each going on where the last was cut off
MAX_INDEX = 16 << 20     # bytes
_FAILURES = (OSError, http.client.HTTPException, ValueError)  # URLError and timeouts are OSErrors

DownloadProgress = Callable[[int, int], None]  # (bytes there, bytes in all; 0 where the server doesn't say)


@dataclass(frozen=True, slots=True)
class Offer:
    """A package that the index offers."""

    from_code: str
    to_code: str
    version: str
    links: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"translate-{self.from_code}_{self.to_code}-{self.version.replace('.', '_')}.argosmodel"


def download(from_code: str, to_code: str, folder: Path, *, progress: DownloadProgress | None = None) -> Package:
    """The newest package for a pair, from the index into `folder`, with its SHA-256 beside it.

    A download that was cut off is kept as NAME.part and gone on with; one that turns out damaged is removed.

    Raises:
        PackageError: no connection, no such package, or what came is no sound package.
        OutputError: the folder can't be written.
        InputError: not a language code.
    """
    for code in (from_code, to_code):
        check_code(code)
    by_hand = f"put an .argosmodel file into {folder}/ by hand where there is no connection"
    url = index_url()
    offer = _choose(_read_index(url, by_hand), from_code, to_code, url, by_hand)
    target = folder / offer.file
    if target.exists():
        return open_package(target).verify()
    part = target.with_name(f"{target.name}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _fetch_any(offer, part, progress, by_hand)
        _keep(part, target, (from_code, to_code))
    except OSError as e:
        raise OutputError(f"{target}: can't be written ({e.strerror or e})") from e
    return open_package(target)


def index_url() -> str:
    """Where Argos Translate's index is: ARGOS_PACKAGE_INDEX, else what argostranslate has built in.

    Asked in a process of its own, with all its folders in a temporary one: importing argostranslate.settings makes
    folders under the home directory.

    Raises:
        PackageError: argostranslate's settings can't be read.
    """
    with tempfile.TemporaryDirectory() as empty:
        env = {k: v for k, v in os.environ.items() if k != "SNAP" and not k.startswith("ARGOS_")}
        env |= {"XDG_DATA_HOME": empty, "XDG_CONFIG_HOME": empty, "XDG_CACHE_HOME": empty, "ARGOS_PACKAGES_DIR": empty}
        if own := os.environ.get("ARGOS_PACKAGE_INDEX"):
            env["ARGOS_PACKAGE_INDEX"] = own.rstrip("/") + "/"
        asked = subprocess.run([sys.executable, "-c", "from argostranslate import settings\n"
                                "print(settings.remote_package_index)"],
                               env=env, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise PackageError(f"argostranslate's settings can't be read ({one_line(asked.stderr[-200:])}); "
                           "run `make setup` again")
    return asked.stdout.strip()


def _read_index(url: str, by_hand: str) -> list[Offer]:
    try:
        with _open(url) as response:
            data = response.read(MAX_INDEX + 1)
        entries = json.loads(data)
    except (*_FAILURES, RecursionError) as e:
        raise PackageError(f"{url}: the package index can't be read ({_reason(e)}); try again, or {by_hand}") from None
    if not isinstance(entries, list):
        raise PackageError(f"{url}: no package index, a list was expected; check ARGOS_PACKAGE_INDEX, or {by_hand}")
    return [offer for entry in entries if (offer := _offer(entry))]


def _offer(o: Any) -> Offer | None:
    """None for what is no translation package (sentence cutters) or is not as it should be."""
    if not isinstance(o, dict) or o.get("type", "translate") != "translate":
        return None
    codes, version, links = (o.get("from_code"), o.get("to_code")), o.get("package_version"), o.get("links")
    if not isinstance(version, str) or not re.fullmatch(r"\w+(\.\w+)*", version) or not isinstance(links, list):
        return None
    usable = tuple(x for x in links if isinstance(x, str) and urlsplit(x).scheme in ("http", "https"))
    if not usable or not all(isinstance(c, str) and re.fullmatch("[a-z]{2,3}", c) for c in codes):
        return None
    return Offer(str(codes[0]), str(codes[1]), version, usable)


def _choose(offers: list[Offer], from_code: str, to_code: str, url: str, by_hand: str) -> Offer:
    fitting = [o for o in offers if (o.from_code, o.to_code) == (from_code, to_code)]
    if not fitting:
        pairs = {(o.from_code, o.to_code) for o in offers}
        two = {(from_code, "en"), ("en", to_code)} <= pairs
        help_ = f"download {from_code} en and en {to_code}, the two serve it" if two else by_hand
        raise PackageError(f"{from_code}→{to_code}: not in the package index {url} ({len(pairs)} pairs); {help_}")
    return max(fitting, key=lambda o: version_key(o.version))


def _fetch_any(offer: Offer, part: Path, progress: DownloadProgress | None, by_hand: str) -> None:
    """Fill `part` from the first link that works."""
    reason = ""
    for link in offer.links:
        for _ in range(ATTEMPTS):
            try:
                _fetch(link, part, progress)
            except _LinkError as e:
                reason = f"{link}: {e}"
                break
            except _CutError as e:
                reason = f"{link}: {e}"
            else:
                return
    kept = f"; {part.name} is kept, the same command goes on from there" if part.exists() else ""
    raise PackageError(f"{reason}{kept}; try again, or {by_hand}")


class _LinkError(Exception):
    """A link gives nothing."""


class _CutError(Exception):
    """The connection broke; there is more to get."""


def _fetch(link: str, part: Path, progress: DownloadProgress | None) -> None:
    """One try: the rest of what is there already, or all of it."""
    there = part.stat().st_size if part.exists() else 0
    try:
        response = _open(link, {"Range": f"bytes={there}-"} if there else {})
    except urllib.error.HTTPError as e:
        if there and e.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()  # of another file, or whole but never checked
            return _fetch(link, part, progress)
        raise _LinkError(_reason(e)) from None
    except _FAILURES as e:
        raise _LinkError(_reason(e)) from None
    with response:
        begin, total = _range(response, there)
        with part.open("r+b" if begin else "wb") as f:
            f.seek(begin)
            while True:
                try:
                    data = response.read(CHUNK)
                except _FAILURES as e:
                    raise _CutError(f"cut off at {f.tell():,} of {total:,} bytes ({_reason(e)})") from None
                if not data:
                    break
                f.write(data)
                if f.tell() > MAX_SIZE:
                    raise _LinkError(f"more than {MAX_SIZE >> 30} GB, no package is that large")
                if progress:
                    progress(f.tell(), total)
            size = f.tell()
            os.fsync(f.fileno())
    if size < total:  # http.client's read(n) takes a closed connection for the end
        raise _CutError(f"cut off at {size:,} of {total:,} bytes")
    return None


def _range(response: http.client.HTTPResponse, there: int) -> tuple[int, int]:
    """Where the answer's bytes begin, and the size of the whole file; 0 where the server doesn't say."""
    m = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers.get("Content-Range", ""))
    if response.status == http.client.PARTIAL_CONTENT and m and int(m[1]) == there:
        return there, int(m[2])
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else 0


def _keep(part: Path, target: Path, pair: tuple[str, str]) -> None:
    """Check a finished download and give it its name; a bad one is removed."""
    try:
        package = open_package(part).verify()
        if (package.from_code, package.to_code) != pair:
            raise PackageError(f"{part}: translates {package.pair}, {'→'.join(pair)} was asked for")
        write_checksum(target, package.sha256)
    except PackageError as e:
        part.unlink()
        raise PackageError(f"{e}; what was fetched is removed") from None
    part.replace(target)


def _open(url: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"no http address: {url!r}")
    request = urllib.request.Request(url, headers={"User-Agent": f"bitext/{__version__}", **(headers or {})})  # noqa: S310 - the scheme is checked
    try:
        response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310
    except urllib.error.HTTPError as e:
        e.close()  # it holds the connection
        raise
    return response


def _reason(e: BaseException) -> str:
    if isinstance(e, urllib.error.HTTPError):
        return f"HTTP {e.code} {e.reason}"
    return one_line(e.reason if isinstance(e, urllib.error.URLError) else e) or type(e).__name__
