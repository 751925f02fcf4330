"""Keyframes out of Blender scenes."""

import gzip
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from generator.backends.protocol import Image
from generator.blender import Engine, Scene, check_scene, parse_frames, render_stills
from generator.keyframes import eight_bits, read_keyframe
from generator.scene_depth import check_depth_frames, render_depth
from generator.storyboard import FIRST, Keyframe
from rushes.errors import RushesError, WrongUsage
from rushes.jobs import Job
from rushes.place import Place
from rushes.stretch import open_stretch, pictures
from tests.generator.opened import psnr
from tests.media.scene import make_scene

needs_blender = pytest.mark.skipif(
    shutil.which("blender") is None, reason="blender is not on this machine"
)


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    return make_scene(tmp_path / "scene.blend")


@needs_blender
def test_chosen_frames_of_a_chosen_camera_are_rendered(scene: Path, tmp_path: Path) -> None:
    asked = Scene(scene, (1, 60), "Cam.001", Engine.CYCLES)
    stills = render_stills(asked, tmp_path / "stills", Job())
    assert [path.name for path in stills.paths] == ["kf_00001.png", "kf_00060.png"]
    assert stills.fps == Fraction(24000, 1001)
    read = read_keyframe(Keyframe(Place(stills.paths[0]), FIRST), Job())
    assert read.size == (64, 36) and read.image.std() > 1


@needs_blender
def test_a_camera_that_is_not_there_is_answered_with_those_that_are(
    scene: Path, tmp_path: Path
) -> None:
    with pytest.raises(RushesError, match=r"no camera 'Dolly': its cameras are Cam.001, Camera"):
        render_stills(Scene(scene, (1,), "Dolly"), tmp_path / "stills", Job())


@needs_blender
def test_a_chosen_camera_counts_more_than_the_scenes_markers(scene: Path, tmp_path: Path) -> None:
    def seen(camera: str | None) -> Image:
        stills = render_stills(
            Scene(scene, (1,), camera, Engine.CYCLES), tmp_path / str(camera), Job()
        )
        return read_keyframe(Keyframe(Place(stills.paths[0]), FIRST), Job()).image

    chosen, other, bound = seen("Cam.001"), seen("Camera"), seen(None)
    assert psnr(other, bound) > 40 > psnr(chosen, other)


@needs_blender
def test_depth_of_a_scene_is_white_where_it_is_near(scene: Path, tmp_path: Path) -> None:
    """The camera comes down from 9 to 5 above a cube whose top is at 1: from 8 away to 4."""
    film = render_depth(Scene(scene, (1, 9), "Cam.001"), tmp_path / "stills", Job())
    assert [each.name for each in film.parent.iterdir() if each.suffix == ".exr"] == []
    stretch = open_stretch(Place(film))
    frames = [eight_bits(each) for each in pictures(stretch)]
    assert (stretch.width, stretch.height, stretch.fps) == (64, 36, Fraction(24000, 1001))
    # Between the sky (no nearness) and a quarter, the nearest: 1 / 8, 1 / 7, 1 / 6, 1 / 5, 1 / 4.
    top = [int(frame[18, 32, 0]) for frame in frames[::2]]
    assert top == pytest.approx([255 * 4 / away for away in (8, 7, 6, 5, 4)], abs=3)
    assert len(frames) == 9 and all(frame[0, 0].max() <= 1 for frame in frames)
    assert all(np.ptp(frame.astype(int), axis=2).max() <= 2 for frame in frames)


@needs_blender
def test_depth_asks_for_the_camera_too(scene: Path, tmp_path: Path) -> None:
    with pytest.raises(RushesError, match="no camera 'Dolly'"):
        render_depth(Scene(scene, (1, 9), "Dolly"), tmp_path / "stills", Job())


def test_frames_are_read_in_order() -> None:
    assert parse_frames("1, 60,120") == (1, 60, 120)
    for text in ("", "1,,2", "60,1", "1,1", "a", "1-5", "9999999", "-1"):
        with pytest.raises(WrongUsage, match="frames"):
            parse_frames(text)
    with pytest.raises(WrongUsage, match="depth of frames 1 to 99999 is too much"):
        check_depth_frames((1, 99999))
    with pytest.raises(WrongUsage, match="65 keyframes are too many"):
        parse_frames(",".join(map(str, range(65))))


def test_what_is_no_scene_is_refused_before_blender_starts(tmp_path: Path) -> None:
    (tmp_path / "note.blend").write_text("not a scene")
    for name, said in (
        ("note.blend", "note.blend is no Blender file"),
        ("gone.blend", "cannot read gone.blend: No such file"),
    ):
        with pytest.raises(RushesError, match=said):
            render_stills(Scene(tmp_path / name, (1,)), tmp_path / "stills", Job())
    (tmp_path / "plain.blend").write_bytes(b"BLENDER-v304")
    (tmp_path / "packed.blend").write_bytes(gzip.compress(b"BLENDER-v304"))
    check_scene(tmp_path / "plain.blend")
    check_scene(tmp_path / "packed.blend")


def test_without_blender_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scene.blend").write_bytes(b"BLENDER-v304")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RushesError, match="blender is not on this machine: install it"):
        render_stills(Scene(tmp_path / "scene.blend", (1,)), tmp_path / "stills", Job())


def test_what_blender_says_is_passed_on_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that behaves as Blender does with a damaged scene: it says so, and exits."""
    program = tmp_path / "blender"
    program.write_text("#!/bin/sh\necho 'Blender 3.4.1'\necho 'Error: Missing DNA block'\nexit 1\n")
    program.chmod(0o755)
    (tmp_path / "scene.blend").write_bytes(b"BLENDER-v304")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(RushesError, match="could not render scene.blend: Error: Missing DNA block"):
        render_stills(Scene(tmp_path / "scene.blend", (1,)), tmp_path / "stills", Job())
