"""Other takes of a picture are alike, other pictures are not."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from benchmarks.likeness import another_take, cropped
from indexer.likeness import ALIKE, FINGERPRINT_BYTES, alike, alike_to, fingerprint
from indexer.segments import Image

NAMES = (
    "video_wanmove_480p-1",
    "hidream_i1_fast-1",
    "flux_schnell_full_text_to_image-1",
    "image_omnigen2_image_edit-2",
    "image_qwen_image_edit_2509_relight-1",
    "flux_fill_inpaint_example-1",
    "wan2.1_fun_control-1",
    "image_pixeldit_t2i-1",
    "video_ltx2_t2v_distilled-1",
    "api_magnific_image_relight-1",
)


@pytest.fixture(scope="module")
def pictures(demo_media: Path) -> dict[str, Image]:
    found = {}
    for name in NAMES:
        with PillowImage.open(demo_media / "pictures" / f"{name}.webp") as opened:
            found[name] = np.asarray(opened.convert("RGB"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_another_take_is_alike(name: str, pictures: dict[str, Image]) -> None:
    kept = fingerprint(pictures[name])
    for change, taken in another_take(pictures[name], np.random.default_rng(1)):
        assert alike(kept, fingerprint(taken)) >= ALIKE, change


def test_pictures_of_other_things_are_not_alike(pictures: dict[str, Image]) -> None:
    kept = {name: fingerprint(image) for name, image in pictures.items()}
    for one, other in combinations(kept, 2):
        assert alike(kept[one], kept[other]) < ALIKE, (one, other)


def test_a_picture_is_wholly_like_itself_and_likeness_has_no_direction(
    pictures: dict[str, Image],
) -> None:
    one, other, *_ = (fingerprint(image) for image in pictures.values())
    assert alike(one, one) == pytest.approx(1)
    assert alike(one, other) == pytest.approx(alike(other, one))


def test_the_same_framing_at_another_place_is_not_alike(pictures: dict[str, Image]) -> None:
    skier = pictures["video_wanmove_480p-1"]
    assert alike(fingerprint(skier), fingerprint(cropped(skier, 0.5, 0.0))) < ALIKE


def test_a_mirrored_or_recoloured_picture_is_not_alike(pictures: dict[str, Image]) -> None:
    skier = pictures["video_wanmove_480p-1"]
    kept = fingerprint(skier)
    assert alike(kept, fingerprint(np.ascontiguousarray(skier[:, ::-1]))) < ALIKE
    assert alike(kept, fingerprint(np.ascontiguousarray(skier[:, :, ::-1]))) < ALIKE


def test_black_is_like_black_and_like_nothing_else(pictures: dict[str, Image]) -> None:
    black = fingerprint(np.zeros((90, 160, 3), np.uint8))
    assert alike(black, fingerprint(np.full((180, 320, 3), 3, np.uint8))) >= ALIKE
    assert max(alike_to(black, [fingerprint(image) for image in pictures.values()])) < ALIKE
    assert alike(black, fingerprint(np.full((90, 160, 3), 255, np.uint8))) < ALIKE


@pytest.mark.parametrize("size", [(1, 1), (2000, 3), (64, 64), (1080, 1920)])
def test_fingerprints_are_of_one_size_and_the_same_every_time(size: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 255, (*size, 3)).astype(np.uint8)
    kept = fingerprint(image)
    assert len(kept) == FINGERPRINT_BYTES == 64
    assert kept == fingerprint(image.copy())


def test_many_are_compared_as_one_by_one(pictures: dict[str, Image]) -> None:
    kept = [fingerprint(image) for image in pictures.values()]
    one_by_one = [alike(kept[0], one) for one in kept]
    assert alike_to(kept[0], kept) == pytest.approx(one_by_one, rel=1e-6, abs=1e-9)
    assert len(alike_to(kept[0], [])) == 0
