"""`bitext batch`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bitext.cli import options

EXAMPLE = "bitext batch articles/ out/ --format tmx --jobs 4"
FORMATS = ("tmx", "html", "xliff", "tsv", "moses", "txt")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="IN",
                        help="folder of texts (NAME.LANG.txt) and shards, or one shard: .jsonl (.gz, .zst), "
                        'a document a line: {"name": …, "text": …}; a path or a URL (s3://…)')
    parser.add_argument("output", metavar="OUT", help="folder, path or URL; what is done there is not done again")
    parser.add_argument("--list", action="store_true", help="IN is a file that names files, one a line")
    parser.add_argument("--lang", type=options.language, default="ar", help="language of documents that name none "
                        "(default: ar)")
    parser.add_argument("--format", action="append", choices=FORMATS, dest="formats",
                        help="what to write beside units.jsonl (default: tmx); may be given several times")
    parser.add_argument("--jobs", type=_jobs, metavar="N",
                        help="worker processes (default: one a core); the results don't depend on it")
    parser.add_argument("--scheduler", metavar="ADDRESS",
                        help="a Dask scheduler, as in tcp://host:8786: its workers do it (all machines see IN and OUT)")
    options.add_segmentation(parser)
    options.add_translation(parser)
    options.add_alignment(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from bitext.batch.local import LocalWorkers, Workers
    from bitext.batch.places import local_path
    from bitext.batch.run import run_batch
    from bitext.batch.tasks import Options
    from bitext.translation.engine import cores

    jobs = args.jobs or cores()

    def place(where: str | Path) -> str:
        """Workers of a cluster stand in folders of their own."""
        path = local_path(str(where))
        return str(where) if path is None else str(path.absolute() if args.scheduler else path)

    def optional(where: Path | None) -> str | None:
        return None if where is None else place(where)

    how = Options(
        out=place(args.output), to=args.to, model=optional(args.model), models=place(args.models),
        beam=args.beam, memory=optional(args.memory), encoder=not args.no_encoder, srx=optional(args.srx),
        wrapped=options.wrapped(args), formats=tuple(dict.fromkeys(args.formats or ["tmx"])),
        threads=1 if args.scheduler else max(cores() // jobs, 1))
    workers: Workers = LocalWorkers(how, jobs)
    if args.scheduler:
        from bitext.batch.cluster import ClusterWorkers

        workers = ClusterWorkers(how, args.scheduler)
    result = run_batch(place(args.input), how, workers, lang=args.lang, listed=args.list)
    if result.left_out:
        print(f"bitext: {len(result.left_out)} files of other kinds were left out ({result.left_out[0]}, …)",
              file=sys.stderr)
    print(f"{result.documents} documents, {result.segments} segments"
          + (f"; {result.already} done before" if result.already else ""))
    if result.failed:
        first = result.failed[0]
        print(f"bitext: {len(result.failed)} documents were set aside, see {args.output.rstrip('/')}/failed.jsonl; "
              f"the first: {first.where}: {first.reason.removeprefix(f'{first.where}: ')}", file=sys.stderr)
    return 1 if result.failed else 0


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes; 1 to 1024 was expected")
    return int(text)
