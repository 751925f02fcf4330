"""Reads files in a process beside this one, so that a decoder that crashes costs one file."""

import queue
import threading
from collections.abc import Iterator, Sequence

from indexer.batches import Results, in_batches
from indexer.engines.process import Process
from indexer.engines.supervisor import Supervisor
from indexer.progress import Tracker
from indexer.rows import IndexedFile
from indexer.scan import Found
from indexer.setup import Setup
from rushes.jobs import Job

_keeping = threading.Lock()
_kept: list[Process] = []
"""One that waits, with its models loaded, for the next run in this process. It ends by itself."""


class LocalEngine:
    """The default. It needs no other machine and no other program."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._process: Process | None = None
        self._supervisor: Supervisor | None = None

    def prepare(self) -> None:
        """Start the worker, which takes a second or two until it can read."""
        if self._process is None or not self._process.is_alive:
            self._process = _taken_up() or Process()

    def run(self, todo: Sequence[Found], job: Job) -> Iterator[list[IndexedFile]]:
        """As every engine does it. The worker is ended if the run does not come to its end."""
        if not todo:
            return
        self.prepare()
        assert self._process is not None
        results: Results = queue.SimpleQueue()
        tracker = Tracker(todo, job)
        self._supervisor = Supervisor(self._process, self._setup, todo, job, tracker, results)
        self._supervisor.start()
        try:
            yield from in_batches(results, len(todo), job)
        finally:
            self._stop()

    def close(self) -> None:
        """The worker stays for another run in this process, for a minute."""
        self._stop()
        if self._process is not None and self._process.is_alive:
            with _keeping:
                _kept.append(self._process)
                leaving = _kept[:-1]
                del _kept[:-1]
            for each in leaving:
                each.end()
        self._process = None

    def _stop(self) -> None:
        if self._supervisor is not None:
            self._process = self._supervisor.stop()
            self._supervisor = None


def _taken_up() -> Process | None:
    with _keeping:
        process = _kept.pop() if _kept else None
    return process if process is not None and process.is_alive else None
