"""Cutting and enlarging from the command line."""

import json

from tests.generator.opened import opened
from tests.media.sound import tone
from tests.media.video import make_clip
from tests.tui.home import Home, only_line


def test_a_clip_says_what_was_copied_and_what_coded_again(empty: Home) -> None:
    film = make_clip(
        empty.media / "film.mp4", scene_lengths=(100,), size=(160, 90), gop=25, sounds=[tone(4)]
    ).path
    done = empty.run("clip", f"{film}@1-3", "--out", empty.media / "cut.mp4")
    assert done.returncode == 0, done.stderr
    assert "50 frames, from 1.000 to 3.000 s; copied as they are" in only_line(done.stdout)
    done = empty.run("clip", f"{film}@1.2-3", "--out", empty.media / "cut.mp4", "--force", "--json")
    said = json.loads(done.stdout)
    assert (said["how"], said["frames"], said["coded"]) == ("edges coded again", 45, 20)
    assert opened(empty.media / "cut.mp4").numbers == list(range(30, 75))


def test_upscaling_says_with_what_and_how_far(empty: Home) -> None:
    film = make_clip(empty.media / "film.mp4", scene_lengths=(10,), size=(64, 64)).path
    out = empty.media / "large.mp4"
    done = empty.run("upscale", f"{film}@0-0.2", "--to", "128x128", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["upscaler"], said["width"], said["frames"]) == ("realesrgan", 128, 5)
    assert "nvidia-vfx" in said["passed_over"][0]
    assert "upscaling with realesrgan on CPU" in done.stderr


def test_what_cannot_be_made_is_one_line(empty: Home) -> None:
    film = make_clip(empty.media / "film.mp4", scene_lengths=(10,), size=(64, 64)).path
    for arguments, code, said in (
        (("clip", f"{film}@9-10", "--out", "cut.mp4"), 1, "it ends at 0.40 s"),
        (("clip", f"{film}@0-0.2", "--out", str(film)), 1, "it is what would be read"),
        (("upscale", str(film), "--to", "9k", "--out", "l.mp4"), 2, "is no size"),
        (("upscale", str(film), "--with", "magic", "--out", "l.mp4"), 2, "no upscaler is called"),
        (("upscale", str(film), "--fps", "61.3", "--out", "l.mp4"), 2, "frame rate"),
        (("upscale", str(film), "--codec", "prores", "--out", "l.mp4"), 2, "end it in .mov"),
    ):
        done = empty.run(*arguments)
        assert (done.returncode, done.stdout) == (code, "")
        assert said in done.stderr.splitlines()[-1]
