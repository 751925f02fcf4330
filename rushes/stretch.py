"""A stretch of a film to make another of: its pictures at a steady rate, its sound beside them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rushes.encoding import BT709, SOUND_RATE, Colour, Picture
from rushes.errors import RushesError, UnreadableFile
from rushes.media import container_start, open_media, until_broken, video_stream
from rushes.moment import clock
from rushes.place import Place
from rushes.rates import SOURCE_RATES, nearest_rate
from rushes.text import one_line

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

SLACK_S = 0.0005
"""A presentation time is a rounded multiple of 1/fps."""

_UNTAGGED = 2
_HD = (1024, 576)  # above either, untagged pictures are taken for BT.709, as players do
_PAST_END_S = 0.1  # by which a header may be wrong
SEEK_BACK_S = (1.0, 10.0, 60.0, float("inf"))
"""How far to go back for a key frame: the first that is enough. Some containers seek by decoding
time, which runs ahead of what is shown."""

_WOBBLE_S = 0.02


@dataclass(frozen=True)
class Stretch:
    """What is between two points of a film.

    `start_s` is when the frame that is on the screen at the in point began. `end_s` is None for
    the film's end. `width` and `height` are of upright pictures with square pixels. `deep` tells
    more than eight bits. `sound_layout` is the first sound track's, as FFmpeg names it.
    """

    path: Path
    start_s: float
    end_s: float | None
    duration_s: float | None
    width: int
    height: int
    fps: Fraction
    colour: Colour
    deep: bool
    sound_layout: str | None

    @property
    def frames(self) -> int | None:
        """About how many pictures it gives. None if the header does not say."""
        return None if self.duration_s is None else max(1, round(self.duration_s * self.fps))


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """What cannot be read is named.

    Raises:
        RushesError: reading failed inside the block.
    """
    try:
        yield
    except UnreadableFile as error:
        raise RushesError(f"cannot read {one_line(path.name)}: {error}") from None


def open_stretch(place: Place) -> Stretch:
    """Look at a stretch of a film: one frame is decoded.

    Raises:
        UnreadableFile: the file cannot be read. The text does not name it.
        RushesError: it has no pictures, or ends before the stretch does.
    """
    name = one_line(place.path.name)
    with open_media(place.path) as container:
        stream = video_stream(container)
        if stream is None:
            raise RushesError(f"{name} has no moving pictures: name a film")
        origin = container_start(container)
        length_s = film_length(container, stream)
        check_within(place, length_s)
        first = next(frames_from(container, stream, place.start_s or 0.0), None)
        if first is None:
            raise RushesError(f"{name} has no frame at {clock(place.start_s or 0.0)}")
        layouts = [s.layout.name for s in container.streams.audio if s.codec_context is not None]
        start_s = (first.time or 0.0) - origin if place.start_s is not None else 0.0
        end_s = place.end_s if place.end_s is not None else length_s
        return Stretch(
            path=place.path,
            start_s=max(0.0, start_s),
            end_s=place.end_s,
            duration_s=None if end_s is None else max(0.0, end_s - start_s),
            **_shape(first, stream),
            fps=_steady_rate(stream),
            colour=_colour(first),
            deep=_is_deep(first),
            sound_layout=layouts[0] if layouts else None,
        )


def pictures(stretch: Stretch) -> Iterator[Picture]:
    """The upright pictures at `stretch.fps`: a frame is repeated or left out where that needs it.

    The picture at k / fps is the frame on the screen in the middle of that picture's time.

    Raises:
        UnreadableFile: the file cannot be opened.
    """
    with open_media(stretch.path) as container:
        stream = video_stream(container)
        assert stream is not None
        origin = container_start(container)
        before: Picture | None = None
        shown_s = 0.0  # how long `before` had been on the screen, from the stretch's start
        written = 0
        for frame in frames_from(container, stream, stretch.start_s):
            at_s = (frame.time or 0.0) - origin - stretch.start_s
            if stretch.end_s is not None and at_s >= stretch.end_s - stretch.start_s - SLACK_S:
                break
            while before is not None and (written + 0.5) / stretch.fps < at_s:
                yield before
                written += 1
            before = upright_picture(frame, stretch.deep)
            shown_s = at_s + float(1 / stretch.fps)
        end_s = stretch.end_s - stretch.start_s if stretch.end_s is not None else shown_s
        while before is not None and (written + 0.5) / stretch.fps < min(end_s, shown_s):
            yield before
            written += 1


def sound(stretch: Stretch) -> Iterator[NDArray[np.float32]]:
    """The first sound track of the stretch at `SOUND_RATE`: its first sample is heard at its start.

    Yields (channels, samples), in [-1, 1]. Silence fills gaps and a late start.

    Raises:
        UnreadableFile: the file cannot be opened.
    """
    import av

    with open_media(stretch.path) as container:
        track = container.streams.audio[0]
        origin = container_start(container)
        resampler = av.AudioResampler(format="fltp", layout=track.layout, rate=SOUND_RATE)
        timed = _Timed(None if stretch.end_s is None else stretch.end_s - stretch.start_s)
        expected: float | None = None
        seek_to(container, stretch.start_s - SEEK_BACK_S[0])
        for packet in until_broken(container.demux(track)):
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                continue  # a damaged packet is heard as silence
            for frame in frames:
                at_s = None if frame.time is None else frame.time - origin - stretch.start_s
                # Only a real gap moves the sound: time stamps in milliseconds wobble.
                if at_s is not None and (expected is None or abs(at_s - expected) > _WOBBLE_S):
                    expected = at_s
                    timed.go_to(at_s)
                expected = (expected or 0.0) + frame.samples / frame.sample_rate
                frame.pts = None
                for heard in resampler.resample(frame):
                    yield from timed.placed(heard.to_ndarray().astype(np.float32, copy=False))
            if timed.is_over:
                return
        for heard in resampler.resample(None):
            yield from timed.placed(heard.to_ndarray().astype(np.float32, copy=False))


class _Timed:
    """Puts samples where they belong: what is before 0 or after the end is cut off."""

    def __init__(self, length_s: float | None) -> None:
        self._end = None if length_s is None else round(length_s * SOUND_RATE)
        self._done = 0
        self._at = 0

    @property
    def is_over(self) -> bool:
        return self._end is not None and self._done >= self._end

    def go_to(self, seconds: float) -> None:
        self._at = round(seconds * SOUND_RATE)

    def placed(self, samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        first, self._at = self._at, self._at + samples.shape[1]
        samples = samples[:, max(0, self._done - first) :]
        if first > self._done:
            samples = np.pad(samples, ((0, 0), (first - self._done, 0)))
        if self._end is not None:
            samples = samples[:, : self._end - self._done]
        if samples.shape[1]:
            self._done += samples.shape[1]
            yield samples


def frames_from(
    container: "InputContainer", stream: "VideoStream", start_s: float
) -> "Iterator[VideoFrame]":
    """The frames from the one that is on the screen at `start_s` on the player's clock."""
    origin = container_start(container)
    if not stream.codec_context.is_open:
        stream.codec_context.thread_type = "AUTO"
    before: VideoFrame | None = None
    for back_s in SEEK_BACK_S:
        seek_to(container, start_s - back_s)
        frames = _decoded(container, stream)
        before = next(frames, None)
        # MPEG's streams cannot say where their key frames are: decoding may begin too late.
        if before is not None and before.time - origin <= start_s + SLACK_S:
            break
    for frame in frames:
        if before is not None and frame.time - origin > start_s + SLACK_S:
            yield before
            before = None
        if before is None:
            yield frame
        else:
            before = frame
    if before is not None:
        yield before


