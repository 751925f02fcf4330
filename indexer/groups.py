"""What the packets of a group of pictures say, before any of them is decoded."""

from collections import deque
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.stream import VideoStream

_AROUND = 8
_KEYS_PER_S = 4  # looked at, of a stream that is nothing but key frames
_RESTLESS = 1.8
_RESTLESS_LEAST = 0.01


def expected(stream: "VideoStream") -> tuple[float, int, int]:
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


def unrest(group: "list[Packet[VideoStream]]") -> tuple[float, float]:
    """How far a packet after the key frame exceeds those around it, and those before it.

    The largest ratios of a packet to the median of its neighbours. Nothing was predicted in the
    first picture after a cut, and little in the next ones if all of them move.
    """
    sizes: list[int] = []
    latest_s = time_s(group[0])
    for packet in group[1:]:
        # Frames shown before one that was sent earlier are predicted from both sides: small.
        if packet.is_keyframe or time_s(packet) > latest_s:
            latest_s = max(latest_s, time_s(packet))
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


def is_over(group: "list[Packet[VideoStream]]", packet: "Packet[VideoStream]") -> bool:
    return bool(group) and time_s(packet) - time_s(group[0]) >= 1 / _KEYS_PER_S


def up_to(group: "list[Packet[VideoStream]]", until_s: float) -> "list[Packet[VideoStream]]":
    """The group's beginning, in the order of the stream: no frame in it misses what it needs."""
    return list(takewhile(lambda packet: time_s(packet) <= until_s, group))


def span_s(group: "list[Packet[VideoStream]]") -> float:
    return abs(time_s(group[-1]) - time_s(group[0]))


def time_s(packet: "Packet[VideoStream]") -> float:
    ticks = packet.pts if packet.pts is not None else packet.dts
    return float((ticks or 0) * packet.time_base)


class Activity:
    """How large the packets of passed groups usually are."""

    def __init__(self) -> None:
        self._means: deque[float] = deque(maxlen=8)  # bytes, of the latest groups

    def is_restless(self, group: "list[Packet[VideoStream]]") -> bool:
        """Whether a group's packets say that the camera does something for part of it.

        That ten packets are, on average, so many times the usual tells a knock, or a hunting focus.
        They are compared with each other in a long group, and with those of the groups before.
        They say nothing if they are but a hundredth of the key frame.
        """
        sizes = [packet.size for packet in group if not packet.is_keyframe]
        if not sizes:
            return False
        mean = sum(sizes) / len(sizes)
        usual = float(np.median(self._means)) if self._means else mean
        self._means.append(mean)
        parts = [float(np.mean(part)) for part in np.array_split(sizes, max(1, len(sizes) // 10))]
        busiest = max(parts)
        least = _RESTLESS_LEAST * group[0].size
        return busiest > least and busiest > _RESTLESS * min(usual, float(np.median(parts)))
