"""`bitext convert`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bitext.cli import options

EXAMPLE = "bitext convert memory.tmx memory.tsv --langs ar en"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", type=Path, metavar="IN", help=".tmx (1.1 to 1.4b), .xlf, .tsv, .csv, "
                        "units (.jsonl) or hunalign's .ladder")
    parser.add_argument("output", type=Path, metavar="OUT", help="the same, or .txt; the endings say which; .gz packs")
    parser.add_argument("--langs", nargs=2, metavar=("FROM", "TO"), default=(None, None),
                        help="of a file that holds several languages, or names none")
    parser.add_argument("--lines", type=Path, nargs=2, metavar=("SOURCE", "TARGET"),
                        help="the two texts that a ladder links, a sentence a line")
    parser.add_argument("--keep-going", action="store_true", help="leave out broken TUs instead of stopping")
    options.add_choice(parser)
    options.add_xliff_version(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from bitext.formats.convert import convert
    from bitext.formats.dates import source_date

    faults = 0

    def on_fault(fault: str) -> None:
        nonlocal faults
        faults += 1
        print(f"bitext: left out: {fault}", file=sys.stderr)

    count, lacking = convert(
        args.input, args.output, lang=args.langs[0], target_lang=args.langs[1], lines=args.lines,
        choice=options.choice(args), on_fault=on_fault if args.keep_going else None, version=args.xliff_version,
        date=source_date())
    left_out = [count.left_out(), f"{lacking} in other languages alone" if lacking else ""]
    if any(left_out):
        print(f"bitext: {args.output}: {count.written} units; left out: {', '.join(filter(None, left_out))}",
              file=sys.stderr)
    return 1 if faults else 0
