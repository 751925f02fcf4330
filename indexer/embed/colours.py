"""Colours as a question says them and as a picture has them.

ImageNet's labels have no colours, and "a red car" asks for the red one of all cars. The names are
the eleven basic colour terms (Berlin & Kay 1969), by hue, saturation and value, and darkness.
"""

import re

import numpy as np
from numpy.typing import NDArray

from indexer.segments import Image

COLOURS = (
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "grey",
    "white", "night",
)  # fmt: skip
_ALSO = {
    "gray": "grey", "gold": "yellow", "golden": "yellow", "violet": "purple", "dark": "night",
    "midnight": "night",
}  # fmt: skip
_NUMBERS = {name: number for number, name in enumerate(COLOURS)}
_WORDS = _NUMBERS | {word: _NUMBERS[name] for word, name in _ALSO.items()}

_SIDE = 64
_DARK = 70  # of 255: the brightest channel of a pixel at night

# Hues in degrees, each up to where it ends; after the last comes red again.
_WHEEL = (
    (12, "red"), (40, "orange"), (68, "yellow"), (165, "green"), (260, "blue"), (295, "purple"),
    (345, "pink"), (361, "red"),
)  # fmt: skip


def asked_colours(question: str) -> NDArray[np.float32]:
    """1 for each of `COLOURS` that the question names, shape (colours,)."""
    asked = np.zeros(len(COLOURS), np.float32)
    for word in re.findall(r"[a-z]+", question.lower()):
        if word in _WORDS:
            asked[_WORDS[word]] = 1
    return asked


def colour_shares(image: Image) -> NDArray[np.float32]:
    """How much of a picture has each of `COLOURS`, 0 to 1, shape (colours,). Night overlaps."""
    import cv2

    skipped = max(1, min(image.shape[:2]) // (4 * _SIDE))  # a mean of every pixel costs 4 ms
    some = np.ascontiguousarray(image[::skipped, ::skipped])
    small = cv2.resize(some, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    hsv = cv2.cvtColor(small, cv2.COLOR_RGB2HSV).astype(np.float32)
    hue, saturation, value = hsv[..., 0] * 2, hsv[..., 1] / 255, hsv[..., 2] / 255
    ends = [end for end, _ in _WHEEL]
    names = np.array([_NUMBERS[name] for _, name in _WHEEL])
    found = names[np.searchsorted(ends, hue, side="right")]
    found[(found == _NUMBERS["orange"]) & (value < 0.6)] = _NUMBERS["brown"]
    found[(found == _NUMBERS["red"]) & (saturation < 0.5) & (value > 0.7)] = _NUMBERS["pink"]
    pale = (saturation * value <= 0.18) | (saturation <= 0.25)
    found[pale] = _NUMBERS["grey"]
    found[pale & (value > 0.8)] = _NUMBERS["white"]
    found[value < 0.2] = _NUMBERS["black"]
    shares = np.bincount(found.ravel(), minlength=len(COLOURS)) / found.size
    shares[_NUMBERS["night"]] = (small.max(axis=2) < _DARK).mean()
    return shares.astype(np.float32)
