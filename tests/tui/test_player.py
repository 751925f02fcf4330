"""The system's player, found on PATH: which arguments it gets."""

import sys
import time
from pathlib import Path

import pytest

from rushes.errors import RushesError
from tui.player import open_at

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, name: str) -> Path:
    """A program that writes down its arguments, one a line."""
    wrote = folder / f"{name}.arguments"
    program = folder / name
    program.write_text(
        f"#!/bin/sh\nprintf '%s\\n' \"$@\" > '{wrote}.part'\necho seen\n"
        f"/bin/mv '{wrote}.part' '{wrote}'\n"
    )
    program.chmod(0o755)
    return wrote


def arguments(wrote: Path) -> list[str]:
    until = time.monotonic() + 30
    while not wrote.exists() and time.monotonic() < until:
        time.sleep(0.01)
    return wrote.read_text().splitlines()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "-a film; $(touch x) [b].mp4"
    path.touch()
    return path


@pytest.mark.parametrize(
    ("program", "before"),
    [
        ("mpv", ["--start=3.040", "--force-window=yes", "--"]),
        ("vlc", ["--start-time=3.040"]),
        ("ffplay", ["-loglevel", "error", "-ss", "3.040", "-i"]),
    ],
)
def test_players_go_to_the_second(
    programs: Path, film: Path, program: str, before: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    wrote = install(programs, program)
    assert open_at(film, start_s=3.04) == f"{program}: {film.name} at 00:00:03"
    assert arguments(wrote) == [*before, str(film)]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("program", "wanted"),
    [("evince", ["-i", "7"]), ("okular", ["-p", "7"]), ("zathura", ["-P", "7"])],
)
def test_viewers_go_to_the_page(
    programs: Path, tmp_path: Path, program: str, wanted: list[str]
) -> None:
    paper = tmp_path / "paper.pdf"
    paper.touch()
    wrote = install(programs, program)
    install(programs, "xdg-open")
    assert open_at(paper, page=7) == f"{program}: paper.pdf, page 7"
    assert arguments(wrote) == [*wanted, str(paper)]


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has open")
def test_without_one_that_goes_there_the_file_is_opened(programs: Path, film: Path) -> None:
    wrote = install(programs, "xdg-open")
    assert open_at(film, start_s=3.04) == f"xdg-open: {film.name}"
    assert arguments(wrote) == [str(film)]


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has open")
def test_without_any_it_says_what_to_do(programs: Path, film: Path) -> None:
    with pytest.raises(RushesError, match="install mpv or VLC"):
        open_at(film, start_s=0)


def test_a_file_that_is_gone_is_said(programs: Path, tmp_path: Path) -> None:
    with pytest.raises(RushesError, match="gone"):
        open_at(tmp_path / "gone.mp4", start_s=0)
