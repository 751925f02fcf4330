"""Pictures made of half blocks: two colours in each cell, in the glyphs that every font has."""

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image as PillowImage

CELL = 2.0
"""How much taller than wide a cell is taken to be."""


def fitted(aspect: float, width: int, height: int, cell: float = CELL) -> tuple[int, int]:
    """Columns and rows of a picture of `aspect` (width by height) that fills the box one way."""
    columns = min(width, max(1, round(height * cell * aspect)))
    rows = min(height, max(1, round(width / aspect / cell)))
    return columns, rows


def half_blocks(image: "PillowImage", columns: int, rows: int) -> list[Strip]:
    """An RGB picture in `columns` × `rows` cells.

    Each cell is cut across or along, whichever its four samples differ least by.
    """
    import numpy as np
    from PIL import Image

    small = image.resize((columns * 2, rows * 2), Image.Resampling.BOX, reducing_gap=2.0)
    samples = np.asarray(small, np.float32).reshape(rows, 2, columns, 2, 3)
    across = samples.mean(axis=3)  # rows, upper and lower, columns, rgb
    along = samples.mean(axis=1).transpose(0, 2, 1, 3)  # rows, left and right, columns, rgb
    worse = _spread(samples - across[:, :, :, None]) > _spread(
        samples - along.transpose(0, 2, 1, 3)[:, None]
    )
    first = _colours(np.where(worse[..., None], along[:, 0], across[:, 0]))
    second = _colours(np.where(worse[..., None], along[:, 1], across[:, 1]))
    return [
        Strip([_segment(cell, len(list(same))) for cell, same in groupby(cells)], columns)
        for cells in (
            zip(first[row], second[row], worse[row].tolist(), strict=True) for row in range(rows)
        )
    ]


def _spread(differences: "NDArray[np.float32]") -> "NDArray[np.float32]":
    import numpy as np

    spread: NDArray[np.float32] = np.square(differences).sum(axis=(1, 3, 4))
    return spread


def _colours(values: "NDArray[np.float32]") -> list[list[int]]:
    """As 0xRRGGBB, in steps of 4: what cannot be told apart need not be drawn apart."""
    import numpy as np

    steps = np.clip(np.round(values / 4) * 4, 0, 255).astype(np.int64)
    packed: list[list[int]] = (steps @ np.array([1 << 16, 1 << 8, 1])).tolist()
    return packed


def _segment(cell: tuple[int, int, bool], length: int) -> Segment:
    first, second, along = cell
    if first == second:
        return Segment(" " * length, _style(first, second))
    return Segment(("▌" if along else "▀") * length, _style(first, second))


@lru_cache(8192)
def _style(first: int, second: int) -> Style:
    return Style(color=_colour(first), bgcolor=_colour(second))


def _colour(packed: int) -> Color:
    return Color.from_rgb(packed >> 16, packed >> 8 & 255, packed & 255)
