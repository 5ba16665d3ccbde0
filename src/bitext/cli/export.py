"""`bitext export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bitext import jsonl
from bitext.cli import stages
from bitext.records import Unit

EXAMPLE = "bitext export tmx units.jsonl -o article.tmx"
KINDS = {"tmx": ".tmx", "html": ".html", "xliff": ".xlf", "tsv": ".tsv"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("format", choices=tuple(KINDS), help="what to write")
    parser.add_argument("units", type=Path, metavar="UNITS", help="what `bitext align` wrote")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="where to write (default: beside UNITS, named after the document)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    header, units = jsonl.read_one(args.units, Unit)
    output = args.output or args.units.with_name(header.doc + KINDS[args.format])
    stages.export(output, args.format, header, units)
