"""`bitext align`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bitext import pipeline
from bitext.cli import options
from bitext.errors import InputError
from bitext.languages import LETTER, is_written_in, name_and_language
from bitext.records import Header

EXAMPLE = "bitext align article.ar.txt article.en.txt -o units.jsonl"
UNITS = "units"
DEFAULT = ("ar", "en")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="SOURCE", help="a text (NAME.LANG.txt), or segments.jsonl")
    parser.add_argument("target", type=Path, nargs="?", metavar="TARGET",
                        help="its human translation, in the same forms; without it the machine translation is scored")
    parser.add_argument("--translations", "--bridge", type=Path, metavar="FILE",
                        help="a machine translation of SOURCE: the target itself, or the bridge to TARGET; what "
                        "`bitext translate` wrote, units, or a text with a line for each segment")
    parser.add_argument("--langs", nargs=2, type=options.language, metavar=("FROM", "TO"),
                        help="languages (default: as the names say, else ar en)")
    parser.add_argument("--lines", action="store_true",
                        help="each line of a text is one sentence; a blank line counts, but is none")
    options.add_segmentation(parser)
    options.add_alignment(parser)
    parser.add_argument("--lexicon", type=Path, metavar="FILE",
                        help="as further evidence: a source word, a tab and its translation a line")
    parser.add_argument("--min-score", type=options.score, default=0.0, metavar="S",
                        help="pairs with a lower score are flagged in units and html, and left out of other formats")
    parser.add_argument("--format", choices=(UNITS, *pipeline.ENDINGS),
                        help="what to write (default: as the ending of -o FILE says, else units)")
    options.add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    from bitext.formats.output import Choice

    kind = _format(args)
    if args.lines and (args.srx or args.wrapped != "auto"):
        raise InputError("--lines: lines are not cut, so --srx and --wrapped have no effect; leave either out")
    source = _read(args.source, 0, args)
    target = _read(args.target, 1, args) if args.target else None
    translations = None
    if args.translations:
        translations = pipeline.bridge_file(args.translations, source,
                                            target[0].lang if target else _language(args.translations, 1, args))
    header, units = pipeline.align_documents(source, target, translations, encoder=not args.no_encoder,
                                             lexicon=args.lexicon, min_score=args.min_score)
    if header.settings["encoder"] is None and not args.no_encoder:
        print(f"bitext: {header.doc}: {_why_no_encoder(header)}; aligned by words, numbers, names and lengths alone",
              file=sys.stderr)
    if kind == UNITS:
        options.emit(args.output, header, units)
    else:
        options.emit_as(args.output, kind, header, units, Choice(min_score=args.min_score))


def _format(args: argparse.Namespace) -> str:
    """What is to be written, before slow work starts."""
    from bitext.formats import convert

    if args.format is None:
        named = args.output is not None and args.output.suffix
        return convert.kind(args.output, {**convert.WRITTEN, ".html": "html"}) if named else UNITS
    if args.output is None and args.format in ("moses", "omegat"):
        raise InputError(f"{args.format}: is more than one file and can't go to standard output; name it with -o")
    return str(args.format)


def _language(path: Path, side: int, args: argparse.Namespace) -> str:
    return str(args.langs[side]) if args.langs else name_and_language(path.name, DEFAULT[side])[1]


def _read(path: Path, side: int, args: argparse.Namespace) -> pipeline.Segments:
    if path.suffix == ".jsonl":
        return pipeline.read_segments(path)
    lang, name = _language(path, side, args), "st"[side]
    header, segments = pipeline.segment_lines(path, lang, side=name) if args.lines else pipeline.segment_file(
        path, lang, side=name, srx=args.srx, wrapped=options.wrapped(args))
    text = " ".join(s.text for s in segments)
    if LETTER.search(text) and not is_written_in(text, lang):
        raise InputError(f"{path}: taken for {lang}, but no letter of it is in it; name the languages: --langs FROM TO")
    return header, segments


def _why_no_encoder(header: Header) -> str:
    from bitext.alignment.encoder import LANGUAGES

    if unknown := [lang for lang in (header.lang, header.target_lang) if lang not in LANGUAGES]:
        return f"the sentence encoder doesn't know {' and '.join(filter(None, unknown))}"
    return "the sentence encoder is not installed"
