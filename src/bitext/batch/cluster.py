"""Workers on a Dask cluster. Dask hands tasks out; on its workers they are done as on this machine.

Each thread of a Dask worker keeps a process of ours, which loads the model once and is all that a bad document can
kill. All machines see the same files: workers read the input and write the results themselves, whole or not at all, so
that a task done twice does no harm. Texts go to workers as JSON; Dask itself sends functions with pickle, so trust the
network between them, or use its TLS.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from bitext.batch.local import WORKER, LocalWorkers
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
LOOK = 0.05             # seconds between looks at the cluster
TRIES = 5               # times that a task may lose its Dask worker (each after the retries of Dask's own)
_local: dict[str, LocalWorkers] = {}  # on a Dask worker: by options


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
        self._options, self._address, self._command = format_options(options), address, tuple(command)
        self._client: Client | None = None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say ourselves what is wrong

    def run(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Done]]:
        """As `Workers.run`; two tasks a thread of the cluster are held, four at least."""
        running: list[_Running] = []
        self._seen = time.monotonic()
        try:
            self._connect()
            while True:
                free = max(2 * self._threads(), 4) - len(running)
                running += [_Running(task, self._submit(task)) for task in islice(tasks, max(free, 0))]
                if not running:
                    return
                time.sleep(LOOK)
                ended = [r for r in running if r.future.status != "pending"]
                for r in ended:
                    if r.future.status == "finished":
                        running.remove(r)
                        yield r.task, parse_done(r.future.result())
                    else:
                        self._again(r)
                self._look(running)
        finally:
            self._close()

    def _again(self, r: _Running) -> None:
        """Submit a task whose Dask worker or scheduler went away; raise what we ourselves failed with."""
        if r.future.status == "error":
            if not _lost(r.future):
                r.future.result()
            r.tries += 1
            if r.tries > TRIES:
                raise BitextError(f"{self._address}: its workers keep dying at {r.task.sources[0].where}; see their "
                                  "logs, and give them more memory")
        self._connect()
        r.future = self._submit(r.task)

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
                self._client = Client(self._address, timeout=5, set_as_default=False)
            except (OSError, TimeoutError, ValueError) as e:
                if isinstance(e, ValueError) or time.monotonic() - self._seen > PATIENCE:
                    raise BitextError(f"{self._address}: no scheduler answers there ({e}); start one, and run the same "
                                      "command again: what is done stays") from None
                time.sleep(1)
            else:
                return

    def _submit(self, task: Task) -> Future[str]:
        assert self._client
        return self._client.submit(do, self._options, format_task(task), self._command, pure=False)

    def _threads(self) -> int:
        if self._client is None or self._client.status != "running":
            return 0
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError):
            return 0

    def _close(self) -> None:
        if self._client is not None:
            with suppress(Exception):  # it may be in any state
                self._client.close(timeout=2)
            self._client = None


def do(options: str, task: str, command: tuple[str, ...]) -> str:
    """On a Dask worker: a task, done by the process of this thread."""
    local = _local.get(options)
    if local is None:
        local = _local.setdefault(options, LocalWorkers(parse_options(options), 1, command))
    return format_done(local.do(parse_task(task)))


def _lost(future: Future[Any]) -> bool:
    """Whether the Dask worker went away, and not we who failed."""
    return type(future.exception()).__name__ in ("KilledWorker", "CommClosedError", "FutureCancelledError",
                                                 "CancelledError")
