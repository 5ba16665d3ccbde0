"""`bitext run`: what `make` does for one document, without make."""

from __future__ import annotations

import argparse
from pathlib import Path

from bitext import jsonl, pipeline
from bitext.cli import options
from bitext.languages import name_and_language

EXAMPLE = "bitext run corpus/article.ar.txt -o build/article"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_document(parser)
    parser.add_argument("--target", type=Path, metavar="FILE",
                        help="a human translation (default: NAME.en.txt beside FILE, if it is there)")
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="folder to write into (default: build/NAME)")
    options.add_segmentation(parser)
    options.add_translation(parser)
    options.add_alignment(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    name, lang = name_and_language(args.document.name, "ar")
    lang, folder = args.lang or lang, args.output or Path("build", name)
    cut = {"srx": args.srx, "wrapped": options.wrapped(args)}
    source = pipeline.segment_file(args.document, lang, side="s", **cut)
    beside = args.document.with_name(f"{name}.{args.to}.txt")
    human = args.target or (beside if beside != args.document and beside.exists() else None)
    target = pipeline.segment_file(human, args.to, side="t", **cut) if human else None
    translations = pipeline.translate_segments(source, to=args.to, model=args.model, models=args.models, beam=args.beam,
                                               memory=args.memory)
    units = pipeline.align_documents(source, target, translations, encoder=not args.no_encoder)

    jsonl.write(folder / "segments.jsonl", *source)
    if target:
        jsonl.write(folder / "target.segments.jsonl", *target)
    jsonl.write(folder / "translations.jsonl", *translations)
    jsonl.write(folder / "units.jsonl", *units)
    for kind in ("tmx", "html"):
        path = folder / (name + pipeline.ENDINGS[kind])
        pipeline.export(path, kind, *units, memory=args.memory)
        print(path)
    options.say_if_fast(args.beam)
