"""Options that several commands share, so that each is named and explained once."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bitext import jsonl, pipeline
from bitext.errors import InputError
from bitext.languages import CODE
from bitext.records import Header, Unit

if TYPE_CHECKING:
    from bitext.formats.output import Choice

MODELS = Path("models")


def language(text: str) -> str:
    """A language code, or a usage error."""
    if not CODE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no language code; two or three small letters, as in ar, en, ckb")
    return text


def score(text: str) -> float:
    """A score from 0 to 1, or a usage error."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no score; a number from 0 to 1 was expected")
    return value


def beam(text: str) -> int:
    """A beam size from 1 to 32, or a usage error."""
    if not text.isdecimal() or not 1 <= int(text) <= 32:
        raise argparse.ArgumentTypeError(f"{text!r} is no beam size; a whole number from 1 to 32 was expected")
    return int(text)


def add_output(parser: argparse.ArgumentParser) -> None:
    """-o for the hand-over files."""
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write (default: standard output)")


def add_document(parser: argparse.ArgumentParser) -> None:
    """The document and its language."""
    parser.add_argument("document", type=Path, metavar="FILE",
                        help="UTF-8 text; its name says the language: NAME.ar.txt")
    parser.add_argument("--lang", type=language, help="its language, where the name says none (default: ar)")


def add_segmentation(parser: argparse.ArgumentParser) -> None:
    """How documents are cut."""
    parser.add_argument("--srx", type=Path, metavar="FILE", help="segmentation rules instead of the built-in ones")
    parser.add_argument("--wrapped", choices=("auto", "yes", "no"), default="auto",
                        help="whether lines are hard-wrapped and to be joined (default: auto, decided per document)")


def add_translation(parser: argparse.ArgumentParser) -> None:
    """Which package, how."""
    parser.add_argument("--to", type=language, default="en", metavar="LANG", help="target language (default: en)")
    parser.add_argument("--model", type=Path, metavar="PACKAGE", help="an .argosmodel file or unpacked folder "
                        "(default: the newest for the pair in models/, then in the user's Argos folder)")
    add_models(parser)
    parser.add_argument("--memory", type=Path, metavar="FILE",
                        help="a memory (`bitext memory`): what is approved there is used instead of the engine")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--beam", type=beam, default=4, metavar="N", help="beam size (default: 4; 1 is fastest)")
    size.add_argument("--fast", dest="beam", action="store_const", const=1, help="the same as --beam 1")


def add_models(parser: argparse.ArgumentParser) -> None:
    """Where packages are."""
    parser.add_argument("--models", type=Path, default=MODELS, metavar="DIR",
                        help="folder of packages (default: models)")


def add_alignment(parser: argparse.ArgumentParser) -> None:
    """What the aligner may use."""
    parser.add_argument("--no-encoder", action="store_true", help="align without the sentence encoder")


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Which units go out."""
    group = parser.add_argument_group("which units (not for html and txt, which are the whole document)")
    group.add_argument("--min-score", type=score, default=0.0, metavar="S", help="only with a score of S and more")
    group.add_argument("--only", choices=("approved",), help="only what a reviewer approved")
    group.add_argument("--unique", action="store_true", help="each pair of texts once")


def add_xliff_version(parser: argparse._ActionsContainer) -> None:
    """Which XLIFF."""
    parser.add_argument("--xliff-version", choices=("2.1", "1.2"), default="2.1", help="(default: 2.1)")


def choice(args: argparse.Namespace) -> Choice:
    """What `add_choice` asked for."""
    from bitext.formats.output import Choice

    return Choice(min_score=args.min_score, approved_only=args.only == "approved", unique=args.unique)


def wrapped(args: argparse.Namespace) -> bool | None:
    """The choice of --wrapped; None: decide."""
    return {"auto": None, "yes": True, "no": False}[args.wrapped]


def say_if_fast(beam: int) -> None:
    """A reminder on standard error that quality was given up for speed."""
    if beam == 1:
        print("bitext: translated with beam 1 (--fast): about twice as fast, somewhat worse than with beam 4",
              file=sys.stderr)


def emit(output: Path | None, header: Header, records: Iterable[jsonl.R]) -> None:
    """Write a hand-over file, or the same lines to standard output."""
    if output is None:
        jsonl.write_lines(sys.stdout, header, records)
    else:
        jsonl.write(output, header, records)


def emit_as(output: Path | None, kind: str, header: Header, units: Sequence[Unit], choice: Choice) -> None:
    """Write units in one of the formats of `pipeline.export`, or the same bytes to standard output."""
    if output is not None:
        pipeline.export(output, kind, header, units, choice=choice)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"out{pipeline.ENDINGS.get(kind, '')}")
        pipeline.export(file, kind, header, units, choice=choice, name="standard output")
        sys.stdout.flush()
        sys.stdout.buffer.write(file.read_bytes())
        sys.stdout.buffer.flush()


def existing(path: Path) -> Path:
    """Returns the path.

    Raises:
        InputError: there is nothing.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; check the name, or the folder that you stand in ({Path.cwd()})")
    return path
