"""`bitext review`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bitext import jsonl, pipeline
from bitext.cli import options
from bitext.records import Unit

EXAMPLE = "bitext review apply units.jsonl article.review.jsonl -o reviewed.jsonl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    apply = actions.add_parser("apply", help="units as the reviewers decided")
    apply.add_argument("units", type=Path, metavar="UNITS", help="what the page was made of")
    apply.add_argument("reviews", type=Path, nargs="+", metavar="REVIEW",
                       help="what the page exported, or an XLIFF file that was edited; in any order")
    apply.add_argument("--strict", action="store_true", help="exit with 1 where a verdict could not be applied")
    apply.add_argument("--memory", type=Path, metavar="FILE",
                       help="keep what is approved in a memory (made if need be)")
    options.add_output(apply)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    header, units = jsonl.read_one(args.units, Unit)
    reviewed, conflicts = pipeline.review(header, units, args.reviews)
    options.emit(args.output, header, reviewed)
    if args.memory:
        pipeline.remember(args.memory, header, reviewed)
    for conflict in conflicts:
        print(f"bitext: not applied: {' '.join(str(conflict).split())}", file=sys.stderr)
    return 1 if conflicts and args.strict else 0
