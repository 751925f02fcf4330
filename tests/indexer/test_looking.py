"""Runs that look at some places of a library only."""

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.library import Library
from indexer.store import Store
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.models import ModelStore
from tests.indexer.namespaces import apart, namespaces

Opened = Callable[..., Library]

HARBOUR = "The ferry leaves the harbour at a quarter past seven, fog or no fog.\n"
OWL = "A barn owl nests in the church tower and hunts voles along the ditch.\n"
TRAM = "The tram turns at the brewery, where the rails end.\n"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Two folders with a note each, and one beside them."""
    folder = tmp_path / "notes"
    for name, text in (("sea/harbour.txt", HARBOUR), ("land/owl.txt", OWL), ("tram.txt", TRAM)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def library(library_in: Opened, notes: Path) -> Library:
    library = library_in()
    library.index([notes], Job())
    return library


def held(library: Library) -> list[str]:
    return sorted(asset.path.name for asset in Store.open(library.folder).assets())


def looks_into(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the folders that are listed from now on."""
    listed: list[str] = []
    scandir = os.scandir

    def noted(folder: Path) -> object:
        listed.append(Path(folder).name)
        return scandir(folder)

    monkeypatch.setattr("indexer.scan.os.scandir", noted)
    return listed


def test_one_file_is_looked_at_and_no_other_folder(
    library: Library, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (notes / "sea/new.txt").write_text("The gulls wait on the pier for the morning's catch.")
    (notes / "land/other.txt").write_text("Foxes cross the field at dusk.")
    listed = looks_into(monkeypatch)
    report = library.look_at([notes / "sea/new.txt"], Job())
    assert (report.indexed, report.removed) == (1, 0)
    assert held(library) == ["harbour.txt", "new.txt", "owl.txt", "tram.txt"]
    assert set(listed) == {"notes", "sea"}
    assert library.roots() == (notes,)


def test_what_is_gone_from_a_place_leaves_and_all_else_stays(library: Library, notes: Path) -> None:
    (notes / "sea/harbour.txt").unlink()
    (notes / "land/owl.txt").unlink()
    assert library.look_at([notes / "sea/harbour.txt"], Job()).removed == 1
    assert held(library) == ["owl.txt", "tram.txt"]
    (notes / "land").rmdir()
    assert library.look_at([notes / "land"], Job()).removed == 1
    assert held(library) == ["tram.txt"]


def test_a_file_that_moved_is_known_when_both_its_places_are_looked_at(
    library: Library, notes: Path
) -> None:
    (notes / "sea/harbour.txt").rename(notes / "land/port.txt")
    report = library.look_at([notes / "land/port.txt", notes / "sea/harbour.txt"], Job())
    assert (report.moved, report.indexed, report.removed) == (1, 0, 0)
    assert held(library) == ["owl.txt", "port.txt", "tram.txt"]


def test_a_copy_of_a_file_that_lies_elsewhere_is_known(
    library: Library, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = notes / "land/owls.txt"
    shutil.copyfile(notes / "land/owl.txt", copy)
    monkeypatch.setattr(Store, "assets", None)  # all of them are not asked for
    report = library.look_at([copy], Job())
    assert (report.copies, report.indexed) == (1, 0)
    (notes / "land/owl.txt").unlink()
    report = library.look_at([notes / "land/owl.txt"], Job())
    assert report.removed == 1
    assert library.search("church tower").moments[0].path == copy


def test_the_rules_above_a_place_hold(library: Library, notes: Path) -> None:
    (notes / ".rushesignore").write_text("draft*\n")
    (notes / "sea/draft.txt").write_text("Not yet.")
    (notes / "sea/.hidden.txt").write_text("Never.")
    places = [notes / "sea/draft.txt", notes / "sea/.hidden.txt"]
    assert library.look_at(places, Job()).indexed == 0
    assert "draft.txt" not in held(library)


def test_files_of_a_drive_that_is_away_stay(library: Library, notes: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "mill.txt").write_text("The mill stands still on Sundays.")
    library.index([other], Job())
    notes.rename(tmp_path / "unplugged")
    (other / "mill.txt").unlink()
    report = library.look_at([notes / "tram.txt", other / "mill.txt"], Job())
    assert report.removed == 1
    assert held(library) == ["harbour.txt", "owl.txt", "tram.txt"]
    with pytest.raises(RushesError, match="drive plugged in"):
        library.look_at([notes / "tram.txt"], Job())


def test_a_place_outside_the_library_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(RushesError, match="no folder of this library"):
        library.look_at([tmp_path], Job())


def test_what_was_changed_a_moment_ago_is_left_as_it_was_unless_it_is_named(
    library: Library, notes: Path
) -> None:
    long_ago = time.time() - 100
    grows, rests = notes / "sea/grows.txt", notes / "sea/rests.txt"
    grows.write_text("The first half of a")
    rests.write_text("A whole sentence about a lighthouse.")
    os.utime(rests, (long_ago, long_ago))
    tram = notes / "tram.txt"
    tram.write_text("And now something else is be")
    for each in (notes / "sea/harbour.txt", notes / "land/owl.txt"):
        os.utime(each, (long_ago, long_ago))
    report = library.index([], Job(), rest_s=50)
    assert report.restless == [grows, tram]
    assert held(library) == ["harbour.txt", "owl.txt", "rests.txt", "tram.txt"]
    assert library.search("brewery").moments[0].path == tram
    assert library.look_at([grows], Job(), rest_s=50).indexed == 1
    assert "grows.txt" in held(library)


def test_what_a_folder_within_another_lets_in_is_not_left_out_by_the_other(
    library_in: Opened, notes: Path
) -> None:
    (notes / ".rushesignore").write_text("sea/\n")
    library = library_in()
    library.index([notes, notes / "sea"], Job())
    assert held(library) == ["harbour.txt", "owl.txt", "tram.txt"]
    assert library.look_at([notes], Job()).removed == 0
    assert held(library) == ["harbour.txt", "owl.txt", "tram.txt"]


def test_a_library_goes_on_with_the_folders_that_are_there(
    library: Library, notes: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    library.index([other], Job())
    notes.rename(tmp_path / "unplugged")
    (other / "mill.txt").write_text("The mill stands still on Sundays.")
    report = library.index([], Job())
    assert (report.indexed, report.removed, report.away) == (1, 0, [notes])
    assert held(library) == ["harbour.txt", "mill.txt", "owl.txt", "tram.txt"]


def test_a_folder_named_again_does_not_leave_out_what_one_within_it_lets_in(
    library_in: Opened, notes: Path
) -> None:
    (notes / ".rushesignore").write_text("sea/\n")
    library = library_in()
    library.index([notes, notes / "sea"], Job())
    assert library.index([notes], Job()).removed == 0
    (notes / "sea").rename(notes / ".away")
    assert library.index([notes], Job()).removed == 0
    assert held(library) == ["harbour.txt", "owl.txt", "tram.txt"]


_DRIVE = """
import subprocess, sys
from pathlib import Path
from indexer.library import Library
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.settings import Settings
from rushes.models import ModelStore
from tests.indexer.test_looking import held
root, drive = Path(sys.argv[1]), Path(sys.argv[1]) / "card"
library = Library(Settings(library=root.parent / "library"), ModelStore(Path(sys.argv[2])))
subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(drive)], check=True)
(drive / "owl.txt").write_text("A barn owl nests in the church tower.")
(root / "tram.txt").write_text("The tram turns at the brewery.")
library.index([drive if sys.argv[3] == "alone" else root], Job())
assert library.away() == ()
subprocess.run(["umount", str(drive)], check=True)
assert library.away() == ((drive,) if sys.argv[3] == "alone" else ())
try:
    assert library.index([], Job()).away == [drive]
except RushesError as error:
    print(error)
print(held(library))
(drive / "other.txt").write_text("This is a folder now, and no drive comes back.")
library.index([], Job())
print(held(library))
"""


@namespaces
@pytest.mark.parametrize("is_root", [True, False])
def test_the_empty_place_of_an_unplugged_drive_is_no_empty_folder(
    is_root: bool, tmp_path: Path, starter_store: ModelStore
) -> None:
    (tmp_path / "media/card").mkdir(parents=True)
    how = "alone" if is_root else "within"
    said = apart(_DRIVE, tmp_path / "media", starter_store.root, how).splitlines()
    if is_root:
        assert "drive plugged in" in said[0]
        assert said[1:] == ["['owl.txt']", "['other.txt']"]
    else:
        assert said == ["['owl.txt', 'tram.txt']", "['other.txt', 'tram.txt']"]


_WENT = """
import subprocess, sys
from pathlib import Path
from indexer.library import Library
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.settings import Settings
from rushes.models import ModelStore
from tests.indexer.test_looking import held
root, drive = Path(sys.argv[1]), Path(sys.argv[1]) / "card"
library = Library(Settings(library=root.parent / "library"), ModelStore(Path(sys.argv[2])))
subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(drive)], check=True)
(drive / "owl.txt").write_text("A barn owl nests in the church tower.")
(root / "a tram.txt").write_text("The tram turns at the brewery.")
library.index([root], Job())

class PullsItOut(Job):
    def check_cancelled(self):
        subprocess.run(["umount", str(drive)], check=False, capture_output=True)

try:
    library.index([root], PullsItOut())
except RushesError as error:
    print(error)
print(held(library))
print(library.index([], Job()).away == [drive], held(library))
"""


@namespaces
def test_a_drive_that_goes_while_it_is_looked_through_loses_nothing(
    tmp_path: Path, starter_store: ModelStore
) -> None:
    (tmp_path / "media/card").mkdir(parents=True)
    said = apart(_WENT, tmp_path / "media", starter_store.root).splitlines()
    assert "went away while it was looked through" in said[0]
    assert said[1:] == ["['a tram.txt', 'owl.txt']", "True ['a tram.txt', 'owl.txt']"]


def test_a_folder_whose_server_is_gone_is_away(
    library: Library, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "fox.txt").write_text("A fox crosses the yard.")
    library.index([other], Job())
    exists = Path.exists

    def broken(path: Path) -> bool:
        if path == other:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        return exists(path)

    monkeypatch.setattr(Path, "exists", broken)
    report = library.index([], Job())
    assert (report.unchanged, report.away) == (3, [other])
    assert "fox.txt" in held(library)


def test_a_missing_folder_called_as_a_file_is_a_drive_elsewhere(
    library_in: Opened, tmp_path: Path, notes: Path
) -> None:
    folder = notes.rename(tmp_path / "three.md")
    library = library_in()
    library.index([folder, _beside(tmp_path)], Job())
    folder.rename(tmp_path / "away")
    assert library.index([], Job()).away == [folder]
    assert "owl.txt" in held(library)


def _beside(folder: Path) -> Path:
    (folder / "beside").mkdir()
    (folder / "beside/fox.txt").write_text("A fox crosses the yard.")
    return folder / "beside"


def test_a_file_named_by_itself_stays_though_rules_leave_it_out(
    library: Library, notes: Path
) -> None:
    (notes / ".rushesignore").write_text("land/\n")
    library.index([notes], Job())
    assert held(library) == ["harbour.txt", "tram.txt"]
    library.index([notes / "land/owl.txt"], Job())
    library.index([notes / "tram.txt"], Job())  # which its folder lets in
    assert library.roots() == (notes, notes / "land/owl.txt")
    library.index([], Job())
    assert held(library) == ["harbour.txt", "owl.txt", "tram.txt"]
