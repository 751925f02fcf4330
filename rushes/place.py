"""A place in a file as a user types it: `tram.mp4`, `tram.mp4@3.5`, `tram.mp4@01:12-01:20`."""

import re
from dataclasses import dataclass
from pathlib import Path

from rushes.errors import WrongUsage
from rushes.paths import expanded

_TIME = r"(?:(?:\d+:)?\d{1,2}:\d{1,2}(?:\.\d+)?|\d+(?:\.\d+)?)s?"
_SUFFIX = re.compile(rf"(?P<path>.+)@(?P<start>{_TIME})(?:-(?P<end>{_TIME}))?", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """A file, and where in it: from `start_s` to `end_s`, at `start_s`, or all of it."""

    path: Path
    start_s: float | None = None
    end_s: float | None = None

    def __str__(self) -> str:
        if self.start_s is None:
            return str(self.path)
        end = "" if self.end_s is None else f"-{self.end_s:g}"
        return f"{self.path}@{self.start_s:g}{end}"


def parse_place(text: str) -> Place:
    """Reads a path, and after an @ a time or a stretch in seconds or as [HH:]MM:SS.

    A file that really has such a name is meant as a whole.

    Raises:
        WrongUsage: there is no path, or the stretch ends before it begins.
    """
    match = _SUFFIX.fullmatch(text)
    whole = expanded(text)
    if not text.strip() or "\0" in text:
        raise WrongUsage("no file is named: write FILE or FILE@TIME")
    if match is None or whole.exists():
        return Place(whole)
    start_s = _seconds(match["start"])
    end_s = _seconds(match["end"]) if match["end"] else None
    if end_s is not None and end_s <= start_s:
        raise WrongUsage(f"{text[:80]}: it ends before it begins")
    return Place(expanded(match["path"]), start_s, end_s)


def _seconds(text: str) -> float:
    seconds = 0.0
    for part in text.rstrip("s").split(":"):
        seconds = 60 * seconds + float(part)
    return seconds
