"""Cuts at their true times in all sorts of films, and a good frame of every shot."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import cv2
import numpy as np
import pytest

from indexer.segments import Image
from indexer.shots import ShotFrame, picture_quality, shot_frames
from rushes.errors import Cancelled, UnreadableFile
from tests.media.headers import cut_off, lie_about_length, trim_start
from tests.media.library import BIKES_CUTS
from tests.media.sound import tone
from tests.media.talk import make_talk
from tests.media.video import (
    Clip,
    make_clip,
    numbered,
    read_number,
    scenes,
    variable_times,
    write_video,
)

FILM = Fraction(24000, 1001)
NTSC = Fraction(30000, 1001)
PAL = Fraction(25)
LENGTHS = (50, 37, 64, 41)
SMALL = (160, 90)


def shots(path: Path, every_s: float = 8.0) -> list[ShotFrame]:
    return list(shot_frames(path, every_s, lambda: None))


def cuts(path: Path, fps: Fraction = PAL) -> list[float]:
    """The frames at which shots begin, but the first."""
    return [round(float(shot.start_s * fps), 2) for shot in shots(path, 1000)[1:]]


def assert_found(path: Path, expected: Sequence[int], fps: Fraction = PAL, off: float = 1) -> None:
    """Every cut within `off` frames, since some frames are skipped, and no other."""
    found = cuts(path, fps)
    assert len(found) == len(expected), (found, expected)
    assert all(abs(a - b) <= off + 0.1 for a, b in zip(found, expected, strict=True)), found


def write(path: Path, frames: Iterable[Image], x264: str = "", **options: str) -> Path:
    every = {"preset": "veryfast", "x264-params": x264, **options}
    write_video(path, numbered(frames), PAL, options=every)
    return path


def noisy(frames: Iterable[Image], strength: float = 6) -> Iterable[Image]:
    random = np.random.default_rng(0)
    for frame in frames:
        grain = random.normal(0, strength, frame.shape)
        yield np.clip(frame + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("ending", "fps"),
    [
        *((ending, FILM) for ending in (".mp4", ".mkv", ".mov")),
        *((ending, PAL) for ending in (".mp4", ".webm", ".avi", ".mts", ".m4v")),
        *((ending, NTSC) for ending in (".mp4", ".mkv", ".avi", ".mts")),
        *((ending, Fraction(60)) for ending in (".mp4", ".mov", ".mts")),
    ],
)
def test_cuts_are_found_in_every_container(tmp_path: Path, ending: str, fps: Fraction) -> None:
    clip = make_clip(tmp_path / f"clip{ending}", fps, LENGTHS, SMALL)
    assert_found(clip.path, list(accumulate(LENGTHS[:-1])), fps)
    assert shots(clip.path)[-1].end_s == pytest.approx(float(clip.length_s), abs=0.01)


def test_cuts_are_found_in_a_gif(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.gif", PAL, (30, 25, 30), SMALL)
    assert_found(clip.path, [30, 55], off=0)


@pytest.mark.parametrize("ending", [".mp4", ".mkv"])
def test_cuts_of_a_variable_rate_are_at_their_times(tmp_path: Path, ending: str) -> None:
    times = variable_times(sum(LENGTHS))
    clip = make_clip(tmp_path / f"clip{ending}", PAL, LENGTHS, SMALL, times_s=times)
    found = [shot.start_s for shot in shots(clip.path)[1:]]
    assert len(found) == 3
    for start_s, cut_s in zip(found, clip.cuts_s, strict=True):
        nearest = min(range(len(times)), key=[abs(time - start_s) for time in times].__getitem__)
        assert abs(nearest - times.index(cut_s)) <= 1
        assert start_s == pytest.approx(float(times[nearest]), abs=0.002)


@pytest.mark.parametrize("ending", [".mts", ".mkv"])
def test_a_clock_that_does_not_begin_at_zero_is_set_to_zero(tmp_path: Path, ending: str) -> None:
    clip = make_clip(tmp_path / f"clip{ending}", PAL, LENGTHS, SMALL, start_s=Fraction(5))
    assert_found(clip.path, list(accumulate(LENGTHS[:-1])))
    assert shots(clip.path)[0].start_s == pytest.approx(0, abs=0.001)
    assert shots(clip.path)[-1].end_s == pytest.approx(192 / 25, abs=0.01)


def test_an_edit_list_takes_time_off_every_cut(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", PAL, (50, 50, 50), SMALL)
    trim_start(clip.path, Fraction(12, 25))
    found = shots(clip.path)
    assert_found(clip.path, [38, 88])
    assert found[0].start_s == pytest.approx(0, abs=0.001)
    assert read_number(found[0].image) >= 12
    assert read_number(found[1].image) == pytest.approx(found[1].at_s * 25 + 12, abs=0.1)


def test_pictures_that_begin_after_the_sound_keep_their_times(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "late.mkv", PAL, (50, 50), SMALL, start_s=Fraction(3), sounds=[tone(7)]
    )
    first, second = shots(clip.path)
    assert first.start_s == pytest.approx(3, abs=0.03)
    assert second.start_s == pytest.approx(5, abs=0.07)
    assert second.end_s == pytest.approx(7, abs=0.03)


@pytest.mark.parametrize(
    "x264",
    [
        "keyint=250:bframes=3",  # a key frame at every cut
        "keyint=250:bframes=0",
        "keyint=50:min-keyint=50:scenecut=0",
        "keyint=12:min-keyint=12:scenecut=0:bframes=2",
        "keyint=1000:scenecut=0",
        "keyint=1000:scenecut=0:bframes=0",
        "keyint=1",
    ],
)
def test_cuts_are_found_however_groups_of_pictures_lie(tmp_path: Path, x264: str) -> None:
    lengths = (60, 37, 90, 41, 120, 30)
    path = write(tmp_path / "clip.mp4", scenes(lengths, SMALL), x264)
    assert_found(path, list(accumulate(lengths[:-1])), off=2)


def test_open_groups_lose_no_cut(tmp_path: Path) -> None:
    # The frames between the last P frame and the key frame are sent after it: up to 3 are skipped.
    lengths = (60, 37, 90, 41)
    path = write(
        tmp_path / "clip.mp4", scenes(lengths, SMALL), "keyint=50:scenecut=0:open-gop=1:bframes=3"
    )
    assert_found(path, [60, 97, 187], off=3)


@pytest.mark.parametrize("x264", ["keyint=50:scenecut=0", "keyint=125:scenecut=0:bframes=3"])
def test_cuts_are_found_below_heavy_noise(tmp_path: Path, x264: str) -> None:
    # Nothing can be predicted of noise: packets are large everywhere, and hardly larger at a cut.
    lengths = (75, 120, 65, 90)
    path = write(tmp_path / "clip.mp4", noisy(scenes(lengths, SMALL)), x264, crf="16")
    assert_found(path, [75, 195, 260])


@pytest.mark.parametrize("x264", ["keyint=50:scenecut=0", "keyint=250"])
@pytest.mark.parametrize("length", [12, 25])
def test_a_short_look_elsewhere_is_a_shot(tmp_path: Path, length: int, x264: str) -> None:
    scene = list(scenes((100,), SMALL))
    other = list(scenes((length,), SMALL, first=3))
    path = write(tmp_path / "clip.mp4", [*scene[:60], *other, *scene[60:]], x264)
    assert_found(path, [60, 60 + length])


def test_a_flash_is_no_cut(tmp_path: Path) -> None:
    frames = list(scenes((100,), SMALL))
    for index in (40, 41):
        frames[index] = np.full_like(frames[index], 255)
    path = tmp_path / "flash.mp4"
    write_video(path, frames, PAL)
    assert cuts(path) == []


@pytest.mark.parametrize("bframes", ["0", "3"])
def test_a_fast_pan_is_one_shot(tmp_path: Path, bframes: str) -> None:
    random = np.random.default_rng(1)
    wide = cv2.resize(
        random.integers(0, 255, (6, 160, 3), np.uint8), (3000, 90), interpolation=cv2.INTER_CUBIC
    )
    frames = [np.ascontiguousarray(wide[:, x : x + 160], np.uint8) for x in range(0, 2800, 14)]
    path = tmp_path / "pan.mp4"
    write_video(path, frames, PAL, options={"preset": "veryfast", "bf": bframes})
    assert cuts(path) == []


def test_real_cuts_are_found_and_passing_vans_are_none(demo_media: Path) -> None:
    assert_found(demo_media / "footage" / "bikes.mp4", BIKES_CUTS)


@pytest.mark.parametrize("name", ["bigbuckbunny.mp4", "carphone_pristine.mp4"])
def test_real_shots_without_a_cut_stay_whole(demo_media: Path, name: str) -> None:
    assert cuts(demo_media / "footage" / name) == []


def test_slides_change_where_they_do(tmp_path: Path) -> None:
    talk = make_talk(tmp_path / "talk.mp4", size=(320, 180))
    assert_found(talk.path, [round(slide.start_s * 25) for slide in talk.slides[1:]])


def test_a_slide_that_only_gains_a_line_is_a_new_shot(tmp_path: Path) -> None:
    slide = np.full((180, 320, 3), 245, np.uint8)
    cv2.putText(slide, "Budget", (20, 50), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (20, 20, 20), 3)
    more = slide.copy()
    for line in (100, 140):
        cv2.putText(more, "Radio 12,000", (20, line), cv2.FONT_HERSHEY_SIMPLEX, 1, (20, 20, 20), 2)
    path = tmp_path / "slides.mp4"
    write_video(path, [*[slide] * 75, *[more] * 75], PAL)
    assert_found(path, [75])


@pytest.mark.parametrize("rotation", [0, 90, 180, -90])
def test_the_best_frame_is_upright_and_from_within_its_shot(tmp_path: Path, rotation: int) -> None:
    clip = make_clip(tmp_path / "clip.mp4", PAL, LENGTHS, (180, 320), rotation=rotation)
    found = shots(clip.path)
    assert len(found) == len(LENGTHS)
    for shot in found:
        assert shot.image.shape == (320, 180, 3)
        number = read_number(shot.image)
        assert shot.start_s <= number / 25 < shot.end_s
        assert shot.at_s == pytest.approx(number / 25, abs=0.001)


def test_the_best_frame_is_neither_black_nor_blurred(tmp_path: Path) -> None:
    frames = list(numbered(scenes((75,), SMALL)))
    for index, frame in enumerate(frames):
        if not 40 <= index < 60:  # comes into focus, and goes out of it
            sigma = (abs(index - 50) - 9) / 5
            frame = np.asarray(cv2.GaussianBlur(frame, (0, 0), sigma), np.uint8)
        frames[index] = (frame * min(1.0, index / 25)).astype(np.uint8)  # a fade in
    path = tmp_path / "clip.mp4"
    write_video(path, frames, PAL)
    (shot,) = shots(path)
    assert 40 <= shot.at_s * 25 < 60


def test_quality_falls_with_blur_with_darkness_and_with_light() -> None:
    sharp = np.random.default_rng(0).integers(40, 200, (90, 160), np.uint8)
    good = picture_quality(sharp)
    assert good > picture_quality(np.asarray(cv2.GaussianBlur(sharp, (0, 0), 2), np.uint8))
    assert good > picture_quality((sharp // 16).astype(np.uint8))
    assert good > picture_quality(np.clip(sharp.astype(int) + 150, 0, 255).astype(np.uint8))
    assert picture_quality(np.zeros((90, 160), np.uint8)) == 0


@pytest.mark.parametrize("gop", [2000, 250, 50])
def test_a_long_shot_has_a_frame_for_every_eight_seconds(tmp_path: Path, gop: int) -> None:
    frame = next(iter(scenes((1,), SMALL)))
    path = tmp_path / "still.mp4"
    write_video(path, [frame] * 1000, PAL, options={"x264-params": f"keyint={gop}:scenecut=0"})
    found = shots(path)
    assert [shot.start_s for shot in found] == pytest.approx([0, 8, 16, 24, 32], abs=0.01)
    assert [shot.end_s for shot in found] == pytest.approx([8, 16, 24, 32, 40], abs=0.01)
    assert all(shot.start_s <= shot.at_s < shot.end_s for shot in found)


@pytest.mark.parametrize("factor", [10, 1 / 12])
def test_a_header_that_lies_moves_no_shot(tmp_path: Path, factor: float) -> None:
    clip = make_clip(tmp_path / "clip.mkv", PAL, (50, 50, 50), SMALL, sounds=[tone(9)])
    lie_about_length(clip.path, factor)
    assert_found(clip.path, [50, 100])
    assert shots(clip.path)[-1].end_s == pytest.approx(6, abs=0.01)


@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".mts", ".avi"])
def test_a_film_that_breaks_off_is_seen_up_to_there(tmp_path: Path, ending: str) -> None:
    clip = _breaks_off(tmp_path / f"clip{ending}")
    found = shots(clip.path)
    assert len(found) == 2
    assert found[1].start_s == pytest.approx(2, abs=0.05)
    assert 2.5 < found[1].end_s < 4.1


def _breaks_off(path: Path) -> Clip:
    front = {"movflags": "faststart"} if path.suffix == ".mp4" else {}
    clip = make_clip(path, PAL, (50, 50, 50), SMALL, container_options=front)
    cut_off(path, 0.6)
    return clip


def test_a_damaged_stretch_costs_no_more_than_itself(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mts", PAL, (100, 100, 100), gop=25)
    data = bytearray(clip.path.read_bytes())
    middle = len(data) // 2 // 188 * 188
    for at in range(middle, middle + 188 * 10):
        if at % 188 > 8:  # the wrapping stays whole
            data[at] ^= 0x5A
    clip.path.write_bytes(data)
    found = shots(clip.path)
    assert [shot.start_s * 25 for shot in found if shot.start_s < 4.1] == pytest.approx(
        [0, 100], abs=2
    )
    assert any(abs(shot.start_s - 8) < 0.1 for shot in found)
    assert found[-1].end_s == pytest.approx(12, abs=0.1)


def test_a_film_that_changes_its_size_half_way_is_read_on(tmp_path: Path) -> None:
    parts = [
        make_clip(tmp_path / "a.mts", PAL, (50,), (160, 90)).path,
        make_clip(tmp_path / "b.mts", PAL, (50,), (120, 160), start_s=Fraction(2)).path,
    ]
    whole = tmp_path / "whole.mts"
    whole.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert shots(whole)[-1].end_s == pytest.approx(4, abs=0.2)


def test_a_film_of_which_no_frame_can_be_decoded_says_so(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mkv", PAL, (25,), SMALL)
    data = clip.path.read_bytes()
    begins = data.index(b"\x1f\x43\xb6\x75") + 40  # the first cluster
    clip.path.write_bytes(data[:begins] + bytes(len(data) - begins))
    with pytest.raises(UnreadableFile):
        shots(clip.path)


def test_a_film_can_be_stopped_between_two_packets(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", PAL, (50, 50), SMALL)
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 20:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(shot_frames(clip.path, 8.0, check))
    assert calls == 20
