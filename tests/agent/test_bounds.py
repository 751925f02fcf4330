"""Where the agent may read and write."""

import os
from pathlib import Path

import pytest

from agent.bounds import Bounds, path_of, path_text
from rushes.errors import RushesError


@pytest.fixture
def bounds(tmp_path: Path) -> Bounds:
    for name in ("footage", "made", "secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text("a")
    return Bounds((tmp_path / "footage",), tmp_path / "made")


def test_reads_below_the_roots_and_the_output(bounds: Bounds, tmp_path: Path) -> None:
    assert bounds.readable(str(tmp_path / "footage" / "a.txt")) == tmp_path / "footage" / "a.txt"
    assert bounds.readable("a.txt") == tmp_path / "footage" / "a.txt"
    assert bounds.readable(str(tmp_path / "made" / "a.txt")) == tmp_path / "made" / "a.txt"


@pytest.mark.parametrize("name", ["../secret/a.txt", "{top}/secret/a.txt", "/etc/passwd", "~/x"])
def test_reads_nothing_elsewhere(name: str, bounds: Bounds, tmp_path: Path) -> None:
    with pytest.raises(RushesError, match="outside"):
        bounds.readable(name.replace("{top}", str(tmp_path)))


def test_a_link_out_of_the_roots_leads_nowhere(bounds: Bounds, tmp_path: Path) -> None:
    (tmp_path / "footage" / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(RushesError):
        bounds.readable("link/a.txt")
    with pytest.raises(RushesError, match="outside"):
        bounds.readable(str(tmp_path / "footage" / "link" / "a.txt"))


@pytest.mark.parametrize("name", ["", "\0", "a\0b"])
def test_a_name_that_is_none_is_refused(name: str, bounds: Bounds) -> None:
    with pytest.raises(RushesError, match="no file is named"):
        bounds.readable(name)


def test_what_is_not_there_is_said(bounds: Bounds) -> None:
    with pytest.raises(RushesError, match=r"there is no b\.txt"):
        bounds.readable("b.txt")


def test_writes_below_the_output_only(bounds: Bounds, tmp_path: Path) -> None:
    assert bounds.writable("reel.otio") == tmp_path / "made" / "reel.otio"
    for name in ("../footage/x.otio", str(tmp_path / "footage" / "x.otio"), "/tmp/x.otio"):
        with pytest.raises(RushesError, match="outside"):
            bounds.writable(name)


def test_a_name_that_is_no_text_survives_as_text() -> None:
    path = Path(os.fsdecode(b"/footage/caf\xe9.mov"))
    path_text(path).encode()  # is text
    assert path_of(path_text(path)) == path
    assert path_text(Path("/footage/café.mov")) == "/footage/café.mov"
