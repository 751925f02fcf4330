"""How a moment is written for a person."""

import os
from dataclasses import replace
from pathlib import Path

from rushes import Moment, Timecode
from rushes.library_place import LibraryPlace
from rushes.moment import BY_FILTERS, clock
from rushes.text import one_line

_MATCHES = 6  # named at most
_TRIMMED_S = 0.2  # from which on it is worth saying that a part is not usable


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


def where(page: int | None, start_s: float | None, end_s: float | None) -> str:
    """Where a source stands in its file: a page, clock times, or nothing."""
    if page is not None:
        return f"page {page}"
    if start_s is None or end_s is None:
        return ""
    return f"{clock(start_s)}–{clock(end_s)}"


def reasons(moment: Moment) -> str:
    """What it was found by: the senses with their rank, and the words or labels that matched."""
    told = []
    for reason in moment.reasons:
        if reason.sense == BY_FILTERS:  # the user knows that, having asked for nothing else
            continue
        matched = one_line(", ".join(reason.matched[:_MATCHES]))
        told.append(f"{reason.sense} {reason.rank}" + (f" ({matched})" if matched else ""))
    return ", ".join(told)


def facts(moment: Moment) -> str:
    """What is known of the shot, in a few words."""
    known = moment.facts
    told: list[str] = ["synthetic"] if known.synthetic else []
    told += [*filter(None, (known.size,)), *known.moves]
    if known.people:
        told.append("1 person" if known.people == 1 else f"{known.people} people")
    told += known.sound
    told += known.colours
    if known.usable_s is not None and moment.start_s is not None and moment.end_s is not None:
        first_s, last_s = known.usable_s
        if first_s > moment.start_s + _TRIMMED_S or last_s < moment.end_s - _TRIMMED_S:
            told.append(f"usable {place(replace(moment, start_s=first_s, end_s=last_s))}")
    return ", ".join(told)


def _tenths(seconds: float) -> str:
    return f"{clock(seconds)}.{int(seconds * 10) % 10}"


def home(path: LibraryPlace) -> str:
    """A path or a bucket as people write it: what lies in their home begins with `~`."""
    at_home, text = str(Path.home()), str(path)
    if text == at_home or text.startswith(at_home + os.sep):
        text = "~" + text[len(at_home) :]
    return one_line(text)
