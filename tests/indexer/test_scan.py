"""Which files are found below a folder, and what is said of those that cannot be taken."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.scan import Found, scan
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job
from rushes.moment import Kind

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")


def found_below(root: Path, passed_over: Path = Path("/nowhere")) -> dict[str, Found]:
    found = scan(root, passed_over, lambda: None)
    return {each.path.relative_to(root.resolve()).as_posix(): each for each in found}


def write(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_files_of_known_kinds_are_found_in_order_at_any_depth(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.MP4", "a/b/c.pdf", "programme.exe", "no ending", "c.jpeg"):
        write(tmp_path / name)
    found = found_below(tmp_path)
    assert list(found) == ["b.txt", "c.jpeg", "a/z.MP4", "a/b/c.pdf"]
    assert [each.kind for each in found.values()] == [
        Kind.DOCUMENT,
        Kind.IMAGE,
        Kind.VIDEO,
        Kind.PDF,
    ]


def test_the_account_of_a_film_that_was_made_is_not_a_document(tmp_path: Path) -> None:
    write(tmp_path / "made.mp4")
    write(tmp_path / "made.mp4.json", '{\n  "made_with_ai": false\n}\n')
    write(tmp_path / "taken.mp4")
    write(tmp_path / "taken.mp4.json", '{"title": "made_with_ai"}')
    write(tmp_path / "notes.json", '{"made_with_ai": true}')
    assert list(found_below(tmp_path)) == ["made.mp4", "notes.json", "taken.mp4", "taken.mp4.json"]


def test_size_and_time_are_the_files(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "five!")
    os.utime(path, ns=(1, 1_234_567_890_123_456_700))
    found = found_below(tmp_path)["a.txt"]
    assert found.size_bytes == 5
    assert found.mtime_ns == path.stat().st_mtime_ns
    assert found.error is None


def test_hidden_files_and_the_library_itself_are_passed_over(tmp_path: Path) -> None:
    for name in (".hidden.txt", ".git/a.txt", "library/thumbnails/a.txt", "seen.txt"):
        write(tmp_path / name)
    assert list(found_below(tmp_path, tmp_path / "library")) == ["seen.txt"]


def test_a_root_may_be_one_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    write(tmp_path / "b.txt")
    assert [each.path for each in scan(path, Path("/nowhere"), lambda: None)] == [path.resolve()]


def test_a_root_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RushesError, match="gone is not there"):
        found_below(tmp_path / "gone")


@needs_links
def test_links_are_not_followed_and_those_that_lead_away_are_named(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    write(root / "inner/a.txt")
    write(outside / "secret.txt")
    for link, target in {
        "within.txt": root / "inner/a.txt",
        "up": root,
        "out.txt": outside / "secret.txt",
        "out": outside,
        "nowhere.txt": root / "gone.txt",
        "itself": root / "itself",
    }.items():
        (root / link).symlink_to(target)
    reasons = {name: each.error for name, each in found_below(root).items()}
    assert reasons == {
        "inner/a.txt": None,
        "out.txt": "the link leads out of the folder: index what it leads to by its own name",
        "out": "the link leads out of the folder: index what it leads to by its own name",
        "nowhere.txt": "the link leads nowhere",
        "itself": "the link leads back to itself",
    }


@needs_links
def test_a_root_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "films/a.mp4")
    (tmp_path / "link").symlink_to(tmp_path / "films")
    assert list(found_below(tmp_path / "link")) == ["a.mp4"]


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names there")
def test_pipes_are_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    os.mkfifo(tmp_path / "pipe")
    found = found_below(tmp_path)
    assert list(found) == ["pipe.mp4"]
    assert found["pipe.mp4"].error == "not a file but a pipe, socket or device"


def refuse(folder: Path, call: Callable[..., object]) -> Callable[..., object]:
    def refused(path: Path, *args: object) -> object:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied")
        return call(path, *args)

    return refused


def test_a_folder_that_cannot_be_listed_is_named_and_the_rest_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "locked/a.txt")
    write(tmp_path / "open/b.txt")
    # Root, as which tests run in containers, reads every folder.
    monkeypatch.setattr(os, "scandir", refuse(tmp_path / "locked", os.scandir))
    found = found_below(tmp_path)
    assert set(found) == {"locked", "open/b.txt"}
    assert found["locked"].error == "the folder may not be read: Permission denied"
    assert found["locked"].is_closed_folder


def test_a_folder_whose_files_cannot_be_opened_is_named_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.txt", "inner/c.txt"):
        write(tmp_path / "locked" / name)
    true_access = os.access
    monkeypatch.setattr(
        os,
        "access",
        lambda path, mode: path != tmp_path / "locked" and true_access(path, mode),
    )
    assert list(found_below(tmp_path)) == ["locked"]


def test_the_search_for_files_can_be_stopped(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        list(scan(tmp_path, Path("/nowhere"), job.check_cancelled))


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names there")
@pytest.mark.parametrize("name", ["a.srt", "a.xml", "a.mp4.json"])
def test_a_pipe_named_as_what_is_looked_into_holds_nothing_up(tmp_path: Path, name: str) -> None:
    write(tmp_path / "a.mp4")
    os.mkfifo(tmp_path / name)
    assert "a.mp4" in found_below(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names there")
def test_rules_that_are_a_pipe_stop_the_run(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".rushesignore")
    with pytest.raises(RushesError, match="not a file"):
        found_below(tmp_path)
