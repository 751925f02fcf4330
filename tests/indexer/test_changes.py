"""Files that move, are renamed or copied: known by what they hold, and not read again."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.content import SAMPLE_BYTES
from indexer.library import Library
from indexer.store import Store
from rushes.jobs import Job
from rushes.moment import Kind

Opened = Callable[..., Library]

HARBOUR = "The ferry leaves the harbour at a quarter past seven, fog or no fog.\n"
OWL = "A barn owl nests in the church tower and hunts voles along the ditch.\n"
# Long enough that only samples of it are hashed, and no more than a few passages.
LONG = "The tide turns at noon.".ljust(4 * SAMPLE_BYTES) + "\n"


@pytest.fixture
def card(tmp_path: Path, demo_media: Path) -> Path:
    """A folder of two notes and a picture."""
    folder = tmp_path / "shoot" / "card"
    folder.mkdir(parents=True)
    (folder / "harbour.txt").write_text(HARBOUR)
    (folder / "owl.txt").write_text(OWL)
    leopard = demo_media / "pictures/image_chroma_text_to_image-1.webp"
    shutil.copyfile(leopard, folder / "IMG_0001.webp")
    return folder


@pytest.fixture
def no_reading(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Called, from then on reading a file fails the test."""

    def forbid() -> None:
        def start(*args: object) -> None:
            raise AssertionError("a file was read")

        monkeypatch.setattr("indexer.engines.supervisor.Supervisor.start", start)

    return forbid


def names(library: Library, query: str) -> list[str]:
    return [moment.path.name for moment in library.search(query).moments]


def rows(library: Library, name: str) -> list[dict[str, object]]:
    """All rows of a table but for where their file lies, in an order of their own."""
    places = ("folder", "file_name", "created_s")
    held = Store.open(library.folder).table(name).to_arrow().drop_columns(places).to_pylist()
    return sorted(held, key=repr)


def test_moved_files_keep_their_shots(
    library_in: Opened, card: Path, no_reading: Callable[[], None]
) -> None:
    library = library_in()
    library.index([card.parent], Job())
    store = Store.open(library.folder)
    store.table("frames").update(values={"described_by": "someone"})
    before = {name: rows(library, name) for name in ("segments", "frames")}
    no_reading()
    moved = card.parent / "Lisbon" / "day one"
    moved.parent.mkdir()
    card.rename(moved)
    (moved / "owl.txt").rename(moved / "tower.txt")

    report = library.index([card.parent], Job())
    assert (report.indexed, report.moved, report.removed, report.unchanged) == (0, 3, 0, 0)
    assert {name: rows(library, name) for name in before} == before
    (found,) = library.search("leopard kind:image").moments
    assert found.path == moved / "IMG_0001.webp"
    assert found.thumbnail is not None and found.thumbnail.is_file()
    assert names(library, "a bird in the steeple in:Lisbon")[0] == "tower.txt"
    assert names(library, "in:card") == []
    assert names(library, "name:owl") == []
    assert names(library, "name:tower") == ["tower.txt"]
    assert names(library, "tower")[0] == "tower.txt"  # by its name's words too
    again = library.index([card.parent], Job())
    assert (again.indexed, again.moved, again.unchanged) == (0, 0, 3)


def test_two_copies_of_one_file_are_one_with_two_places(library_in: Opened, card: Path) -> None:
    backup = card.parent / "backup"
    backup.mkdir()
    shutil.copy2(card / "harbour.txt", backup / "ferry times.txt")
    library = library_in()
    report = library.index([card.parent], Job())
    assert (report.indexed, report.copies) == (3, 1)
    assert library.status().files == {Kind.DOCUMENT: 2, Kind.IMAGE: 1}
    (found,) = library.search("when does the boat depart").moments[:1]
    assert {found.path, *found.also_at} == {card / "harbour.txt", backup / "ferry times.txt"}
    for query in ("in:backup", "in:card name:harbour", "name:ferry"):
        assert found.path in [moment.path for moment in library.search(query).moments]
    assert found.path not in [moment.path for moment in library.search("-in:backup").moments]
    for path in (found.path, *found.also_at):
        assert [each.path for each in library.passages([path])] == [path]
    assert len(library.passages([found.path, *found.also_at])) == 1
    assert set(library.files()) >= {found.path, *found.also_at}
    assert library.index([], Job()).unchanged == 4


