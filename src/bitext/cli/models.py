"""`bitext models`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bitext.cli import options
from bitext.errors import PackageError

if TYPE_CHECKING:
    from bitext.translation.packages import Package

EXAMPLE = "bitext models show models/translate-ar_en-0_1.argosmodel"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_models(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the packages in DIR and in the user's Argos folder")
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", help="check a package and say what is in it")
    show.add_argument("package", type=Path)
    show.set_defaults(run=_show)
    install = actions.add_parser("install", help="check a package and copy it into DIR")
    install.add_argument("package", type=Path)
    install.set_defaults(run=_install)
    download = actions.add_parser("download", help="fetch the official Argos package into DIR (needs a connection)")
    download.add_argument("source", type=options.language, metavar="FROM")
    download.add_argument("target", type=options.language, metavar="TO")
    download.set_defaults(run=_download)


def _list(args: argparse.Namespace) -> int:
    from bitext.translation.packages import argos_folder, list_packages

    broken = 0
    for found in list_packages([args.models, argos_folder()]):
        if isinstance(found, PackageError):
            broken += 1
            print(f"bitext: {found}", file=sys.stderr)
        else:
            print(f"{found.from_code}\t{found.to_code}\t{found.version}\t{found.path}")
    return 1 if broken else 0


def _show(args: argparse.Namespace) -> None:
    from bitext.translation.packages import open_package

    print(_card(open_package(options.existing(args.package)).verify()))


def _install(args: argparse.Namespace) -> None:
    from bitext.translation.install import install_package

    print(install_package(options.existing(args.package), args.models).path)


def _download(args: argparse.Namespace) -> None:
    from bitext.translation.download import download

    print(_card(download(args.source, args.target, args.models)))


def _card(p: Package) -> str:
    return "\n".join((
        f"{p.from_name or p.from_code} → {p.to_name or p.to_code}, version {p.version}",
        f"file       {p.path}",
        f"sha256     {p.sha256}",
        f"tokenizer  {p.tokenizer}",
    ))
