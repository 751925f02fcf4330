"""The front door, with the real starter models on small real files."""

import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image as Pillow

from indexer.library import Library
from indexer.parts import Parts
from indexer.schema import SCHEMA_VERSION
from indexer.store import Store
from rushes.errors import Cancelled, LibraryError, RushesError
from rushes.jobs import Job, Progress
from rushes.moment import Kind
from tests.media.library import write_csv, write_docx

Opened = Callable[..., Library]

HARBOUR = "The ferry leaves the harbour at a quarter past seven, fog or no fog.\n"
BAKERY = "Our baker sells sourdough loaves until they run out, which is before nine.\n"
OWL = "A barn owl nests in the church tower and hunts voles along the ditch.\n"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder of two notes, a table, and a picture."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR)
    (folder / "bakery.md").write_text(BAKERY)
    write_csv(folder / "costs.csv", (("item", "euros"), ("rope for the anchor", 45)))
    return folder


def with_picture(folder: Path, demo_media: Path) -> Path:
    picture = folder / "IMG_0001.webp"
    shutil.copyfile(demo_media / "pictures/image_chroma_text_to_image-1.webp", picture)
    return picture


def best(library: Library, question: str) -> str | None:
    """The name of the first file that is found."""
    found = library.search(question, limit=1).moments
    return found[0].path.name if found else None


def thumbnails(library: Library) -> list[Path]:
    return sorted((library.folder / "thumbnails").rglob("*.webp"))


