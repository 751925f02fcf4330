"""A place in a file: what search returns, the agent cites and the generator starts from."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from rushes.facts import Facts


class Kind(StrEnum):
    """What sort of file a moment is in."""

    DOCUMENT = "document"
    PDF = "pdf"
    SLIDES = "slides"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"


BY_FILTERS = "filters"
"""The sense of a reason when nothing but filters was asked for."""


@dataclass(frozen=True)
class Reason:
    """One way in which a moment was found: the sense, and its rank from 1 among all it found.

    `matched` are the words or labels that did it, as far as they can be named.
    """

    sense: str
    rank: int
    matched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moment:
    """A stretch of a recording, a page, or a whole picture, and why it was found.

    `start_s` and `end_s` are seconds from the first frame shown, `page` counts from 1.
    `text` holds the words found there; `thumbnail` is a WebP file. `takes` are moments that show
    nearly the same, the best first. `also_at` are other places of the same file.
    """

    path: Path
    kind: Kind
    start_s: float | None = None
    end_s: float | None = None
    page: int | None = None
    score: float = 0.0
    reasons: tuple[Reason, ...] = ()
    text: str | None = None
    thumbnail: Path | None = None
    facts: Facts = field(default=Facts())
    takes: tuple["Moment", ...] = ()
    fps: Fraction | None = field(default=None, compare=False)
    also_at: tuple[Path, ...] = ()

    @property
    def senses(self) -> tuple[str, ...]:
        """What it was found by, the best first."""
        return tuple(dict.fromkeys(reason.sense for reason in self.reasons))


@dataclass(frozen=True)
class Timecode:
    """A frame number at a rate, written HH:MM:SS:FF (SMPTE ST 12-1).

    29.97 and 59.94 count drop-frame (`;` before the frames), as editors expect.
    """

    frame: int
    fps: Fraction

    @classmethod
    def from_seconds(cls, seconds: float, fps: Fraction) -> "Timecode":
        """The frame that is on the screen at `seconds`."""
        # A presentation time is a rounded multiple of 1/fps: half a millisecond of slack
        # keeps 1001/30000 s on frame 1.
        return cls(int((Fraction(seconds) + Fraction(1, 2000)) * fps), fps)

    @property
    def drop_frame(self) -> bool:
        return self.fps in (Fraction(30000, 1001), Fraction(60000, 1001))

    def __str__(self) -> str:
        base = round(self.fps)
        frame = self.frame
        if self.drop_frame:
            dropped = base // 15
            tens, rest = divmod(frame, 600 * base - 9 * dropped)
            minutes = max(0, (rest - dropped) // (60 * base - dropped))
            frame += dropped * (9 * tens + minutes)
        seconds, frames = divmod(frame, base)
        mark = ";" if self.drop_frame else ":"
        return f"{clock(seconds)}{mark}{frames:02d}"


def clock(seconds: float) -> str:
    """Seconds as HH:MM:SS, the fraction cut off."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
