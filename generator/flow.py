"""Pictures between pictures, along the optical flow (OpenCV's DIS: Kroeger et al., ECCV 2016)."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from rushes.encoding import Picture

Grey = NDArray[np.uint8]
Flow = NDArray[np.float32]
"""Where pixels go, to the right and down: shape (height, width, 2)."""

PIXELS_PER_S = 8e6
"""Of the films that `at_rate` gives, on two cores."""

_WIDTH = 480
_CUT = 16.0
"""Of 255, on average: by which two pictures of one shot do not differ once moved together."""


@dataclass(frozen=True)
class Motion:
    """Where each pixel of a picture goes in the next one, and back.

    Both are in pixels of small copies of the pictures.
    """

    there: Flow
    back: Flow
    is_cut: bool


class Interpolator:
    """Draws pictures between two. Holds what the flow needs between calls."""

    def __init__(self) -> None:
        import cv2

        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def motion(self, first: Picture, second: Picture) -> Motion:
        """How the picture moves from `first` to `second`, and whether there is a cut."""
        one, two = _small(first), _small(second)
        there = self._along(one, two)
        back = self._along(two, one)
        to_first, to_second = _towards(there, back, 0.5)
        moved, met = _warped(one, to_first), _warped(two, to_second)
        off = float(np.abs(moved.astype(np.float32) - met).mean())
        return Motion(there, back, off > _CUT)

    def between(self, first: Picture, second: Picture, motion: Motion, at: float) -> Picture:
        """The picture at `at` of the way from `first` (0) to `second` (1); at a cut, the nearer.

        Flow from the picture between is approximated as in Super SloMo (Jiang et al., CVPR 2018,
        equation 4), and both pictures are brought along it and mixed.
        """
        import cv2

        if motion.is_cut:
            return first if at < 0.5 else second
        to_first, to_second = _towards(motion.there, motion.back, at)
        one = _warped(first, _enlarged(to_first, first))
        two = _warped(second, _enlarged(to_second, second))
        return cv2.addWeighted(one, 1 - at, two, at, 0).astype(first.dtype, copy=False)

    def _along(self, first: Grey, second: Grey) -> Flow:
        flow = np.zeros((*first.shape, 2), np.float32)  # what is in it is where the search begins
        return self._flow.calc(first, second, flow).astype(np.float32, copy=False)


def at_rate(
    frames: Iterator[Picture], fps: Fraction, wanted: Fraction, cuts: Container[int] = ()
) -> Iterator[Picture]:
    """The frames of a film at `fps`, delivered at the higher rate `wanted`.

    Those that fall on a frame are that frame; the film stays as long as it was. Nothing is mixed
    across a cut that is seen, or that is known: before the frames that `cuts` numbers from 0.
    """
    interpolator = Interpolator()
    first = next(frames, None)
    if first is None:
        return
    index, written = 0, 0
    for second in frames:
        motion: Motion | None = None
        while (place := written * fps / wanted - index) < 1:
            if place == 0 or second is first or index + 1 in cuts:
                yield first
            else:
                motion = motion or interpolator.motion(first, second)
                yield interpolator.between(first, second, motion, float(place))
            written += 1
        first, index = second, index + 1
    while written < round((index + 1) * wanted / fps):
        yield first
        written += 1


def _small(picture: Picture) -> Grey:
    """A grey copy in eight bits, at most `_WIDTH` wide."""
    import cv2

    height, width = picture.shape[:2]
    scale = min(1.0, _WIDTH / width)
    size = max(16, round(width * scale)), max(16, round(height * scale))
    reduced = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    if reduced.dtype == np.uint16:
        reduced = reduced // 257
    return cv2.cvtColor(reduced.astype(np.uint8), cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def _towards(there: Flow, back: Flow, at: float) -> tuple[Flow, Flow]:
    """Where each pixel of the picture between is to be taken from, in the first and the second."""
    to_first = -(1 - at) * at * there + at * at * back
    to_second = (1 - at) ** 2 * there - at * (1 - at) * back
    return to_first, to_second


def _enlarged(flow: Flow, picture: Picture) -> Flow:
    import cv2

    height, width = picture.shape[:2]
    scale = np.array([width / flow.shape[1], height / flow.shape[0]], np.float32)
    return (cv2.resize(flow, (width, height)) * scale).astype(np.float32, copy=False)


def _warped(picture: Picture, flow: Flow) -> Picture:
    import cv2

    height, width = flow.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    moved = cv2.remap(
        picture,
        x + flow[..., 0],
        y + flow[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return moved.astype(picture.dtype, copy=False)
