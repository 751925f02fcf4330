"""How far an indexing run has come, in files and in minutes of footage."""

import threading
from collections.abc import Sequence
from pathlib import Path

from indexer.pipeline import duration_of
from indexer.scan import Found
from rushes.jobs import Job
from rushes.moment import Kind

# What a file costs beside others, in seconds of footage, on two cores: only the time that is
# left hangs on it.
_COST_OF_FILE = {
    Kind.IMAGE: 2.0,
    Kind.PDF: 6.0,
    Kind.SLIDES: 6.0,
    Kind.DOCUMENT: 1.0,
}


def cost_of(kind: Kind | None, duration_s: float) -> float:
    """What a file costs, in seconds of footage."""
    fixed = _COST_OF_FILE.get(kind, 1.0) if kind else 0.1
    return fixed + duration_s


class Tracker:
    """Reports to a job: `done` and `total` are weighed by cost, the note is for people."""

    def __init__(self, todo: Sequence[Found], job: Job) -> None:
        self._job = job
        self._lock = threading.Lock()
        self._durations: dict[Path, float] = {}
        for number, found in enumerate(todo):
            job.check_cancelled()
            self._durations[found.path] = duration_of(found)
            if number % 50 == 49:
                job.report("looking at files", number + 1, len(todo))
        self._seen: dict[Path, float] = {}
        self._files = len(todo)
        self._files_done = 0
        self._footage = sum(self._durations.values())
        self._footage_done = 0.0
        self._cost = sum(cost_of(each.kind, self._durations[each.path]) for each in todo)
        self._cost_done = 0.0
        self._report("")

    def watched(self, path: Path, seconds: float) -> None:
        """A recording has been looked at up to here."""
        with self._lock:
            self._seen[path] = min(seconds, self._durations.get(path, 0.0))
            self._report(path.name)

    def finished(self, found: Found) -> None:
        """A file is done."""
        with self._lock:
            self._seen.pop(found.path, None)
            self._files_done += 1
            self._footage_done += self._durations[found.path]
            self._cost_done += cost_of(found.kind, self._durations[found.path])
            self._report(found.path.name)

    def _report(self, name: str) -> None:
        under_way = sum(self._seen.values())
        minutes = (self._footage_done + under_way) / 60
        note = f"{self._files_done} of {self._files} files"
        if self._footage:
            note += f", {minutes:.1f} of {self._footage / 60:.1f} min of footage"
        self._job.report("indexing", self._cost_done + under_way, self._cost, note)
