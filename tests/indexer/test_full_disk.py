"""A full disk ends a run with one sentence and an intact library."""

import errno
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.failing import is_full
from rushes.models import ModelStore

_ALONE = ("unshare", "--user", "--map-root-user", "--mount")


def _can_mount(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = [*_ALONE, "mount", "-t", "tmpfs", "tmpfs", str(folder)]
    return subprocess.run(tried, capture_output=True).returncode == 0


def test_a_library_on_a_disk_that_is_full_stays_whole_and_the_next_run_goes_on(
    tmp_path: Path, starter_store: ModelStore
) -> None:
    disk, root = tmp_path / "disk", tmp_path / "folder"
    disk.mkdir()
    root.mkdir()
    if not _can_mount(disk):
        pytest.skip("this machine lets no program mount a disk of its own (unshare, tmpfs)")
    (root / "harbour.txt").write_text("The ferry leaves the harbour at seven.\n")
    done = subprocess.run(
        [*_ALONE, sys.executable, "-m", "tests.indexer.on_a_small_disk", disk, root,
         starter_store.root],
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_full_disk_is_known_by_what_python_and_lance_say() -> None:
    assert is_full(OSError(errno.ENOSPC, "No space left on device"))
    assert is_full(OSError(errno.EDQUOT, "Disk quota exceeded"))
    assert is_full(RuntimeError("lance error: LanceError(IO): … (os error 28), /x.rs:1:1"))
    assert not is_full(OSError(errno.ENOENT, "No such file"))
    assert not is_full(RuntimeError("lance error: Not found: 28.lance"))
    assert not is_full(ValueError("no space left on device"))
