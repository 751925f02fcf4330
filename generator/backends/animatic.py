"""The animatic: keyframes moved and blended. It works anywhere, and draws nothing new."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from generator.backends.protocol import (
    Capabilities,
    Drawn,
    Estimate,
    Image,
    PlacedKeyframe,
    Request,
)
from generator.flow import Interpolator, Motion
from generator.moves import eased, seen
from rushes.errors import RushesError
from rushes.jobs import Job

NAME = "animatic"
_LABEL = "ANIMATIC"
_PIXELS_PER_S = 2.5e6  # on two cores, with coding
_HELD = 12
"""Pictures that are in memory beside the keyframes."""


class AnimaticBackend:
    """Eases the camera's move over a keyframe; between two, follows the optical flow.

    Two keyframes that show the same thing say between them where the camera goes: no move is
    added. Unlike ones are each moved by the camera, and dissolved. `labelled` burns in that it is
    an animatic.
    """

    name = NAME
    capabilities = Capabilities(
        multiple_of=2,
        frame_step=1,
        longest_s=3600.0,
        most_keyframes=1000,
        sound=False,
        generates=False,
    )

    def __init__(self, labelled: bool = True) -> None:
        self._labelled = labelled

    def estimate(self, request: Request) -> Estimate:
        """See `Backend`.

        Raises:
            RushesError: there is no keyframe to move.
        """
        _check(request.keyframes)
        pixels = request.width * request.height
        return Estimate(
            model=NAME if self._labelled else f"{NAME} without its label",
            device="CPU",
            seconds=pixels * request.frames / _PIXELS_PER_S,
            memory_bytes=3 * pixels * (len(request.keyframes) + _HELD),
            notes=("keyframes are moved and blended: nothing is generated",),
        )

    def draw(self, request: Request, job: Job) -> Drawn:
        """See `Backend`. Pictures are drawn as they are taken.

        Raises:
            RushesError: there is no keyframe to move.
        """
        _check(request.keyframes)
        return Drawn(self._pictures(request, job), None, 0, NAME)

    def close(self) -> None:
        """See `Backend`. There is no model."""

    def _pictures(self, request: Request, job: Job) -> Iterator[Image]:
        moving = _Moving(request)
        for frame in range(request.frames):
            job.check_cancelled()
            picture = moving.picture(frame)
            yield _labelled(picture) if self._labelled else picture
            job.report("drawing", frame + 1, request.frames, f"frame {frame + 1}")


class _Moving:
    """The keyframes of a shot, and what moves between the two that are in use."""

    def __init__(self, request: Request) -> None:
        self._keyframes = sorted(request.keyframes, key=lambda each: each.frame)
        self._camera = request.camera
        self._length = Fraction(max(1, request.frames - 1))
        self._interpolator = Interpolator()
        self._motion: tuple[int, Motion] | None = None

    def picture(self, frame: int) -> Image:
        after = next(
            (i for i, each in enumerate(self._keyframes) if each.frame >= frame),
            len(self._keyframes),
        )
        if after == len(self._keyframes):
            return self._seen(self._keyframes[-1], frame)
        if after == 0 or self._keyframes[after].frame == frame:
            return self._seen(self._keyframes[after], frame)
        first, second = self._keyframes[after - 1], self._keyframes[after]
        at = eased((frame - first.frame) / (second.frame - first.frame))
        motion = self._motion_to(after)
        if motion.is_cut:
            return _dissolved(self._seen(first, frame), self._seen(second, frame), at)
        between = self._interpolator.between(first.image, second.image, motion, at)
        return between.astype(np.uint8, copy=False)

    def _motion_to(self, index: int) -> Motion:
        if self._motion is None or self._motion[0] != index:
            first, second = self._keyframes[index - 1 : index + 1]
            self._motion = index, self._interpolator.motion(first.image, second.image)
        return self._motion[1]

    def _seen(self, keyframe: PlacedKeyframe, frame: int) -> Image:
        taken, now = keyframe.frame / self._length, frame / self._length
        return seen(keyframe.image, self._camera, float(taken), float(now))


def _check(keyframes: Sequence[PlacedKeyframe]) -> None:
    if not keyframes:
        raise RushesError(
            "an animatic moves keyframes, and there is none: give one with --keyframe or --from, "
            "or use a back end that generates"
        )


def _dissolved(first: Image, second: Image, at: float) -> Image:
    import cv2

    return cv2.addWeighted(first, 1 - at, second, at, 0).astype(np.uint8, copy=False)


def _labelled(picture: Image) -> Image:
    """With the word in the upper left corner, on black, so that what is below cannot hide it."""
    import cv2

    height, width = picture.shape[:2]
    scale = max(0.3, min(height, width) / 720)
    thick = max(1, round(2 * scale))
    (across, up), below = cv2.getTextSize(_LABEL, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    margin = max(2, round(10 * scale))
    marked = picture.copy()
    marked[margin : 3 * margin + up + below, margin : 3 * margin + across] = 0
    corner = (2 * margin, 2 * margin + up)
    cv2.putText(
        marked,
        _LABEL,
        corner,
        cv2.FONT_HERSHEY_SIMPLEX,
        scale,
        (255, 255, 255),
        thick,
        cv2.LINE_AA,
    )
    return marked
