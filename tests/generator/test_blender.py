"""Keyframes out of Blender scenes."""

import gzip
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from generator.blender import Engine, Scene, check_scene, parse_frames, render_stills
from generator.keyframes import read_keyframe
from generator.storyboard import FIRST, Keyframe
from rushes.errors import RushesError, WrongUsage
from rushes.jobs import Job
from rushes.place import Place

_MAKE = """
import bpy
bpy.ops.wm.read_factory_settings(use_empty=False)
scene = bpy.context.scene
scene.render.resolution_x, scene.render.resolution_y = 64, 36
scene.render.resolution_percentage = 100
scene.render.fps, scene.render.fps_base = 24, 1.001
scene.cycles.samples = 1
camera = bpy.data.objects.new("Cam.001", bpy.data.cameras.new("Cam.001"))
camera.location = (0, 0, 9)
scene.collection.objects.link(camera)
bpy.ops.wm.save_as_mainfile(filepath={path!r})
"""

needs_blender = pytest.mark.skipif(
    shutil.which("blender") is None, reason="blender is not on this machine"
)


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    """A scene with Blender's cube, and a second camera above it."""
    path = tmp_path / "scene.blend"
    script = tmp_path / "make.py"
    script.write_text(_MAKE.format(path=str(path)))
    subprocess.run(
        ["blender", "--background", "--factory-startup", "-P", str(script)],
        check=True,
        capture_output=True,
    )
    return path


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


def test_frames_are_read_in_order() -> None:
    assert parse_frames("1, 60,120") == (1, 60, 120)
    for text in ("", "1,,2", "60,1", "1,1", "a", "1-5", "9999999", "-1"):
        with pytest.raises(WrongUsage, match="frames"):
            parse_frames(text)
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
