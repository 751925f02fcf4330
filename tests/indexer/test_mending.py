"""Libraries that were damaged: what is wrong is found, mended, and told."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from lancedb.db import LanceDBConnection
from lancedb.merge import LanceMergeInsertBuilder
from lancedb.table import LanceTable
from PIL import Image

from indexer.library import Library
from indexer.mending import mend
from indexer.rows import Copy, FrameRow, IndexedFile, arrow, asset_row
from indexer.shots import shot_frames
from indexer.storage import storage_at
from indexer.store import Store
from indexer.survey import Survey, survey
from indexer.writer import only_writer
from rushes.errors import LibraryError
from rushes.jobs import Job
from rushes.media import thumbnail
from rushes.models import ModelStore
from rushes.moment import Kind
from rushes.settings import Settings
from tests.indexer.killing import assert_same, check_whole
from tests.indexer.rows import asset, new_store
from tests.media.video import make_clip

_WRITES: dict[type, tuple[str, ...]] = {
    LanceTable: ("add", "delete", "create_index", "drop_index", "optimize"),
    LanceMergeInsertBuilder: ("execute",),
    LanceDBConnection: ("create_table",),
    Store: ("write_thumbnails",),
}
Damage = Callable[[Path], None]
Mended = tuple[list[str], Survey]


class Killed(BaseException):
    """What a killed process does to the code that is running."""


@dataclass(frozen=True)
class Kept:
    """A library of notes, pictures and a film, and the folder that it is of."""

    library: Library
    root: Path
    models: ModelStore

    @property
    def folder(self) -> Path:
        return self.library.folder

    @property
    def store(self) -> Store:
        return Store.open(self.folder)

    def looked_at(self) -> Survey:
        return survey(self.store, Job())

    def mended(self) -> Mended:
        done = mend(self.library.settings, self.models, Job())
        return done, self.looked_at()

    def files_of(self, table: str, kind: str) -> list[Path]:
        """Data files or versions of a table, the oldest first."""
        folder = self.folder / "tables" / f"{table}.lance" / kind
        return sorted(folder.glob("*.*"), key=lambda path: path.stat().st_mtime_ns)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, starter_store: ModelStore) -> Kept:
    """Never changed: tests work on copies."""
    root = tmp_path_factory.mktemp("folder")
    folder = tmp_path_factory.mktemp("libraries") / "library"
    library = Library(Settings(library=folder), starter_store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "optimize", lambda store: None)  # as a run that was killed before
        for run in range(3):
            (root / f"note-{run}.txt").write_text(f"The ferry of day {run} leaves at seven.\n")
            Image.new("RGB", (64, 48), (80 * run, 40, 90)).save(root / f"picture-{run}.png")
            library.index([root], Job())
    return Kept(library, root, starter_store)


@pytest.fixture
def kept(indexed: Kept, tmp_path: Path) -> Kept:
    folder = tmp_path / "library"
    shutil.copytree(indexed.folder, folder)
    return replace(indexed, library=Library(Settings(library=folder), indexed.models))


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def delete(path: Path) -> None:
    path.unlink()


def blank(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def test_nothing_is_wrong_with_a_library_that_was_just_made(kept: Kept) -> None:
    found = kept.looked_at()
    assert found.is_sound
    assert found.rows == {"assets": 6, "segments": 3, "frames": 3}
    assert mend(kept.library.settings, kept.models, Job()) == []


@pytest.mark.parametrize("table", ["assets", "segments", "frames"])
@pytest.mark.parametrize("damage", [cut, delete, blank])
def test_rows_that_cannot_be_read_are_taken_out_and_their_files_read_again(
    kept: Kept, indexed: Kept, table: str, damage: Damage
) -> None:
    damage(kept.files_of(table, "data")[-1])
    assert table in kept.looked_at().damaged
    done, after = kept.mended()
    assert after.is_sound
    assert any("cannot be read" in sentence for sentence in done)
    # What was there is kept, linked, until the user deletes it.
    (backup,) = kept.folder.glob("backup-before-repair-*")
    assert (backup / "tables").is_dir()
    assert backup.name in done[0]
    if damage is cut:  # once is enough: the models take a second to load
        kept.library.index([], Job())
        assert kept.looked_at().is_sound
        check_whole(kept.store)
        assert_same(kept.store, indexed.store)


def test_a_table_whose_newest_version_is_cut_off_goes_back_to_one_that_is_whole(
    kept: Kept, tmp_path: Path
) -> None:
    (kept.root / "new.txt").write_text("An owl in the tower.\n")
    try:
        kept.library.index([], Job())
    finally:
        (kept.root / "new.txt").unlink()
    newest = min((kept.folder / "tables/segments.lance/_versions").glob("*.manifest"))
    cut(newest)
    with pytest.raises(LibraryError, match="rushes doctor --library"):
        kept.library.status()
    done, after = kept.mended()
    assert after.is_sound
    assert any("went back by 1 version of the table segments" in sentence for sentence in done)


def test_without_any_version_the_tables_are_set_aside_and_made_anew(
    kept: Kept, indexed: Kept
) -> None:
    for path in (kept.folder / "tables/frames.lance/_versions").glob("*.manifest"):
        path.write_bytes(b"")
    done = mend(kept.library.settings, kept.models, Job())
    assert "run `rushes index`" in done[-1]
    (backup,) = kept.folder.glob("backup-before-repair-*")
    assert (backup / "tables" / "segments.lance").is_dir()
    assert kept.looked_at().is_sound
    assert kept.library.index([], Job()).indexed == 6
    assert_same(kept.store, indexed.store)


def test_rows_and_thumbnails_that_no_file_names_are_removed(kept: Kept) -> None:
    lost = kept.store.assets()[0]
    kept.store.table("assets").delete(f"id = '{lost.id}'")
    spare = kept.folder / "thumbnails" / "ab" / f"{'abcd' * 8}-00000.webp"
    spare.parent.mkdir(exist_ok=True)
    spare.write_bytes(b"RIFF")
    found = kept.looked_at()
    assert sum(found.orphans.values()) == 1
    assert f"ab/{spare.name}" in found.spare_thumbnails
    done, after = kept.mended()
    assert after.is_sound
    assert any(sentence.startswith("removed 1 p") for sentence in done)
    assert not spare.exists()


@pytest.mark.parametrize("damage", [cut, delete, blank])
def test_lost_thumbnails_are_made_again_as_they_were(kept: Kept, damage: Damage) -> None:
    (path, *_) = sorted(kept.store.thumbnails.rglob("*.webp"))
    was = path.read_bytes()
    damage(path)
    assert sum(map(len, kept.looked_at().lost_thumbnails.values())) == 1
    done, after = kept.mended()
    assert done == ["made 1 thumbnail again"]
    assert after.is_sound
    assert path.read_bytes() == was


def test_a_thumbnail_whose_file_has_changed_is_read_again(kept: Kept) -> None:
    (path, *_) = sorted(kept.store.thumbnails.rglob("*.webp"))
    path.unlink()
    (file,) = (each for each in kept.store.assets() if path.name.startswith(each.id))
    kept.store.place([file.at([Copy(file.path, file.mtime_ns - 1)])])
    done, after = kept.mended()
    assert done == ["noted 1 file to be read again by the next `rushes index`"]
    assert after.waiting == {file.id}
    assert kept.library.index([], Job()).indexed == 1
    assert kept.looked_at().is_sound
    assert len(list(kept.store.thumbnails.rglob("*.webp"))) == 3


def test_two_files_at_one_place_are_one_again(kept: Kept) -> None:
    (file, *_) = kept.store.assets()
    twin = replace(file, id="f" * 32, mtime_ns=1)
    assets = kept.store.table("assets")
    assets.add(arrow([asset_row(twin)], assets.schema))
    assert kept.looked_at().crowded == {file.path: [file.id, twin.id]}
    _, after = kept.mended()
    assert after.is_sound
    assert twin.id not in {each.id for each in kept.store.assets()}


def test_pictures_without_rows_and_vectors_that_are_no_numbers_are_read_again(kept: Kept) -> None:
    hollow, odd = sorted(
        (each for each in kept.store.assets() if each.path.suffix == ".png"),
        key=lambda each: each.path,
    )[:2]
    frames = kept.store.table("frames")
    frames.delete(f"asset_id = '{hollow.id}'")
    rows = frames.search().where(f"asset_id = '{odd.id}'").to_arrow().to_pylist()
    rows[0]["vector"] = [float("inf")] * len(rows[0]["vector"])
    frames.delete(f"asset_id = '{odd.id}'")
    frames.add(arrow(rows, frames.schema))
    found = kept.looked_at()
    assert (found.hollow, found.odd_vectors) == ({hollow.id}, {odd.id})
    _, after = kept.mended()
    assert after.is_sound
    assert after.waiting == {hollow.id, odd.id}


def test_an_index_that_cannot_be_read_or_is_missing_is_made_again(kept: Kept) -> None:
    for path in (kept.folder / "tables/segments.lance/_indices").rglob("*.lance"):
        cut(path)
    kept.store.table("assets").drop_index("name_words_idx")
    broken = kept.looked_at().broken_indices
    assert set(broken) == {("segments", "text"), ("assets", "name_words")}
    _, after = kept.mended()
    assert after.is_sound
    written = [each for each in kept.library.search("ferry").moments if "written" in each.senses]
    assert len(written) == 3


def test_a_film_gets_the_frame_of_its_time_again(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4").path
    stat = clip.stat()
    store = new_store(tmp_path / "library")
    file = replace(
        asset(str(clip), Kind.VIDEO), size_bytes=stat.st_size, mtime_ns=stat.st_mtime_ns, width=320
    )
    shots = list(shot_frames(clip, 8.0, lambda: None))
    rows = [
        FrameRow(None, (), s.start_s, s.end_s, s.at_s, thumbnail=thumbnail(s.image)) for s in shots
    ]
    store.commit([IndexedFile(file, [], rows)])
    paths = sorted(store.thumbnails.rglob("*.webp"))
    before = [np.asarray(Image.open(path), float) for path in paths]
    for path in paths:
        path.unlink()
    settings = Settings(library=tmp_path / "library")
    assert mend(settings, ModelStore(tmp_path), Job()) == [f"made {len(paths)} thumbnails again"]
    for path, was in zip(paths, before, strict=True):
        assert np.abs(np.asarray(Image.open(path), float) - was).mean() < 2.0


def test_mending_that_is_stopped_anywhere_can_be_done_again(kept: Kept, indexed: Kept) -> None:
    """Stopped at each of its writes in turn."""
    for table in ("segments", "frames"):
        cut(kept.files_of(table, "data")[-1])
    for write in range(40):
        again = _copied(kept, write)
        try:
            with _stopped_at(write):
                mend(again.library.settings, again.models, Job())
        except Killed:
            _, after = again.mended()
            assert after.is_sound
            known = {each.path for each in again.store.assets()}
            assert known == {each.path for each in indexed.store.assets()}
        else:
            break
    assert write > 4


def _copied(kept: Kept, number: int) -> Kept:
    folder = kept.folder.with_name(f"copy-{number}")
    shutil.copytree(kept.folder, folder)
    return replace(kept, library=Library(Settings(library=folder), kept.models))


@contextmanager
def _stopped_at(number: int) -> Iterator[None]:
    """Inside, the write of that number (from 0) is not made, as if the process were killed."""
    made: list[str] = []

    def mortal(write: Callable[..., object]) -> Callable[..., object]:
        def or_stop(*args: object, **named: object) -> object:
            if len(made) == number:
                raise Killed
            made.append(write.__name__)
            return write(*args, **named)

        return or_stop

    with pytest.MonkeyPatch.context() as patch:
        for owner, names in _WRITES.items():
            for name in names:
                patch.setattr(owner, name, mortal(getattr(owner, name)))
        yield


def test_another_writer_is_not_disturbed(kept: Kept) -> None:
    with only_writer(storage_at(kept.folder)), pytest.raises(LibraryError, match="is writing into"):
        mend(kept.library.settings, kept.models, Job())
