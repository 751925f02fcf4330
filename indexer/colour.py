"""How bright, how warm and in which colours a picture is, as a person would say it.

The names are the eleven basic colour terms (Berlin & Kay 1969), which van de Weijer, Schmid,
Verbeek & Larlus learnt from pictures ("Learning Color Names for Real-World Applications", IEEE
TIP 2009). Here a colour gets its name by hue, chroma and lightness in OKLab (Ottosson 2020), whose
hues stay the same from pale to deep: CIELAB's blues turn purple.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.segments import Image
from rushes.facts import Colour

_SIDE = 64
_BAR_LEVEL = 20  # of 255: letterbox bars in studio range, with their noise
_LEAST_SHARE = 0.12
_MOST_COLOURS = 3
_PALE = 0.08  # of this chroma every colour counts alike for warmth
_ORANGE = np.radians(65.0)  # the hue of the warmest light, of candles; its opposite is the coldest

Floats = NDArray[np.float32]

_LINEAR = np.arange(256) / 255  # sRGB as light
_LINEAR = np.where(_LINEAR <= 0.04045, _LINEAR / 12.92, ((_LINEAR + 0.055) / 1.055) ** 2.4).astype(
    np.float32
)
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)


@dataclass(frozen=True)
class Palette:
    """`brightness` is 0 to 1, `warmth` -1 (cold) to 1 (warm); `colours` the most first."""

    brightness: float
    warmth: float
    colours: tuple[Colour, ...]


def palette(image: Image) -> Palette:
    """The light and the main colours of a picture, at most three. Letterbox bars are left out.

    Brightness is the mean CIELAB lightness. Warmth is how far the colours lie towards orange on
    average; a saturated thing counts no more than a pale one. A colour is named if it covers an
    eighth of the picture.
    """
    import cv2

    skipped = max(1, max(image.shape[:2]) // (4 * _SIDE))  # a mean of every pixel costs 4 ms
    image = image[::skipped, ::skipped]
    height, width = image.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    light = _LINEAR[without_bars(small)].reshape(-1, 3)
    lab = np.cbrt(light @ _TO_CONES.T) @ _TO_LAB.T
    luminance = light @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    lightness = np.where(luminance > 0.008856, 1.16 * np.cbrt(luminance) - 0.16, 9.033 * luminance)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    towards = lab[:, 1] * np.cos(_ORANGE) + lab[:, 2] * np.sin(_ORANGE)
    warmth = (towards / np.maximum(chroma, _PALE)).mean()
    numbers = _named(lab[:, 0], chroma, np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360)
    shares = np.bincount(numbers, minlength=len(_COLOURS)) / len(numbers)
    most = np.argsort(-shares, kind="stable")[:_MOST_COLOURS]
    return Palette(
        brightness=float(lightness.mean()),
        warmth=float(warmth),
        colours=tuple(_COLOURS[number] for number in most if shares[number] >= _LEAST_SHARE),
    )


def without_bars(image: Image) -> Image:
    """A picture without the black bars around it; as it is if it is black all over."""
    bright = image.max(2) > _BAR_LEVEL
    rows, columns = bright.any(1), bright.any(0)
    if not rows.any():
        return image
    top, bottom = int(rows.argmax()), len(rows) - int(rows[::-1].argmax())
    left, right = int(columns.argmax()), len(columns) - int(columns[::-1].argmax())
    return image[top:bottom, left:right]


_COLOURS = tuple(Colour)
_NUMBER = {colour: number for number, colour in enumerate(_COLOURS)}


def _named(lightness: Floats, chroma: Floats, hue: Floats) -> NDArray[np.intp]:
    """For every colour in OKLab, hue in degrees, the number of its name in `Colour`.

    Hue gives the name of a deep colour. Dark orange and yellow are brown, pale red is pink; what
    has hardly any hue, and everything when it gets dark, is black, grey or white.
    """
    black, grey, white, brown, pink = (
        _NUMBER[name]
        for name in (Colour.BLACK, Colour.GREY, Colour.WHITE, Colour.BROWN, Colour.PINK)
    )
    wheel = np.array([_NUMBER[colour] for _, colour in _WHEEL])
    found = wheel[np.searchsorted([end for end, _ in _WHEEL], hue, side="right") % len(wheel)]
    green = _NUMBER[Colour.GREEN]
    rules = (
        ((hue >= 98) & (hue < 125) & (lightness < 0.72), green),  # olive
        ((hue >= 40) & (hue < 98) & (lightness < 0.64), brown),
        ((hue >= 15) & (hue < 40) & (lightness < 0.6) & (chroma < 0.1), brown),
        ((hue >= 30) & (hue < 98) & (lightness < 0.82) & (chroma < 0.085), brown),  # skin, sand
        (((hue >= 335) | (hue < 35)) & (lightness >= 0.68), pink),
        ((hue >= 318) & (lightness >= 0.62), pink),
        ((hue >= 30) & (hue < 60) & (lightness >= 0.82) & (chroma < 0.085), pink),
        (chroma < 0.035, grey),
        ((hue >= 40) & (hue < 110) & (lightness >= 0.7) & (chroma < 0.045), grey),  # cream
        ((lightness > 0.86) & (chroma < 0.05), white),
        ((lightness < 0.29) & (chroma < 0.04), black),
        (lightness < 0.19, black),
    )
    for where, name in rules:
        found[where] = name
    return found


_WHEEL = (
    (10.0, Colour.PINK),
    (38.0, Colour.RED),
    (78.0, Colour.ORANGE),
    (115.0, Colour.YELLOW),
    (190.0, Colour.GREEN),
    (288.0, Colour.BLUE),
    (335.0, Colour.PURPLE),
)
"""The hues in degrees, each up to where it ends. After the last comes the first again."""
