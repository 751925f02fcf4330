"""Whether something comes of a file while it is read: the signs of life that a run waits for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rushes.jobs import Job


@dataclass(frozen=True)
class Sign:
    """That a file is under way: how often something has come of it, and how far it was watched.

    `in_model` tells that a model has it, which may take long, `waits` that it is read and its turn
    has not come: what holds it up is another file.
    """

    count: int
    watched_s: float
    in_model: bool
    waits: bool = False


class Pulse(Job):
    """One file's part of a run: each check is a sign that something comes of it.

    Readers check between two pages, packets or pictures. Safe to use from several threads.
    """

    def __init__(self, run: Job) -> None:
        super().__init__()
        self._run = run
        self._lock = threading.Lock()
        self._count = 0
        self._models = 0
        self._watched_s = 0.0
        self._waits = False

    def check_cancelled(self) -> None:
        self._count += 1
        self._run.check_cancelled()

    def watched(self, seconds: float) -> None:
        """A recording has been looked at up to here."""
        self._count += 1
        self._watched_s = max(seconds, self._watched_s)

    @contextmanager
    def in_model(self) -> Iterator[None]:
        """Inside the block a model has it, or it waits for one: its reader has not the turn."""
        self._count_models(1)
        try:
            yield
        finally:
            self._count_models(-1)

    def wait(self) -> None:
        """All of it is read; it waits for others that came before it."""
        self._waits = True

    def go_ahead(self) -> None:
        """Its turn has come."""
        self._count += 1
        self._waits = False

    @contextmanager
    def by_reader(self) -> Iterator[None]:
        """Within such a block, where the model asks the reader for more."""
        self._count_models(-1)
        try:
            yield
        finally:
            self._count_models(1)

    def _count_models(self, more: int) -> None:
        with self._lock:
            self._models += more
            self._count += 1

    @property
    def sign(self) -> Sign:
        return Sign(self._count, self._watched_s, self._models > 0, self._waits)
