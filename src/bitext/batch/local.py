"""Worker processes on this machine. A worker that dies is replaced, and its documents are tried one by one."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from bitext.batch import state
from bitext.batch.tasks import Done, Failure, Options, Task, format_options, format_task, parse_done
from bitext.errors import BitextError

WORKER = (sys.executable, "-m", "bitext.batch.worker")


class Workers(Protocol):
    """Does tasks; local processes or a cluster."""

    def run(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Done]]:
        """Tasks with what came of them, in the order in which they are done."""


class LocalWorkers:
    """Processes that get a task at a time over a pipe."""

    def __init__(self, options: Options, jobs: int, command: Sequence[str] = WORKER) -> None:
        self._options, self._jobs, self._command = options, jobs, command
        self._mine = threading.local()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._stopped = False

    def run(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Done]]:
        """As `Workers.run`; at most two tasks a worker are held."""
        pool = ThreadPoolExecutor(self._jobs)
        try:
            waiting = {}
            for task in tasks:
                waiting[pool.submit(self.do, task)] = task
                if len(waiting) >= 2 * self._jobs:
                    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                        yield waiting.pop(future), future.result()
            while waiting:
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    yield waiting.pop(future), future.result()
        finally:
            self._stopped = True
            for process in self._processes:
                process.kill()  # its thread sees the end of the pipe
            pool.shutdown(cancel_futures=True)
            for process in self._processes:
                _end(process)

    def do(self, task: Task) -> Done:
        """A task, by the process of this thread."""
        try:
            return self._ask(task)
        except _DiedError as died:
            if self._stopped:
                raise
            if len(task.sources) == 1:
                return self._set_aside(task, died)
        # One of them killed the worker: each is tried alone; of a shard's piece, the living are done together then.
        piece = task.part
        alone = [self._alone(replace(task, sources=(s,), part=piece and f"{piece}.alone")) for s in task.sources]
        if piece is None:
            return Done(sum(d.documents for d in alone), sum(d.segments for d in alone),
                        tuple(f for d in alone for f in d.failed))
        dead = {s.where: d.failed[0] for s, d in zip(task.sources, alone, strict=True) if d.died}
        done = self._ask(replace(task, sources=tuple(s for s in task.sources if s.where not in dead)))
        done = replace(done, failed=(*done.failed, *dead.values()))
        state.note_part(Path(self._options.out), task, done)
        return done

    def _alone(self, task: Task) -> Done:
        try:
            return self._ask(task)
        except _DiedError as died:
            return self._set_aside(task, died)

    def _set_aside(self, task: Task, died: _DiedError) -> Done:
        source, = task.sources
        failure = Failure(source.name, source.where, str(died))
        done = Done(0, 0, (failure,), died=True)
        out = Path(self._options.out)
        if task.part is not None:
            state.write_part(out, task, [], done)
        else:
            state.set_aside(out, source, failure, self._options.formats)
        return done

    def _ask(self, task: Task) -> Done:
        process: subprocess.Popen[bytes] | None = getattr(self._mine, "process", None)
        if self._stopped:
            raise _DiedError("the batch has stopped")
        if process is None or process.poll() is not None:
            process = self._mine.process = self._start()
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(f"{format_task(task)}\n".encode())
            process.stdin.flush()
            answer = process.stdout.readline()
        except (OSError, ValueError):
            answer = b""
        if not answer.endswith(b"\n"):
            status = process.wait()
            if status == 1:  # a defect; Python has said which on standard error
                raise BitextError(f"a worker gave up at {task.sources[0].where}; its message stands above")
            how = f"signal {-status}" if status < 0 else f"exit status {status}"
            raise _DiedError(f"the worker died at this document ({how}), perhaps for want of memory")
        return parse_done(answer.decode())

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(self._command,  # noqa: S603 (our own command)
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   start_new_session=True)  # so that Ctrl-C comes to us alone
        assert process.stdin
        with suppress(OSError):
            process.stdin.write(f"{format_options(self._options)}\n".encode())
            process.stdin.flush()
        self._processes.append(process)
        return process


class _DiedError(Exception):
    """A worker went away in the middle of a task."""


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError, ValueError):
            if pipe:
                pipe.close()
    process.wait()
