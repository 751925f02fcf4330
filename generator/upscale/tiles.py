"""A picture in tiles that overlap, so that a model needs little memory and leaves no seams."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

Planes = NDArray[np.float32]
"""A picture as models take it: shape (3, height, width), in [0, 1]."""


def by_tiles(
    planes: Planes,
    enlarge: Callable[[Planes], Planes],
    scale: int,
    tile: int,
    margin: int,
    workers: int = 1,
) -> Planes:
    """`enlarge` by `scale`, tile for tile of at most `tile` pixels a side, `workers` at a time.

    Each tile is enlarged with `margin` pixels of its neighbours around it, which are then cut off.
    With a margin of the model's receptive field what is left is what it makes of the whole.
    """
    _, height, width = planes.shape
    whole = np.empty((3, height * scale, width * scale), np.float32)

    def fill(corner: tuple[int, int]) -> None:
        top, left = corner
        bottom, right = min(top + tile, height), min(left + tile, width)
        first_y, first_x = max(0, top - margin), max(0, left - margin)
        around = planes[:, first_y : bottom + margin, first_x : right + margin]
        enlarged = enlarge(np.ascontiguousarray(around))
        y, x = (top - first_y) * scale, (left - first_x) * scale
        whole[:, top * scale : bottom * scale, left * scale : right * scale] = enlarged[
            :, y : y + (bottom - top) * scale, x : x + (right - left) * scale
        ]

    corners = product(range(0, height, tile), range(0, width, tile))
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(fill, corners):
            pass
    return whole


def pixels_by_tiles(size: tuple[int, int], tile: int, margin: int) -> int:
    """How many pixels `by_tiles` has enlarged of a picture of that size, margins included."""
    return prod(
        sum(
            min(first + tile + margin, side) - max(0, first - margin)
            for first in range(0, side, tile)
        )
        for side in size
    )
