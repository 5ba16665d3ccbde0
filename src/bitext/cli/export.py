"""`bitext export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bitext import jsonl, pipeline
from bitext.records import Unit

EXAMPLE = "bitext export tmx units.jsonl -o article.tmx"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("format", choices=tuple(pipeline.ENDINGS), help="what to write")
    parser.add_argument("units", type=Path, metavar="UNITS", help="what `bitext align` wrote")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="where to write (default: beside UNITS, named after the document); .gz packs it")
    choice = parser.add_argument_group("which units (tmx, moses)")
    choice.add_argument("--min-score", type=_score, default=0.0, metavar="S", help="only with a score of S and more")
    choice.add_argument("--only", choices=("approved",), help="only what a reviewer approved")
    choice.add_argument("--unique", action="store_true", help="each pair of texts once")
    region = parser.add_argument_group("how (tmx, xliff)")
    region.add_argument("--source-region", metavar="CODE", help="language code to write for the source, such as ar-SA")
    region.add_argument("--target-region", metavar="CODE", help="the same for the target, such as en-GB")
    region.add_argument("--xliff-version", choices=("2.1", "1.2"), default="2.1", help="(default: 2.1)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    header, units = jsonl.read_one(args.units, Unit)
    output = args.output or args.units.with_name(header.doc + pipeline.ENDINGS[args.format])
    pipeline.export(output, args.format, header, units, pipeline.ExportOptions(
        min_score=args.min_score, approved_only=args.only == "approved", unique=args.unique, lang=args.source_region,
        target_lang=args.target_region, xliff_version=args.xliff_version))


def _score(text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = -1.0
    if not 0 <= score <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no score; a number from 0 to 1 was expected")
    return score
