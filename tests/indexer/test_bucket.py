"""A library in a bucket is as one in a folder, whatever happens."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from indexer.library import Library
from indexer.record import RECORD
from indexer.rows import IndexedFile
from indexer.schema import SCHEMA_VERSION, Dimensions
from indexer.storage import storage_at
from indexer.storage.bucket import BucketStorage
from indexer.store import Store
from rushes.errors import LibraryError
from rushes.jobs import Job
from rushes.library_place import Bucket
from tests.fakes.pointed import DIMENSIONS
from tests.fakes.s3 import refusing
from tests.indexer.killing import assert_same
from tests.indexer.rows import RECIPE, asset, texts, with_thumbnail, words
from tests.indexer.test_migration import made_by
from tests.media.library import write_csv

Opened = Callable[..., Library]
_LENGTHS = Dimensions(DIMENSIONS, DIMENSIONS)


class Killed(BaseException):
    """What a killed process does to the code that is running."""


def new_store(bucket: Bucket) -> Store:
    return Store.create(bucket, RECIPE, _LENGTHS)


def test_it_holds_what_a_local_one_does_row_for_row(
    tmp_path: Path, bucket: Bucket, library_in: Opened
) -> None:
    root = tmp_path / "footage"
    root.mkdir()
    Image.new("RGB", (64, 48), "teal").save(root / "sea.png")
    (root / "owl.txt").write_text("A barn owl nests in the church tower.\n")
    (root / "empty.pdf").touch()
    write_csv(root / "costs.csv", (("item", "euros"), ("rope for the anchor", 45)))
    local, shared = library_in(), library_in(library=str(bucket))
    for library in (local, shared):
        assert library.index([root], Job()).indexed == 3
    assert_same(Store.open(bucket), Store.open(local.place))

    # And goes on as one does: found again, moved, taken out.
    assert shared.index([], Job()).unchanged == 4
    (root / "owl.txt").rename(root / "tower.txt")
    assert shared.index([], Job()).moved == 1
    (found,) = shared.search("barn owl in the tower", limit=1).moments
    assert found.path == root / "tower.txt"
    (seen,) = shared.search("kind:image", limit=1).moments
    assert seen.thumbnail is not None and seen.thumbnail.read_bytes()[:4] == b"RIFF"
    status = shared.status()
    assert (status.place, status.roots, len(status.failed)) == (bucket, (root,), 1)
    assert status.size_bytes > 1000
    assert shared.remove_roots([root], Job()) == 4
    assert not storage_at(bucket).names("thumbnails")


def test_a_file_put_in_anew_leaves_nothing_of_the_old_one(bucket: Bucket) -> None:
    store = new_store(bucket)
    store.commit([with_thumbnail(asset("/a.txt"), "old"), with_thumbnail(asset("/b.txt"), "b")])
    new = with_thumbnail(asset("/a.txt"), "new")
    store.commit([new])
    assert texts(Store.open(bucket)) == ["b", "new"]
    assert len(store.storage.names("thumbnails")) == 2
    store.optimize()
    store.remove([new.asset.id])
    assert texts(Store.open(bucket)) == ["b"]
    assert len(store.storage.names("thumbnails")) == 1


def test_what_a_run_left_that_was_killed_is_swept_away(bucket: Bucket) -> None:
    store = new_store(bucket)
    store.commit([with_thumbnail(asset("/a.txt"), "kept")])
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Store, "_ids_at", lambda *args: (_ for _ in ()).throw(Killed))
        store.commit([with_thumbnail(asset("/b.txt"), "lost")])
    assert len(store.storage.names("thumbnails")) == 2
    again = Store.open(bucket)
    assert texts(again) == ["kept"]
    again.sweep()
    assert len(store.storage.names("thumbnails")) == 1
    assert again.table("segments").count_rows() == 1


@pytest.mark.parametrize("step", ["_make_tables", "save_record", "remove_folder"])
def test_killed_while_it_is_emptied_it_is_as_before_or_empty(
    bucket: Bucket, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store(bucket)
    store.commit([IndexedFile(asset("/a.txt"), [words("a")])])

    def killed(*args: object) -> None:
        raise Killed

    recipe = replace(RECIPE, passage_words=100)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(BucketStorage if step == "remove_folder" else Store, step, killed)
        store.emptied(recipe, _LENGTHS)
    again = Store.open(bucket)
    assert texts(again) == ([] if step == "remove_folder" else ["a"])
    again.sweep()
    assert len([each for each in again.storage.entries() if each.startswith("tables")]) == 1


def test_one_of_an_older_format_is_brought_up_to_date_and_kept(
    bucket: Bucket, library_in: Opened, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "owl.txt").write_text("A barn owl nests in the church tower.\n")
    library = library_in(library=str(bucket))
    library.index([tmp_path / "notes"], Job())
    made_by(3, storage_at(bucket))
    assert library_in(library=str(bucket)).index([], Job()).unchanged == 1
    storage = storage_at(bucket)
    assert json.loads(storage.read(RECORD) or b"")["schema"] == SCHEMA_VERSION
    assert json.loads(storage.read(f"backup-of-format-3/{RECORD}") or b"")["schema"] == 3
    kept = storage.connect("backup-of-format-3/tables").open_table("assets")
    assert "content" not in kept.schema.names


def test_a_bucket_with_other_things_is_not_made_a_library(bucket: Bucket) -> None:
    storage_at(bucket).write({"holiday.jpg": b"jpg"})
    with pytest.raises(LibraryError, match="not empty"):
        new_store(bucket)
    assert storage_at(bucket).read("holiday.jpg") == b"jpg"


def refusal(place: Bucket, library_in: Opened) -> str:
    """What is said of a place that cannot be used, which is the same whatever is asked."""
    library = library_in(library=str(place))
    told = set()
    for asked in (lambda: library.search("owl"), lambda: library.status(), lambda: library.is_there,
                  lambda: library.index([Path(__file__)], Job())):  # fmt: skip
        with pytest.raises(LibraryError) as caught:
            asked()
        told.add(str(caught.value))
    (line,) = told
    assert "\n" not in line and len(line) < 200
    return line


def test_a_bucket_that_is_not_there_is_one_line(bucket: Bucket, library_in: Opened) -> None:
    line = refusal(Bucket("no-such-bucket", "library"), library_in)
    assert "there is no bucket no-such-bucket: make it" in line


def test_a_server_that_is_away_is_one_line(
    bucket: Bucket, library_in: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "Connection refused" in refusal(bucket, library_in)


def test_keys_that_allow_nothing_are_one_line(
    bucket: Bucket, library_in: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    with refusing() as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        assert "check AWS_ACCESS_KEY_ID" in refusal(bucket, library_in)


def test_no_keys_are_one_line_and_nobody_is_asked_for_any(
    bucket: Bucket, library_in: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert "no keys for s3://films/" in refusal(bucket, library_in)


def test_without_the_part_that_speaks_to_servers_it_says_how_to_get_it(
    bucket: Bucket, library_in: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    assert 'pip install "rushes[s3]"' in refusal(bucket, library_in)
