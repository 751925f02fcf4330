"""HDR frames as ordinary pictures."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from generator.keyframes import read_keyframe
from generator.storyboard import FIRST, Keyframe
from generator.tone import in_sdr
from rushes.encoding import Codec, Colour, Format, film_writer
from rushes.jobs import Job
from rushes.place import Place

PQ, HLG = Colour(9, 16, 9), Colour(9, 18, 9)


def grey(level: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    return np.full((64, 96, 3), round(level * 65535), np.uint16)


@pytest.mark.parametrize(
    ("colour", "coded", "shown"),
    [
        # BT.2408's table: 203 nits are 58 % of PQ and 75 % of HLG, an 18 % grey 38 % of both.
        (PQ, 0.58, 244),
        (HLG, 0.75, 244),
        (PQ, 0.38, 114),
        (HLG, 0.38, 114),
        (PQ, 0.0, 0),
        (HLG, 0.0, 0),
        (PQ, 1.0, 255),
        (HLG, 1.0, 255),
    ],
)
def test_white_grey_and_black_stay_what_they_are(colour: Colour, coded: float, shown: int) -> None:
    made = in_sdr(grey(coded), colour)
    assert made.dtype == np.uint8
    assert made.min() == made.max()
    assert int(made[0, 0, 0]) == pytest.approx(shown, abs=12)


def test_a_keyframe_of_an_hdr_film_is_not_pale(tmp_path: Path) -> None:
    form = Format(96, 64, Fraction(25), Codec.HEVC, PQ, deep=True)
    with film_writer(tmp_path / "hdr.mp4", form) as writer:
        for _ in range(5):
            writer.add(grey(0.58))
    for sharpest in (False, True):
        wanted = Keyframe(Place(tmp_path / "hdr.mp4", 0.0), FIRST, sharpest=sharpest)
        assert read_keyframe(wanted, Job()).image.mean() == pytest.approx(244, abs=4)
