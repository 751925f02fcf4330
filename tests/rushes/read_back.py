"""Timelines read back by opentimelineio: what another program makes of what was written."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio

NTSC = Fraction(1001, 1000)
TIMES = re.compile(r'(?<=")(\d+)(?:/(\d+))?s(?=")')


@dataclass(frozen=True)
class Event:
    """A clip as it was read: frames of its file at the file's rate, and of the timeline."""

    name: str
    url: str
    start: int
    frames: int
    at: int


def from_otio(path: Path, kind: str = "Video") -> list[Event]:
    """`at` counts frames of the clip's own rate."""
    timeline = otio.adapters.read_from_file(str(path))
    return list(_events(timeline, kind))


def from_edl(path: Path, fps: Fraction, kind: str = "Video") -> list[Event]:
    timeline = otio.adapters.read_from_file(str(path), rate=float(fps))
    return list(_events(timeline, kind))


def from_fcpxml(path: Path, fps: Fraction) -> list[Event]:
    """The adapter knows whole frames a second only: at 23.976 it sees the same at 24, sped up."""
    text = path.read_text()
    if fps.denominator == 1001:
        text = TIMES.sub(lambda match: str(_seconds(match) / NTSC) + "s", text)
        text = re.sub(r'"(\d+)s"', r'"\1/1s"', text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (timeline,) = otio.adapters.read_from_string(text, "fcpx_xml")
    return list(_events(timeline, "Video"))


def _seconds(match: re.Match[str]) -> Fraction:
    return Fraction(int(match[1]), int(match[2] or 1))


def _events(timeline: otio.schema.Timeline, kind: str) -> Iterator[Event]:
    for track in timeline.tracks:
        for clip in track if track.kind == kind else ():
            if isinstance(clip, otio.schema.Clip):
                start, frames = clip.source_range.start_time, clip.source_range.duration
                at = clip.transformed_time_range(clip.trimmed_range(), timeline.tracks).start_time
                assert start.value == int(start.value) and frames.value == int(frames.value)
                url = clip.media_reference.target_url
                yield Event(clip.name, url, int(start.value), int(frames.value), int(at.value))