def test_a_copy_made_later_is_not_read_and_one_that_goes_leaves_the_other(
    library_in: Opened, card: Path, no_reading: Callable[[], None]
) -> None:
    library = library_in()
    library.index([card], Job())
    no_reading()
    copy = card / "copy of harbour.txt"
    shutil.copyfile(card / "harbour.txt", copy)
    report = library.index([card], Job())
    assert (report.indexed, report.copies, report.unchanged) == (0, 1, 3)
    (card / "harbour.txt").unlink()
    (found,) = library.search("when does the boat depart").moments[:1]  # before the next run
    assert (found.path, found.also_at) == (copy, (card / "harbour.txt",))
    report = library.index([card], Job())
    assert (report.moved, report.removed, report.unchanged) == (0, 1, 3)
    assert names(library, "when does the boat depart")[0] == copy.name
    copy.unlink()
    assert library.index([card], Job()).removed == 1
    assert "harbour" not in " ".join(names(library, "when does the boat depart"))


def test_a_copy_that_is_changed_is_a_file_of_its_own(library_in: Opened, card: Path) -> None:
    copy = card / "copy.txt"
    shutil.copy2(card / "harbour.txt", copy)
    library = library_in()
    library.index([card], Job())
    copy.write_text("Our baker sells sourdough loaves until they run out.\n")
    report = library.index([card], Job())
    assert (report.indexed, report.removed, report.unchanged) == (1, 0, 3)
    assert names(library, "where to buy bread")[0] == "copy.txt"
    (found,) = library.search("when does the boat depart").moments[:1]
    assert (found.path.name, found.also_at) == ("harbour.txt", ())


def test_two_files_that_change_places_are_not_read(
    library_in: Opened, card: Path, no_reading: Callable[[], None]
) -> None:
    library = library_in()
    library.index([card], Job())
    no_reading()
    (card / "harbour.txt").rename(card / "third.txt")
    (card / "owl.txt").rename(card / "harbour.txt")
    (card / "third.txt").rename(card / "owl.txt")
    report = library.index([card], Job())
    assert (report.indexed, report.removed) == (0, 0)
    assert names(library, "a bird in the steeple")[0] == "harbour.txt"
    assert names(library, "when does the boat depart")[0] == "owl.txt"
    assert library.index([card], Job()).unchanged == 3


def test_a_file_of_a_new_time_only_is_not_read(
    library_in: Opened, card: Path, no_reading: Callable[[], None]
) -> None:
    library = library_in()
    library.index([card], Job())
    no_reading()
    os.utime(card / "harbour.txt", (0, 86_400 * 365))
    report = library.index([card], Job())
    assert (report.indexed, report.moved, report.unchanged) == (0, 0, 3)
    assert names(library, "on:1970..1971") == ["harbour.txt"]  # it says of itself no other date
    assert library.index([card], Job()).unchanged == 3


@pytest.mark.parametrize("is_same", [True, False])
def test_long_files_of_the_same_samples_are_compared_in_full(
    library_in: Opened, tmp_path: Path, is_same: bool
) -> None:
    folder = tmp_path / "long"
    folder.mkdir()
    (folder / "one.txt").write_text(LONG)
    os.utime(folder / "one.txt", (1, 1_000_000))
    at = SAMPLE_BYTES + 9
    (folder / "two.txt").write_text(LONG if is_same else LONG[:at] + "owl" + LONG[at + 3 :])
    library = library_in()
    report = library.index([folder], Job())
    assert (report.indexed, report.copies) == ((1, 1) if is_same else (2, 0))
    assert library.index([folder], Job()).unchanged == 2


