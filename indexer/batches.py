"""What becomes ready one by one, collected for a commit."""

import queue
import time
from collections.abc import Iterator

from indexer.rows import IndexedFile
from rushes.errors import Cancelled
from rushes.jobs import Job

_COMMIT_EVERY_S = 2.0
_COMMIT_FILES = 64

Results = queue.SimpleQueue[IndexedFile | BaseException]
"""The files of a run, or why it ends."""


def in_batches(results: Results, remaining: int, job: Job) -> Iterator[list[IndexedFile]]:
    """So many files, collected for two seconds or so.

    Raises:
        Cancelled: the user asked to stop.
        Whatever is among the results.
    """
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
