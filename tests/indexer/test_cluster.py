"""Files read by the workers of a Ray cluster: the same rows, and none of them costs the run."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from indexer.engines import cluster, engine_named, ray_itself
from indexer.engines.cluster import RayEngine
from indexer.library import Library
from indexer.parts import Parts
from indexer.rows import IndexedFile
from indexer.scan import Found, scan
from indexer.setup import Setup
from indexer.store import Store
from rushes.errors import Cancelled, ModelMissing, RushesError
from rushes.jobs import Job, Progress
from rushes.models import ModelStore
from rushes.settings import Settings
from tests.fakes.ray import FakeRay
from tests.indexer.killing import assert_same
from tests.media.library import write_csv

Opened = Callable[..., Library]


@pytest.fixture
def setup(starter_parts: Parts, starter_store: ModelStore) -> Setup:
    return Setup.of(starter_parts, Settings(profile="starter"), starter_store)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(7):
        (folder / f"{number}.txt").write_text(f"Note {number}: the ferry leaves at {number}.\n")
    return folder


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeRay:
    ray = FakeRay()
    monkeypatch.setattr(cluster, "ray_itself", ray)
    return ray


def found_in(folder: Path) -> list[Found]:
    return list(scan(folder, folder / "library", lambda: None))


def read(setup: Setup, folder: Path, job: Job | None = None) -> dict[str, IndexedFile]:
    engine = RayEngine(setup)
    done = [file for batch in engine.run(found_in(folder), job or Job()) for file in batch]
    engine.close()
    assert len(done) == len(list(folder.iterdir()))
    return {file.asset.path.name: file for file in done}


def errors(done: dict[str, IndexedFile]) -> dict[str, str]:
    return {name: file.asset.error for name, file in done.items() if file.asset.error}


def test_files_are_spread_over_the_workers(setup: Setup, notes: Path, fake: FakeRay) -> None:
    assert errors(read(setup, notes)) == {}
    assert len(fake.actors) == 2
    assert all(len(actor.files) >= 2 for actor in fake.actors)
    assert all(actor.is_down for actor in fake.actors), "they ended with the run"
    assert not fake.is_connected


def test_of_a_worker_that_goes_down_nothing_is_lost(
    setup: Setup, notes: Path, fake: FakeRay
) -> None:
    fake.deadly = {"3.txt": 1}
    assert errors(read(setup, notes)) == {}
    assert len(fake.actors) == 3
    tried = [actor for actor in fake.actors if "3.txt" in actor.files]
    assert len(tried) == 2, "once more, and elsewhere"


def test_what_brings_a_second_worker_down_is_given_up_with_the_reason(
    setup: Setup, notes: Path, fake: FakeRay
) -> None:
    fake.deadly = {"3.txt": 9, "5.txt": 1}
    assert errors(read(setup, notes)) == {
        "3.txt": "reading it brought its worker down (SIGSEGV): is it damaged?"
    }


def test_what_nothing_comes_of_is_given_up_with_the_reason(
    setup: Setup, notes: Path, fake: FakeRay, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PATIENCE_S", "_MODEL_PATIENCE_S", "_SIGNS_EVERY_S", "_TICK_S"):
        monkeypatch.setattr(cluster, name, 0.02)
    fake.silent = {"3.txt"}
    (told,) = errors(read(setup, notes)).items()
    assert told == ("3.txt", "nothing came of it for 0 s: is it damaged?")


def test_workers_that_do_not_stay_up_end_the_run(setup: Setup, notes: Path, fake: FakeRay) -> None:
    fake.deadly = {f"{number}.txt": 9 for number in range(7)}
    with pytest.raises(RushesError, match="Ray's workers do not stay up"):
        read(setup, notes)


def test_a_model_that_a_worker_lacks_is_one_line(setup: Setup, notes: Path, fake: FakeRay) -> None:
    fake.trouble = ModelMissing("all-minilm-l6-v2 is not installed")
    with pytest.raises(ModelMissing, match="a worker of Ray cannot read: all-minilm-l6-v2 is not"):
        read(setup, notes)


def test_it_stops_when_it_is_asked_to(setup: Setup, notes: Path, fake: FakeRay) -> None:
    fake.silent = {f"{number}.txt" for number in range(7)}
    job = Job()
    engine = RayEngine(setup)
    run = engine.run(found_in(notes), job)
    job.cancel()
    with pytest.raises(Cancelled):
        next(run)
    assert all(actor.is_down for actor in fake.actors)


def test_without_ray_it_says_how_to_get_it(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(RushesError, match=r'pip install "rushes\[ray\]"'):
        engine_named("ray", setup)


@pytest.mark.parametrize("address", ["127.0.0.1:9", "ray://127.0.0.1:9", "nowhere"])
def test_a_cluster_that_is_not_there_is_one_line_and_changes_nothing(
    library_in: Opened, notes: Path, address: str
) -> None:
    library = library_in(engine="ray", ray_address=address)
    with pytest.raises(RushesError, match=f"cannot use the Ray cluster at {address}"):
        library.index([notes], Job())
    assert not library.is_there


@pytest.fixture(scope="module")
def ray_here() -> Iterator[None]:
    """Ray with two workers' room, started once for the tests that need it."""
    with ray_itself.connected(""):
        yield


def readers() -> list[psutil.Process]:
    named = psutil.process_iter(["name"])  # None of one that has just ended
    return [each for each in named if (each.info["name"] or "").startswith("ray::Reader")]


def test_two_workers_make_the_rows_that_a_local_run_makes(
    tmp_path: Path, notes: Path, library_in: Opened, ray_here: None
) -> None:
    Image.new("RGB", (64, 48), "teal").save(notes / "sea.png")
    write_csv(notes / "costs.csv", (("item", "euros"), ("rope for the anchor", 45)))
    (notes / "empty.pdf").touch()
    local = library_in(library=tmp_path / "local")
    shared = library_in(library=tmp_path / "shared", engine="ray")
    seen: set[int] = set()

    def look(progress: Progress) -> None:
        seen.update(each.pid for each in readers())

    local.index([notes], Job())
    report = shared.index([notes], Job(look))
    assert (report.indexed, len(report.failed)) == (9, 1)
    assert len(seen) == 2
    assert_same(Store.open(shared.place), Store.open(local.place))
    assert shared.index([], Job()).unchanged == 10


@pytest.mark.stress
def test_a_worker_that_is_killed_costs_nothing(setup: Setup, notes: Path, ray_here: None) -> None:
    killed: list[int] = []

    def strike(progress: Progress) -> None:
        if progress.note.startswith("1 of") and not killed:
            (first, *_) = readers()
            killed.append(first.pid)
            first.kill()

    assert errors(read(setup, notes, Job(strike))) == {}
    assert killed
