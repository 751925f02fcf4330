"""Where one is in a recording, and what is cut out of it: all of it counted in frames."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from rushes.moment import Kind, Moment, Timecode, clock

_SOUND_FPS = Fraction(25)
"""Sound has no frames: in and out points go by these."""

_HANDLE_S = 5.0  # at least so much before and after a moment is shown
_LONGEST_S = 600.0  # more cannot be told apart on a screen
_FASTEST = 8


@dataclass(frozen=True)
class Recording:
    """What can be shown of a file. `aspect` is that of its pictures, None if there are none."""

    duration_s: float | None
    aspect: float | None
    has_sound: bool


def look_at(path: Path, start_s: float) -> Recording:
    """
    Raises:
        RushesError: the file cannot be read.
    """
    from rushes.media import probe
    from rushes.place import Place
    from rushes.stretch import open_stretch, reading

    with reading(path):
        info = probe(path)
        if info.video is None:
            return Recording(info.duration_s, None, info.audio_tracks > 0)
        stretch = open_stretch(Place(path, start_s))
        length_s = info.video.duration_s or info.duration_s
        return Recording(length_s, stretch.width / stretch.height, info.audio_tracks > 0)


class Playhead:
    """The playhead, the in and out points, and the stretch that is shown around them.

    `at`, `first` and `last` are frames: `last` is the first that is not in the cut.
    """

    def __init__(self, moment: Moment, duration_s: float | None = None) -> None:
        self.moment = moment
        self.fps = moment.fps or _SOUND_FPS
        self.speed = 0
        self.first = self.at = self._frame(moment.start_s or 0.0)
        self.last = max(self.first + 1, self._frame(moment.end_s or 0.0))
        self._was = (self.first, self.last)
        self.ends: int | None = None
        self.window = self._around(self.first, self.last)
        if duration_s is not None:
            self.last_known(duration_s)

    def last_known(self, duration_s: float) -> None:
        """Where the recording ends."""
        self.ends = max(self.last, self._frame(duration_s))
        self.window = self._around(self.first, self.last)

    @property
    def at_s(self) -> float:
        return self.seconds(self.at)

    def seconds(self, frame: int) -> float:
        return float(frame / self.fps)

    def go(self, frame: int) -> bool:
        """Move the playhead, to the ends at most. Tells whether other seconds are shown for it."""
        latest = (self.ends - 1) if self.ends is not None else frame
        self.at = max(0, min(frame, latest))
        if self.window[0] <= self.at_s <= self.window[1]:
            return False
        half = self._frame((self.window[1] - self.window[0]) / 2)
        self.window = self._around(self.at - half, self.at + half, handle_s=0.0)
        return True

    def go_to(self, seconds: float) -> bool:
        """Move to the first frame that is not before a second: a word has begun on it."""
        frame = self._frame(max(0.0, seconds))
        return self.go(frame if self.seconds(frame) >= seconds else frame + 1)

    def set_in(self, frame: int) -> None:
        """Put the in point there; an out point before it goes along."""
        latest = frame if self.ends is None else self.ends - 1
        self.first = max(0, min(frame, latest))
        self.last = max(self.last, self.first + 1)

    def set_out(self, frame: int) -> None:
        """Let `frame` be the last that is in the cut; an in point after it goes along."""
        self.last = max(1, frame + 1)
        if self.ends is not None:
            self.last = min(self.last, self.ends)
        self.first = min(self.first, self.last - 1)

    def shuttle(self, way: int) -> None:
        """Forward (1) or back (-1), faster each time; 0 stops."""
        on = self.speed * way > 0
        self.speed = way * min(_FASTEST, abs(self.speed) * 2) if on else way

    @property
    def trimmed(self) -> Moment:
        """The moment with the in and out points as they are now."""
        if (self.first, self.last) == self._was:
            return self.moment
        return replace(self.moment, start_s=self.seconds(self.first), end_s=self.seconds(self.last))

    def written(self, frame: int) -> str:
        """A frame as a time code; of sound as a clock time."""
        if self.moment.kind is Kind.AUDIO or self.moment.fps is None:
            seconds = self.seconds(frame)
            return f"{clock(seconds)}.{int(seconds * 100 + 0.5) % 100:02d}"
        return str(Timecode(frame, self.fps))

    def _frame(self, seconds: float) -> int:
        return Timecode.from_seconds(seconds, self.fps).frame

    def _around(self, first: int, last: int, handle_s: float | None = None) -> tuple[float, float]:
        length_s = self.seconds(last - first)
        if handle_s is None:
            handle_s = max(_HANDLE_S, length_s / 2)
        begins = max(0.0, self.seconds(first) - handle_s)
        finishes = self.seconds(last) + handle_s
        if self.ends is not None:
            finishes = min(finishes, self.seconds(self.ends))
            begins = max(0.0, min(begins, finishes - min(length_s, _LONGEST_S)))
        return begins, max(begins + 0.1, min(finishes, begins + _LONGEST_S))
