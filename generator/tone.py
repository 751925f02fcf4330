"""HDR frames as ordinary pictures: back ends and animatics know nothing brighter than white."""

import numpy as np
from numpy.typing import NDArray

from generator.backends.protocol import Image
from rushes.encoding import Colour, Picture

_PQ, _HLG = 16, 18  # of ISO/IEC 23091-2
_WHITE_NITS = 203.0
"""Of a page in HDR: ITU-R BT.2408."""

_HLG_PEAK_NITS = 1000.0
_KNEE = 0.75
"""What is darker stays as it is; what is brighter nears white."""

_TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    np.float32,
)
"""From BT.2020's primaries, linear: ITU-R BT.2087."""

Light = NDArray[np.float32]
"""Linear light, 1 for white."""


def in_sdr(picture: Picture, colour: Colour) -> Image:
    """A frame in PQ or HLG (ITU-R BT.2100) as BT.709 in 8 bits."""
    coded = np.divide(picture, np.iinfo(picture.dtype).max, dtype=np.float32)
    light = _from_pq(coded) if colour.transfer == _PQ else _from_hlg(coded)
    light = np.maximum(np.matmul(light, _TO_709.T), 0)
    over = 1 - np.exp(-np.clip(light - _KNEE, 0, None) / (1 - _KNEE))
    shown = np.where(light <= _KNEE, light, _KNEE + (1 - _KNEE) * over)
    return np.asarray(np.rint(255 * np.power(shown, 1 / 2.4)), np.uint8)


def _from_pq(coded: Light) -> Light:
    powered = np.power(coded, 1 / 78.84375, dtype=np.float32)
    ratio = np.clip(powered - 0.8359375, 0, None) / (18.8515625 - 18.6875 * powered)
    return np.asarray(10_000 / _WHITE_NITS * np.power(ratio, 1 / 0.1593017578125), np.float32)


def _from_hlg(coded: Light) -> Light:
    bright = (np.exp((coded - 0.55991073) / 0.17883277) + 0.28466892) / 12
    scene = np.where(coded <= 0.5, coded**2 / 3, bright)
    luminance = scene @ np.array([0.2627, 0.6780, 0.0593], np.float32)
    # The system's gamma of a screen of 1000 nits.
    scene = scene * np.clip(luminance, 1e-6, None)[..., None] ** 0.2
    return np.asarray(_HLG_PEAK_NITS / _WHITE_NITS * scene, np.float32)
