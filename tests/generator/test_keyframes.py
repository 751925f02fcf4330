"""Keyframes from films and stills: which frame, which way up, in which shape."""

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from generator.keyframes import Source, fitted_to, narrowed, read_keyframe, sharpness, widened
from generator.storyboard import FIRST, LAST, Fit, Keyframe
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.place import Place
from tests.generator.opened import psnr
from tests.media.sound import tone, write_tracks
from tests.media.video import Image, make_clip, numbered, read_number, scenes, write_video

SIZE = (160, 90)


def read(path: Path, at_s: float | None = None, sharpest: bool = False) -> Source:
    return read_keyframe(Keyframe(Place(path, at_s), FIRST, sharpest=sharpest), Job())


def still(path: Path, size: tuple[int, int] = SIZE) -> Image:
    image = next(iter(scenes((1,), size)))
    Pillow.fromarray(image).save(path)
    return image


def test_a_moment_gives_exactly_its_frame(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "film.mp4", scene_lengths=(20, 20), size=(320, 180))
    source = read(clip.path, 1.0)
    assert (read_number(source.image), source.at_s, source.size) == (25, 1.0, (320, 180))


def test_the_sharpest_frame_near_an_in_and_an_out_point_is_taken(tmp_path: Path) -> None:
    frames = [
        frame if index in (14, 33) else cv2.GaussianBlur(frame, (9, 9), 3).astype(np.uint8)
        for index, frame in enumerate(numbered(scenes((50,), (320, 180))))
    ]

    write_video(tmp_path / "film.mp4", frames, Fraction(25))
    film = Place(tmp_path / "film.mp4", 0.4)
    after = read_keyframe(Keyframe(film, FIRST, sharpest=True), Job())
    assert after.at_s == pytest.approx(14 / 25)
    before = read_keyframe(Keyframe(Place(film.path, 1.6), LAST, sharpest=True), Job())
    assert before.at_s == pytest.approx(33 / 25)


def test_an_in_point_near_the_end_is_no_fault(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "film.mp4", scene_lengths=(20,), size=SIZE)
    assert read(clip.path, 0.76, sharpest=True).at_s == pytest.approx(0.76)


def test_films_and_photographs_are_turned_upright(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "phone.mp4", scene_lengths=(5,), size=(180, 320), rotation=-90)
    assert read(clip.path, 0.0).image.shape == (320, 180, 3)
    image = next(iter(scenes((1,), SIZE)))
    exif = Pillow.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    Pillow.fromarray(np.ascontiguousarray(np.rot90(image))).save(tmp_path / "photo.png", exif=exif)
    assert (read(tmp_path / "photo.png").image == image).all()


def test_a_phones_photograph_is_brought_into_srgb(tmp_path: Path) -> None:
    still(tmp_path / "plain.png")
    image = Pillow.open(tmp_path / "plain.png")
    narrow = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image.save(tmp_path / "tagged.png", icc_profile=narrow)
    image.save(tmp_path / "broken.png", icc_profile=b"no profile")
    plain = read(tmp_path / "plain.png").image
    assert psnr(read(tmp_path / "tagged.png").image, plain) > 45
    assert (read(tmp_path / "broken.png").image == plain).all()


def test_another_shape_is_cropped_padded_or_squeezed_as_the_user_says(tmp_path: Path) -> None:
    image = still(tmp_path / "wide.png", (200, 100))
    source = read(tmp_path / "wide.png")
    with pytest.raises(RushesError, match="wide.png is 200×100, the film 100×100: choose --fit"):
        fitted_to(source, (100, 100), None)
    assert (fitted_to(source, (100, 100), Fit.CROP) == image[:, 50:150]).all()
    padded = fitted_to(source, (100, 100), Fit.PAD)
    assert not padded[:25].any() and not padded[75:].any() and padded[25:75].any()
    squeezed = fitted_to(source, (100, 100), Fit.STRETCH)
    small = cv2.resize(image, (100, 100), interpolation=cv2.INTER_AREA).astype(np.uint8)
    assert psnr(squeezed, small) > 60


def test_the_same_shape_needs_no_choice(tmp_path: Path) -> None:
    still(tmp_path / "a.png", (320, 180))
    assert fitted_to(read(tmp_path / "a.png"), (160, 90), None).shape == (90, 160, 3)


def test_what_is_widened_for_a_model_is_narrowed_again(tmp_path: Path) -> None:
    image = still(tmp_path / "a.png", (64, 54))
    wide = widened(image, (64, 64))
    assert wide.shape == (64, 64, 3)
    assert (wide[:5] == image[:1]).all()
    assert (narrowed(wide, (64, 54)) == image).all()


def test_sharpness_falls_with_blur() -> None:
    image = next(iter(scenes((1,), (320, 180))))
    assert sharpness(image) > 2 * sharpness(cv2.GaussianBlur(image, (0, 0), 3).astype(np.uint8))


@pytest.mark.parametrize(
    ("name", "at_s", "said"),
    [
        ("film.mp4", 9.0, "film.mp4 has no moment at 9 s: it ends at 0.40 s"),
        ("film.mp4", None, "cannot read film.mp4: it is not a picture (of a film, name a moment"),
        ("tone.wav", 0.0, "tone.wav has no moving pictures"),
        ("note.txt", None, "it is not a picture"),
        ("cut.png", None, "cannot read cut.png: it is not a whole picture"),
        ("gone.png", None, "cannot read gone.png: the file is not there"),
        ("gone.mp4", 1.0, "cannot read gone.mp4: the file is gone"),
    ],
)
def test_what_gives_no_keyframe_is_named(
    tmp_path: Path, name: str, at_s: float | None, said: str
) -> None:
    make_clip(tmp_path / "film.mp4", scene_lengths=(10,), size=SIZE)
    write_tracks(tmp_path / "tone.wav", [tone(1)])
    (tmp_path / "note.txt").write_text("a note")
    still(tmp_path / "whole.png", (640, 360))
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:600])
    with pytest.raises(RushesError) as error:
        read(tmp_path / name, at_s)
    assert said in str(error.value)
