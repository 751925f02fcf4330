"""Which frames of a video are looked at: all of those that could show a cut, few of the others.

Decoding every frame of 1080p costs more than everything else together. A cut leaves a trace
in the compressed stream, though: the encoder starts a new group of pictures there, or the
packet of the frame is far larger than those around it, since nothing could be predicted. So a
group (from one key frame to the next) is decoded only if one of its packets stands out, or if
the key frames at its ends differ in a way that leaves open where the picture changed.

How the camera moves shows even in a group that is passed over: of some, the first frames are
decoded too, cheaply, and handed on as glimpses, which are no looks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.groups import Activity, expected, is_over, span_s, time_s, unrest, up_to
from rushes.errors import UnreadableFile
from rushes.media import container_start, open_media, until_broken, video_stream

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

SMALL_WIDTH = 256
"""Cuts are looked for on frames of this width in pixels, as PySceneDetect does by default."""

_GROUP_MAX_BYTES = 48 << 20
_SPIKE = 1.8  # a packet stands out at this many times the median of its neighbours
_STEP = 1.5  # or at this many times the median of those before it: after a cut, all may be large
_CALM = 1.25  # a group of which no packet exceeds this has no cut within, if it is the encoder's
_UNEASY = 1.5  # nor this, if it ended early
_HABIT = 3  # to end groups at cuts, seen so many times

GLIMPSE_S = 0.075
"""Glimpses are so far apart at the least: handheld cameras tremble at 2 to 4 Hz."""

# Four pairs in a row tell trembling from moving. Of a long group the more is seen, so that a
# hand's sway is not taken for a pan. Cameras write groups of half a second: one in three is seen.
_BURST_S = 0.36
_BURST_PART = 0.12
_BETWEEN_BURSTS_S = 1.5

# How two key frames compare: the mean difference of their pixels (0-255), and the correlation
# of their colour histograms, which does not mind what moves within a scene.
_STILL = 5.0
_MOVING = 20.0
_SAME_COLOURS = 0.90
_OTHER_COLOURS = 0.50


@dataclass(frozen=True)
class Glimpse:
    """The brightness of a frame that was seen for its motion only, shape (height, SMALL_WIDTH)."""

    time_s: float
    grey: NDArray[np.uint8]


@dataclass(frozen=True)
class Look:
    """A decoded frame, on the screen until `end_s`. `small` is HSV, shape (height, SMALL_WIDTH, 3).

    `follows` is false where frames were passed over since the look before; `changed` then says
    whether the scene changed in between, and `passed` are glimpses of what was passed over.
    """

    time_s: float
    end_s: float
    small: NDArray[np.uint8]
    frame: "VideoFrame"
    follows: bool = True
    changed: bool = False
    passed: tuple[Glimpse, ...] = ()


def looks(path: Path, every_s: float, check: Callable[[], None]) -> Iterator[Look]:
    """The frames worth looking at, in order, with one in `every_s` seconds at the least.

    `check` is called between packets and may raise to stop. Damaged packets are passed over.

    Raises:
        UnreadableFile: the file cannot be opened, or none of its frames can be decoded.
    """
    with open_media(path) as container:
        stream = video_stream(container)
        if stream is None:
            return
        empty = True
        for look in _Looker(stream, container_start(container), every_s).run(
            until_broken(container.demux(stream)), check
        ):
            empty = False
            yield look
        if empty:
            raise UnreadableFile("none of its frames can be decoded (is it damaged?)")


@dataclass(frozen=True)
class _Decoded:
    """A frame with its time, on the screen until `end_s`."""

    time_s: float
    end_s: float
    frame: "VideoFrame"


class _Next(Enum):
    """What to do with a group whose key frame has been seen."""

    DECODE = auto()
    PASS_OVER = auto()
    CUT_AT_END = auto()


class _Looker:
    """Goes through a stream group by group. `_key` is the current group's key frame, if seen."""

    def __init__(self, stream: "VideoStream", origin_s: float, every_s: float) -> None:
        stream.thread_type = "AUTO"
        self._context = stream.codec_context
        self._context.skip_frame = "NONREF"
        self._time_base = stream.time_base or Fraction(1, 1)
        self._origin_s = origin_s
        self._every_s = every_s
        self._key: Look | None = None
        self._longest_s, self._most_packets, self._ended_early = expected(stream)
        self._small_height = 0
        self._activity = Activity()
        self._moving_until_s = float("-inf")  # so far, frames were seen close to each other

    def run(
        self, packets: "Iterator[Packet[VideoStream]]", check: Callable[[], None]
    ) -> Iterator[Look]:
        group: list[Packet[VideoStream]] = []
        held_bytes = 0
        streaming = False  # the group was too long to hold: it is decoded as it comes
        for packet in packets:
            check()
            if packet.size == 0:  # the last one, which only flushes
                continue
            if packet.is_keyframe and (streaming or is_over(group, packet)):
                if streaming:
                    yield from self._drain()
                    self._key = None
                else:
                    yield from self._close(group, packet)
                group, held_bytes, streaming = [], 0, False
            if streaming:
                yield from map(self._look, self._decode(packet))
                continue
            group.append(packet)
            held_bytes += packet.size
            if held_bytes > _GROUP_MAX_BYTES or span_s(group) > 2 * self._every_s:
                streaming = True
                yield from self._after_key(self._decode_each(group))
                group = []
        if streaming:
            yield from self._drain()
        elif group:
            yield from self._after_key(self._decode_all(group))

    def _close(
        self, group: "list[Packet[VideoStream]]", following: "Packet[VideoStream]"
    ) -> Iterator[Look]:
        """The looks of a whole group, then the key frame of the one that follows."""
        if self._key is None:
            self._key = self._alone(group[0])
            if self._key is not None:
                yield self._key
        ending = self._alone(following)
        action = self._judge(group, ending)
        self._longest_s = max(self._longest_s, span_s(group))
        self._most_packets = max(self._most_packets, len(group))
        passed_over = action is not _Next.DECODE
        passed: tuple[Glimpse, ...] = ()
        if not passed_over:
            yield from self._after_key(self._decode_all(group))
            self._moving_until_s = time_s(following)
        elif span_s(group) > self._every_s:
            yield from self._middle(group)
        elif self._activity.is_restless(group):
            passed = self._glimpses(group, time_s(following))
        elif time_s(group[-1]) - self._moving_until_s > _BETWEEN_BURSTS_S:
            burst_s = max(_BURST_S, _BURST_PART * span_s(group))
            passed = self._glimpses(group, time_s(group[0]) + burst_s)
        changed = action is _Next.CUT_AT_END
        if changed:
            self._moving_until_s = float("-inf")
        if ending is not None:
            yield replace(ending, follows=not passed_over, changed=changed, passed=passed)
        self._key = ending

    def _judge(self, group: "list[Packet[VideoStream]]", ending: Look | None) -> _Next:
        spike, step = unrest(group)
        if self._key is None or ending is None or spike > _SPIKE or step > _STEP:
            return _Next.DECODE
        difference = content_change(self._key.small, ending.small)
        if difference < _STILL:
            return _Next.PASS_OVER
        colours = colour_likeness(self._key.small, ending.small)
        # An encoder ends a group early where the picture changes. It may be mistaken, when
        # something passes close before the camera: other colours must bear it out.
        early = span_s(group) < 0.9 * self._longest_s and len(group) < 0.9 * self._most_packets
        one_key = sum(p.is_keyframe for p in group) == 1
        most_unrest, habit = max(spike, step), self._ended_early >= _HABIT
        if one_key and difference >= _MOVING and colours < _OTHER_COLOURS:
            self._ended_early += early
            if most_unrest < (_UNEASY if early else _CALM) and (early or habit):
                return _Next.CUT_AT_END
            return _Next.DECODE
        same = difference < _MOVING and colours >= _SAME_COLOURS
        if same and (not early or (habit and most_unrest < _CALM)):
            return _Next.PASS_OVER
        return _Next.DECODE

    def _middle(self, group: "list[Packet[VideoStream]]") -> Iterator[Look]:
        """One look half-way through a long group, and glimpses on the way there."""
        middle_s = time_s(group[0]) + span_s(group) / 2
        half = up_to(group, middle_s)
        passed: list[Glimpse] = []
        last: _Decoded | None = None
        for last in self._frames(half):
            self._glimpse(last, passed)
        if last is not None and self._key is not None and last.time_s > self._key.time_s:
            yield replace(self._look(last), follows=False, passed=tuple(passed))
        self._moving_until_s = middle_s

    def _glimpses(self, group: "list[Packet[VideoStream]]", until_s: float) -> tuple[Glimpse, ...]:
        """What is seen of a group up to `until_s`, its key frame left out."""
        self._moving_until_s = until_s
        passed: list[Glimpse] = []
        for decoded in self._frames(up_to(group, until_s)):
            self._glimpse(decoded, passed)
        return tuple(passed)

    def _glimpse(self, decoded: "_Decoded", passed: list[Glimpse]) -> None:
        key_s = self._key.time_s if self._key is not None else float("-inf")
        latest_s = passed[-1].time_s if passed else key_s
        if decoded.time_s - latest_s >= GLIMPSE_S:
            grey = np.ascontiguousarray(self._small(decoded.frame)[..., 2])
            passed.append(Glimpse(decoded.time_s, grey))

    def _alone(self, packet: "Packet[VideoStream]") -> Look | None:
        """A key frame, decoded by itself."""
        return next(iter([*self._decode_all([packet])]), None)

    def _after_key(self, decoded: Iterator[Look]) -> Iterator[Look]:
        """Without what was seen already."""
        seen_s = self._key.time_s if self._key is not None else float("-inf")
        return (look for look in decoded if look.time_s > seen_s)

    def _decode_all(self, packets: "list[Packet[VideoStream]]") -> Iterator[Look]:
        return map(self._look, self._frames(packets))

    def _decode_each(self, packets: "list[Packet[VideoStream]]") -> Iterator[Look]:
        for packet in packets:
            yield from map(self._look, self._decode(packet))

    def _drain(self) -> Iterator[Look]:
        return map(self._look, self._end())

    def _frames(self, packets: "list[Packet[VideoStream]]") -> "Iterator[_Decoded]":
        for packet in packets:
            yield from self._decode(packet)
        yield from self._end()

    def _end(self) -> "Iterator[_Decoded]":
        yield from self._decode(None)
        self._context.flush_buffers()

    def _decode(self, packet: "Packet[VideoStream] | None") -> "Iterator[_Decoded]":
        import av

        try:
            frames = self._context.decode(packet)
        except av.FFmpegError:
            return  # a damaged packet: the frames around it may be whole
        for frame in frames:
            if frame.pts is not None:
                # Not frame.time: its time base is lost when a decoder is drained.
                time_s = float(frame.pts * self._time_base) - self._origin_s
                end_s = time_s + float((frame.duration or 0) * self._time_base)
                yield _Decoded(time_s, end_s, frame)

    def _look(self, decoded: "_Decoded") -> Look:
        return Look(decoded.time_s, decoded.end_s, self._small(decoded.frame), decoded.frame)

    def _small(self, frame: "VideoFrame") -> NDArray[np.uint8]:
        import cv2

        if not self._small_height:  # kept, since a stream may change its size half-way
            height = round(frame.height * SMALL_WIDTH / frame.width)
            self._small_height = min(max(16, height), 4 * SMALL_WIDTH)
        bgr = frame.to_ndarray(
            format="bgr24",
            width=SMALL_WIDTH,
            height=self._small_height,
            interpolation="FAST_BILINEAR",
        )
        return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV), np.uint8)


def content_change(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """How much two small HSV frames differ: the mean over pixels and channels, 0 to 255.

    The measure of PySceneDetect's ContentDetector.
    """
    import cv2

    return float(cv2.norm(a, b, cv2.NORM_L1)) / a.size


def colour_likeness(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """How like the colours of two small HSV frames are, wherever they are: 1 the same, 0 unlike.

    The correlation of their histograms.
    """
    import cv2

    bins, ranges = [12, 4, 8], [0.0, 180.0, 0.0, 256.0, 0.0, 256.0]
    first, second = (
        cv2.GaussianBlur(
            cv2.calcHist([image], [0, 1, 2], None, bins, ranges).reshape(12, 32), (3, 3), 0
        )
        for image in (a, b)
    )
    return float(cv2.compareHist(first, second, cv2.HISTCMP_CORREL))
