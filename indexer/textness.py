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
_THRESHOLD = 0.0  # log-odds
_LEAST_CELLS = 3
_STILL = 12.0  # grey levels: noise and compression stay below, a changed letter does not


@dataclass(frozen=True)
class TextLook:
    """A small grey picture, and which of its cells look like text, shape (height, width) / CELL."""

    grey: NDArray[np.uint8]
    cells: NDArray[np.bool_]

    @property
    def has_text(self) -> bool:
        return int(self.cells.sum()) >= _LEAST_CELLS


def may_hold_text(image: Image) -> bool:
    """Whether a picture is worth reading."""
    return text_look(image).has_text


def text_look(image: Image) -> TextLook:
    """Where a picture looks like text.

    Five small convolutions, of which `benchmarks/textness.py` tells how they were taught and
    how well they see.
    """
    grey = _small(image)
    session = _session()
    (odds,) = session.run(None, {"picture": grey[None, None].astype(np.float32) / 255 - 0.5})
    return TextLook(grey, odds[0, 0] > _THRESHOLD)


def same_text(before: TextLook, now: TextLook) -> bool:
    """Whether two frames of a film show the same words: no cell of text changed in between."""
    if before.grey.shape != now.grey.shape:
        return False
    change = np.abs(before.grey.astype(np.int16) - now.grey).astype(np.float32)
    rows, columns = now.cells.shape
    by_cell = change.reshape(rows, CELL, columns, CELL).mean(axis=(1, 3))
    text = before.cells | now.cells
    return not text.any() or float(by_cell[text].max()) < _STILL


def _small(image: Image) -> NDArray[np.uint8]:
    """In grey, with `AREA` pixels or fewer, the sides multiples of CELL."""
    import cv2

    height, width = image.shape[:2]
    scale = min(1.0, (AREA / (height * width)) ** 0.5)
    size = (_side(width * scale), _side(height * scale))
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


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
