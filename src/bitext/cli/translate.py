"""`bitext translate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bitext import pipeline
from bitext.cli import options

EXAMPLE = "bitext translate segments.jsonl -o translations.jsonl --beam 4"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("segments", type=Path, metavar="SEGMENTS", help="what `bitext segment` wrote")
    options.add_translation(parser)
    options.add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    segments = pipeline.read_segments(args.segments)
    options.emit(args.output, *pipeline.translate_segments(
        segments, to=args.to, model=args.model, models=args.models, beam=args.beam, memory=args.memory))
    options.say_if_fast(args.beam)
