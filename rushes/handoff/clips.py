"""Selects laid out on a timeline: of what file, from which frame to which, and where they come.

Frames of a source are counted at its own rate from what its timecode calls its first, frames of
the timeline from 0 at the timeline's.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from rushes.errors import RushesError, UnreadableFile
from rushes.handoff.timecode import drops, first_frame
from rushes.media import MediaInfo, probe
from rushes.moment import Timecode
from rushes.rates import SOURCE_RATES, TIMELINE_RATES, nearest_rate
from rushes.selects import STILL_S, Select, Timeline
from rushes.text import one_line

_USUAL = Fraction(25)


@dataclass(frozen=True)
class Source:
    """A file that clips are of. `size` is width and height, None of sound.

    `fps` is the rate its frames are counted at: the timeline's own of stills, of sound, and of film
    at a rate that no editor counts in, as phones and screen recorders write. `frames` is how many
    there are, None if the file does not say or is a still.
    """

    path: Path
    fps: Fraction
    size: tuple[int, int] | None
    sounds: int
    still: bool
    frames: int | None
    timecode: str | None

    @property
    def first(self) -> int:
        """The number of its first frame."""
        return first_frame(self.timecode, self.fps, self.fps, self.drop)

    @property
    def drop(self) -> bool:
        return drops(self.timecode, self.fps)

    @property
    def url(self) -> str:
        """The file's address: ASCII, whatever bytes its name is made of."""
        return self.path.as_uri()


@dataclass(frozen=True)
class Clip:
    """One select: `frames` of its source from frame `start` on, shown for `length` from `at` on."""

    select: Select
    source: Source
    start: int
    frames: int
    at: int
    length: int

    @property
    def name(self) -> str:
        return one_line(self.select.name or self.source.path.name)

    @property
    def start_s(self) -> Fraction:
        """Where it begins on the file's clock."""
        return (self.start - self.source.first) / self.source.fps

    @property
    def end_s(self) -> Fraction:
        return self.start_s + self.frames / self.source.fps

    @property
    def head(self) -> int:
        """Frames of the source before it: its handle."""
        return self.start - self.source.first

    @property
    def tail(self) -> int | None:
        """Frames of the source after it. None if the source has no end that is known."""
        frames = self.source.frames
        return None if frames is None else frames - self.head - self.frames


@dataclass(frozen=True)
class Cut:
    """Clips one after the other."""

    name: str
    fps: Fraction
    clips: tuple[Clip, ...]

    @property
    def length(self) -> int:
        """In frames."""
        return sum(clip.length for clip in self.clips)


def lay_out(timeline: Timeline) -> Cut:
    """The selects as frames of their files and of the timeline.

    A time means the frame that is on the screen then, the end's being the first that is not shown.
    An end after the file's is the file's. Of a rate that is not the timeline's, as many frames of
    the timeline are filled as the clip has for.

    Raises:
        RushesError: there are no selects, a file cannot be read, or a select is not within it.
    """
    if not timeline.selects:
        raise RushesError("there is nothing to export: no select is given")
    media = {path: _medium(path) for path in {select.path for select in timeline.selects}}
    fps = _rate(timeline, media)
    sources = {path: _source(medium, fps) for path, medium in media.items()}
    clips: list[Clip] = []
    at = 0
    for select in timeline.selects:
        clip = _clip(select, sources[select.path], fps, at)
        clips.append(clip)
        at += clip.length
    return Cut(one_line(timeline.name) or "selects", fps, tuple(clips))


@dataclass(frozen=True)
class _Medium:
    """A file as it is: a recording, or a still and its size."""

    path: Path
    info: MediaInfo | None
    size: tuple[int, int] | None

    @property
    def rate(self) -> Fraction | None:
        if self.info is None or self.info.video is None:
            return None
        return nearest_rate(self.info.video.fps, SOURCE_RATES)


