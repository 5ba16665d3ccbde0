"""Worker processes on this machine. A worker that dies is replaced, and its documents are tried one by one."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from bitext.batch import places, state
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
            self.stop()
            pool.shutdown(cancel_futures=True)
            for process in self._processes:
                _close(process)
                process.wait()

    def do(self, task: Task) -> Done:
        """A task, by the process of this thread; documents that kill it are set aside."""
        try:
            return self._ask(task)
        except WorkerDiedError:
            return apart(task, self._ask, self._options)

    def stop(self) -> None:
        """Kill the processes; a thread that waits for one gets an error."""
        self._stopped = True
        for process in list(self._processes):
            process.kill()

    def _ask(self, task: Task) -> Done:
        if self._stopped:
            raise BitextError("the batch was stopped")
        process: subprocess.Popen[bytes] | None = getattr(self._mine, "process", None)
        if process is None or process.poll() is not None:
            process = self._mine.process = self._start()
        assert process.stdin
        assert process.stdout
        message = f"{format_task(task)}\n".encode()
        try:
            process.stdin.write(message)
            process.stdin.flush()
            answer = process.stdout.readline()
        except (OSError, ValueError):  # its end of the pipe is closed
            answer = b""
        if not answer.endswith(b"\n"):
            status = process.wait()
            _close(process)
            self._processes.remove(process)
            if self._stopped:
                raise BitextError("the batch was stopped")
            if status == 1:  # a defect; Python has said which on standard error
                raise BitextError(f"a worker gave up at {task.sources[0].where}; its message stands above")
            how = f"signal {-status}" if status < 0 else f"exit status {status}"
            raise WorkerDiedError(f"the worker died at this document ({how}), perhaps for want of memory")
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


class WorkerDiedError(Exception):
    """A worker went away in the middle of a task."""


def apart(task: Task, ask: Callable[[Task], Done], options: Options) -> Done:
    """Do a task that killed its worker: each document alone. Those that kill a worker again are set aside.

    A translation depends on its sentence alone, so that the pieces together are what the task would have given.
    """
    out = places.folder(options.out)
    done, pieces = [], []
    for n, source in enumerate(task.sources):
        piece = task.part and f"{task.part}.alone{n}"
        try:
            done.append(ask(replace(task, sources=(source,), part=piece)))
            pieces.append(piece or "")
        except WorkerDiedError as died:
            failure = Failure(source.name, source.where, str(died))
            done.append(Done(0, 0, (failure,)))
            if piece is None:
                state.set_aside(out, source, failure, options)
    together = Done(sum(d.documents for d in done), sum(d.segments for d in done),
                    tuple(f for d in done for f in d.failed))
    if task.part is not None:
        state.join_part(out, task, pieces, together)
    return together


def _close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError, ValueError):
            if pipe:
                pipe.close()