@pytest.mark.parametrize(
    ("name", "later_s", "indexed"),
    [("one.txt", 999, 0), ("two.txt", 1, 0), ("two.txt", 999, 1)],
    ids=["same name", "same time", "in doubt, and nothing to compare it with"],
)
def test_a_long_file_that_moved_is_known_by_its_name_or_time(
    library_in: Opened, tmp_path: Path, name: str, later_s: int, indexed: int
) -> None:
    folder, other = tmp_path / "films" / "a", tmp_path / "films" / "b"
    folder.mkdir(parents=True)
    other.mkdir()
    (folder / "one.txt").write_text(LONG)
    os.utime(folder / "one.txt", (1, 1_000_000))
    library = library_in()
    library.index([folder.parent], Job())
    (folder / "one.txt").rename(other / name)
    os.utime(other / name, (1, 1_000_000 + later_s))
    assert library.index([folder.parent], Job()).indexed == indexed
    assert names(library, "tide")[0] == name


def test_a_long_file_changed_between_its_samples_is_read_again(
    library_in: Opened, tmp_path: Path
) -> None:
    path = tmp_path / "long" / "one.txt"
    path.parent.mkdir()
    path.write_text(LONG)
    os.utime(path, (1, 1_000_000))
    library = library_in()
    library.index([path.parent], Job())
    at = SAMPLE_BYTES + 9
    path.write_text(LONG[:at] + " a barn owl " + LONG[at + 12 :])
    assert library.index([path.parent], Job()).indexed == 1
    assert names(library, "owl") == ["one.txt"]


def test_the_same_bytes_read_in_another_way_are_another_file(
    library_in: Opened, card: Path
) -> None:
    (card / "owl.txt").rename(card / "owl.md")
    library = library_in()
    library.index([card], Job())
    (card / "owl.md").rename(card / "owl.html")
    assert library.index([card], Job()).indexed == 1


class Crash(BaseException):
    """What ends a process from outside."""


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_move_that_is_stopped_half_way_is_noted_again_even_if_it_is_undone(
    library_in: Opened, card: Path, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lancedb.table import LanceTable

    library = library_in()
    library.index([card.parent], Job())
    moved = card.parent / "Lisbon"
    card.rename(moved)
    merge, calls = LanceTable.merge_insert, []

    def crash(table: LanceTable, on: str) -> object:
        calls.append(on)
        if len(calls) > nth:
            raise Crash
        return merge(table, on)

    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(LanceTable, "merge_insert", crash)
        library.index([card.parent], Job())
    moved.rename(card)
    report = library.index([card.parent], Job())
    assert (report.indexed, report.removed, report.unchanged) == (0, 0, 3)
    assert names(library, "in:Lisbon") == []
    assert len(names(library, "in:card")) == 3


def test_a_folder_that_leaves_takes_its_copies_and_not_the_others(
    library_in: Opened, card: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    shutil.copy2(card / "harbour.txt", backup)
    library = library_in()
    library.index([backup, card], Job())
    assert library.remove_roots([backup], Job()) == 1
    (found,) = library.search("when does the boat depart").moments[:1]
    assert (found.path, found.also_at) == (card / "harbour.txt", ())
    assert names(library, "in:backup") == []


def test_a_long_file_changed_beside_a_copy_of_its_name_is_read_again(
    library_in: Opened, tmp_path: Path
) -> None:
    card, backup = tmp_path / "long/card/clip.txt", tmp_path / "long/backup/clip.txt"
    for path in (card, backup):
        path.parent.mkdir(parents=True)
        path.write_text(LONG)
        os.utime(path, (1, 1_000_000))
    library = library_in()
    assert library.index([tmp_path / "long"], Job()).copies == 1
    at = SAMPLE_BYTES + 9
    card.write_text(LONG[:at] + " a barn owl " + LONG[at + 12 :])
    report = library.index([tmp_path / "long"], Job())
    assert (report.indexed, report.unchanged) == (1, 1)
    (found,) = library.search("owl").moments
    assert (found.path, found.also_at) == (card, ())
