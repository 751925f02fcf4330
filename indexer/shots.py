"""A film's shots: where it cuts, and the frame that shows each shot best."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.looks import Look, content_change, looks
from indexer.segments import Image
from rushes.media import upright

FRAME_SIDE = 1280
"""Frames are handed on with no side longer than this, in pixels."""

# A cut is a change that is large, and far larger than the changes around it, so that a fast
# pan is none: PySceneDetect's AdaptiveDetector (window 2, ratio 3, content 15). Slides that
# change while nothing moves differ less, but then nothing else does: the second pair.
_CUTS = ((15.0, 3.0), (4.0, 8.0))
_WINDOW = 2
_SHORTEST_S = 0.4
_CANDIDATES_PER_S = 3.0


@dataclass(frozen=True)
class ShotFrame:
    """The best frame of a stretch of a shot. Times are in seconds."""

    start_s: float
    end_s: float
    at_s: float
    image: Image


def shot_frames(
    path: Path, duration_s: float | None, every_s: float, check: Callable[[], None]
) -> Iterator[ShotFrame]:
    """The shots of a video in order, each with its best frame.

    A shot longer than `every_s` is given in stretches of about that length, each with a frame
    of its own, so that what happens late in a long shot is found too. `check` is called often
    and may raise to stop.

    Raises:
        UnreadableFile: no frame can be decoded.
    """
    stretch: _Stretch | None = None
    end_s = 0.0
    for look, cut in with_cuts(looks(path, every_s, check)):
        end_s = look.time_s
        if stretch is not None and (cut or look.time_s - stretch.start_s >= every_s):
            yield stretch.best(end_s)
            stretch = None
        if stretch is None:
            stretch = _Stretch(max(0.0, look.time_s))
        stretch.consider(look)
    if stretch is not None:
        yield stretch.best(max(end_s, duration_s or 0.0))


def with_cuts(seen: Iterator[Look]) -> Iterator[tuple[Look, bool]]:
    """Each look with whether a new shot begins at it.

    The change from one look to the next is compared with the mean of those up to two looks
    before and after it.
    """
    window: deque[tuple[Look, float]] = deque()  # the looks around the one that is judged
    last_cut_s = 0.0
    previous: Look | None = None

    def judge(index: int) -> tuple[Look, bool]:
        nonlocal last_cut_s
        look, change = window[index]
        around = [
            window[i][1]
            for i in range(max(0, index - _WINDOW), min(len(window), index + _WINDOW + 1))
            if i != index and window[i][0].follows
        ]
        mean = float(np.mean(around)) if around else 0.0
        cut = look.changed or (
            look.follows
            and any(change >= least and change >= ratio * mean for least, ratio in _CUTS)
        )
        cut = cut and look.time_s - last_cut_s >= _SHORTEST_S
        if cut:
            last_cut_s = look.time_s
        return look, cut

    for look in seen:
        change = content_change(previous.small, look.small) if previous is not None else 0.0
        previous = look
        window.append((look, change))
        if len(window) > _WINDOW:
            yield judge(len(window) - 1 - _WINDOW)
        if len(window) > 2 * _WINDOW:
            window.popleft()
    for index in range(max(0, len(window) - _WINDOW), len(window)):
        yield judge(index)


class _Stretch:
    """Part of a shot while it is being watched. Holds one decoded frame: the best so far."""

    def __init__(self, start_s: float) -> None:
        self.start_s = start_s
        self._best: Look | None = None
        self._best_quality = -1.0
        self._judged_s = float("-inf")

    def consider(self, look: Look) -> None:
        if look.time_s - self._judged_s < 1 / _CANDIDATES_PER_S and self._best is not None:
            return
        self._judged_s = look.time_s
        quality = picture_quality(look.small[..., 2])
        if quality > self._best_quality:
            self._best, self._best_quality = look, quality

    def best(self, end_s: float) -> ShotFrame:
        assert self._best is not None  # every stretch starts with a look
        image = upright(self._best.frame, FRAME_SIDE)
        return ShotFrame(self.start_s, end_s, self._best.time_s, image)


def picture_quality(value: NDArray[np.uint8]) -> float:
    """How well a frame shows what is in it, 0 and up: sharp, and not black or burnt out.

    Sharpness is the variance of the Laplacian (Pech-Pacheco et al., ICPR 2000) of the
    brightness, shape (height, width); it counts less the more of the picture is clipped.
    """
    import cv2

    sharpness = float(cv2.Laplacian(value, cv2.CV_32F).var())
    clipped = float(np.mean((value < 12) | (value > 247)))
    return sharpness * (1.0 - clipped) + float(value.std()) * 0.01
