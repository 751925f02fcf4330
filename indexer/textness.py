"""Whether a picture may hold words, and where: a glance of milliseconds before the dear reading."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.segments import Image

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

CELL = 8
"""The side of a cell in pixels: what is said to be text or not."""

AREA = 512 * 288
"""Pixels that are looked at, whatever the shape of the picture."""

_LEAST_SIDE = 32
_THRESHOLD = -0.5  # log-odds
_LEAST_CELLS = 3
_STILL = 12.0  # of 255: noise and compression stay below, a changed letter does not


@dataclass(frozen=True)
class TextLook:
    """A small picture, and which of its cells look like text, shape (height, width) / CELL."""

    small: Image
    cells: NDArray[np.bool_]

    @property
    def has_text(self) -> bool:
        return int(self.cells.sum()) >= _LEAST_CELLS


def may_hold_text(image: Image) -> bool:
    """Whether a picture is worth reading."""
    return text_look(image).has_text


def text_look(image: Image) -> TextLook:
    """Where a picture looks like text.

    A network of five convolutions, with 25,000 weights, taught by RapidOCR
    (`benchmarks/teach_textness.py`). `benchmarks/textness.py` measures it on other pictures.
    """
    small = _small(image)
    values = small.astype(np.float32).transpose(2, 0, 1)[None] / 255 - 0.5
    (odds,) = _session().run(None, {"picture": values})
    return TextLook(small, odds[0, 0] > _THRESHOLD)


def same_text(before: TextLook, now: TextLook) -> bool:
    """Whether two frames of a film show the same words: no cell of text changed in between."""
    if before.small.shape != now.small.shape:
        return False
    change = np.abs(before.small.astype(np.int16) - now.small).astype(np.float32)
    rows, columns = now.cells.shape
    by_cell = change.reshape(rows, CELL, columns, CELL, 3).mean(axis=(1, 3, 4))
    text = before.cells | now.cells
    return not text.any() or float(by_cell[text].max()) < _STILL


def _small(image: Image) -> Image:
    """With AREA pixels or fewer, the sides multiples of CELL."""
    import cv2

    height, width = image.shape[:2]
    scale = min(1.0, (AREA / (height * width)) ** 0.5)
    size = (_side(width * scale), _side(height * scale))
    whole = int(1 / scale)
    if whole > 1 and min(height, width) >= whole:
        # A whole number of pixels into one is far quicker than a fraction.
        even = (width // whole, height // whole)
        image = image[: even[1] * whole, : even[0] * whole]
        image = np.asarray(cv2.resize(image, even, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _side(pixels: float) -> int:
    return int(max(_LEAST_SIDE, min(AREA // _LEAST_SIDE, round(pixels / CELL) * CELL)))


@cache
def _session() -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        str(Path(__file__).with_suffix(".onnx")),
        sess_options=options,
        providers=["CPUExecutionProvider"],
    )
