"""How a moment is written for a person."""

from rushes import Moment, Timecode
from rushes.moment import clock
from rushes.text import one_line


def title(moment: Moment) -> str:
    """The file's name, safe to show."""
    return one_line(moment.path.name)


def place(moment: Moment) -> str:
    """Where in the file: time codes for film, clock times for sound, a page, or nothing."""
    if moment.page is not None:
        return f"slide {moment.page}" if moment.kind == "slides" else f"page {moment.page}"
    if moment.start_s is None or moment.end_s is None:
        return ""
    if moment.fps is not None:
        start = Timecode.from_seconds(moment.start_s, moment.fps)
        end = Timecode.from_seconds(moment.end_s, moment.fps)
        return f"{start}–{end}"
    return f"{_tenths(moment.start_s)}–{_tenths(moment.end_s)}"


def _tenths(seconds: float) -> str:
    return f"{clock(seconds)}.{int(seconds * 10) % 10}"
