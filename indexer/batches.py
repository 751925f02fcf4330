"""Files run through the line, a few at once, their results handed on together."""

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from indexer.progress import Tracker
from indexer.rows import IndexedFile
from indexer.scan import Found
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job

if TYPE_CHECKING:
    from indexer.pipeline import Line

_WORKERS = 2  # files at once; more only compete, since decoders and models use every core
_COMMIT_EVERY_S = 2.0
_COMMIT_FILES = 64

log = logging.getLogger(__name__)


def in_batches(line: "Line", todo: Sequence[Found], job: Job) -> Iterator[list[IndexedFile]]:
    """Run files through the line, a few at once, and hand them on every two seconds or so.

    The threads are daemons: a model that does not answer for a second must not keep a user who
    pressed Ctrl-C waiting.

    Raises:
        RushesError: a model cannot be run, so that no other file could be read either.
        Cancelled: the user asked to stop.
    """
    if not todo:
        return
    tracker = Tracker(todo, job)
    waiting: queue.SimpleQueue[Found] = queue.SimpleQueue()
    for each in todo:
        waiting.put(each)
    results: queue.Queue[IndexedFile | BaseException] = queue.Queue(maxsize=2 * _COMMIT_FILES)

    over = threading.Event()

    def process(found: Found) -> IndexedFile:
        try:
            done = line.run(found, job, partial(tracker.watched, found.path))
        except (RushesError, Cancelled):
            raise
        except Exception as error:  # a reader's defect costs one file, not the run
            log.exception("cannot read %r", str(found.path))
            done = line.defect(found, error)
        tracker.finished(found)
        return done

    def work() -> None:
        try:
            while not (over.is_set() or job.cancelled):
                results.put(process(waiting.get_nowait()))
        except queue.Empty:
            return
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            results.put(error)

    for number in range(min(_WORKERS, len(todo))):
        threading.Thread(target=work, name=f"indexer-{number}", daemon=True).start()
    try:
        yield from _batches_of(results, len(todo), job)
    finally:
        over.set()


def _batches_of(
    results: "queue.Queue[IndexedFile | BaseException]", remaining: int, job: Job
) -> Iterator[list[IndexedFile]]:
    """What the threads give, collected for two seconds or so. Their errors are raised here."""
    batch: list[IndexedFile] = []
    last = time.monotonic()
    while remaining:
        result: IndexedFile | BaseException | None
        try:
            result = results.get(timeout=0.1)
        except queue.Empty:
            result = Cancelled() if job.cancelled else None
        if isinstance(result, BaseException):
            if batch:
                yield batch
            raise result
        if result is not None:
            batch.append(result)
            remaining -= 1
        due = time.monotonic() - last > _COMMIT_EVERY_S or len(batch) >= _COMMIT_FILES
        if batch and (due or not remaining):
            yield batch
            batch, last = [], time.monotonic()
