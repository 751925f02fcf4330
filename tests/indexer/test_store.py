"""The tables on disk: a file is in them whole or not at all, whatever happens."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer import indices
from indexer.rows import IndexedFile
from indexer.schema import SCHEMA_VERSION, Dimensions
from indexer.storage.folder import FolderStorage
from indexer.store import Store
from rushes.errors import LibraryError
from tests.fakes.pointed import DIMENSIONS
from tests.indexer.rows import RECIPE, asset, new_store, texts, with_thumbnail, words


class Killed(BaseException):
    """What a killed process does to the code that is running."""


class _Mortal:
    """A table, or a step of its making, that dies at the n-th write of all tables."""

    def __init__(self, inner: Any, before_write: Any) -> None:
        self._inner = inner
        self._before_write = before_write

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._inner, name)
        if name in ("add", "delete", "execute"):
            return self._write(member)
        if name.startswith(("when_", "merge_")):
            return lambda *args: _Mortal(member(*args), self._before_write)
        return member

    def _write(self, member: Any) -> Any:
        def write(*args: Any) -> Any:
            self._before_write()
            return member(*args)

        return write


@contextmanager
def killed_at_write(number: int) -> Iterator[list[int]]:
    """Inside, the write of that number (from 0) kills. Gives the numbers of those made."""
    made: list[int] = []

    def before_write() -> None:
        if len(made) == number:
            raise Killed
        made.append(len(made))

    true_table = Store.table
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Store, "table", lambda self, name: _Mortal(true_table(self, name), before_write)
        )
        yield made


def orphans(store: Store) -> int:
    """Rows and thumbnails that belong to no file."""
    owners = {each.id for each in store.assets()}
    rows = [
        row["asset_id"]
        for name in ("segments", "frames")
        for row in store.table(name).to_arrow().to_pylist()
    ]
    pictures = [each.name.split("-")[0] for each in store.thumbnails.rglob("*.webp")]
    return sum(identity not in owners for identity in rows + pictures)


def test_a_file_put_in_anew_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    store = new_store(tmp_path / "library")
    first, second = asset("/a.txt"), asset("/a.txt")
    store.commit([with_thumbnail(first, "old"), IndexedFile(asset("/b.txt"), [words("b")])])
    store.commit([with_thumbnail(second, "new")])
    assert texts(store) == ["b", "new"]
    assert [each.id for each in store.assets() if each.path == Path("/a.txt")] == [second.id]
    assert orphans(store) == 0


# The writes of a commit: words, pictures, files, then the words and pictures that are replaced.
@pytest.mark.parametrize("write", range(5))
def test_killed_within_a_commit_it_holds_the_old_or_the_new_file_whole(
    tmp_path: Path, write: int
) -> None:
    store = new_store(tmp_path / "library")
    store.commit([with_thumbnail(asset("/a.txt"), "old")])
    new = with_thumbnail(asset("/a.txt"), "new")
    with pytest.raises(Killed), killed_at_write(write):
        store.commit([new])

    again = Store.open(tmp_path / "library")
    (file,) = again.assets()
    assert texts(again) == (["old"] if write < 3 else ["new"])
    thumbnails = {each.name for each in again.thumbnails.rglob("*.webp")}
    assert f"{file.id}-00000.webp" in thumbnails

    again.sweep()
    assert orphans(again) == 0
    again.commit([with_thumbnail(asset("/a.txt"), "newest")])
    assert texts(again) == ["newest"]
    assert orphans(again) == 0


def test_a_commit_has_no_more_steps_than_were_tested(tmp_path: Path) -> None:
    store = new_store(tmp_path / "library")
    store.commit([with_thumbnail(asset("/a.txt"), "old")])
    with killed_at_write(-1) as made:
        store.commit([with_thumbnail(asset("/a.txt"), "new")])
    assert len(made) == 5


@pytest.mark.parametrize("write", range(3))
def test_killed_while_a_file_is_taken_out_it_is_there_whole_or_gone(
    tmp_path: Path, write: int
) -> None:
    store = new_store(tmp_path / "library")
    file = asset("/a.txt")
    store.commit([with_thumbnail(file, "old")])
    with pytest.raises(Killed), killed_at_write(write):
        store.remove([file.id])
    again = Store.open(tmp_path / "library")
    assert texts(again) == (["old"] if write == 0 else [])
    again.sweep()
    assert orphans(again) == 0


def test_sweeping_leaves_whole_files_alone(tmp_path: Path) -> None:
    store = new_store(tmp_path / "library")
    store.commit([with_thumbnail(asset("/a.txt"), "kept")])
    store.sweep()
    assert texts(store) == ["kept"]
    assert len(list(store.thumbnails.rglob("*.webp"))) == 1


def test_another_process_sees_what_was_written_after_it_opened(tmp_path: Path) -> None:
    writer = new_store(tmp_path / "library")
    reader = Store.open(tmp_path / "library")
    assert reader.assets() == []
    writer.commit([IndexedFile(asset("/a.txt"), [words("a")])])
    writer.optimize()
    assert texts(reader) == ["a"]


def test_it_knows_the_folders_of_its_files_as_they_come_and_go(tmp_path: Path) -> None:
    store = new_store(tmp_path / "library")
    assert store.folders() == ()
    first, second = asset("/Films/a.txt"), asset("/Films/Lisbon/b.txt")
    store.commit([IndexedFile(first), IndexedFile(second), IndexedFile(asset("/Films/c.txt"))])
    assert set(store.folders()) == {"/films/", "/films/lisbon/"}
    store.remove([second.id])
    assert store.folders() == ("/films/",)


def test_optimizing_gives_a_library_its_indices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(indices, "bring_up_to_date", lambda name, table: asked.append(name))
    new_store(tmp_path / "library").optimize()
    assert asked == ["assets", "segments", "frames"]


def test_a_path_that_is_no_text_comes_back_as_it_was(tmp_path: Path) -> None:
    store = new_store(tmp_path / "library")
    path = "/not \udcff\udcfe utf-8\n.txt"
    store.commit([IndexedFile(asset(path), [words("a")])])
    store.roots = [Path("/root \udcff")]
    store.save_record()
    again = Store.open(tmp_path / "library")
    assert [str(each.path) for each in again.assets()] == [path]
    assert again.roots == [Path("/root \udcff")]


def test_a_library_of_another_format_is_refused(tmp_path: Path) -> None:
    new_store(tmp_path / "library")
    record = tmp_path / "library" / "library.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"schema": SCHEMA_VERSION + 1}))
    with pytest.raises(LibraryError, match=f"format {SCHEMA_VERSION + 1}.* reads {SCHEMA_VERSION}"):
        Store.open(tmp_path / "library")


def test_a_library_that_knows_nothing_of_synthetic_files_is_refused(tmp_path: Path) -> None:
    """Format 2 had no such column: what it holds would all pass for filmed."""
    new_store(tmp_path / "library")
    record = tmp_path / "library" / "library.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"schema": 2}))
    with pytest.raises(LibraryError, match="format 2, .* index again into a new --library"):
        Store.open(tmp_path / "library")


@pytest.mark.parametrize(
    "record", ["", "{", "[]", "null", '{"schema": 4}', '{"schema": 4, "roots": 7}']
)
def test_a_damaged_record_is_one_error(tmp_path: Path, record: str) -> None:
    new_store(tmp_path / "library")
    (tmp_path / "library" / "library.json").write_text(record)
    with pytest.raises(LibraryError, match="cannot read"):
        Store.open(tmp_path / "library")


def test_a_folder_with_other_things_is_not_made_a_library(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"jpg")
    with pytest.raises(LibraryError, match="not empty"):
        new_store(tmp_path)
    assert (tmp_path / "holiday.jpg").read_bytes() == b"jpg"


def test_a_library_whose_making_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    new_store(folder)
    (folder / "library.json").rename(folder / "library.json.part")
    store = new_store(folder)
    store.commit([IndexedFile(asset("/a.txt"), [words("a")])])
    assert texts(Store.open(folder)) == ["a"]


# Made anew are, in order: new tables, the record that names them; the old tables go.
@pytest.mark.parametrize("step", ["_make_tables", "save_record", "remove_folder"])
def test_killed_while_it_is_emptied_it_is_as_before_or_empty(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store(tmp_path / "library")
    store.commit([IndexedFile(asset("/a.txt"), [words("a")])])
    store.roots = [Path("/films")]
    store.save_record()

    def killed(*args: object) -> None:
        raise Killed

    recipe = replace(RECIPE, passage_words=100)
    dimensions = Dimensions(DIMENSIONS + 1, DIMENSIONS)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(FolderStorage if step == "remove_folder" else Store, step, killed)
        store.emptied(recipe, dimensions)

    again = Store.open(tmp_path / "library")
    assert again.roots == [Path("/films")]
    is_empty = step == "remove_folder"
    assert again.recipe == (recipe if is_empty else RECIPE)
    assert texts(again) == ([] if is_empty else ["a"])
    assert store.is_replaced == is_empty
    again.sweep()
    assert len([each for each in (tmp_path / "library").iterdir() if each.is_dir()]) == 1
    assert again.emptied(recipe, dimensions).assets() == []
    assert len([each for each in (tmp_path / "library").iterdir() if each.is_dir()]) == 1


def test_differences_name_what_changed_and_what_to_what() -> None:
    other = replace(RECIPE, speech="whisper-small", passage_words=100)
    assert RECIPE.differences(other) == [
        "speech: none, now whisper-small",
        "passage words: 200, now 100",
    ]
    assert RECIPE.differences(RECIPE) == []


@pytest.mark.parametrize("name", ["tables/oak.jpg", "thumbnails/cat.webp", "tables-of-oak/a.txt"])
def test_a_folder_of_the_users_that_is_called_as_one_of_ours_is_left_alone(
    tmp_path: Path, name: str
) -> None:
    mine = tmp_path / "place" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(LibraryError, match="not empty and not a library"):
        new_store(tmp_path / "place")
    assert mine.read_text() == "mine"


def test_sweeping_leaves_alone_what_somebody_else_put_there(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    kept = [tmp_path / "thumbnails/cat.webp", tmp_path / "tables of oak/a.txt"]
    lost = [
        tmp_path / f"thumbnails/ab/{'ab' * 16}-00000.webp",
        tmp_path / "tables-0123abcd/x.lance/1",
    ]
    for path in (*kept, *lost):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    store.sweep()
    assert [path.exists() for path in (*kept, *lost)] == [True, True, False, False]


@pytest.mark.parametrize("mtime_ns", [2**63 - 1, -(2**62), 260_000_000_000_000_000_000])
@pytest.mark.parametrize(
    "created", [None, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_date_out_of_all_time_keeps_no_file_out(
    tmp_path: Path, mtime_ns: int, created: str | None
) -> None:
    odd = replace(asset("/odd.txt"), mtime_ns=min(mtime_ns, 2**63 - 1), created=created)
    store = new_store(tmp_path)
    store.commit([IndexedFile(odd, [words("odd")])])
    assert store.assets() == [odd]
