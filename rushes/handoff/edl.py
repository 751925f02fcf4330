"""An edit decision list (CMX 3600): one event a line, times as timecode.

Opentimelineio's adapter (otio-cmx3600-adapter 1.0.0) reads what is written here, but does not write
it: it leaves out sound and the `FCM` line, and writes the timecode of all 29.97 footage in
drop-frame, whichever the camera counted in.
"""

import re
from fractions import Fraction

from rushes.errors import RushesError
from rushes.handoff.clips import Clip, Cut, Source, by_source
from rushes.handoff.timecode import can_drop, drops, first_frame, label
from rushes.text import one_line

_MOST_EVENTS = 999
_REEL = 8
_RESERVED = ("AX", "BL", "BLACK", "BARS")


def edl_text(cut: Cut) -> str:
    """One event for each clip, on the channels that its file has.

    The record times begin at 0. An EDL has one rate: of a file at another, the start keeps its
    label and what follows is counted at the timeline's rate. Editors match a file by its reel, of
    which no two files here have the same, by its timecode, and by its name in the comments.

    Raises:
        RushesError: there are more clips than an EDL has numbers for.
    """
    if len(cut.clips) > _MOST_EVENTS:
        raise RushesError(
            f"cannot write {len(cut.clips)} clips as an EDL: it holds {_MOST_EVENTS} (use OTIO)"
        )
    drop = can_drop(cut.fps)
    reels = _reels(by_source(cut.clips))
    lines = [f"TITLE: {cut.name}", f"FCM: {'' if drop else 'NON-'}DROP FRAME", ""]
    for number, clip in enumerate(cut.clips, 1):
        source_drop = drops(clip.source.timecode, cut.fps)
        start = _source_start(clip, cut.fps, source_drop)
        times = (
            label(start, cut.fps, source_drop),
            label(start + clip.length, cut.fps, source_drop),
            label(clip.at, cut.fps, drop),
            label(clip.at + clip.length, cut.fps, drop),
        )
        reel, channels = reels[clip.source], _channels(clip.source)
        lines.append(f"{number:03d}  {reel:8} {channels:5} C        {' '.join(times)}")
        lines.append(f"* FROM CLIP NAME:  {one_line(clip.source.path.name)}")
        lines.append(f"* FROM FILE: {one_line(str(clip.source.path))}")
        for about in (clip.select.name, clip.select.note):
            if about := one_line(about):
                lines.append(f"* COMMENT: {about}")
    return "\n".join(lines) + "\n"


def _source_start(clip: Clip, fps: Fraction, drop: bool) -> int:
    source = clip.source
    if source.fps == fps:
        return clip.start
    return first_frame(source.timecode, source.fps, fps, drop) + int(clip.start_s * fps)


def _channels(source: Source) -> str:
    """Pictures are V, one track of sound A, two or more AA; B is both."""
    pictures = source.size is not None
    if source.sounds == 0:
        return "V"
    if source.sounds == 1:
        return "B" if pictures else "A"
    return "AA/V" if pictures else "AA"


def _reels(sources: list[Source]) -> dict[Source, str]:
    """Up to eight capitals and digits of the file's name, the last ones a number if need be."""
    reels: dict[Source, str] = {}
    for source in sources:
        plain = re.sub("[^A-Z0-9]", "", source.path.stem.upper()) or "REEL"
        reel, number = plain[:_REEL], 1
        while reel in _RESERVED or reel in reels.values():
            number += 1
            reel = f"{plain[: _REEL - len(str(number))]}{number}"
        reels[source] = reel
    return reels
