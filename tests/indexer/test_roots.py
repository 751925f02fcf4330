"""Folders taken out of a library."""

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.library import Library
from indexer.store import Store
from rushes.errors import RushesError
from rushes.jobs import Job

Opened = Callable[..., Library]


@pytest.fixture
def two(library_in: Opened, tmp_path: Path) -> Library:
    """A library of two folders, one of which lies in the other."""
    inner = tmp_path / "notes" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "notes" / "harbour.txt").write_text("The ferry leaves the harbour at seven.")
    (inner / "owl.txt").write_text("A barn owl nests in the church tower.")
    library = library_in()
    library.index([tmp_path / "notes", inner], Job())
    return library


def names(library: Library) -> list[str]:
    return sorted(asset.path.name for asset in Store.open(library.folder).assets())


def test_a_folder_leaves_with_all_that_is_known_of_it_but_its_files_stay(
    two: Library, tmp_path: Path
) -> None:
    assert two.remove_roots([tmp_path / "notes"], Job()) == 1
    assert two.roots() == (tmp_path / "notes" / "inner",)
    assert names(two) == ["owl.txt"]
    assert (tmp_path / "notes" / "harbour.txt").exists()
    assert two.search("church tower").moments
    two.index([], Job())
    assert names(two) == ["owl.txt"]


def test_what_lies_in_another_folder_of_the_library_too_stays(two: Library, tmp_path: Path) -> None:
    assert two.remove_roots([tmp_path / "notes" / "inner"], Job()) == 0
    assert names(two) == ["harbour.txt", "owl.txt"]


def test_a_folder_of_a_drive_that_went_away_can_be_taken_out(two: Library, tmp_path: Path) -> None:
    (tmp_path / "notes").rename(tmp_path / "gone")
    assert two.remove_roots([tmp_path / "notes", tmp_path / "notes" / "inner"], Job()) == 2
    assert two.roots() == () and names(two) == []


def test_what_is_no_folder_of_the_library_is_refused_and_nothing_changes(
    two: Library, tmp_path: Path
) -> None:
    with pytest.raises(RushesError, match="not a folder of this library"):
        two.remove_roots([tmp_path / "notes", tmp_path], Job())
    assert len(two.roots()) == 2 and len(names(two)) == 2
