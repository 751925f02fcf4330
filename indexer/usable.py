"""How good the picture of a shot is, and which part of it is usable."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.camera import camera_in, departures
from indexer.looks import GLIMPSE_S
from indexer.motion import (
    PAIR_MAX_S,
    Grey,
    Motion,
    Parallax,
    motion_between,
    parallax_between,
)
from rushes.facts import Facts

SHORTEST_S = 1.0
"""Less than this is not worth cutting out, unless the whole shot is shorter."""

_SAMPLE_S = 0.14  # sharpness is judged so often
_BLUR_PX = 9
_GRAIN = 2.0  # levels from one pixel to the next that noise and coding make
_SHARP = 1.28  # so that nine photographs of ten are above 0.7
_BLOCKS = (8, 6)
_SHARPEST = 12  # blocks: a portrait before a soft background is sharp

_SOFT = 0.65  # of the shot's best sharpness: below this, the focus is off
_NEVER_SHARP = 0.18
_ALL_LOST = 0.97
_BUMP, _BUMP_RATIO = 0.012, 6.0  # frame widths in a tenth of a second, and times the usual
_JUMP = 0.3  # stops
_JUMP_S = 0.35
_BESIDE_S = 0.04  # a bad moment begins a frame before it is seen

# Frames far apart that are this unlike, the camera's motion taken out, were matched by mistake.
_OTHER_PICTURE = 0.35

# Growth after which the parts of a picture are compared, and the time in which it is waited for.
_GROWN = 0.012
_GROWING_S = 0.6


@dataclass(frozen=True)
class Sample:
    """The picture at one time. `lost` is the part that is black or burnt out, if it was told."""

    time_s: float
    sharpness: float
    lost: float | None


class Watch:
    """A shot while it is being watched: numbers of each frame and pair, and two small frames."""

    def __init__(self) -> None:
        self._samples: list[Sample] = []
        self._motions: list[Motion] = []
        self._parallaxes: list[tuple[float, Parallax]] = []
        self._latest: tuple[float, Grey] | None = None
        self._anchor: tuple[float, Grey] | None = None
        self._grown = 0.0

    def see(self, time_s: float, grey: Grey, small: NDArray[np.uint8] | None = None) -> None:
        """The next frame, small and upright; `small` is the same in HSV, if at hand.

        Frames closer than `GLIMPSE_S` are left out.
        """
        if self._latest is not None:
            if time_s - self._latest[0] < GLIMPSE_S:
                return
            self._compare(self._latest, time_s, grey)
        self._latest = time_s, grey
        if not self._samples or time_s - self._samples[-1].time_s >= _SAMPLE_S:
            lost = None if small is None else lost_part(small)
            self._samples.append(Sample(time_s, sharpness(grey), lost))

    def facts(self, start_s: float, end_s: float) -> Facts:
        """What was seen from `start_s` to `end_s`."""
        samples = [s for s in self._samples if start_s <= s.time_s < end_s]
        if not samples:
            return Facts()
        parallaxes = [p for time_s, p in self._parallaxes if start_s <= time_s <= end_s]
        camera = camera_in(self._motions, parallaxes, start_s, end_s)
        lost = [s.lost for s in samples if s.lost is not None]
        return Facts(
            moves=camera.moves,
            speed=camera.speed,
            shake=camera.shake,
            motion=camera.motion,
            sharpness=float(np.median([s.sharpness for s in samples])),
            exposure=1 - float(np.median(lost)) if lost else None,
            usable_s=usable_part(samples, self._motions, start_s, end_s),
        )

    def forget(self, until_s: float) -> None:
        """Drop what was seen before, when a stretch of a long shot is done."""
        self._samples = [s for s in self._samples if s.time_s >= until_s]
        self._motions = [m for m in self._motions if m.end_s > until_s]
        self._parallaxes = [p for p in self._parallaxes if p[0] > until_s]

    def _compare(self, before: tuple[float, Grey], time_s: float, grey: Grey) -> None:
        motion = motion_between(before[1], grey, before[0], time_s)
        near = time_s - before[0] <= PAIR_MAX_S
        if motion is None:
            self._anchor = None
            return
        if not near:
            self._anchor = None
            if motion.subject < _OTHER_PICTURE:
                self._motions.append(motion)
            return
        self._motions.append(motion)
        if self._anchor is None or time_s - self._anchor[0] > _GROWING_S:
            self._anchor, self._grown = before, 0.0
        self._grown += motion.growth
        if abs(self._grown) > _GROWN:
            parallax = parallax_between(self._anchor[1], grey)
            if parallax is not None:
                self._parallaxes.append((time_s, parallax))
            self._anchor = None


def sharpness(grey: Grey) -> float:
    """How sharp a small frame is, 0 to 1, whatever it shows.

    How much of the differences from pixel to pixel is gone when the frame is blurred (Crete et
    al., SPIE 2007): a sharp frame loses most, one that was blurred before loses little. Over the
    blocks with the most differences, so that what is in focus counts.
    """
    import cv2

    value = grey.astype(np.float32)
    everything, gone = np.zeros(_BLOCKS[0] * _BLOCKS[1]), np.zeros(_BLOCKS[0] * _BLOCKS[1])
    for axis, window in ((1, (_BLUR_PX, 1)), (0, (1, _BLUR_PX))):
        steps = np.maximum(0, np.abs(np.diff(value, axis=axis)) - _GRAIN)
        left = np.abs(np.diff(cv2.blur(value, window), axis=axis))
        for total, of in ((everything, steps), (gone, np.maximum(0, steps - left))):
            total += cv2.resize(of, _BLOCKS, interpolation=cv2.INTER_AREA).ravel()
    most = np.argsort(everything)[-_SHARPEST:]
    return float(min(1.0, _SHARP * np.sum(gone[most]) / max(0.1, np.sum(everything[most]))))


def lost_part(small: NDArray[np.uint8]) -> float:
    """The part of a small HSV frame that is black or burnt out, 0 to 1; black bars do not count."""
    saturation, value = small[..., 1], small[..., 2]
    rows, columns = (value.max(axis=axis) > 24 for axis in (1, 0))
    if not rows.any():
        return 1.0
    shown = value[rows][:, columns]
    black = np.clip((32 - shown.astype(np.float32)) / 20, 0, 1)
    burnt = (shown > 250) & (saturation[rows][:, columns] < 24)
    return float(np.mean(np.maximum(black, burnt)))


def usable_part(
    samples: Sequence[Sample],
    motions: Sequence[Motion],
    start_s: float,
    end_s: float,
) -> tuple[float, float] | None:
    """The longest part without focus hunting, bumps and exposure jumps: in and out points.

    The whole if nothing is wrong; None if what is left is shorter than `SHORTEST_S`, or if it
    is nowhere sharp or everywhere black.
    """
    sharpest = float(np.percentile([s.sharpness for s in samples], 90))
    lost = [s.lost for s in samples if s.lost is not None]
    if sharpest < _NEVER_SHARP or (lost and min(lost) > _ALL_LOST):
        return None
    bad = [*_out_of_focus(samples, sharpest), *_bumps(motions), *_jumps(motions)]
    parts: list[tuple[float, float]] = []
    in_s = start_s
    for from_s, to_s in sorted(bad):
        if to_s < start_s or from_s > end_s:
            continue
        parts.append((in_s, max(in_s, from_s - _BESIDE_S)))
        in_s = max(in_s, min(end_s, to_s + _BESIDE_S))
    parts.append((in_s, end_s))
    longest = max(parts, key=lambda part: part[1] - part[0])
    enough = longest[1] - longest[0] >= min(SHORTEST_S, 0.9 * (end_s - start_s))
    return longest if enough else None


def _out_of_focus(samples: Sequence[Sample], sharpest: float) -> list[tuple[float, float]]:
    """Where two samples or more in a row are far less sharp than the shot can be."""
    soft = np.array([False, *(s.sharpness < _SOFT * sharpest for s in samples), False])
    edges = np.flatnonzero(np.diff(soft.astype(int))).reshape(-1, 2)
    return [
        (samples[first].time_s, samples[min(end, len(samples) - 1)].time_s)
        for first, end in edges
        if end - first >= 2
    ]


def _bumps(motions: Sequence[Motion]) -> list[tuple[float, float]]:
    """Where the camera leaves its path far more than it does all the time."""
    found = departures(motions)
    usual = float(np.median([off for _, off in found])) if found else 0.0
    limit = max(_BUMP, _BUMP_RATIO * usual)
    return [(motion.start_s, motion.end_s) for motion, off in found if off > limit]


def _jumps(motions: Sequence[Motion]) -> list[tuple[float, float]]:
    """Where the picture becomes lighter or darker at once, without what is in it doing so."""
    near = [m for m in motions if m.near]
    found: list[tuple[float, float]] = []
    for index in range(len(near)):
        total = 0.0
        for last in range(index, len(near)):
            if near[last].end_s - near[index].start_s > max(_JUMP_S, near[index].span_s):
                break
            total += near[last].gain
            if abs(total) > _JUMP:
                steps = [m for m in near[index : last + 1] if m.gain / total > 0.25]
                found += [(m.start_s, m.end_s) for m in steps]
    return found
