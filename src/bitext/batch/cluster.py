"""Workers on a Dask cluster. Dask hands tasks out; on its workers they are done as on this machine.

Each Dask worker keeps a process of ours, with as many translation threads as the worker has threads. It loads the model
once, and is all that a bad document kills: it is held to the worker's memory limit, so that it fails before anything
else does. Where a document takes the whole Dask worker with it all the same, each document of its task is done alone,
with nothing else on the cluster, and those that kill a worker again are set aside.

Workers read the input and write the results themselves, whole or not at all, so that a task done twice does no harm:
all machines see the same files, or URLs. Texts go to workers as JSON; Dask itself sends functions with pickle, so trust
the network between them, or use its TLS.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from bitext import __version__
from bitext.batch.local import WORKER, LocalWorkers, WorkerDiedError, apart
from bitext.batch.tasks import (
    Done,
    Options,
    Task,
    format_done,
    format_options,
    format_task,
    parse_done,
    parse_options,
    parse_task,
)
from bitext.errors import BitextError, InputError

if TYPE_CHECKING:
    from distributed import Client, Future

PATIENCE = 300.0        # seconds without scheduler, or without any worker, before the batch gives up
AT_FIRST = 20.0         # seconds for the scheduler to answer at all
ANSWER = 5.0            # seconds for one try to connect
LOOK = 0.05             # seconds between looks at the cluster
TRIES = 5               # times that a task may be lost on the way, beside workers that die
DASK_ITSELF = 200 << 20  # bytes of a Dask worker's memory that are not for our process; it was seen to take 130 MB
_LOST = ("CommClosedError", "FutureCancelledError", "CancelledError")  # by name: they moved between Dask's versions


@dataclass(slots=True, eq=False)
class _Running:
    task: Task
    future: Future[str]
    tries: int = 0


class ClusterWorkers:
    """The workers that a scheduler has, now and later."""

    def __init__(self, options: Options, address: str, command: Sequence[str] = WORKER) -> None:
        """Nothing is connected yet.

        Args:
            options: of the batch; its paths must be those that the workers see.
            address: of the scheduler, as in tcp://host:8786.
            command: what is started on a worker.

        Raises:
            InputError: the extra `cluster` is not installed.
        """
        try:
            import distributed  # noqa: F401
        except ImportError:
            raise InputError("--scheduler takes Dask; install it: pip install 'bitext[cluster]'") from None
        self._options, self._address, self._command = options, address, tuple(command)
        self._sent = format_options(options)
        self._client: Client | None = None
        # Dask tells of each connection that it loses, with tracebacks; we say ourselves what is wrong.
        for name in ("distributed", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def run(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Done]]:
        """As `Workers.run`; two tasks a thread of the cluster are held, four at least."""
        running: list[_Running] = []
        suspects: list[Task] = []
        self._seen = time.monotonic() - PATIENCE + AT_FIRST
        try:
            self._connect()
            self._seen = time.monotonic()
            while True:
                if suspects and not running:
                    task = suspects.pop()
                    yield task, apart(task, self._alone, self._options)
                free = 0 if suspects else max(2 * self._threads(), 4) - len(running)
                running += [_Running(task, self._submit(task)) for task in islice(tasks, max(free, 0))]
                if not running and not suspects:
                    return
                time.sleep(LOOK)
                for r in [r for r in running if r.future.status != "pending"]:
                    try:
                        done = self._ended(r)
                    except WorkerDiedError:
                        running.remove(r)
                        suspects.append(r.task)
                    else:
                        if done is not None:
                            running.remove(r)
                            yield r.task, done
                self._look(running)
        finally:
            self._close(forget=True)

    def _alone(self, task: Task) -> Done:
        """A task with nothing beside it, so that it alone is to blame if its worker dies."""
        r = _Running(task, self._submit(task))
        while True:
            time.sleep(LOOK)
            if r.future.status != "pending" and (done := self._ended(r)) is not None:
                return done
            self._look([r])

    def _ended(self, r: _Running) -> Done | None:
        """What came of a task; None: it was lost with its worker or scheduler, and is on its way again.

        Raises:
            WorkerDiedError: worker after worker died while it had this task.
            BitextError: what the worker itself failed with.
        """
        if r.future.status == "finished":
            return parse_done(r.future.result())
        error = r.future.exception() if r.future.status == "error" else None
        kind = type(error).__name__
        if kind == "KilledWorker":
            raise WorkerDiedError("worker after worker died at this document, perhaps for want of memory")
        if error is not None:
            if isinstance(error, BitextError):
                raise error
            r.tries += 1
            if kind not in _LOST or r.tries > TRIES:
                raise BitextError(f"{self._address}: its workers fail at {r.task.sources[0].where} ({kind}: {error}); "
                                  "see their logs, and whether they have this bitext") from None
        self._connect()
        r.future = self._submit(r.task)
        return None

    def _look(self, running: Sequence[_Running]) -> None:
        """Wait for workers, up to a limit; a new scheduler knows nothing of what the old one was given."""
        if self._client is None or self._client.status != "running":
            self._connect()
            for r in running:
                r.future = self._submit(r.task)
        if self._threads():
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > PATIENCE:
            raise BitextError(f"{self._address}: no worker for {PATIENCE:.0f} s; start some and run the same command "
                              "again: what is done stays")

    def _connect(self) -> None:
        """A client of the scheduler that is there now."""
        from distributed import Client

        if self._client is not None and self._client.status == "running":
            return
        self._close()
        while True:
            try:
                self._client = Client(self._address, timeout=ANSWER, set_as_default=False)
            except (OSError, TimeoutError, ValueError) as e:
                if isinstance(e, ValueError) or time.monotonic() - self._seen > PATIENCE:
                    raise BitextError(f"{self._address}: no scheduler answers there ({e}); start one, and run the same "
                                      "command again: what is done stays") from None
                time.sleep(1)
            else:
                return

    def _submit(self, task: Task) -> Future[str]:
        assert self._client
        return self._client.submit(do, __version__, self._sent, format_task(task), self._command, pure=False)

    def _threads(self) -> int:
        if self._client is None or self._client.status != "running":
            return 0
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError):
            return 0

    def _close(self, *, forget: bool = False) -> None:
        if self._client is not None:
            with suppress(Exception):  # it may be in any state
                if forget and self._client.status == "running":
                    self._client.run(stop, self._sent, on_error="ignore")
            with suppress(Exception):
                self._client.close(timeout=2)
            self._client = None


class _Here:
    """On a Dask worker: our process."""

    def __init__(self, options: Options, command: Sequence[str]) -> None:
        from distributed import get_worker

        worker = get_worker()
        limit = worker.memory_manager.memory_limit
        if limit and limit < 2 * DASK_ITSELF:
            raise BitextError(f"{worker.address}: has {limit >> 20} MB; give workers 1 GB and more (--memory-limit)")
        options = replace(options, threads=worker.state.nthreads, limit=limit - DASK_ITSELF if limit else None)
        self.local = LocalWorkers(options, 1, command)
        self.line = ThreadPoolExecutor(1)  # a task at a time, whatever Dask's threads


_here: dict[str, _Here] = {}  # by options
_lock = threading.Lock()


def do(version: str, options: str, task: str, command: tuple[str, ...]) -> str:
    """On a Dask worker: a task, done by its process."""
    if version != __version__:
        raise BitextError(f"a worker has bitext {__version__}, this is {version}; install the same on all machines")
    with _lock:
        here = _here.get(options)
        if here is None:
            here = _here[options] = _Here(parse_options(options), command)
    return format_done(here.line.submit(here.local.do, parse_task(task)).result())


def stop(options: str) -> None:
    """On a Dask worker: the batch is over, its process goes."""
    with _lock:
        here = _here.pop(options, None)
    if here is not None:
        here.local.stop()
        here.line.shutdown(wait=False)
