"""How long work talks to a screen: progress and previews out, cancellation in."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rushes.errors import Cancelled

if TYPE_CHECKING:
    from rushes.encoding import Picture

_PREVIEW_EVERY_S = 0.25


@dataclass(frozen=True)
class Progress:
    """Where a job stands. `done` and `total` are in the user's units: files, minutes, bytes."""

    stage: str
    done: float
    total: float | None
    note: str = ""


class Job:
    """One piece of long work. Safe to use from several threads.

    `on_preview` gets pictures of what is being made, of any size, `preview_every_s` apart at
    least: those that come sooner are not shown.
    """

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        on_preview: "Callable[[Picture], None] | None" = None,
        preview_every_s: float = _PREVIEW_EVERY_S,
    ) -> None:
        self._on_progress = on_progress
        self._on_preview = on_preview
        self._preview_every_s = preview_every_s
        self._previewed: float | None = None
        self._cancelled = threading.Event()
        self._going = threading.Event()
        self._going.set()

    def report(self, stage: str, done: float, total: float | None = None, note: str = "") -> None:
        """Tell the screen where the work stands."""
        if self._on_progress is not None:
            self._on_progress(Progress(stage, done, total, note))

    @property
    def wants_previews(self) -> bool:
        """Whether anybody looks: making previews may cost something."""
        return self._on_preview is not None

    def preview(self, picture: "Picture") -> None:
        """Show what is being made: RGB, shape (height, width, 3). It is not to be changed after."""
        if self._on_preview is None:
            return
        now = time.monotonic()
        if self._previewed is None or now - self._previewed >= self._preview_every_s:
            self._previewed = now
            self._on_preview(picture)

    def cancel(self) -> None:
        """Ask the work to stop at the next check."""
        self._cancelled.set()
        self._going.set()

    def pause(self) -> None:
        """Let the work wait at the next check, until `go_on` or `cancel`."""
        self._going.clear()

    def go_on(self) -> None:
        """End a pause."""
        self._going.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def paused(self) -> bool:
        return not self._going.is_set()

    def check_cancelled(self) -> None:
        """Wait here while the work is paused, and stop if the user asked to.

        Raises:
            Cancelled: `cancel` was called.
        """
        self._going.wait()
        if self._cancelled.is_set():
            raise Cancelled