def forbid_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, loading a model fails the test, and so does starting what would load one."""

    def loads(*args: object) -> None:
        raise AssertionError("a model was loaded")

    for name in (
        "indexer.embed.text.load_text",
        "indexer.embed.vision.load_vision",
        "indexer.engines.local.Process",
    ):
        monkeypatch.setattr(name, loads)
    monkeypatch.setattr("indexer.engines.local._kept", [])


def test_files_are_found_by_what_they_mean(library_in: Opened, notes: Path) -> None:
    library = library_in()
    report = library.index([notes], Job())
    assert (report.indexed, report.unchanged, report.removed, report.failed) == (3, 0, 0, [])
    assert best(library, "when does the boat depart") == "harbour.txt"
    assert best(library, "where to buy bread") == "bakery.md"
    assert best(library, "anchor") == "costs.csv"


def test_a_second_run_passes_over_everything_and_loads_no_model(
    library_in: Opened, notes: Path, demo_media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_picture(notes, demo_media)
    library_in().index([notes], Job())
    held = library_in().status()
    forbid_models(monkeypatch)
    report = library_in().index([notes], Job())
    assert (report.indexed, report.unchanged, report.removed) == (0, 4, 0)
    again = library_in().status()
    assert (again.files, again.segments, again.frames) == (held.files, held.segments, held.frames)


def test_a_changed_file_is_redone_and_the_others_are_not(library_in: Opened, notes: Path) -> None:
    library = library_in()
    library.index([notes], Job())
    (notes / "harbour.txt").write_text(OWL)
    report = library.index([notes], Job())
    assert (report.indexed, report.unchanged) == (1, 2)
    assert best(library, "a bird in the steeple") == "harbour.txt"
    assert all("ferry" not in (moment.text or "") for moment in library.search("ferry").moments)
    assert library.status().segments == 3


def test_a_file_of_the_same_size_and_a_new_time_is_redone(library_in: Opened, notes: Path) -> None:
    library = library_in()
    library.index([notes], Job())
    path = notes / "harbour.txt"
    path.write_text(HARBOUR.replace("ferry", "train"))
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000_000))
    assert library.index([notes], Job()).indexed == 1


def test_a_deleted_file_leaves_with_its_words_and_pictures(
    library_in: Opened, notes: Path, demo_media: Path
) -> None:
    picture = with_picture(notes, demo_media)
    library = library_in()
    library.index([notes], Job())
    assert len(thumbnails(library)) == 1
    picture.unlink()
    (notes / "harbour.txt").unlink()
    report = library.index([notes], Job())
    assert (report.indexed, report.unchanged, report.removed) == (0, 2, 2)
    held = library.status()
    assert (held.files, held.segments, held.frames) == ({Kind.DOCUMENT: 2}, 2, 0)
    assert thumbnails(library) == []


def test_an_added_folder_is_kept_beside_the_first(
    library_in: Opened, notes: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "owl.txt").write_text(OWL)
    library_in().index([notes], Job())
    report = library_in().index([more], Job())
    assert (report.indexed, report.removed) == (1, 0)
    library = library_in()
    assert library.status().roots == (notes, more)
    assert best(library, "a bird in the steeple") == "owl.txt"
    assert best(library, "when does the boat depart") == "harbour.txt"
    report = library.index([], Job())  # no folder named: all that are known
    assert (report.indexed, report.unchanged) == (0, 4)


def test_a_folder_that_is_not_there_is_an_error_and_removes_nothing(
    library_in: Opened, notes: Path, tmp_path: Path
) -> None:
    library = library_in()
    library.index([notes], Job())
    notes.rename(tmp_path / "unplugged")
    for redo in (False, True):
        with pytest.raises(RushesError, match="is not there"):
            library.index([notes], Job(), redo)
    assert library.status().files == {Kind.DOCUMENT: 3}
    assert best(library, "when does the boat depart") == "harbour.txt"


def test_a_folder_that_is_not_there_makes_no_library(library_in: Opened, tmp_path: Path) -> None:
    with pytest.raises(RushesError, match="is not there"):
        library_in().index([tmp_path / "gone"], Job())
    with pytest.raises(LibraryError, match="no library"):
        library_in().status()


def test_files_in_a_folder_that_can_no_longer_be_read_stay(
    library_in: Opened, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = notes / "inner"
    inner.mkdir()
    (inner / "owl.txt").write_text(OWL)
    library = library_in()
    library.index([notes], Job())
    true_scandir = os.scandir

    def scandir(path: Path) -> object:
        if path == inner:
            raise PermissionError(13, "Permission denied")
        return true_scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        report = library.index([notes], Job())
    assert [failed.path for failed in report.failed] == [inner]
    assert report.removed == 0
    assert best(library, "a bird in the steeple") == "owl.txt"
    report = library.index([notes], Job())
    assert (report.failed, report.unchanged) == ([], 4)


def test_with_nothing_to_index_it_says_what_to_do(library_in: Opened) -> None:
    with pytest.raises(RushesError, match="rushes index FOLDER"):
        library_in().index([], Job())


def test_one_object_sees_what_it_indexed_after_a_search(library_in: Opened, notes: Path) -> None:
    library = library_in()
    library.index([notes], Job())
    assert best(library, "a bird in the steeple") != "owl.txt"
    (notes / "owl.txt").write_text(OWL)
    library.index([notes], Job())
    assert best(library, "a bird in the steeple") == "owl.txt"


class Crash(BaseException):
    """What ends a process from outside."""


@pytest.mark.parametrize("step", ["save_record", "sweep", "remove", "commit", "optimize"])
def test_stopped_between_its_steps_a_run_leaves_a_library_that_works(
    library_in: Opened,
    notes: Path,
    demo_media: Path,
    step: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = library_in()
    library.index([notes], Job())
    with_picture(notes, demo_media)
    (notes / "harbour.txt").write_text(OWL)
    (notes / "bakery.md").unlink()
    more = tmp_path / "more"
    more.mkdir()

    def crash(*args: object) -> None:
        raise Crash

    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(Store, step, crash)
        library.index([notes, more], Job())

    library = library_in()
    done = step == "optimize"
    assert (best(library, "a bird in the steeple") == "harbour.txt") == done
    assert (best(library, "when does the boat depart") == "harbour.txt") == (not done)
    report = library.index([], Job())
    assert report.indexed == (0 if done else 2)
    assert best(library, "a bird in the steeple") == "harbour.txt"
    held = library.status()
    assert held.files == {Kind.DOCUMENT: 2, Kind.IMAGE: 1}
    assert (held.segments, held.frames, len(thumbnails(library))) == (2, 1, 1)


def test_a_cancelled_run_keeps_what_was_finished_and_the_next_goes_on(
    library_in: Opened, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02d}.txt").write_text(f"Letter {number}. {OWL}")
    job = Job(lambda progress: job.cancel() if progress.note.startswith("9 of") else None)
    with pytest.raises(Cancelled):
        library_in().index([folder], job)
    kept = sum(library_in().status().files.values())
    assert 0 < kept < 30
    report = library_in().index([folder], Job())
    assert (report.unchanged, report.indexed) == (kept, 30 - kept)
    assert best(library_in(), "a bird in the steeple") is not None


def test_a_library_made_otherwise_is_not_mixed_but_can_be_redone(
    library_in: Opened, notes: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "owl.txt").write_text(OWL)
    library_in().index([notes, more], Job())
    other = library_in(passage_words=100)
    with pytest.raises(LibraryError) as caught:
        other.index([notes], Job())
    said = str(caught.value)
    assert "passage words: 200, now 100" in said
    assert "4 files" in said
    assert "rushes index --redo" in said
    assert library_in().status().files == {Kind.DOCUMENT: 4}

    report = other.index([notes], Job(), redo=True)
    assert (report.indexed, report.unchanged) == (4, 0)  # every folder it knows
    assert best(other, "a bird in the steeple") == "owl.txt"
    assert other.index([], Job()).unchanged == 4
    with pytest.raises(LibraryError, match="passage words: 100, now 200"):
        library_in().index([notes], Job())


def test_a_library_keeps_its_models_when_a_better_profile_is_installed(
    library_in: Opened, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library_in().index([notes], Job())

    def choose(*args: object) -> None:
        raise AssertionError("another model was looked for")

    monkeypatch.setattr("indexer.library.choose", choose)
    assert library_in().index([notes], Job()).unchanged == 3


def test_a_library_of_models_that_are_not_here_cannot_be_searched(
    library_in: Opened, notes: Path
) -> None:
    library_in().index([notes], Job())
    record = library_in().folder / "library.json"
    changed = json.loads(record.read_text())
    changed["recipe"]["text"] = "multilingual-e5-small"
    record.write_text(json.dumps(changed))
    with pytest.raises(RushesError, match="rushes models install standard"):
        library_in().search("ferry")


def test_a_library_of_another_format_is_refused_and_left_alone(
    library_in: Opened, notes: Path
) -> None:
    library_in().index([notes], Job())
    record = library_in().folder / "library.json"
    newer = record.read_text().replace(f'"schema": {SCHEMA_VERSION}', '"schema": 99')
    record.write_text(newer)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: library_in().index([notes], Job()),
        lambda: library_in().index([notes], Job(), redo=True),
        lambda: library_in().search("ferry"),
        lambda: library_in().status(),
    )
    for attempt in attempts:
        with pytest.raises(LibraryError, match="format 99"):
            attempt()
    assert record.read_text() == newer


def test_a_second_writer_is_told_to_wait(library_in: Opened, notes: Path) -> None:
    told: list[str] = []

    def second(progress: Progress) -> None:
        if told or progress.stage != "indexing":
            return
        try:
            library_in().index([notes], Job())
        except LibraryError as error:
            told.append(str(error))

    assert library_in().index([notes], Job(second)).indexed == 3
    assert len(told) == 1
    assert "another `rushes` is writing" in told[0]
    assert f"process {os.getpid()} since" in told[0]
    assert "rushes index --wait" in told[0]


def test_a_writer_can_wait_until_the_other_is_done_or_it_is_stopped(
    library_in: Opened, notes: Path
) -> None:
    told: list[str] = []
    waited = Job(lambda progress: told.append(f"{progress.stage} {progress.note}"))
    done: list[int] = []

    def second() -> None:
        done.append(library_in().index([notes], waited, wait_s=60).unchanged)

    thread = threading.Thread(target=second)

    def first(progress: Progress) -> None:
        if progress.stage == "indexing" and not told:
            if not thread.ident:
                thread.start()
            while not told:
                thread.join(0.01)
            impatient = Job()
            impatient.cancel()
            with pytest.raises(Cancelled):
                library_in().index([notes], impatient, wait_s=60)

    assert library_in().index([notes], Job(first)).indexed == 3
    thread.join(60)
    assert done == [3]
    assert told[0].startswith(f"waiting for process {os.getpid()} since")


def test_who_writes_is_not_asked_of_what_a_crash_left(library_in: Opened, notes: Path) -> None:
    library = library_in()
    left = library.folder.with_name(f".{library.folder.name}.holder")
    left.write_text('{"pid": 1, "command": "rushes index", "since": 0}')
    assert library.index([notes], Job()).indexed == 3
    assert not left.exists()


def test_a_reader_may_look_while_a_writer_writes(library_in: Opened, notes: Path) -> None:
    library_in().index([notes], Job())
    (notes / "owl.txt").write_text(OWL)
    seen: list[str | None] = []

    def look(progress: Progress) -> None:
        if progress.stage == "indexing" and not seen:
            seen.append(best(library_in(), "when does the boat depart"))

    library_in().index([notes], Job(look))
    assert seen == ["harbour.txt"]


def test_models_are_loaded_once_for_all_threads(
    starter_parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    ready = threading.Barrier(4)

    def load_text(model: object, *args: object) -> object:
        loaded.append("text")
        return object()

    monkeypatch.setattr("indexer.embed.text.load_text", load_text)
    parts = Parts(starter_parts.choice, starter_parts._settings, starter_parts._store)
    seen: list[object] = []

    def ask() -> None:
        ready.wait()
        seen.append(parts.text)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert loaded == ["text"]
    assert len(set(map(id, seen))) == 1


def test_a_search_can_be_kept_to_one_kind(
    library_in: Opened, notes: Path, demo_media: Path
) -> None:
    with_picture(notes, demo_media)
    write_docx(notes / "birds.docx", ((OWL, 0),))
    library = library_in()
    library.index([notes], Job())
    assert {moment.kind for moment in library.search("a leopard").moments} >= {Kind.IMAGE}
    assert [m.path.name for m in library.search("a leopard kind:image").moments] == [
        "IMG_0001.webp"
    ]
    assert library.search("a leopard kind:video").moments == ()
    assert {m.kind for m in library.search("a bird kind:document").moments} == {Kind.DOCUMENT}


def test_progress_counts_files_up_to_the_last(library_in: Opened, notes: Path) -> None:
    told: list[Progress] = []
    library_in().index([notes], Job(told.append))
    counts = [each.note for each in told if each.stage == "indexing"]
    assert counts[0] == "0 of 3 files"
    assert counts[-1] == "3 of 3 files"
    last = [each for each in told if each.stage == "indexing"][-1]
    assert last.done == last.total


def test_where_no_library_runs_the_picture_model_pictures_are_kept_without(
    library_in: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.embed.vision.find_spec", lambda name: None)
    folder = tmp_path / "pictures"
    folder.mkdir()
    Pillow.new("RGB", (80, 60), "red").save(folder / "red barn.png")
    library = library_in()
    assert library.index([folder], Job()).failed == []
    assert "labels-and-objects" not in library.status().models
    (found,) = library.search("barn").moments
    assert found.senses == ("file name",)
    assert found.thumbnail is not None and found.thumbnail.exists()
