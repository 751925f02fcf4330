"""The long version: two thousand damaged files and the monsters, through `rushes index`."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from indexer.store import Store
from tests.corpus import WHOLE, WHOLE_WORDS, make_corpus

MOST_BYTES = 2_500_000_000
_RUSHES = (sys.executable, "-m", "tui")


class _Peak(threading.Thread):
    """The most memory that a process and its children hold, looked at several times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.most_bytes = 0
        self._pid = pid
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.2):
            self.most_bytes = max(self.most_bytes, sum(map(_resident, _family(self._pid))))

    def stop(self) -> None:
        self._over.set()
        self.join()


def _family(pid: int) -> list[int]:
    """A process and all that it has started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it has just ended
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.stress
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_corpus_of_damage_is_indexed_whole(tmp_path: Path, installed: Path, seed: int) -> None:
    corpus = make_corpus(tmp_path / "files", 2000 + 90, seed)
    library = tmp_path / "library"
    started = time.monotonic()
    run = subprocess.Popen(
        [*_RUSHES, "index", str(tmp_path / "files"), "--library", str(library), "--json"],
        env={**os.environ, "PYTHONFAULTHANDLER": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    peak = _Peak(run.pid)
    peak.start()
    told, complained = run.communicate()
    peak.stop()
    print(f"{time.monotonic() - started:.0f} s, {peak.most_bytes / 1e9:.2f} GB at most")

    assert run.returncode == 3, complained[-2000:]
    assert json.loads(told)
    assert "Traceback" not in complained and "Fatal" not in complained
    assert peak.most_bytes < MOST_BYTES
    assets = Store.open(library).assets()
    held = {asset.path for asset in assets} | {c.path for asset in assets for c in asset.copies}
    assert {each.path.resolve() for each in corpus} <= held
    for asset in assets:
        assert asset.error is None or (asset.error.isprintable() and len(asset.error) <= 300)
    found = subprocess.run(
        [*_RUSHES, "search", WHOLE_WORDS, "--library", str(library), "--json"],
        capture_output=True,
        text=True,
    )
    assert Path(json.loads(found.stdout)["moments"][0]["path"]).name == WHOLE
