"""Frames of a film by number: the same whichever way one comes to them."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from rushes.errors import UnreadableFile
from rushes.frames import FilmFrames
from rushes.media import open_media, upright, video_stream


@pytest.fixture(scope="module")
def bikes(demo_media: Path) -> Path:
    return next(demo_media.rglob("bikes.mp4"))


def straight(path: Path, count: int) -> list[np.ndarray]:
    with open_media(path) as container:
        stream = video_stream(container)
        assert stream is not None
        frames = container.decode(stream)
        return [upright(next(frames), 96) for _ in range(count)]


def test_frames_are_those_of_decoding_straight_on(bikes: Path) -> None:
    frames = FilmFrames(bikes, Fraction(25), 96)
    wanted = straight(bikes, 60)
    for number in (0, 1, 2, 40, 39, 38, 59, 3, 58, 57):
        assert np.array_equal(frames.at(number), wanted[number]), number


def test_after_the_end_the_last_frame_stays(bikes: Path) -> None:
    frames = FilmFrames(bikes, Fraction(25), 96)
    last = frames.at(249)
    assert np.array_equal(frames.at(10_000), last)
    assert not np.array_equal(frames.at(0), last)


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="gone"):
        FilmFrames(tmp_path / "gone.mp4", Fraction(25), 96).at(3)
