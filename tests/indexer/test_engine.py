"""The process that reads files: what brings it down or to a halt costs a file, not the run."""

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from indexer import readers
from indexer.engines import engine_named
from indexer.engines.local import LocalEngine, _kept
from indexer.library import Library
from indexer.parts import Choice, Parts
from indexer.pipeline import unread
from indexer.pulse import Pulse
from indexer.rows import Copy, IndexedFile
from indexer.scan import Found, scan
from indexer.segments import Picture, Segment, Sounds, Tools
from indexer.setup import Setup
from rushes.errors import Cancelled, ModelMissing, RushesError
from rushes.jobs import Job, Progress
from rushes.models import ModelStore
from rushes.moment import Kind
from rushes.settings import Settings

Opened = Callable[..., Library]


@pytest.fixture(autouse=True)
def own_worker() -> Iterator[None]:
    """No worker is left by a test before, or to the next one."""

    def end_all() -> None:
        while _kept:
            _kept.pop().end()

    end_all()
    yield
    end_all()


@pytest.fixture
def setup(starter_parts: Parts, starter_store: ModelStore) -> Setup:
    return Setup.of(starter_parts, Settings(profile="starter"), starter_store)


@pytest.fixture
def films(tmp_path: Path, demo_media: Path) -> Path:
    """A note, and two films that take a moment."""
    folder = tmp_path / "films"
    folder.mkdir()
    (folder / "note.txt").write_text("The ferry leaves the harbour at seven.")
    for name in ("phone", "again"):
        shutil.copyfile(demo_media / "footage/carphone_pristine.mp4", folder / f"{name}.mp4")
    with (folder / "again.mp4").open("ab") as film:  # it is to be another file
        film.write(bytes(8))
    return folder


def workers() -> list[psutil.Process]:
    return [
        each
        for each in psutil.Process().children()
        if each.status() != psutil.STATUS_ZOMBIE and "indexer.engines.worker" in each.cmdline()
    ]


class Striker:
    """A screen that strikes the worker with a signal whenever it is seen at a film."""

    def __init__(self, number: signal.Signals, times: int) -> None:
        self._number = number
        self._left = times
        self.struck: set[int] = set()

    def __call__(self, progress: Progress) -> None:
        if progress.stage != "indexing" or ", 0.0 of" in progress.note or not self._left:
            return
        for worker in workers():
            if worker.pid not in self.struck:
                self.struck.add(worker.pid)
                self._left -= 1
                worker.send_signal(self._number)


def read(setup: Setup, folder: Path, job: Job) -> dict[str, IndexedFile]:
    todo = list(scan(folder, folder / "library", lambda: None))
    engine = LocalEngine(setup)
    try:
        done = [file for batch in engine.run(todo, job) for file in batch]
    finally:
        engine.close()
    assert len(done) == len(todo)
    return {file.asset.path.name: file for file in done}


def test_a_crash_costs_nothing_if_it_does_not_happen_again(setup: Setup, films: Path) -> None:
    done = read(setup, films, Job(Striker(signal.SIGSEGV, 1)))
    assert set(done) == {"note.txt", "phone.mp4", "again.mp4"}
    assert not [file.asset.error for file in done.values() if file.asset.error]
    assert all(file.frames for name, file in done.items() if name != "note.txt")


def test_what_crashes_by_itself_again_is_given_up_and_the_others_are_read(
    setup: Setup, films: Path
) -> None:
    # The first takes both films with it; then one is read at a time.
    done = read(setup, films, Job(Striker(signal.SIGSEGV, 2)))
    failed = [file.asset.error for file in done.values() if file.asset.error]
    assert failed == ["reading it brought its decoder down (SIGSEGV): is it damaged?"]
    assert done["note.txt"].segments


