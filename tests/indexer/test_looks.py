"""Which frames are looked at: enough for every cut, and far from all."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from indexer.looks import GLIMPSE_S, SMALL_WIDTH, colour_likeness, content_change, looks
from rushes.errors import UnreadableFile
from tests.media.sound import tone, write_audio
from tests.media.video import make_clip, scenes, write_video

PAL = Fraction(25)


@pytest.mark.parametrize("gop", [2000, 250, 180])
def test_no_eight_seconds_pass_without_a_look(tmp_path: Path, gop: int) -> None:
    frame = next(iter(scenes((1,), (160, 90))))
    path = tmp_path / "still.mp4"
    write_video(path, [frame] * 1000, PAL, options={"x264-params": f"keyint={gop}:scenecut=0"})
    times = [look.time_s for look in looks(path, 8.0, lambda: None)]
    assert times[0] == 0
    assert all(0 < b - a <= 8 for a, b in pairwise(times))
    assert times[-1] > 32


def test_groups_in_which_nothing_happens_are_passed_over(tmp_path: Path) -> None:
    frame = next(iter(scenes((1,), (160, 90))))
    path = tmp_path / "still.mp4"
    write_video(path, [frame] * 1000, PAL, options={"x264-params": "keyint=50:scenecut=0"})
    seen = list(looks(path, 8.0, lambda: None))
    passed = [look for look in seen if not look.follows]
    assert len(passed) == 19
    assert len(seen) < 100  # the 20 key frames, and the last group


@pytest.mark.parametrize("x264", ["keyint=50:bframes=3", "keyint=12:bframes=0"])
def test_passed_groups_are_glimpsed_in_bursts(tmp_path: Path, x264: str) -> None:
    frame = next(iter(scenes((1,), (160, 90))))
    path = tmp_path / "still.mp4"
    write_video(path, [frame] * 500, PAL, options={"x264-params": f"{x264}:scenecut=0"})
    seen = list(looks(path, 8.0, lambda: None))
    times = [glimpse.time_s for look in seen for glimpse in look.passed]
    assert 20 <= len(times) < 100  # of 500 frames
    for before, look in pairwise(seen):
        assert not (look.passed and look.follows)
        assert all(before.time_s < glimpse.time_s < look.time_s for glimpse in look.passed)
        assert all(b.time_s - a.time_s >= GLIMPSE_S for a, b in pairwise(look.passed))
    # Close enough to each other to tell how the camera trembles, and no longer than 3 s without.
    every = sorted([*times, *(look.time_s for look in seen)])
    near = [a for a, b in pairwise(every) if b - a < 0.2]
    assert max(b - a for a, b in pairwise(near)) < 3


def test_all_of_a_passed_group_in_which_the_camera_is_knocked_is_glimpsed(tmp_path: Path) -> None:
    frame = next(iter(scenes((1,), (160, 90))))
    frames = [frame] * 500
    for number in range(260, 270):
        frames[number] = np.roll(frame, number % 3 * 4, axis=0)
    path = tmp_path / "knock.mp4"
    options = {"x264-params": "keyint=12:bframes=0:scenecut=0"}
    write_video(path, frames, PAL, options=options)
    times = [
        time_s
        for look in looks(path, 8.0, lambda: None)
        for time_s in (*(glimpse.time_s for glimpse in look.passed), look.time_s)
    ]
    inside = [time_s for time_s in times if 10.4 <= time_s <= 10.8]
    assert len(inside) >= 4


def test_looks_come_in_order_and_each_once(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", PAL, (60, 37, 90, 41), gop=50)
    seen = list(looks(clip.path, 8.0, lambda: None))
    assert all(a.time_s < b.time_s for a, b in pairwise(seen))
    assert all(look.end_s - look.time_s == pytest.approx(0.04, abs=0.001) for look in seen)
    assert all(look.small.shape == (144, SMALL_WIDTH, 3) for look in seen)


@pytest.mark.parametrize("gop", [2000, 50])
def test_decoded_frames_are_not_kept(
    tmp_path: Path, gop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer import looks as module

    alive = most = 0

    class Counted(module.Look):
        def __new__(cls, *_: object, **__: object) -> "Counted":
            nonlocal alive, most
            alive += 1
            most = max(most, alive)
            return super().__new__(cls)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    monkeypatch.setattr(module, "Look", Counted)
    path = tmp_path / "clip.mp4"
    options = {"x264-params": f"keyint={gop}:scenecut=0"}
    write_video(path, scenes((100, 100, 100), (160, 90)), PAL, options=options)
    count = sum(1 for _ in module.looks(path, 8.0, lambda: None))
    assert count > 50
    assert most <= 8


def test_a_file_without_pictures_has_no_looks(tmp_path: Path) -> None:
    sound = tone(1)
    write_audio(tmp_path / "tone.wav", sound.samples, sound.rate)
    assert list(looks(tmp_path / "tone.wav", 8.0, lambda: None)) == []


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="gone"):
        list(looks(tmp_path / "none.mp4", 8.0, lambda: None))


def test_the_change_of_content_is_the_mean_over_pixels_and_channels() -> None:
    dark, light = np.full((9, 16, 3), 10, np.uint8), np.full((9, 16, 3), 40, np.uint8)
    light[..., 0] = 10
    assert content_change(dark, dark) == 0
    assert content_change(dark, light) == pytest.approx(20)


def test_colours_are_alike_wherever_they_are() -> None:
    picture = np.random.default_rng(0).integers(0, 120, (90, 160, 3), np.uint8)
    assert colour_likeness(picture, picture[:, ::-1].copy()) == pytest.approx(1)
    other = (picture // 4 + 140).astype(np.uint8)
    assert colour_likeness(picture, other) < 0.1
