"""`bitext align`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bitext import jsonl, pipeline
from bitext.cli import options
from bitext.records import Translation

EXAMPLE = "bitext align article.ar.txt article.en.txt -o units.jsonl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="SOURCE", help="a text (NAME.LANG.txt), or segments.jsonl")
    parser.add_argument("target", type=Path, nargs="?", metavar="TARGET",
                        help="its human translation, in the same forms; without it the machine translation is scored")
    parser.add_argument("--translations", type=Path, metavar="FILE",
                        help="what `bitext translate` made of SOURCE: the target itself, or the bridge to TARGET")
    parser.add_argument("--langs", nargs=2, type=options.language, default=("ar", "en"), metavar=("FROM", "TO"),
                        help="languages of texts whose names say none (default: ar en)")
    options.add_segmentation(parser)
    options.add_alignment(parser)
    options.add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    source, target = (_read(p, lang, side, args) if p else None
                      for p, lang, side in zip((args.source, args.target), args.langs, "st", strict=True))
    assert source is not None
    translations = jsonl.read_one(args.translations, Translation) if args.translations else None
    options.emit(args.output, *pipeline.align_documents(source, target, translations, encoder=not args.no_encoder))


def _read(path: Path, lang: str, side: str, args: argparse.Namespace) -> pipeline.Segments:
    if path.suffix == ".jsonl":
        return pipeline.read_segments(path)
    lang = options.name_and_language(path, lang)[1]
    return pipeline.segment_file(path, lang, side=side, srx=args.srx, wrapped=options.wrapped(args))
