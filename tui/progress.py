"""Long work on the command line: a bar, or plain lines, and Ctrl-C that is heard at once."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from rushes.errors import Cancelled
from rushes.jobs import Job, Progress
from rushes.stopping import stop
from rushes.text import lasting, one_line
from tui.work.previewing import previewing
from tui.work.telling import INTERRUPTED, following, tell, tell_preview, told_as_json

if TYPE_CHECKING:
    from rushes.encoding import Picture

Result = TypeVar("Result")
_PLAIN_EVERY_S = 5.0
_GRACE_S = 0.7
_STOPPED = "stopped: what was finished is kept, run it again to go on"


def run_with_progress(work: Callable[[Job], Result], stopped: str = _STOPPED) -> Result:
    """Run `work` and show how far it is, on standard error.

    On Ctrl-C the work is asked to stop, and `stopped` is said. A model in the middle of a
    computation cannot be asked: after a moment the program ends without it, which a library
    survives. Files that it had begun are removed, and what it held is let go of.
    """
    results: list[Result] = []
    failures: list[BaseException] = []

    def run(job: Job) -> None:
        try:
            results.append(work(job))
        except BaseException as error:  # noqa: BLE001  # raised again in the main thread
            failures.append(error)

    with (
        _display() as show,
        _previews() as preview,
        following(Job(show, preview)) as job,
        on_interrupt(job.cancel),
    ):
        thread = threading.Thread(target=run, args=(job,), name="work", daemon=True)
        thread.start()
        while thread.is_alive() and not job.cancelled:
            thread.join(0.1)
        thread.join(_GRACE_S if job.cancelled else None)
    if job.cancelled and not results:
        stop()
        print(stopped, file=sys.stderr)
        sys.stderr.flush()
        os._exit(INTERRUPTED)
    if failures:
        raise failures[0]
    return results[0]


@contextmanager
def _previews() -> "Iterator[Callable[[Picture], None] | None]":
    """What shows pictures of what is being made, if an app listens."""
    if not told_as_json():
        yield None
        return
    with previewing(tell_preview) as show:
        yield show


@contextmanager
def _display() -> Iterator[Callable[[Progress], None]]:
    if told_as_json():
        yield tell
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        with Bar(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[note]}", markup=False),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=Console(stderr=True),
            transient=True,
        ) as bar:
            task = bar.add_task("starting", total=None, note="")

            def draw(progress: Progress) -> None:
                bar.update(
                    task,
                    description=one_line(progress.stage),
                    completed=progress.done,
                    total=progress.total,
                    note=one_line(progress.note),
                )

            yield draw
    else:
        yield _PlainLines().draw


class _PlainLines:
    """A line every few seconds, with the time left, for logs and pipes."""

    def __init__(self) -> None:
        self._started = self._last = time.monotonic()
        self._stage = ""

    def draw(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.stage != self._stage:
            self._stage, self._started = progress.stage, now
        elif now - self._last < _PLAIN_EVERY_S:
            return
        self._last = now
        line = f"{progress.stage}: {progress.note}" if progress.note else progress.stage
        if progress.total and progress.done:
            left = (now - self._started) * (progress.total - progress.done) / progress.done
            line += f", {100 * progress.done / progress.total:.0f} %"
            if now - self._started > _PLAIN_EVERY_S:
                line += f", about {lasting(left)} left"
        with contextlib.suppress(OSError):  # nobody listens any more: the work goes on
            print(one_line(line), file=sys.stderr, flush=True)


@contextmanager
def on_interrupt(cancel: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C inside the block calls `cancel`, and does nothing else."""

    def handle(number: int, frame: FrameType | None) -> None:
        cancel()

    before = {each: signal.signal(each, handle) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except Cancelled:
        return
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
