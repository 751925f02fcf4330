"""How good the picture is, and the part of a shot that is usable."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as PillowImage

from indexer.shots import shot_frames
from indexer.usable import lost_part, sharpness
from rushes.facts import Facts
from tests.media import camera_moves as made
from tests.media.camera_moves import DEFAULT, MEDIUM, SHORT, steady
from tests.media.video import Image


@pytest.fixture(scope="module")
def street(demo_media: Path) -> Image:
    return made.photo(demo_media / "pictures" / "image_qwen_image-1.webp")


def told(folder: Path, frames: Iterator[Image], options: object = DEFAULT) -> Facts:
    assert isinstance(options, dict)
    path = made.write(folder / "clip.mp4", frames, options)
    (shot,) = shot_frames(path, 8.0, lambda: None)
    return shot.facts


def assert_usable(facts: Facts, in_s: float, out_s: float) -> None:
    assert facts.usable_s is not None
    assert facts.usable_s == pytest.approx((in_s, out_s), abs=0.25)


@pytest.mark.parametrize("options", [DEFAULT, SHORT])
def test_a_shot_without_faults_is_usable_whole(
    tmp_path: Path, street: Image, options: object
) -> None:
    facts = told(tmp_path, made.filmed(street, steady(pan=0.1), 4), options)
    assert facts.usable_s == pytest.approx((0, 4), abs=0.01)
    hand = made.filmed(street, made.handheld(0.005), 4)
    assert told(tmp_path, hand, options).usable_s == pytest.approx((0, 4), abs=0.01)


@pytest.mark.parametrize("options", [DEFAULT, SHORT, MEDIUM])
def test_a_knock_is_left_out(tmp_path: Path, street: Image, options: object) -> None:
    facts = told(tmp_path, made.filmed(street, made.bump(3), 5), options)
    assert_usable(facts, 0, 3)
    facts = told(tmp_path, made.filmed(street, made.bump(1), 5), options)
    assert_usable(facts, 1.4, 5)


@pytest.mark.parametrize("options", [DEFAULT, SHORT, MEDIUM])
def test_hunting_focus_is_left_out(tmp_path: Path, street: Image, options: object) -> None:
    def sigma_px(time_s: float) -> float:
        return min(5.0, 15 * max(0.0, 0.5 - abs(time_s - 1.5)))

    frames = made.with_focus(made.filmed(street, steady(pan=0.08), 5), sigma_px)
    assert_usable(told(tmp_path, frames, options), 2, 5)


@pytest.mark.parametrize("options", [DEFAULT, SHORT, MEDIUM])
def test_a_jump_of_the_exposure_is_left_out(tmp_path: Path, street: Image, options: object) -> None:
    def stops(time_s: float) -> float:
        return -0.6 * min(1.0, max(0.0, (time_s - 3) / 0.3))

    # At once, and in a picture in which nothing moves, what follows is a shot of its own.
    frames = made.with_exposure(made.filmed(street, steady(pan=0.1), 5), stops)
    assert_usable(told(tmp_path, frames, options), 0, 3)


def test_a_fade_out_is_left_out(tmp_path: Path, street: Image) -> None:
    def stops(time_s: float) -> float:
        return -8 * max(0.0, time_s - 4)

    facts = told(tmp_path, made.with_exposure(made.filmed(street, steady(), 5), stops))
    assert_usable(facts, 0, 4.05)


def test_a_shot_that_is_never_sharp_is_not_usable(tmp_path: Path, street: Image) -> None:
    blurred = made.with_focus(made.filmed(street, steady(), 3), lambda _: 9.0)
    facts = told(tmp_path, blurred)
    assert facts.usable_s is None
    assert facts.sharpness is not None and facts.sharpness < 0.3


def small(path: Path) -> Image:
    with PillowImage.open(path) as opened:
        height = round(opened.height * 256 / opened.width)
        return np.asarray(opened.convert("RGB").resize((256, height), PillowImage.Resampling.BOX))


def test_photographs_are_sharp_and_blurred_ones_are_not(demo_media: Path) -> None:
    sharp: list[float] = []
    soft: list[float] = []
    for path in sorted((demo_media / "pictures").glob("*.webp"))[130:190]:
        grey = np.ascontiguousarray(small(path).max(axis=2))
        sharp.append(sharpness(grey))
        soft.append(sharpness(np.asarray(cv2.GaussianBlur(grey, (0, 0), 3), np.uint8)))
    assert np.percentile(sharp, 10) > 0.7
    assert max(soft) < 0.3


def test_sharpness_falls_as_the_blur_grows(street: Image) -> None:
    grey = np.ascontiguousarray(made.view(street, made.Pose(zoom=0.5), (256, 144))[..., 1])
    blurred = [
        sharpness(np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.uint8))
        for sigma in (0.5, 1, 2, 3)
    ]
    assert sharpness(grey) > blurred[0] > blurred[1] > blurred[2] > blurred[3]


def test_black_and_burnt_out_places_are_lost() -> None:
    small = np.zeros((144, 256, 3), np.uint8)
    small[..., 2] = 120
    assert lost_part(small) == 0
    small[:, :64, 2] = 255  # a quarter is white
    assert lost_part(small) == pytest.approx(0.25)
    small[:, :64, 1] = 200  # no: red as red can be
    assert lost_part(small) == 0
    small[:, :128, 2] = 4  # half is black
    small[72:, :, 2] = 120  # in the upper half
    assert lost_part(small) == pytest.approx(0.25)
    small[:20] = 0  # a letterbox's bar does not count
    assert lost_part(small) == pytest.approx(52 * 128 / (124 * 256))
    assert lost_part(np.zeros_like(small)) == 1


def test_exposure_is_told_of_the_shot(tmp_path: Path, street: Image) -> None:
    good = told(tmp_path, made.filmed(street, steady(), 2)).exposure
    dark = made.with_exposure(made.filmed(street, steady(), 2), lambda _: -5)
    burnt = made.with_exposure(made.filmed(street, steady(), 2), lambda _: 4)
    assert good is not None and good > 0.7
    for frames in (dark, burnt):
        exposure = told(tmp_path, frames).exposure
        assert exposure is not None and exposure < 0.5
