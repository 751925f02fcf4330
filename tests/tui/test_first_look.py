"""What is said of a folder before it is indexed."""

import os
from pathlib import Path

import pytest

from indexer.forecast import forecast
from rushes.errors import Cancelled
from rushes.jobs import Job
from rushes.moment import Kind
from rushes.settings import load_settings
from rushes.text import one_line
from tui.first_look import completed, folder_of, refusal, told
from tui.screens.first_run import FolderTree


def test_what_is_in_a_folder_is_counted_and_measured(demo_media: Path, installed: Path) -> None:
    look = forecast(demo_media, load_settings(), Job())
    assert look.files[Kind.VIDEO] == 3 and look.files[Kind.AUDIO] == 1
    assert 29 <= look.footage_s <= 30 and not look.is_guessed
    assert look.takes_s is not None
    # Measured on two cores of 2.5 GHz: 2 min for all of it.
    assert look.takes_s[0] < 120 < look.takes_s[1]
    lines = told(look)
    assert lines[0].startswith("3 films, 1 recording, ")
    assert lines[1].startswith("29 s of footage, ")
    assert lines[2].startswith("takes about ")


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    assert told(forecast(tmp_path, load_settings(), Job())) == [
        "there is nothing in it that Rushes reads"
    ]


def test_a_look_can_be_stopped(demo_media: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        forecast(demo_media, load_settings(), job)


def test_with_models_that_were_not_measured_no_time_is_promised(demo_media: Path) -> None:
    look = forecast(demo_media, load_settings(profile="studio"), Job())
    assert look.takes_s is None


def test_a_folder_that_cannot_be_taken_is_refused_in_a_line(tmp_path: Path) -> None:
    library = tmp_path / "library"
    (library / "inside").mkdir(parents=True)
    file = tmp_path / "a.txt"
    file.touch()
    assert "no such folder" in refusal(tmp_path / "not-there", library)
    assert "that is a file" in refusal(file, library)
    assert "library itself" in refusal(library / "inside", library)
    assert "no such folder" in refusal(Path("/a\0b"), library)
    assert refusal(tmp_path, library) == ""


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o000)
    assert "permissions" in refusal(tmp_path / "closed", tmp_path / "library")


def test_a_path_is_completed_to_the_first_folder_that_begins_so(tmp_path: Path) -> None:
    for name in ("Footage 2024", "Footage 2023", ".hidden", "Notes"):
        (tmp_path / name).mkdir()
    (tmp_path / "Film.txt").touch()
    assert completed(f"{tmp_path}/F") == f"{tmp_path}/Footage 2023/"
    assert completed(f"{tmp_path}/Fi") is None
    assert completed(f"{tmp_path}/.h") == f"{tmp_path}/.hidden/"
    assert completed(f"{tmp_path}/nowhere/x") is None
    assert completed(" ") is None


def test_a_typed_path_may_begin_at_home() -> None:
    assert folder_of("~/Footage ") == Path.home() / "Footage"
    assert folder_of("  ") is None


def test_the_name_of_a_folder_in_the_tree_is_data() -> None:
    for name in ("\x1b[31mred", "[red]", "two\nlines", " "):
        shown = FolderTree.process_label(FolderTree.__new__(FolderTree), name)
        assert shown.plain == one_line(name) and not shown.spans
