"""Which frames of a video are looked at: all of those that could show a cut, few of the others.

Decoding every frame of 1080p costs more than everything else together. A cut leaves a trace
in the compressed stream, though: the encoder starts a new group of pictures there, or the
packet of the frame is far larger than those around it, since nothing could be predicted. So a
group (from one key frame to the next) is decoded only if one of its packets stands out, or if
the key frames at its ends differ in a way that leaves open where the picture changed.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

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
_AROUND = 8
_KEYS_PER_S = 4  # looked at, of a stream that is nothing but key frames

# How two key frames compare: the mean difference of their pixels (0-255), and the correlation
# of their colour histograms, which does not mind what moves within a scene.
_STILL = 5.0
_MOVING = 20.0
_SAME_COLOURS = 0.90
_OTHER_COLOURS = 0.50


@dataclass(frozen=True)
class Look:
    """A decoded frame, on the screen until `end_s`. `small` is HSV, shape (height, SMALL_WIDTH, 3).

    `follows` is false where frames were passed over since the look before; `changed` then says
    whether the scene changed in between.
    """

    time_s: float
    end_s: float
    small: NDArray[np.uint8]
    frame: "VideoFrame"
    follows: bool = True
    changed: bool = False


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
        self._longest_s, self._most_packets, self._ended_early = _expected(stream)
        self._small_height = 0

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
            if packet.is_keyframe and (streaming or _is_over(group, packet)):
                if streaming:
                    yield from self._drain()
                    self._key = None
                else:
                    yield from self._close(group, packet)
                group, held_bytes, streaming = [], 0, False
            if streaming:
                yield from self._decode(packet)
                continue
            group.append(packet)
            held_bytes += packet.size
            if held_bytes > _GROUP_MAX_BYTES or _span_s(group) > 2 * self._every_s:
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
        self._longest_s = max(self._longest_s, _span_s(group))
        self._most_packets = max(self._most_packets, len(group))
        passed_over = action is not _Next.DECODE
        if not passed_over:
            yield from self._after_key(self._decode_all(group))
        elif _span_s(group) > self._every_s:
            yield from self._middle(group)
        if ending is not None:
            yield replace(ending, follows=not passed_over, changed=action is _Next.CUT_AT_END)
        self._key = ending

    def _judge(self, group: "list[Packet[VideoStream]]", ending: Look | None) -> _Next:
        spike, step = _unrest(group)
        if self._key is None or ending is None or spike > _SPIKE or step > _STEP:
            return _Next.DECODE
        difference = content_change(self._key.small, ending.small)
        if difference < _STILL:
            return _Next.PASS_OVER
        colours = colour_likeness(self._key.small, ending.small)
        # An encoder ends a group early where the picture changes. It may be mistaken, when
        # something passes close before the camera: other colours must bear it out.
        early = _span_s(group) < 0.9 * self._longest_s and len(group) < 0.9 * self._most_packets
        one_key = sum(p.is_keyframe for p in group) == 1
        unrest, habit = max(spike, step), self._ended_early >= _HABIT
        if one_key and difference >= _MOVING and colours < _OTHER_COLOURS:
            self._ended_early += early
            if unrest < (_UNEASY if early else _CALM) and (early or habit):
                return _Next.CUT_AT_END
            return _Next.DECODE
        same = difference < _MOVING and colours >= _SAME_COLOURS
        if same and (not early or (habit and unrest < _CALM)):
            return _Next.PASS_OVER
        return _Next.DECODE

    def _middle(self, group: "list[Packet[VideoStream]]") -> Iterator[Look]:
        """One look half-way through a long group."""
        middle_s = _time_s(group[0]) + _span_s(group) / 2
        half = self._decode_all([p for p in group if _time_s(p) <= middle_s])
        last = next(iter(deque(half, maxlen=1)), None)
        if last is not None and self._key is not None and last.time_s > self._key.time_s:
            yield replace(last, follows=False)

    def _alone(self, packet: "Packet[VideoStream]") -> Look | None:
        """A key frame, decoded by itself."""
        return next(iter([*self._decode_all([packet])]), None)

    def _after_key(self, decoded: Iterator[Look]) -> Iterator[Look]:
        """Without what was seen already."""
        seen_s = self._key.time_s if self._key is not None else float("-inf")
        return (look for look in decoded if look.time_s > seen_s)

    def _decode_all(self, packets: "list[Packet[VideoStream]]") -> Iterator[Look]:
        yield from self._decode_each(packets)
        yield from self._drain()

    def _decode_each(self, packets: "list[Packet[VideoStream]]") -> Iterator[Look]:
        for packet in packets:
            yield from self._decode(packet)

    def _drain(self) -> Iterator[Look]:
        yield from self._decode(None)
        self._context.flush_buffers()

    def _decode(self, packet: "Packet[VideoStream] | None") -> Iterator[Look]:
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
                yield Look(time_s, end_s, self._small(frame), frame)

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


def _expected(stream: "VideoStream") -> tuple[float, int, int]:
    """What the file's index says of its groups, as far as it has one.

    How long the longest is, in seconds and in packets, and how many unlike lengths there are of
    shorter ones: an encoder of fixed groups makes none but the last, one that looks for cuts many.
    """
    keys = [
        (number, entry.timestamp)
        for number, entry in enumerate(stream.index_entries)
        if entry.is_keyframe
    ]
    groups = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(keys)]
    if not groups:
        return 0.0, 0, 0
    most = max(packets for packets, _ in groups)
    longest = max(ticks for _, ticks in groups)
    early = {packets for packets, ticks in groups if max(packets / most, ticks / longest) < 0.9}
    return float(longest * (stream.time_base or 1)), most, len(early)


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


def _unrest(group: "list[Packet[VideoStream]]") -> tuple[float, float]:
    """How far a packet after the key frame exceeds those around it, and those before it.

    The largest ratios of a packet to the median of its neighbours. Nothing was predicted in the
    first picture after a cut, and little in the next ones if all of them move.
    """
    sizes: list[int] = []
    latest_s = _time_s(group[0])
    for packet in group[1:]:
        # Frames shown before one that was sent earlier are predicted from both sides: small.
        if packet.is_keyframe or _time_s(packet) > latest_s:
            latest_s = max(latest_s, _time_s(packet))
            if not packet.is_keyframe:
                sizes.append(packet.size)
    least = 0.15 * group[0].size
    spike = step = 0.0
    for i, size in enumerate(sizes):
        before, after = sizes[max(0, i - _AROUND) : i], sizes[i + 1 : i + 1 + _AROUND]
        if size <= least:
            continue
        if before or after:
            spike = max(spike, size / max(1.0, float(np.median(before + after))))
        # Not near the key frame, where the encoder finds its measure again.
        if len(before) == _AROUND:
            step = max(step, size / max(1.0, float(np.median(before))))
    return spike, step


def _is_over(group: "list[Packet[VideoStream]]", packet: "Packet[VideoStream]") -> bool:
    return bool(group) and _time_s(packet) - _time_s(group[0]) >= 1 / _KEYS_PER_S


def _span_s(group: "list[Packet[VideoStream]]") -> float:
    return abs(_time_s(group[-1]) - _time_s(group[0]))


def _time_s(packet: "Packet[VideoStream]") -> float:
    ticks = packet.pts if packet.pts is not None else packet.dts
    return float((ticks or 0) * packet.time_base)