def test_a_file_of_which_nothing_comes_is_given_up(
    setup: Setup, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (films / "again.mp4").unlink()
    (films / "note.txt").unlink()
    halt = Striker(signal.SIGSTOP, 1)

    def wait_no_longer(progress: Progress) -> None:
        halt(progress)
        if halt.struck:
            for name in ("PATIENCE_S", "_MODEL_PATIENCE_S"):
                monkeypatch.setattr(f"indexer.engines.supervisor.{name}", 1.0)

    done = read(setup, films, Job(wait_no_longer))
    assert done["phone.mp4"].asset.error == "nothing came of it for 1 s (is it damaged?)"


def test_what_waits_behind_a_long_text_is_not_given_up(
    setup: Setup, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(films)
    films.mkdir()
    words = "The ferry leaves the harbour at seven and the tram turns at the brewery. "
    (films / "a book.txt").write_text("".join(f"{n} {words}" for n in range(700)))
    for number in range(6):
        (films / f"note {number}.txt").write_text(f"{number} {words}")
    monkeypatch.setattr("indexer.engines.supervisor.PATIENCE_S", 2.0)
    done = read(setup, films, Job())
    assert len(done["a book.txt"].segments) > 50
    assert not [file.asset.error for file in done.values() if file.asset.error]


def test_a_file_that_takes_too_much_memory_is_given_up(
    setup: Setup, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(films)
    films.mkdir()
    (films / "note.txt").write_text("The ferry leaves the harbour at seven." * 10_000)
    monkeypatch.setattr("indexer.engines.supervisor.MOST_BYTES", 1_000_000)
    done = read(setup, films, Job())
    assert "of memory" in (done["note.txt"].asset.error or "")


def test_it_stops_at_once_when_asked_even_if_the_worker_hears_nothing(
    setup: Setup, films: Path
) -> None:
    stop = Striker(signal.SIGSTOP, 1)
    stopped = threading.Event()

    def strike(progress: Progress) -> None:
        stop(progress)
        if progress.stage == "indexing" and progress.done:
            stopped.set()
            job.cancel()

    job = Job(strike)
    with pytest.raises(Cancelled):
        read(setup, films, job)
    assert stopped.is_set()
    assert workers() == []


def test_a_paused_run_goes_on_where_it_was(setup: Setup, films: Path) -> None:
    noticed: list[str] = []

    def pause(progress: Progress) -> None:
        noticed.append(progress.note)
        if progress.done and not job.paused and len(noticed) < 5:
            job.pause()
            threading.Timer(0.3, job.go_on).start()

    job = Job(pause)
    done = read(setup, films, job)
    assert not [file.asset.error for file in done.values() if file.asset.error]


def test_the_worker_waits_for_the_next_run_of_the_process(setup: Setup, films: Path) -> None:
    for film in films.glob("*.mp4"):
        film.unlink()
    read(setup, films, Job())
    (worker,) = workers()
    read(setup, films, Job())
    assert workers() == [worker]


def test_an_unchanged_library_starts_no_worker(library_in: Opened, films: Path) -> None:
    for film in films.glob("*.mp4"):
        film.unlink()
    library = library_in()
    library.index([films], Job())
    _kept.pop().end()
    assert library.index([films], Job()).unchanged == 1
    assert workers() == []
    assert _kept == []


def test_a_model_that_is_not_there_ends_the_run_with_a_line(
    starter_choice: Choice, films: Path, tmp_path: Path
) -> None:
    parts = Parts(starter_choice, Settings(profile="starter"), ModelStore(tmp_path))
    setup = Setup.of(parts, Settings(profile="starter"), ModelStore(tmp_path))
    with pytest.raises(ModelMissing, match="rushes models install starter"):
        read(setup, films, Job())
    assert workers() == []


def test_a_worker_that_cannot_start_ends_the_run_with_a_line(
    setup: Setup, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "indexer.engines.process._COMMAND", (sys.executable, "-c", "raise SystemExit(3)")
    )
    with pytest.raises(RushesError, match=r"does not stay up \(exit status 3\)"):
        read(setup, films, Job())


_ORPHAN = """
import os, signal, sys
from pathlib import Path
import psutil
from indexer.library import Library
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.settings import Settings

def strike(progress):
    if progress.stage == "indexing" and progress.done:
        print(psutil.Process().children()[0].pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

models, place, folder = map(Path, sys.argv[1:])
Library(Settings(library=place), ModelStore(models)).index([folder], Job(strike))
"""


def test_the_worker_ends_with_the_run_that_is_killed(
    tmp_path: Path, films: Path, starter_store: ModelStore
) -> None:
    arguments = [str(starter_store.root), str(tmp_path / "library"), str(films)]
    ran = subprocess.run(
        [sys.executable, "-c", _ORPHAN, *arguments], capture_output=True, text=True
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    with suppress(psutil.NoSuchProcess):  # gone already
        psutil.Process(int(ran.stdout)).wait(30)


def test_there_is_no_engine_of_another_name(setup: Setup) -> None:
    with pytest.raises(RushesError, match="there is no engine steam: it is one of local"):
        engine_named("steam", setup)


def test_a_defect_in_a_reader_costs_its_file(
    setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(path: Path, tools: Tools) -> Iterator[Segment | Picture | Sounds]:
        if path.name == "harbour.txt":
            raise ZeroDivisionError("division by\nzero")
        if path.name == "bakery.txt":
            raise MemoryError
        return readers.read(path, tools)

    monkeypatch.setattr("indexer.pipeline.read", read)
    line = setup.line()

    def row(name: str) -> IndexedFile:
        path = tmp_path / name
        path.write_text("The owl nests in the tower.")
        kind = readers.kind_of(path)
        return line.run(Found(path, kind, path.stat().st_size), Pulse(Job()))

    assert row("harbour.txt").asset.error == (
        "reading it failed: ZeroDivisionError: division by zero"
    )
    assert row("bakery.txt").asset.error == "reading it failed: MemoryError:"
    assert row("owl.txt").asset.error is None


def test_a_file_that_went_away_is_looked_at_again_at_all_its_places(tmp_path: Path) -> None:
    copies = (Copy(tmp_path / "copy.mp4", 7),)
    asset = unread(Found(tmp_path / "gone.mp4", Kind.VIDEO, 9, 5, copies=copies), "gone").asset
    assert [place.mtime_ns for place in asset.places] == [0, 0]