def _medium(path: Path) -> _Medium:
    try:
        path.stat()
    except FileNotFoundError:
        raise _refused(path, "the file is gone (was it moved, or its disk taken out?)") from None
    except OSError as error:
        raise _refused(path, str(error.strerror)) from None
    size = _still_size(path)
    if size is not None:
        return _Medium(path.absolute(), None, size)
    try:
        info = probe(path)
    except UnreadableFile as error:
        raise _refused(path, str(error)) from None
    video = info.video
    return _Medium(path.absolute(), info, (video.width, video.height) if video else None)


def _still_size(path: Path) -> tuple[int, int] | None:
    """Width and height of a still, as stored; None if the file is none. Animated GIFs are film."""
    import warnings

    from PIL import Image

    if path.suffix.lower() in (".heic", ".heif", ".hif"):
        import pillow_heif

        pillow_heif.register_heif_opener()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of metadata that is a little off
            opened = Image.open(path)
        with opened:
            # Pillow knows the beginnings of some films, too.
            film = opened.format in ("MPEG", "FLI") or (
                opened.format == "GIF" and getattr(opened, "n_frames", 1) > 1
            )
            return None if film else opened.size
    except (OSError, ValueError, SyntaxError, TypeError, Image.DecompressionBombError):
        return None  # no picture, or a damaged one: for `probe` to say


def _rate(timeline: Timeline, media: dict[Path, _Medium]) -> Fraction:
    if timeline.fps is not None:
        fps = nearest_rate(timeline.fps, TIMELINE_RATES)
        if fps is None:
            raise RushesError(
                f"cannot cut at {float(timeline.fps):.5g} frames a second: no editor counts in it"
            )
        return fps
    rates = [media[select.path].rate for select in timeline.selects]
    counted = Counter(rate for rate in rates if rate in TIMELINE_RATES)
    return next((rate for rate, _ in counted.most_common(1) if rate is not None), _USUAL)


def _source(medium: _Medium, fps: Fraction) -> Source:
    info = medium.info
    own = medium.rate or fps
    duration_s = info.duration_s if info else None
    if info and info.video and info.video.duration_s:
        duration_s = info.video.duration_s  # the sound may go on after the last frame
    return Source(
        path=medium.path,
        fps=own,
        size=medium.size,
        sounds=info.audio_tracks if info else 0,
        still=info is None,
        frames=max(1, round(duration_s * own)) if duration_s is not None else None,
        timecode=info.timecode if info else None,
    )


def _clip(select: Select, source: Source, fps: Fraction, at: int) -> Clip:
    if not 0 <= select.start_s < select.end_s:
        raise _refused(select.path, "the select ends before it begins")
    start, end = (0, _shown(select, fps)) if source.still else _range(select, source)
    frames = max(1, end - start)
    # Cut off, not rounded: rounded up it might need a part of a frame that the file lacks.
    length = max(1, int(frames / source.fps * fps))
    return Clip(select, source, source.first + start, frames, at, length)


def _shown(select: Select, fps: Fraction) -> int:
    """For how many frames a still is."""
    shown_s = select.end_s - select.start_s if math.isfinite(select.end_s) else STILL_S
    return round(Fraction(shown_s) * fps)


def _range(select: Select, source: Source) -> tuple[int, int]:
    """The first frame of a select, and the first after it, counted from 0."""
    start = Timecode.from_seconds(select.start_s, source.fps).frame
    if math.isfinite(select.end_s):
        end = Timecode.from_seconds(select.end_s, source.fps).frame
    elif source.frames is not None:
        end = source.frames
    else:
        raise _refused(select.path, "it does not say how long it is: give the select an end")
    if source.frames is not None:
        if start >= source.frames:
            last_s = float(source.frames / source.fps)
            raise _refused(
                select.path, f"it ends at {last_s:.2f} s, before the select at {select.start_s:g} s"
            )
        end = min(end, source.frames)
    return start, end


def _refused(path: Path, reason: str) -> RushesError:
    return RushesError(f"cannot export {one_line(path.name)}: {reason}")


def by_source(clips: Sequence[Clip]) -> list[Source]:
    """The files of clips, each once, in their order."""
    return list(dict.fromkeys(clip.source for clip in clips))
