"""Whether a clip shows exactly the frames of its film, at exactly their times."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator.clip.edges import shown_frames
from rushes.errors import UnreadableFile
from rushes.media import open_media, video_stream

_AROUND = 20
"""Frames that are looked at on either side of a join."""

_SIZE = (64, 36)
_MOST_OFF = 5.0
"""Of 255, on average: coding again changes less, a wrong or a broken frame far more."""

_ROUNDED_S = Fraction(11, 10_000)
"""Matroska counts milliseconds."""

Small = NDArray[np.int16]


def shows(
    clip: Path, source: Path, times: Sequence[int], time_base: Fraction, joins: Iterable[int]
) -> bool:
    """Whether `clip` shows the frames that `source` shows at `times`, one by one.

    `times` count `time_base`, as `source` does. All times are compared; pictures are decoded and
    compared around `joins`, which are places in `times`.
    """
    try:
        with open_media(clip) as container:
            stream = video_stream(container)
            if stream is None or stream.time_base is None:
                return False
            packets = container.demux(stream)
            shown = (packet for packet in packets if packet.size and not packet.is_discard)
            own = sorted(packet.pts for packet in shown if packet.pts is not None)
            own_base = stream.time_base
        if len(own) != len(times):
            return False
        for mine, theirs in zip(own, times, strict=True):
            at, wanted = (mine - own[0]) * own_base, (theirs - times[0]) * time_base
            if abs(at - wanted) > _ROUNDED_S:
                return False
        for join in joins:
            part = slice(max(0, join - _AROUND), join + _AROUND)
            pairs = zip(_small(clip, own[part]), _small(source, times[part]), strict=True)
            if any(np.abs(one - two).mean() > _MOST_OFF for one, two in pairs):
                return False
    except (UnreadableFile, ValueError):  # a decoder gave up, or left a frame out
        return False
    return True


def _small(path: Path, times: Sequence[int]) -> Iterator[Small]:
    """The frames at those times, small and grey."""
    with open_media(path) as container:
        stream = video_stream(container)
        assert stream is not None
        for frame in shown_frames(container, stream, times):
            small = frame.to_ndarray(format="gray", width=_SIZE[0], height=_SIZE[1])
            yield small.astype(np.int16)
