"""The camera's moves on clips whose camera path the test makes, and on real footage."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from indexer.camera import camera_in
from indexer.motion import Motion, motion_between
from indexer.shots import ShotFrame, shot_frames
from rushes.facts import Facts, Move
from tests.media import camera_moves as made
from tests.media.camera_moves import DEFAULT, MEDIUM, SHORT, CameraPath, steady, together
from tests.media.video import Image, write_video


@pytest.fixture(scope="module")
def street(demo_media: Path) -> Image:
    return made.photo(demo_media / "pictures" / "image_qwen_image-1.webp")


@pytest.fixture(scope="module")
def jungle(demo_media: Path) -> Image:
    return made.photo(demo_media / "pictures" / "image_chroma_text_to_image-1.webp")


def told(path: Path) -> Facts:
    (shot,) = shots(path)
    return shot.facts


def shots(path: Path) -> list[ShotFrame]:
    return list(shot_frames(path, 8.0, lambda: None))


def clip(folder: Path, frames: Iterator[Image], options: object = DEFAULT) -> Path:
    assert isinstance(options, dict)
    return made.write(folder / "clip.mp4", frames, options)


@pytest.mark.parametrize(
    ("path", "move", "speed", "options"),
    [
        (steady(pan=0.1), Move.PAN_RIGHT, 0.1, SHORT),
        (steady(pan=-0.3), Move.PAN_LEFT, 0.3, DEFAULT),
        (steady(pan=-0.03), Move.PAN_LEFT, 0.03, MEDIUM),
        (steady(tilt=0.08), Move.TILT_DOWN, 0.08, DEFAULT),
        (steady(tilt=-0.15), Move.TILT_UP, 0.15, SHORT),
        (steady(zoom=0.05), Move.ZOOM_IN, 0.05, DEFAULT),
        (steady(zoom=-0.15), Move.ZOOM_OUT, 0.15, SHORT),
        (steady(roll=6), Move.ROLL_RIGHT, 6, SHORT),
        (steady(roll=-3), Move.ROLL_LEFT, 3, DEFAULT),
    ],
)
def test_a_move_is_told_with_its_direction_and_speed(
    tmp_path: Path, street: Image, path: CameraPath, move: Move, speed: float, options: object
) -> None:
    facts = told(clip(tmp_path, made.filmed(street, path, 4), options))
    assert facts.moves == (move,)
    assert facts.speed == pytest.approx(speed, rel=0.1)
    assert facts.shake is not None and facts.shake < 0.1


@pytest.mark.parametrize("options", [DEFAULT, SHORT])
def test_a_camera_that_stands_is_static(tmp_path: Path, street: Image, options: object) -> None:
    facts = told(clip(tmp_path, made.with_grain(made.filmed(street, steady(), 4)), options))
    assert facts.moves == (Move.STATIC,)
    assert facts.speed == 0
    assert facts.motion is not None and facts.motion < 0.02


def test_a_pan_of_one_second_in_eight_is_told(tmp_path: Path, street: Image) -> None:
    path = steady(pan=0.12, from_s=3, to_s=4)
    facts = told(clip(tmp_path, made.filmed(street, path, 7.5)))
    assert facts.moves == (Move.PAN_RIGHT,)
    assert facts.speed == pytest.approx(0.12, rel=0.3)


def test_the_stronger_of_two_moves_comes_first(tmp_path: Path, street: Image) -> None:
    path = steady(pan=0.1, tilt=0.05)
    facts = told(clip(tmp_path, made.filmed(street, path, 4)))
    assert facts.moves == (Move.PAN_RIGHT, Move.TILT_DOWN)


@pytest.mark.parametrize("strength", [0.002, 0.006])
def test_a_trembling_hand_is_told_from_a_tripod(
    tmp_path: Path, street: Image, strength: float
) -> None:
    facts = told(clip(tmp_path, made.filmed(street, made.handheld(strength), 4)))
    assert facts.moves == (Move.HANDHELD,)
    assert facts.shake is not None and facts.shake > 0.3


def test_a_hand_that_pans_is_told_as_both(tmp_path: Path, street: Image) -> None:
    path = together(made.handheld(0.004), steady(pan=0.12))
    facts = told(clip(tmp_path, made.filmed(street, path, 4), SHORT))
    assert facts.moves == (Move.PAN_RIGHT, Move.HANDHELD)
    assert facts.speed == pytest.approx(0.12, rel=0.15)


@pytest.mark.parametrize("back", [False, True])
def test_going_nearer_is_no_zoom(tmp_path: Path, street: Image, jungle: Image, back: bool) -> None:
    frames = list(made.dollied(street, jungle, 0.08, 4))
    facts = told(clip(tmp_path, iter(frames[::-1] if back else frames)))
    assert facts.moves[0] == (Move.DOLLY_OUT if back else Move.DOLLY_IN)


def test_what_moves_in_front_moves_no_camera(tmp_path: Path, street: Image, jungle: Image) -> None:
    still = made.with_subject(made.filmed(street, steady(), 4), jungle, 0.35, 0.3)
    facts = told(clip(tmp_path, still))
    assert facts.moves == (Move.STATIC,)
    assert facts.motion is not None and facts.motion > 0.03
    panned = made.with_subject(made.filmed(street, steady(pan=0.1), 4), jungle, 0.25, 0.3)
    facts = told(clip(tmp_path, panned))
    assert facts.moves == (Move.PAN_RIGHT,)
    assert facts.speed == pytest.approx(0.1, rel=0.1)


def test_bars_titles_and_doubled_frames_hide_no_pan(tmp_path: Path, street: Image) -> None:
    def pan() -> Iterator[Image]:
        return made.filmed(street, steady(pan=-0.1), 4)

    for frames in (made.with_bars(pan()), made.with_title(pan())):
        facts = told(clip(tmp_path, frames))
        assert facts.moves == (Move.PAN_LEFT,)
        assert facts.speed == pytest.approx(0.1, rel=0.2)
    # 24 frames a second, shown at 30
    film = made.filmed(street, steady(pan=-0.1), 4, fps=Fraction(24))
    doubled = made.with_doubles(film)
    facts = told(made.write(tmp_path / "ntsc.mp4", doubled, DEFAULT, Fraction(30)))
    assert facts.moves == (Move.PAN_LEFT,)
    assert facts.speed == pytest.approx(0.1, rel=0.15)


def test_where_nothing_can_be_told_nothing_is(tmp_path: Path) -> None:
    black = np.zeros((216, 384, 3), np.uint8)
    facts = told(clip(tmp_path, iter([black] * 75)))
    assert (facts.moves, facts.speed, facts.shake, facts.motion) == ((), None, None, None)
    assert facts.usable_s is None
    fog = made.with_grain(iter([np.full_like(black, 150)] * 75), 3)
    assert told(clip(tmp_path, fog)).moves == ()


@pytest.mark.parametrize("rotation", [90, -90])
def test_a_phone_held_upright_pans_as_one_sees_it(
    tmp_path: Path, street: Image, rotation: int
) -> None:
    frames = made.filmed(street, steady(pan=0.15), 3, size=(216, 384))
    path = tmp_path / "phone.mp4"
    write_video(path, frames, made.FPS, rotation=rotation)
    facts = told(path)
    assert facts.moves == (Move.PAN_RIGHT,)
    assert facts.speed == pytest.approx(0.15, rel=0.1)


def test_stretches_of_a_long_shot_have_moves_of_their_own(tmp_path: Path, street: Image) -> None:
    path = steady(pan=0.1, to_s=7)
    found = shots(clip(tmp_path, made.filmed(street, path, 16), SHORT))
    assert [shot.shot for shot in found] == [0, 0]
    assert [shot.facts.moves for shot in found] == [(Move.PAN_RIGHT,), (Move.STATIC,)]


def test_shots_are_numbered(demo_media: Path) -> None:
    found = shots(demo_media / "footage" / "bikes.mp4")
    assert [shot.shot for shot in found] == [0, 1, 2, 3, 4, 5]


def test_real_moves_are_those_one_sees(demo_media: Path) -> None:
    """bikes.mp4, looked at frame by frame beside a grid.

    Shot 0: from above, a bus goes by, the road stands. 1: stands, then for its last half second
    swings to the right after a taxi: lights behind go from a fifth of the width to a tenth. 2: not
    fixed, it sinks down and to the right: a road sign goes out of the picture above. 3: stands, the
    fence is where it was. 4: creeps to the right, while a man walks past: in two seconds the
    bicycle goes left by a fourteenth of the width, and a bollard before it by a ninth.
    """
    found = [shot.facts.moves for shot in shots(demo_media / "footage" / "bikes.mp4")]
    assert found[0] == (Move.STATIC,)
    assert found[1][0] == Move.PAN_RIGHT
    assert found[2][0] == Move.TILT_DOWN
    assert found[3] == (Move.STATIC,)
    assert found[4] == (Move.PAN_RIGHT,)


def test_an_animated_rabbit_moves_no_camera(demo_media: Path) -> None:
    # The burrow and the stones stay where they are to the pixel.
    facts = told(demo_media / "footage" / "bigbuckbunny.mp4")
    assert facts.moves == (Move.STATIC,)
    assert facts.motion is not None and facts.motion > 0.02


def test_a_camera_in_a_driving_car_makes_no_move(demo_media: Path) -> None:
    # The man leans to and fro; window and roof tremble, and are where they were at the end.
    facts = told(demo_media / "footage" / "carphone_pristine.mp4")
    assert facts.moves in ((Move.HANDHELD,), (Move.STATIC,))


def test_motion_between_two_frames_is_that_of_the_picture(street: Image) -> None:
    before, after = (
        np.ascontiguousarray(made.view(street, pose, (256, 144))[..., 1])
        for pose in (made.Pose(), made.Pose(x=0.02, y=-0.01, zoom=1.03, roll=2))
    )
    motion = motion_between(before, after, 1.0, 1.1)
    assert motion is not None
    assert motion.dx == pytest.approx(-0.02, abs=0.001)
    assert motion.dy == pytest.approx(0.01, abs=0.001)
    assert motion.growth == pytest.approx(np.log(1.03), abs=0.002)
    assert motion.turn == pytest.approx(-2, abs=0.1)
    assert motion.subject < 0.02
    assert motion.gain == pytest.approx(0, abs=0.1)


def test_unlike_pictures_have_no_motion_between_them(street: Image, jungle: Image) -> None:
    a, b = (
        np.ascontiguousarray(made.view(picture, made.Pose(), (256, 144))[..., 1])
        for picture in (street, jungle)
    )
    assert motion_between(a, b, 0, 0.1) is None


def test_a_slow_sway_seen_for_a_moment_is_no_pan() -> None:
    def pair(start_s: float, dx: float) -> Motion:
        return Motion(start_s, start_s + 0.1, dx * 0.1, 0, 0, 0, subject=0, gain=0)

    moment = [pair(step / 10, 0.04) for step in range(5)]
    assert camera_in(moment, [], 0, 6).moves == (Move.STATIC,)
    throughout = [pair(step / 10, 0.04) for step in range(60)]
    assert camera_in(throughout, [], 0, 6).moves == (Move.PAN_LEFT,)
