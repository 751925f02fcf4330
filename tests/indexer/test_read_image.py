"""Stills and animations, upright, over white, with their dates and times."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from indexer.readers.image import MAX_SIDE, date_taken, picture_size, read_image
from indexer.segments import Image, Origin, Segment, Tools
from rushes.jobs import Job
from tests.indexer.read import pictures, refusal
from tests.media.hostile import huge_png

ORIENTATION, DATE_TIME, EXIF, DATE_TAKEN = 274, 306, 34665, 36867


def quarters(width: int = 160, height: int = 80) -> Pillow.Image:
    """Red, green above blue, white."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = (250, 10, 10)
    picture[: height // 2, width // 2 :] = (10, 250, 10)
    picture[height // 2 :, : width // 2] = (10, 10, 250)
    picture[height // 2 :, width // 2 :] = 250
    return Pillow.fromarray(picture)


def corners(image: Image) -> str:
    """The colours of the quarters, row by row, by their first letters."""
    height, width = image.shape[:2]
    named = {"r": (250, 10, 10), "g": (10, 250, 10), "b": (10, 10, 250), "w": (250, 250, 250)}
    spots = [image[height * y // 4, width * x // 4].astype(int) for y in (1, 3) for x in (1, 3)]
    return "".join(min(named, key=lambda n: np.abs(spot - named[n]).sum()) for spot in spots)


def image(path: Path) -> Image:
    (picture,) = pictures(read_image, path)
    assert (picture.start_s, picture.end_s, picture.at_s) == (None, None, None)
    return picture.image


@pytest.mark.parametrize(
    "ending", ["jpg", "png", "webp", "gif", "tiff", "bmp", "heic", "avif", "jpeg", "tif"]
)
def test_every_format_shows_what_was_saved(tmp_path: Path, ending: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    path = tmp_path / f"picture.{ending}"
    quarters().save(path)
    seen = image(path)
    assert seen.shape == (80, 160, 3)
    assert seen.dtype == np.uint8
    assert corners(seen) == "rgbw"


@pytest.mark.parametrize(
    ("orientation", "expected", "shape"),
    [
        (1, "rgbw", (80, 160, 3)),
        (3, "wbgr", (80, 160, 3)),
        (6, "brwg", (160, 80, 3)),  # to be turned a quarter clockwise
        (8, "gwrb", (160, 80, 3)),
        (2, "grwb", (80, 160, 3)),  # mirrored
    ],
)
def test_a_photo_is_turned_as_its_exif_says(
    tmp_path: Path, orientation: int, expected: str, shape: tuple[int, int, int]
) -> None:
    exif = Pillow.Exif()
    exif[ORIENTATION] = orientation
    quarters().save(tmp_path / "photo.jpg", exif=exif, quality=95)
    seen = image(tmp_path / "photo.jpg")
    assert (corners(seen), seen.shape) == (expected, shape)


def test_a_photo_says_when_it_was_taken(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[DATE_TIME] = "2024:05:02 10:00:00"  # when it was last edited
    exif.get_ifd(EXIF)[DATE_TAKEN] = "2024:05:01 09:30:15"
    quarters().save(tmp_path / "photo.jpg", exif=exif)
    assert date_taken(tmp_path / "photo.jpg") == "2024-05-01T09:30:15"


@pytest.mark.parametrize("date", ["0000:00:00 00:00:00", "yesterday", ""])
def test_a_date_that_is_none_is_left_out(tmp_path: Path, date: str) -> None:
    exif = Pillow.Exif()
    exif[DATE_TIME] = date
    quarters().save(tmp_path / "photo.jpg", exif=exif)
    assert date_taken(tmp_path / "photo.jpg") is None


def test_what_is_no_photo_has_no_date(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"not a picture at all")
    assert date_taken(path) is None
    assert date_taken(tmp_path / "none.jpg") is None


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "palette with a clear colour"])
def test_what_is_transparent_lies_over_white(tmp_path: Path, mode: str) -> None:
    layer = Pillow.new("RGBA", (80, 80), (0, 0, 0, 0))
    layer.paste((0, 0, 0, 255), (0, 0, 40, 80))
    path = tmp_path / "logo.png"
    if mode.startswith("palette"):
        plain = Pillow.new("P", (80, 80), 1)
        plain.putpalette([0, 0, 0, 10, 10, 10])
        plain.paste(0, (0, 0, 40, 80))
        plain.save(path, transparency=1)
    else:
        layer.convert(mode).save(path.with_suffix(".tiff" if mode == "PA" else ".png"))
        path = path.with_suffix(".tiff" if mode == "PA" else ".png")
    seen = image(path)
    assert seen[40, 10].max() < 20
    if mode != "PA":  # TIFF keeps no alpha of a palette
        assert seen[40, 70].min() > 240


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "YCbCr", "I;16", "F"])
def test_every_kind_of_pixel_becomes_rgb(tmp_path: Path, mode: str) -> None:
    ramp = np.tile(np.linspace(0, 255, 160, dtype=np.uint8), (80, 1))
    grey = Pillow.fromarray(ramp)
    if mode == "I;16":
        picture = Pillow.fromarray(ramp.astype(np.uint16) * 257)
    elif mode in ("CMYK", "YCbCr"):
        picture = grey.convert("RGB").convert(mode)
    else:
        picture = grey.convert(mode)
    path = tmp_path / "ramp.tiff"
    picture.save(path)
    seen = image(path)
    assert seen.shape == (80, 160, 3)
    left, right = seen[:, 4:36].mean(), seen[:, 124:156].mean()
    assert left < 60 and right > 190


def test_a_large_picture_is_handed_on_smaller(tmp_path: Path) -> None:
    quarters(4000, 1000).save(tmp_path / "large.jpg")
    seen = image(tmp_path / "large.jpg")
    assert seen.shape == (MAX_SIDE // 4, MAX_SIDE, 3)
    assert corners(seen) == "rgbw"


def test_a_picture_that_claims_to_be_huge_is_refused_unopened(tmp_path: Path) -> None:
    assert "too large a picture" in refusal(read_image, huge_png(tmp_path / "huge.png"))


@pytest.mark.parametrize("ending", ["webp", "png", "gif"])
def test_an_animation_gives_frames_for_its_whole_length(tmp_path: Path, ending: str) -> None:
    frames = [Pillow.new("RGB", (80, 80), (20 * i, 0, 255 - 20 * i)) for i in range(12)]
    durations = [100] * 6 + [500] * 6
    path = tmp_path / f"moving.{ending}"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, loop=0)
    shown = [round(picture.image[40, 40, 0] / 20) for picture in pictures(read_image, path)]
    assert shown == [2, 6, 10]


def test_a_tiff_of_several_pages_shows_its_first(tmp_path: Path) -> None:
    path = tmp_path / "pages.tiff"
    quarters().save(path, save_all=True, append_images=[Pillow.new("RGB", (160, 80))])
    assert corners(image(path)) == "rgbw"


def test_the_wrong_ending_among_pictures_does_no_harm(tmp_path: Path) -> None:
    quarters().save(tmp_path / "photo.png", format="JPEG", quality=95)
    assert corners(image(tmp_path / "photo.png")) == "rgbw"


def test_what_is_no_picture_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "page.jpg").write_bytes(b"%PDF-1.7\n" + bytes(500))
    assert "it is not a picture but a PDF" in refusal(read_image, tmp_path / "page.jpg")
    (tmp_path / "empty.jpg").write_bytes(b"")
    assert "empty" in refusal(read_image, tmp_path / "empty.jpg")
    assert "gone" in refusal(read_image, tmp_path / "none.jpg")


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "heic", "avif"])
def test_a_picture_that_breaks_off_asks_whether_it_was_cut_off(tmp_path: Path, ending: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    path = tmp_path / f"half.{ending}"
    noise = np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8)
    Pillow.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "cut off" in refusal(read_image, path)


def test_words_in_a_picture_come_with_it(tmp_path: Path) -> None:
    class Reads:
        def read_still(self, image: Image) -> str:
            return f"{image.shape[1]} wide"

        def read_frame(self, image: Image) -> str:
            raise AssertionError("a picture is no frame")

        def read_page(self, image: Image) -> str:
            raise AssertionError("a picture is no page")

    quarters().save(tmp_path / "sign.png")
    _, words = read_image(tmp_path / "sign.png", Tools(Job(), ocr=Reads()))
    assert words == Segment("160 wide", Origin.ON_SCREEN)


def test_the_size_is_that_of_the_picture_as_it_is_shown(tmp_path: Path) -> None:
    upright = Pillow.new("RGB", (640, 480))
    upright.save(tmp_path / "wide.png")
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turned by a quarter
    upright.save(tmp_path / "turned.jpg", exif=exif)
    (tmp_path / "none.jpg").write_bytes(b"no picture")
    assert picture_size(tmp_path / "wide.png") == (640, 480)
    assert picture_size(tmp_path / "turned.jpg") == (480, 640)
    assert picture_size(tmp_path / "none.jpg") is None
    assert picture_size(tmp_path / "gone.jpg") is None
