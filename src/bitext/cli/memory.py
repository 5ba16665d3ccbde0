"""`bitext memory`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bitext import jsonl, pipeline
from bitext.errors import InputError
from bitext.records import Header, Unit

if TYPE_CHECKING:
    from bitext.translation.memory import Memory, Pair

EXAMPLE = "bitext memory import firm.memory firm.tmx --approved"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    bring = actions.add_parser("import", help="keep the pairs of TMX, XLIFF, TSV or units; makes MEMORY if need be")
    _add_memory(bring)
    bring.add_argument("files", type=Path, nargs="+", metavar="FILE", help=".tmx, .xlf, .tsv (.gz), or units.jsonl")
    bring.add_argument("--approved", action="store_true",
                       help="people made all of it: use it instead of machine translation")
    bring.add_argument("--langs", nargs=2, metavar=("FROM", "TO"),
                       help="of a file that holds several languages, or names none")
    bring.add_argument("--keep-going", action="store_true", help="leave out broken TUs instead of stopping")
    bring.set_defaults(run=_import)
    export = actions.add_parser("export", help="write all pairs as TMX, XLIFF, TSV or units")
    _add_memory(export)
    export.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="its ending says the format")
    export.set_defaults(run=_export)
    search = actions.add_parser("search", help="what MEMORY has for a text: share of words, source, target")
    _add_memory(search)
    search.add_argument("text", help="a sentence, or some words of one")
    search.add_argument("--min-score", type=_share, default=0.75, metavar="S",
                        help="least share of words, 0.5 to 1 (default: 0.75)")
    search.set_defaults(run=_search)
    stats = actions.add_parser("stats", help="check MEMORY and say how much is in it")
    _add_memory(stats)
    stats.set_defaults(run=_stats)
    repair = actions.add_parser("repair", help="save what can be read of a damaged MEMORY into a new file")
    _add_memory(repair)
    repair.add_argument("new", type=Path, metavar="NEW")
    repair.set_defaults(run=_repair)


def _add_memory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("memory", type=Path, metavar="MEMORY", help="file of the memory")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0.5 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share; a number from 0.5 to 1 was expected")
    return share


def _import(args: argparse.Namespace) -> None:
    from bitext.translation.memory import Memory, pairs_of

    new = known = 0
    for file in args.files:
        for header, units in _documents(file, args):
            with Memory.create(args.memory, header.lang, header.target_lang or "en") as memory:
                counts = memory.add(pairs_of(units, approve=args.approved))
            new, known = new + counts[0], known + counts[1]
            pipeline.tell(f"{file}: {new} new units, {known} known ones")
    print(f"{new} new, {known} known")


def _documents(file: Path, args: argparse.Namespace) -> Iterator[tuple[Header, Iterator[Unit]]]:
    if file.suffix == ".jsonl":
        yield from ((header, iter(units)) for header, units in jsonl.read(file, Unit))
        return
    from bitext.formats import convert

    lang, target_lang = args.langs or (None, None)
    reading = convert.read(file, lang=lang, target_lang=target_lang,
                           on_fault=(lambda fault: print(f"bitext: {fault}", file=sys.stderr))
                           if args.keep_going else None)
    yield reading.header, reading.units


def _export(args: argparse.Namespace) -> None:
    from bitext.formats import convert
    from bitext.formats.dates import source_date
    from bitext.translation.memory import Memory

    kind = convert.kind(args.output, convert.READ)
    with Memory.open(args.memory) as memory:
        header = Header("units", args.memory.stem, memory.lang, memory.state, target_lang=memory.target_lang)
        count = convert.write(args.output, kind, header, _units(memory.pairs()), date=source_date())
    print(f"{count.written} units")


def _units(pairs: Iterator[Pair]) -> Iterator[Unit]:
    for n, p in enumerate(pairs, 1):
        yield Unit(f"u{n}", (), (), p.source, p.target, 1.0, "memory", status="approved" if p.approved else "new",
                   paragraph=n - 1)


def _search(args: argparse.Namespace) -> None:
    from bitext.translation.memory import Memory

    with Memory.open(args.memory) as memory:
        found = [(f"{m.score:.0%}", m) for m in memory.best(args.text, min_score=args.min_score)]
        shown = {m.source for _, m in found}
        found += [("words", m) for m in memory.containing(args.text) if m.source not in shown]
    for share, m in found:
        print(share, *(" ".join(t.split()) for t in (m.source, m.target)), sep="\t")


def _stats(args: argparse.Namespace) -> None:
    from bitext.translation.memory import Memory

    with Memory.open(args.memory) as memory:
        s = memory.stats()
    print(f"languages  {s.lang} → {s.target_lang}\nunits      {s.units}, {s.approved} of them approved\n"
          f"sources    {s.sources}\nsize       {s.size} bytes, {s.text} of them text")


def _repair(args: argparse.Namespace) -> None:
    from bitext.translation.memory import Memory

    if args.new.exists():
        raise InputError(f"{args.new}: is there already; name a new file")
    damaged: Memory
    with Memory.open(args.memory) as damaged, \
            Memory.create(args.new, damaged.lang, damaged.target_lang) as memory:
        new, _ = memory.add(damaged.salvage())
    print(f"{new} units saved")
