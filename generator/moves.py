"""What a camera move does to a still: the view of a flat picture as the camera goes."""

import math

import numpy as np
from numpy.typing import NDArray

from generator.backends.protocol import Image
from generator.camera import Camera, CameraMove, Direction, Speed

Matrix = NDArray[np.float64]
"""Where points of the picture are seen, in homogeneous coordinates: shape (3, 3)."""

_REACH = {Speed.SLOW: 0.06, Speed.MEDIUM: 0.12, Speed.FAST: 0.24}
"""Of the picture's width: how far a move goes over a whole shot."""

_SIGNS = {
    Direction.IN: 1,
    Direction.OUT: -1,
    Direction.LEFT: -1,
    Direction.RIGHT: 1,
    Direction.UP: -1,
    Direction.DOWN: 1,
}
_WOBBLE = 0.15
"""Of the reach: how far a hand shakes."""


def eased(at: float) -> float:
    """0 to 1, leaving and arriving gently: 3t² − 2t³."""
    return at * at * (3 - 2 * at)


def seen(image: Image, camera: Camera | None, start: float, now: float) -> Image:
    """A picture that was taken at `start`, as the camera sees it at `now`; both are 0 to 1 of the
    shot.

    At its own time it is the picture itself. What lies beyond its edges is mirrored.
    """
    import cv2

    if camera is None or camera.move is CameraMove.STATIC or start == now:
        return image
    height, width = image.shape[:2]
    matrix = _view(camera, start, now, width, height)
    moved = cv2.warpPerspective(
        image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return moved.astype(np.uint8, copy=False)


def _view(camera: Camera, start: float, now: float, width: int, height: int) -> Matrix:
    reach = _REACH[camera.speed]
    if camera.move is CameraMove.HANDHELD:
        before, after = _shake(start), _shake(now)
        wobble = reach * _WOBBLE * width
        return _placed(1.0, wobble * (after[0] - before[0]), wobble * (after[1] - before[1]))
    gone = eased(now) - eased(start)
    way = reach * gone * (1 if camera.direction is None else _SIGNS[camera.direction])
    if camera.direction in (Direction.IN, Direction.OUT):
        scale = math.exp(way * 2)  # the same factor in each equal part of the way
        return _about_middle(_placed(scale, 0, 0), width, height)
    if camera.direction in (Direction.UP, Direction.DOWN):
        return _placed(1.0, 0, -way * height)
    if camera.move is CameraMove.ORBIT:
        turned = _placed(1.0, -way * width, 0)
        turned[2, 0] = way / width  # the side that comes nearer grows
        return _about_middle(turned, width, height)
    return _placed(1.0, -way * width, 0)


def _shake(at: float) -> tuple[float, float]:
    """A hand's sway, from slow waves that never repeat together."""
    turn = 2 * math.pi * at
    across = math.sin(3.1 * turn) + 0.5 * math.sin(7.3 * turn + 1)
    down = math.sin(2.3 * turn + 2) + 0.5 * math.sin(5.9 * turn)
    return across, down


def _placed(scale: float, right: float, down: float) -> Matrix:
    return np.array([[scale, 0, right], [0, scale, down], [0, 0, 1]], np.float64)


def _about_middle(matrix: Matrix, width: int, height: int) -> Matrix:
    to = _placed(1.0, width / 2, height / 2)
    back = _placed(1.0, -width / 2, -height / 2)
    return to @ matrix @ back
