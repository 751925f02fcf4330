"""The real program in a real terminal, from the first run to an answer and a film."""

import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import av
import pytest

from rushes.models import ModelStore
from tests.tui.app.terminal import Terminal, terminal
from tests.tui.home import HARBOUR, RUSHES, Home, make_home

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

FERRY = "when does the ferry leave the harbour?"


@pytest.fixture
def home(tmp_path: Path, starter_store: ModelStore, demo_media: Path) -> Home:
    """A home without a library, and a folder with a note and a film."""
    home = make_home(tmp_path, starter_store)
    (home.media / "harbour.txt").write_text(HARBOUR)
    (film,) = demo_media.rglob("bikes.mp4")
    shutil.copyfile(film, home.media / film.name)
    return home


def test_from_the_first_run_to_an_answer_and_an_animatic(home: Home) -> None:
    with terminal(home.environment(), home.folder) as seen:
        seen.until("Which folder is your footage in?")
        seen.type(str(home.media))
        seen.until("1 film, 1 document")
        seen.press("Enter")
        seen.until("index media")  # the line of the jobs
        seen.until("Rushes  library  1 film, 1 document")
        answers(seen)

        seen.type("/search bikes")
        seen.press("Enter")
        seen.until("▶1 bikes.mp4")
        seen.press("g")
        seen.until("Generate from bikes.mp4")
        seen.until("✓ animatic")
        seen.type("rain begins")
        seen.press("Tab", "Tab")
        seen.type("1")
        seen.press("Tab", "Tab")
        seen.type("160x90")
        seen.until("160×90, 25 fps")
        seen.until("✓ animatic")
        seen.press("C-s")
        seen.until("bikes-made.mp4: 160×90, 1.00 s, an animatic")
        seen.press("Escape")
        seen.until("2 films, 1 document")
        seen.press("C-q")
        assert seen.ended() == 0
        assert seen.is_clean
        assert seen.screen().split() == "ended with code 0".split()
    with av.open(home.folder / "bikes-made.mp4") as film:
        (stream,) = film.streams.video
        assert (stream.width, stream.height) == (160, 90)
        assert sum(1 for _ in film.decode(stream)) == 25


def answers(seen: Terminal) -> None:
    """Ask something, and see the answer with its source."""
    seen.type(FERRY)
    seen.press("Enter")
    # The source may be drawn before the answer is laid out.
    seen.until(lambda screen: "[1] harbour.txt" in screen and "past seven, fog or no fog" in screen)


NOISY = """
import os, subprocess, threading, time

def write():
    while os.isatty(2):  # until the app has the screen
        time.sleep(0.01)
    for _ in range(100):
        os.write(1, b"noise on one\\n")
        os.write(2, b"noise on two\\n")
        time.sleep(0.01)
    subprocess.run(["sh", "-c", "echo noise of a child; echo noise of a child >&2"])

threading.Thread(target=write, daemon=True).start()
from tui.cli import main
main()
"""


def test_what_native_libraries_write_goes_into_the_log_that_doctor_names(
    used: Home, installed: Path
) -> None:
    home = Home(installed, used.media)
    log = installed / "log" / "rushes.log"
    command = (sys.executable, "-c", NOISY, "--library", str(used.folder / "data/library"))
    with terminal(home.environment(), installed, command) as seen:

        def is_silent(screen: str) -> bool:
            assert "noise" not in screen
            written = log.read_text() if log.exists() else ""
            return "noise of a child" in written and "Rushes  library" in screen

        seen.until(is_silent)
        answers(seen)
        assert "noise" not in seen.screen()
        seen.press("C-q")
        assert seen.ended() == 0 and seen.is_clean
        assert "noise" not in seen.screen()
    written = log.read_text()
    assert written.count("noise on one") == written.count("noise on two") == 100
    assert str(log) in home.run("doctor").stdout


@pytest.fixture
def opened(used: Home, installed: Path) -> Callable[..., AbstractContextManager[Terminal]]:
    """The real program on the used library, with a home of its own."""
    library = str(used.folder / "data/library")

    def of(size: tuple[int, int] = (120, 40), **extra: str) -> AbstractContextManager[Terminal]:
        home = Home(installed, used.media)
        command = (*RUSHES, "--library", library)
        return terminal(home.environment(extra), installed, command, size)

    return of


def test_a_small_terminal_shows_the_answer_and_its_source(
    opened: Callable[..., AbstractContextManager[Terminal]],
) -> None:
    with opened((40, 10)) as seen:
        seen.until("Rushes")
        answers(seen)
        seen.press("F5")
        seen.until("Jobs")
        seen.press("F5")
        seen.tmux("resize-window", "-x", "100", "-y", "30")
        seen.until(lambda screen: "[1] harbour.txt" in screen and "Found" in screen)
        seen.tmux("resize-window", "-x", "20", "-y", "5")
        seen.tmux("resize-window", "-x", "40", "-y", "10")
        answers(seen)
        seen.press("C-q")
        assert seen.ended() == 0 and seen.is_clean


def test_a_megabyte_that_is_pasted_is_cut_and_said(
    opened: Callable[..., AbstractContextManager[Terminal]], tmp_path: Path
) -> None:
    words = tmp_path / "words.txt"
    words.write_text("the ferry leaves [red] \u202e the harbour. " * 25_000)
    with opened() as seen:
        seen.until("Rushes  library")
        seen.paste(words)
        seen.until("no question can be longer")
        seen.press("C-u")
        seen.until("/ for commands")
        answers(seen)
        seen.press("C-q")
        assert seen.ended() == 0 and seen.is_clean


def test_without_a_terminal_it_tells_how_it_is_used(home: Home) -> None:
    done = home.run()
    assert done.returncode == 0 and not done.stderr
    assert done.stdout.startswith("Usage: ") and "search" in done.stdout


def test_settings_that_are_damaged_are_said_in_a_line(home: Home) -> None:
    (home.folder / "config.toml").write_text("theme = [")
    with terminal(home.environment(), home.folder) as seen:
        assert seen.ended() == 1
        assert seen.is_clean
        told = " ".join(seen.screen().split())
        assert told.startswith("rushes: cannot read ") and "config.toml" in told
        assert "Traceback" not in told
