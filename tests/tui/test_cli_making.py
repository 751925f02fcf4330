"""Cutting and enlarging from the command line."""

import json
import signal
import subprocess
import sys

import pytest

from tests.generator.opened import opened
from tests.media.sound import tone
from tests.media.video import make_clip
from tests.tui.home import RUSHES, Home, only_line


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


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(
    ("command", "begun", "said"),
    [
        (
            ("upscale", "--to", "4k", "--with", "realesrgan"),
            "upscaling with",
            "stopped: a film that was not finished is not kept",
        ),
        (
            ("generate", "--seconds", "600", "--size", "1280x720", "--from"),
            "the shot: drawing",
            "stopped: the parts that were drawn are kept, run it again to go on",
        ),
    ],
)
def test_a_stop_says_what_is_kept_and_leaves_no_half_file(
    empty: Home, command: tuple[str, ...], begun: str, said: str
) -> None:
    film = make_clip(empty.media / "film.mp4", scene_lengths=(50,), size=(640, 360)).path
    before = sorted(empty.media.iterdir())
    running = subprocess.Popen(
        [*RUSHES, *command, f"{film}@0-1.5", "--out", str(empty.media / "made.mp4")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=empty.environment(),
    )
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith(begun):
            break
    running.send_signal(signal.SIGINT)
    told = running.communicate(timeout=30)[1]
    assert running.returncode == 130, told
    assert told.splitlines()[-1] == said
    assert sorted(empty.media.iterdir()) == before
    assert not list(empty.folder.rglob(".rushes-*"))


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
