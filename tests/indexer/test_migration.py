"""Libraries of older formats: brought up to date with a backup, or refused."""

import json
from collections.abc import Callable
from pathlib import Path

import lancedb
import pytest

from indexer.library import Library
from indexer.record import RECORD
from indexer.schema import SCHEMA_VERSION
from indexer.storage import Storage, storage_at
from rushes.errors import LibraryError
from rushes.jobs import Job

Opened = Callable[..., Library]

OWL = "A barn owl nests in the church tower and hunts voles along the ditch.\n"
_LATER = {3: {"assets": ["content", "also_at", "also_mtimes_ns"]}}
_LATER[2] = {
    "assets": [*_LATER[3]["assets"], "synthetic"],
    "segments": ["synthetic"],
    "frames": ["synthetic"],
}


def made_by(version: int, storage: Storage) -> None:
    """Turn a library into what an older Rushes made."""
    database = storage.connect("tables")
    for name, columns in _LATER[version].items():
        database.open_table(name).drop_columns(columns)
    old = json.loads(storage.read(RECORD) or b"")
    del old["left_out"], old["tables"]
    storage.write({RECORD: json.dumps({**old, "schema": version}).encode()})


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "owl.txt").write_text(OWL)
    return folder


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("by", ["search", "index"])
def test_an_older_library_is_brought_up_to_date_and_kept(
    library_in: Opened, notes: Path, version: int, by: str
) -> None:
    library_in().index([notes], Job())
    made_by(version, storage_at(library_in().place))
    if by == "search":
        (found,) = library_in().search("a bird in the steeple").moments
        assert found.path == notes / "owl.txt"
    assert library_in().index([notes], Job()).unchanged == 1
    folder = library_in().folder
    assert json.loads((folder / "library.json").read_text())["schema"] == SCHEMA_VERSION
    backup = folder / f"backup-of-format-{version}"
    assert json.loads((backup / "library.json").read_text())["schema"] == version
    assert "content" not in lancedb.connect(backup / "tables").open_table("assets").schema.names
    # From now on its files are known wherever they lie.
    (notes / "owl.txt").rename(notes / "tower.txt")
    assert library_in().index([notes], Job()).moved == 1


def test_stopped_on_the_way_it_begins_again(
    library_in: Opened, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library_in().index([notes], Job())
    made_by(3, storage_at(library_in().place))

    def crash(*args: object) -> None:
        raise KeyboardInterrupt

    for step in ("_add_columns", "json.dumps"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(f"indexer.migration.{step}", crash)
            library_in().status()
    assert library_in().index([notes], Job()).unchanged == 1


def test_one_that_is_not_as_it_should_be_is_refused(library_in: Opened, notes: Path) -> None:
    library_in().index([notes], Job())
    made_by(3, storage_at(library_in().place))
    lancedb.connect(library_in().folder / "tables").open_table("frames").drop_columns(["labels"])
    before = (library_in().folder / "library.json").read_text()
    with pytest.raises(LibraryError, match="from format 3 to .*frames has other columns"):
        library_in().search("owl")
    assert (library_in().folder / "library.json").read_text() == before


@pytest.mark.parametrize(
    "schema", [1, 0, -1, SCHEMA_VERSION + 1, str(SCHEMA_VERSION), 3.5, None, [3], "all"]
)
def test_a_format_that_is_not_known_is_refused_and_left_alone(
    library_in: Opened, notes: Path, schema: object
) -> None:
    record = library_in().folder / "library.json"
    if not record.exists():
        record.parent.mkdir()
        (record.parent / "tables").mkdir()
    told = json.dumps({"schema": schema, "recipe": {}, "roots": [], "left_out": {}})
    record.write_text(told)
    for use in (lambda: library_in().search("owl"), lambda: library_in().index([notes], Job())):
        with pytest.raises(LibraryError, match="has format .*, this Rushes reads"):
            use()
    assert record.read_text() == told


@pytest.mark.parametrize(
    "told",
    [b"", b"{", b"[]", b"null", b"4", b'{"schema": 4}', b"\xff\xfe", b'{"schema": 4, "recipe": 7}'],
)
def test_a_record_that_is_damaged_is_refused_and_left_alone(
    library_in: Opened, notes: Path, told: bytes
) -> None:
    record = library_in().folder / "library.json"
    record.parent.mkdir()
    record.write_bytes(told)
    for use in (lambda: library_in().search("owl"), lambda: library_in().index([notes], Job())):
        with pytest.raises(LibraryError, match="cannot read library.json"):
            use()
    assert record.read_bytes() == told


def test_tables_that_are_older_than_the_record_says_are_not_misread(
    library_in: Opened, notes: Path
) -> None:
    library_in().index([notes], Job())
    record = library_in().folder / "library.json"
    now = record.read_bytes()
    made_by(2, storage_at(library_in().folder))
    record.write_bytes(now)  # as a copy of two folders of unlike age
    for use in (lambda: library_in().search("owl"), lambda: library_in().index([], Job())):
        with pytest.raises(LibraryError, match="other columns: .*run `rushes index --redo`"):
            use()
    assert library_in().index([], Job(), redo=True).indexed == 1
    assert library_in().search("owl").moments
