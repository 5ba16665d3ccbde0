"""`bitext export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bitext import jsonl, pipeline
from bitext.cli import options
from bitext.errors import InputError
from bitext.records import Unit

EXAMPLE = "bitext export tmx units.jsonl -o article.tmx"
SRX = "srx"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("format", choices=(*pipeline.ENDINGS, SRX),
                        help="what to write; omegat: a project folder; moses: two files of lines; "
                        "ladder: hunalign's; txt: the target alone; srx: the segmentation rules")
    parser.add_argument("units", type=Path, nargs="?", metavar="UNITS",
                        help="what `bitext align` or `bitext review` wrote; not needed for srx")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write (default: beside UNITS, "
                        "named after the document); .gz at its end packs tmx, xliff and tsv")
    parser.add_argument("--lang", type=options.language, default="ar", help="for srx: whose rules (default: ar)")
    options.add_choice(parser)
    region = parser.add_argument_group("how (tmx, xliff)")
    region.add_argument("--source-region", metavar="CODE", help="language code to write for the source, such as ar-SA")
    region.add_argument("--target-region", metavar="CODE", help="the same for the target, such as en-GB")
    options.add_xliff_version(region)
    parser.add_argument("--memory", type=Path, metavar="FILE",
                        help="for html and xliff: a memory whose similar translations are suggested")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    if args.format == SRX:
        from bitext.formats import srx

        srx.write(args.output or Path(f"{args.lang}.srx"), args.lang)
        return
    if args.units is None:
        raise InputError(f"{args.format}: units are needed; name the file that `bitext align` wrote")
    header, units = jsonl.read_one(args.units, Unit)
    output = args.output or args.units.with_name(header.doc + pipeline.ENDINGS[args.format])
    pipeline.export(output, args.format, header, units, choice=options.choice(args), version=args.xliff_version,
                    lang=args.source_region, target_lang=args.target_region, memory=args.memory)
