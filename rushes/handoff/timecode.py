"""Timecode of footage: where its clock starts, and how editors write a frame of it.

SMPTE ST 12-1: drop-frame counting, of 29.97 and 59.94 alone, leaves out frame numbers so that the
label keeps up with the clock. Cameras write either; the mark before the frames says which.
"""

import re
from fractions import Fraction

from rushes.moment import Timecode


def can_drop(fps: Fraction) -> bool:
    """Whether editors count frames of this rate in drop-frame."""
    return Timecode(0, fps).drop_frame


def drops(timecode: str | None, fps: Fraction) -> bool:
    """Whether footage that begins at `timecode` counts in drop-frame; without one, it does."""
    return can_drop(fps) and (timecode is None or re.search(r"[;.]\d+$", timecode) is not None)


def first_frame(timecode: str | None, own: Fraction, fps: Fraction, drop: bool) -> int:
    """The number at `fps` of the frame that `timecode`, counted at the rate `own`, is the label of.

    A label is kept when the rate changes: 01:00:00:12 at 25 is 01:00:00:11 at 24, although at
    23.976 an hour of labels takes 3.6 s longer than an hour.
    """
    if timecode is None:
        return 0
    hours, minutes, seconds, frames = map(int, re.split("[:;.]", timecode))
    base = round(fps)
    frames = min(frames, round(own) - 1) * base // round(own)
    minutes += 60 * hours
    number = (60 * minutes + seconds) * base + frames
    if drop:
        left_out = base // 15
        number -= left_out * (minutes - minutes // 10)
        if minutes % 10 and not seconds and frames < left_out:
            number += left_out - frames  # a label that drop-frame leaves out: the next there is
    return number


def label(frame: int, fps: Fraction, drop: bool) -> str:
    """HH:MM:SS:FF, or HH:MM:SS;FF in drop-frame. After a day it begins anew, as on tape."""
    base = round(fps)
    if not drop:
        return str(Timecode(frame % (86_400 * base), Fraction(base)))
    left_out = base // 15
    return str(Timecode(frame % (86_400 * base - left_out * 9 * 144), fps))
