"""Whether two pictures are takes of the same thing: seen from nearly the same place, alike lit.

A picture is kept as 64 bytes: the lowest frequencies of the cosine transforms of its lightness and
its two colour channels, as in perceptual hashes (Zauner, "Implementation and Benchmarking of
Perceptual Image Hash Functions", 2010) and MPEG-7's colour layout (Kasutani & Yamada, ICIP 2001),
but with their sizes kept. It finds takes again after re-encoding, scaling, a little more or less
light, and when the camera or the zoom has moved by a twentieth of the picture. It does not find
them when the camera has moved further, and it knows nothing of faces: two people who sit one after
the other in the same chair, framed alike and dressed alike, may be taken for one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.segments import Image

FINGERPRINT_BYTES = 64

ALIKE = 0.7
"""From here on two pictures are takes of the same thing: see benchmarks/likeness.py."""

_SIDE = 64
_LIGHT, _COLOUR = 37, 13  # how many of the lowest frequencies are kept, the mean first
_STEP = 17.0  # the root of 50, the most that a value can be, times this fits a signed byte
_ASPECT_STEP = 24.0  # of log2(width / height)

# By how much two takes may differ before they count as half as alike, about 1.2 times what is
# given: in colour and mean lightness (CIELAB), in contrast (a logarithm), in the picture's shape.
_COLOUR_OFF, _LIGHT_OFF, _CONTRAST_OFF, _ASPECT_OFF = 25.0, 40.0, 0.8, 0.5
_FLAT = 0.3  # contrast below which a picture has no layout to compare

Floats = NDArray[np.float32]


def fingerprint(image: Image) -> bytes:
    """What `alike` compares: 64 bytes, for a picture of any size."""
    import cv2

    height, width = image.shape[:2]
    skipped = max(1, min(height, width) // (4 * _SIDE))
    small = cv2.resize(image[::skipped, ::skipped], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    lab[:, :, 0] -= 50
    kept = [
        cv2.dct(np.ascontiguousarray(lab[:, :, channel]))[_lowest(count)] / _SIDE
        for channel, count in enumerate((_LIGHT, _COLOUR, _COLOUR))
    ]
    values = np.concatenate(kept)
    values = np.sign(values) * np.sqrt(np.abs(values)) * _STEP  # small ones exactly
    values = np.append(values, _ASPECT_STEP * np.log2(width / height))
    return np.clip(values.round(), -127, 127).astype(np.int8).tobytes()


def alike(one: bytes, other: bytes) -> float:
    """How alike two pictures are, 0 to 1, by their fingerprints."""
    return float(alike_to(one, [other])[0])


def alike_to(one: bytes, many: Sequence[bytes]) -> NDArray[np.float64]:
    """How alike a picture is to each of many, 0 to 1, by their fingerprints."""
    if not many:
        return np.zeros(0)
    first, others = _values([one]), _values(many)
    layout, other_layout = first[:, 1:_LIGHT], others[:, 1:_LIGHT]
    contrast = np.sqrt(np.square(layout).sum(1) + _FLAT**2)
    other_contrast = np.sqrt(np.square(other_layout).sum(1) + _FLAT**2)
    # Both without layout are alike, one without is like none: hence what is added.
    same = (other_layout @ layout[0] + _FLAT**2) / (contrast * other_contrast)
    off = (
        (np.linalg.norm((others - first)[:, _LIGHT:-1], axis=1) / _COLOUR_OFF) ** 2
        + ((others - first)[:, 0] / _LIGHT_OFF) ** 2
        + (np.log(other_contrast / contrast) / _CONTRAST_OFF) ** 2
        + ((others - first)[:, -1] / _ASPECT_OFF) ** 2
    )
    return np.asarray(np.clip(same, 0, 1) * np.exp(-off), np.float64)


def _lowest(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the lowest frequencies of a cosine transform are, diagonal by diagonal."""
    places = sorted(
        ((row, column) for row in range(9) for column in range(9)),
        key=lambda place: (sum(place), place),
    )
    rows, columns = zip(*places[:count], strict=True)
    return np.array(rows), np.array(columns)


def _values(fingerprints: Sequence[bytes]) -> Floats:
    """Fingerprints as numbers, in CIELAB units, shape (fingerprints, 64)."""
    kept = np.frombuffer(b"".join(fingerprints), np.int8).reshape(-1, FINGERPRINT_BYTES)
    values = kept.astype(np.float32)
    values[:, :-1] = np.sign(values[:, :-1]) * np.square(values[:, :-1] / _STEP)
    values[:, -1] /= _ASPECT_STEP
    return values
