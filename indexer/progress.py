"""How far an indexing run has come, in files and in minutes of footage."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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


# Of recordings whose length is not known, while none of their kind is: bytes a second.
_USUAL_RATE = {Kind.AUDIO: 24e3, Kind.VIDEO: 1.5e6}


class Tracker:
    """Reports to a job: `done` and `total` are weighed by cost, the note is for people.

    A recording whose length is not known yet is taken to last as long for its size as those whose
    length is.
    """

    def __init__(self, todo: Sequence[Found], job: Job) -> None:
        self._job = job
        self._lock = threading.Lock()
        self._lengths: dict[Path, float] = {}
        self._seen: dict[Path, float] = {}
        self._files = len(todo)
        self._files_done = 0
        self._footage_done = 0.0
        self._cost_done = 0.0
        self._cost_of_files = sum(cost_of(each.kind, 0.0) for each in todo)
        self._footage = {kind: _Footage(rate) for kind, rate in _USUAL_RATE.items()}
        for each in todo:
            if each.kind in self._footage and not each.error:
                self._footage[each.kind].unknown_bytes += each.size_bytes
        self._report()

    def measured(self, found: Found, duration_s: float) -> None:
        """A recording's length has become known."""
        with self._lock:
            self._measure(found, duration_s)

    def watched(self, found: Found, seconds: float) -> None:
        """A recording has been looked at up to here."""
        with self._lock:
            self._seen[found.path] = min(seconds, self._lengths.get(found.path, seconds))
            self._report()

    def finished(self, found: Found, duration_s: float | None) -> None:
        """A file is done."""
        with self._lock:
            self._measure(found, duration_s or 0.0)
            self._seen.pop(found.path, None)
            length_s = self._lengths.get(found.path, 0.0)
            self._files_done += 1
            self._footage_done += length_s
            self._cost_done += cost_of(found.kind, length_s)
            self._report()

    def _measure(self, found: Found, duration_s: float) -> None:
        if found.kind not in self._footage or found.error or found.path in self._lengths:
            return
        self._lengths[found.path] = duration_s
        footage = self._footage[found.kind]
        footage.unknown_bytes -= found.size_bytes
        footage.known_bytes += found.size_bytes
        footage.known_s += duration_s

    def _report(self) -> None:
        under_way = sum(self._seen.values())
        footage_s = sum(footage.all_s for footage in self._footage.values())
        note = f"{self._files_done} of {self._files} files"
        if footage_s:
            unsure = any(footage.unknown_bytes for footage in self._footage.values())
            done_s = min(self._footage_done + under_way, footage_s)
            note += f", {done_s / 60:.1f} of {'about ' if unsure else ''}{footage_s / 60:.1f} min"
            note += " of footage"
        total = self._cost_of_files + footage_s
        self._job.report("indexing", min(self._cost_done + under_way, total), total, note)


@dataclass
class _Footage:
    """How long the recordings of a kind last. `rate` is how many bytes a second usually takes."""

    rate: float
    known_s: float = 0.0
    known_bytes: int = 0
    unknown_bytes: int = 0

    @property
    def all_s(self) -> float:
        rate = self.known_bytes / self.known_s if self.known_s else self.rate
        return self.known_s + self.unknown_bytes / rate