def seek_to(container: "InputContainer", start_s: float) -> None:
    """Go to a key frame before `start_s`, or to the start."""
    import av

    origin = container.start_time or 0
    # MPEG's streams go to what comes after the time asked for: the start is before the start.
    container.seek(origin + round(max(start_s, -1.0) * av.time_base), backward=True)


def _decoded(container: "InputContainer", stream: "VideoStream") -> "Iterator[VideoFrame]":
    import av

    for packet in until_broken(container.demux(stream)):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            continue  # a damaged packet costs its frame, not the film
        yield from (frame for frame in frames if frame.time is not None)


def film_length(container: "InputContainer", stream: "VideoStream") -> float | None:
    """How long the pictures last by the header, on the player's clock."""
    import av

    if stream.duration and stream.time_base:
        late_s = float((stream.start_time or 0) * stream.time_base) - container_start(container)
        return float(stream.duration * stream.time_base) + max(0.0, late_s)
    return container.duration / av.time_base if container.duration else None


def check_within(place: Place, length_s: float | None) -> None:
    """Whether a film holds the whole stretch.

    Raises:
        RushesError: it ends before.
    """
    for at_s in (place.start_s, place.end_s):
        if at_s is None or length_s is None:
            continue
        slack_s = _PAST_END_S if at_s == place.end_s else 0.0
        if at_s > length_s + slack_s or (at_s == place.start_s and at_s >= length_s):
            raise RushesError(
                f"{one_line(place.path.name)} has no moment at {at_s:g} s: it ends at "
                f"{length_s:.2f} s"
            )


def upright_picture(frame: "VideoFrame", deep: bool) -> Picture:
    """A decoded frame as RGB, turned upright, in 16 bits if `deep`, else in 8."""
    if frame.colorspace == _UNTAGGED and (frame.width > _HD[0] or frame.height > _HD[1]):
        frame.colorspace = BT709.matrix
    image = frame.to_ndarray(format="rgb48le" if deep else "rgb24")
    return np.ascontiguousarray(
        np.rot90(image, frame.rotation // 90 % 4), np.uint16 if deep else np.uint8
    )


def _shape(frame: "VideoFrame", stream: "VideoStream") -> dict[str, int]:
    aspect = stream.sample_aspect_ratio or Fraction(1)
    width, height = round(frame.width * aspect), frame.height
    if frame.rotation % 180:
        width, height = height, width
    return {"width": width, "height": height}


def _steady_rate(stream: "VideoStream") -> Fraction:
    measured = stream.average_rate or stream.guessed_rate or Fraction(25)
    return nearest_rate(measured, SOURCE_RATES) or measured.limit_denominator(1001)


def _colour(frame: "VideoFrame") -> Colour:
    """Wide gamuts and HDR are kept; all others are near enough to BT.709 to be written as it."""
    if frame.color_primaries in (9, 11, 12) or frame.color_trc in (16, 18):
        primaries = frame.color_primaries if frame.color_primaries != _UNTAGGED else 9
        transfer = frame.color_trc if frame.color_trc != _UNTAGGED else BT709.transfer
        return Colour(primaries, transfer, 9 if primaries == 9 else BT709.matrix)
    return BT709


def _is_deep(frame: "VideoFrame") -> bool:
    return max(component.bits for component in frame.format.components) > 8
