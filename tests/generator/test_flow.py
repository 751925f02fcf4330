"""Pictures between pictures."""

from fractions import Fraction

import numpy as np

from generator.flow import Interpolator, at_rate
from tests.generator.opened import psnr
from tests.media.video import Image, scenes

SIZE = (320, 180)


def shifted(by: int) -> Image:
    """A texture that the camera pans over, `by` pixels further."""
    random = np.random.default_rng(3)
    coarse = random.integers(40, 216, (24, 60, 3)).astype(np.uint8)
    texture = np.kron(coarse, np.ones((8, 8, 1), np.uint8))
    return np.ascontiguousarray(texture[:180, by : by + 320])


def test_the_picture_between_is_where_the_camera_was() -> None:
    interpolator = Interpolator()
    first, second = shifted(0), shifted(12)
    motion = interpolator.motion(first, second)
    middle = interpolator.between(first, second, motion, 0.5).astype(np.uint8)
    mixed = ((first.astype(int) + second) // 2).astype(np.uint8)
    inner = np.s_[20:160, 30:290]
    assert not motion.is_cut
    assert psnr(middle[inner], shifted(6)[inner]) > 24
    assert psnr(middle[inner], shifted(6)[inner]) > psnr(mixed[inner], shifted(6)[inner]) + 6


def test_nothing_is_mixed_across_a_cut() -> None:
    before, after = list(scenes((1, 1), SIZE))
    interpolator = Interpolator()
    motion = interpolator.motion(before, after)
    assert motion.is_cut
    assert interpolator.between(before, after, motion, 0.4) is before
    assert interpolator.between(before, after, motion, 0.6) is after


def test_a_rate_is_filled_without_changing_length_or_frames() -> None:
    frames = [shifted(2 * n) for n in range(10)]
    for fps, wanted in ((25, 60), (30, 60), (24, 60), (25, 50)):
        made = list(at_rate(iter(frames), Fraction(fps), Fraction(wanted)))
        assert len(made) == round(Fraction(10 * wanted, fps))
        for index in range(10):
            place = Fraction(index * wanted, fps)
            if place.denominator == 1:
                assert made[int(place)] is frames[index]


def test_a_film_without_frames_stays_one() -> None:
    assert list(at_rate(iter([]), Fraction(25), Fraction(60))) == []
