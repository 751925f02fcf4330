"""Films that follow the depth of a Blender scene, from the command line."""

import json
import shutil
from pathlib import Path

import pytest

from rushes.errors import WrongUsage
from rushes.jobs import Job
from tests.fakes.tiny_ltx import add_depth_lora, write_tiny_ltx
from tests.generator.opened import opened
from tests.media.scene import make_scene
from tests.tui.home import Home
from tui.film_flags import Asked, storyboard_of

needs_blender = pytest.mark.skipif(
    shutil.which("blender") is None, reason="blender is not on this machine"
)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(prompt="a", depth=True), "--depth needs --blend"),
        (Asked(storyboard=Path("a.toml"), depth=True), "--depth and --storyboard do not go"),
        (
            Asked(blend=Path("a.blend"), frames="1,90000", depth=True),
            "depth of frames 1 to 90000 is too much",
        ),
    ],
)
def test_flags_that_do_not_go_together_are_refused(asked: Asked, said: str) -> None:
    with pytest.raises(WrongUsage, match=said):
        storyboard_of(asked, Job())


def test_without_what_follows_depth_blender_is_not_asked(empty: Home, tmp_path: Path) -> None:
    scene = tmp_path / "scene.blend"
    scene.write_bytes(b"BLENDER-v304, cut off")
    asked = ("generate", "--blend", scene, "--frames", "1,9", "--depth", "--out", "a.mp4")
    for backend, named in (("auto", "animatic"), ("animatic", "animatic")):
        done = empty.run(*asked, "--backend", backend)
        assert done.returncode != 0
        assert f"{named} cannot follow depth here: that takes ltx, with an IC-LoRA" in done.stderr
    assert not (empty.folder / "cache" / "renders").exists()


@needs_blender
def test_a_film_follows_a_scene(empty: Home, tmp_path: Path) -> None:
    pytest.importorskip("diffusers")
    model = write_tiny_ltx(tmp_path / "tiny-distilled")
    add_depth_lora(model)
    here = {"RUSHES_VIDEO_MODEL": str(model), "RUSHES_DEVICE": "cpu"}
    scene = make_scene(tmp_path / "scene.blend")
    out = tmp_path / "tower.mp4"
    asked = (
        *("generate", "--blend", scene, "--camera-object", "Cam.001", "--frames", "1,9"),
        *("--engine", "cycles", "--depth", "--size", "128x72", "--prompt", "a cube", "--out", out),
    )
    done = empty.run(*asked, "--plan", **here)
    assert done.returncode == 0, done.stderr
    assert "follows the depth in depth.mov" in done.stdout
    assert "depth is followed through ltx-2-19b-ic-lora-depth-control" in done.stdout
    assert not list((empty.folder / "cache" / "renders").glob("stills-*/*.exr"))
    done = empty.run(*asked, **here)
    assert done.returncode == 0, done.stderr
    assert len(opened(out).images) == 25
    (shot,) = json.loads(out.with_name("tower.mp4.json").read_text())["shots"]
    assert len(opened(Path(shot["depth"]["file"])).images) == 9
    assert len(shot["depth"]["sha256"]) == 64
