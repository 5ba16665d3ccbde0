"""A worker process: options, then tasks on standard input, a line each; what was done on standard output."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from bitext.batch.tasks import format_done, format_error, parse_options, parse_task
from bitext.batch.work import Worker
from bitext.errors import BitextError


def main() -> None:
    """Work until the input ends. Whatever else prints goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="\n")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    lines = iter(sys.stdin.buffer.readline, b"")
    options = parse_options(next(lines).decode("utf-8"))
    if options.limit is not None:
        _limit(options.limit)
    worker = Worker(options)
    for line in lines:
        try:
            answer = format_done(worker.do(parse_task(line.decode("utf-8"))))
        except BitextError as e:
            answer = format_error(e)
        try:
            print(answer, file=answers, flush=True)
        except BrokenPipeError:  # who asked is gone; what was done is noted
            os._exit(0)


def _limit(size: int) -> None:
    """Let a document that takes too much fail alone, before the system kills whom it likes."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        # Of data, not of addresses: threads reserve many of these. Linux counts all private memory (setrlimit(2)).
        resource.setrlimit(resource.RLIMIT_DATA, (size, resource.getrlimit(resource.RLIMIT_DATA)[1]))


if __name__ == "__main__":
    main()
