"""How long work talks to a screen: progress out, cancellation in."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from rushes.errors import Cancelled


@dataclass(frozen=True)
class Progress:
    """Where a job stands. `done` and `total` are in the user's units: files, minutes, bytes."""

    stage: str
    done: float
    total: float | None
    note: str = ""


class Job:
    """One piece of long work. Safe to use from several threads."""

    def __init__(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        self._on_progress = on_progress
        self._cancelled = threading.Event()

    def report(self, stage: str, done: float, total: float | None = None, note: str = "") -> None:
        """Tell the screen where the work stands."""
        if self._on_progress is not None:
            self._on_progress(Progress(stage, done, total, note))

    def cancel(self) -> None:
        """Ask the work to stop at the next check."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check_cancelled(self) -> None:
        """Stop here if the user asked to.

        Raises:
            Cancelled: `cancel` was called.
        """
        if self._cancelled.is_set():
            raise Cancelled
