"""`bitext segment`."""

from __future__ import annotations

import argparse

from bitext import pipeline
from bitext.cli import options
from bitext.languages import name_and_language

EXAMPLE = "bitext segment corpus/article.ar.txt -o segments.jsonl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_document(parser)
    parser.add_argument("--side", choices=("source", "target"), default="source",
                        help="target: a human translation, its segments are called t1, t2, … (default: source)")
    options.add_segmentation(parser)
    options.add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    lang = args.lang or name_and_language(args.document.name, "ar")[1]
    options.emit(args.output, *pipeline.segment_file(
        args.document, lang, side=args.side[0], srx=args.srx, wrapped=options.wrapped(args)))
