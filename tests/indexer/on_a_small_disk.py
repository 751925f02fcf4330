"""A library on a disk of a few megabytes that is full again and again: run as a program.

In a mount namespace of its own, so that it can make that disk and nobody else sees it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.library import Library
from indexer.mending import mend
from indexer.store import Store
from indexer.survey import survey
from rushes.errors import LibraryError
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.settings import Settings
from tests.indexer.killing import check_whole

MEGABYTES = 12
# Where there is so much room left a run ends at its thumbnails, its rows, its record, or tidying.
ROOMS_KB = (0, 8, 24, 60, 100, 160, 240)


def main(disk: Path, root: Path, models: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", disk], check=True)
    library = Library(Settings(library=disk / "library"), ModelStore(models))
    library.index([root], Job())
    told: list[str] = []
    for number, room_kb in enumerate(ROOMS_KB):
        _add(root, number)
        with _full_but_for(disk, room_kb):
            try:
                library.index([], Job())
            except LibraryError as error:
                told.append(str(error))
            _look(library)
            try:
                mend(library.settings, ModelStore(models), Job())
            except LibraryError as error:
                told.append(str(error))
            _look(library)
    assert len(told) > len(ROOMS_KB), told
    for sentence in told:
        assert sentence.startswith("the disk is full: make room where"), sentence
    with _full_but_for(disk, 0):
        _add(root, len(ROOMS_KB))
        _by_command(disk, root, models)
    library.index([], Job())
    _look(library)
    found = survey(Store.open(library.folder), Job())
    assert found.is_sound, found
    assert len(found.assets) == len(list(root.iterdir()))
    _read_only(disk, Library(library.settings, ModelStore(models)))


def _add(root: Path, number: int) -> None:
    from PIL import Image

    (root / f"note-{number}.txt").write_text(f"The owl of day {number} sleeps. " * 20)
    Image.new("RGB", (320, 240), (30 * number, 90, 10)).save(root / f"picture-{number}.png")


@contextmanager
def _full_but_for(disk: Path, room_kb: int) -> Iterator[None]:
    ballast = disk / "ballast"
    free = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free.f_bavail * free.f_frsize - 1024 * room_kb))
    try:
        yield
    finally:
        ballast.unlink()


def _look(library: Library) -> None:
    """It opens, is whole, and can be searched."""
    check_whole(Store.open(library.folder))
    assert library.search("the ferry in the harbour").moments


def _by_command(disk: Path, root: Path, models: Path) -> None:
    home = root.parent / "home"
    (home / "data").mkdir(parents=True)
    (home / "data/models").symlink_to(models, target_is_directory=True)
    done = subprocess.run(
        [sys.executable, "-c", "from tui.cli import main; main()", "index"],
        env={**os.environ, "RUSHES_HOME": str(home), "RUSHES_LIBRARY": str(disk / "library")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done
    last = done.stderr.splitlines()[-1]
    assert last.startswith("rushes: the disk is full: make room where"), done.stderr
    assert "Traceback" not in done.stderr


def _read_only(disk: Path, library: Library) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert library.search("the ferry in the harbour").moments
    assert library.status().segments
    try:
        library.index([], Job())
    except LibraryError as error:
        assert "Read-only file system" in str(error), error
    else:
        raise AssertionError("it was written into")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
