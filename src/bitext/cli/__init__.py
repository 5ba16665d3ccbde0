"""The command line, thin over the library: one file a command, each with `add_arguments` and `run`.

Exit status: 0 done, 1 input or data are wrong (one line on stderr), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from bitext import __version__
from bitext.errors import BitextError

# In the order of the pipeline. A command's module is imported only when that command is asked for.
COMMANDS = {
    "run": "the whole job for one document: TMX and page from an article",
    "batch": "the same for a folder of many documents",
    "segment": "cut a document into sentences",
    "translate": "translate segments with an Argos package, offline",
    "align": "link source and target sentences, score them, flag them",
    "export": "write units as TMX, page, XLIFF, TSV, text or OmegaT project",
    "convert": "from TMX, XLIFF, TSV and units to any of them",
    "review": "apply a reviewer's verdicts to units",
    "memory": "translations kept between runs: import, export, search",
    "models": "list, show, install or download translation packages",
    "train": "train a translation package, or teach one more",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    args = _parser(argv).parse_args(argv)
    try:
        status: int | None = args.run(args)
        sys.stdout.flush()
    except BitextError as e:
        return _complain(str(e))
    except BrokenPipeError:
        # The reader has gone (`bitext … | head`). Python would complain again on closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as e:
        return _complain(f"{e.filename or 'file'}: {e.strerror or e}")
    except MemoryError:
        return _complain("out of memory; split the document or use a machine with more")
    except KeyboardInterrupt:
        return 130
    return status or 0


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser("bitext", "Offline translation and bilingual alignment.", "bitext run corpus/article.ar.txt")
    parser.add_argument("--version", action="version", version=f"bitext {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    for name, text in COMMANDS.items():
        if name in argv[:1]:
            module = import_module(f"bitext.cli.{name}")
            sub = commands.add_parser(name, help=text, text=text, example=module.EXAMPLE)
            module.add_arguments(sub)
        else:
            commands.add_parser(name, help=text)
    return parser


class _Parser(argparse.ArgumentParser):
    def __init__(self, prog: str | None = None, text: str = "", example: str = "") -> None:
        super().__init__(
            prog, description=text[:1].upper() + text[1:].rstrip(".") + "." if text else None,
            epilog=f"example:\n  {example}" if example else None, allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}; `{self.prog} --help` shows the usage", file=sys.stderr)
        raise SystemExit(2)


def _complain(message: str) -> int:
    print(f"bitext: {' '.join(message.split())}", file=sys.stderr)
    return 1
