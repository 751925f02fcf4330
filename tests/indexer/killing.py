"""An indexing run that is killed again and again, while its folder goes on changing."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from indexer.library import Library
from indexer.store import Store
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.settings import Settings

_CHILD = """
import sys
from pathlib import Path
from indexer.library import Library
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.settings import Settings

import lancedb

library, models, root = map(Path, sys.argv[1:])
print("ready", flush=True)
Library(Settings(library=library), ModelStore(models)).index([root], Job())
"""
Child = subprocess.Popen[str]
_TABLES = ("assets", "segments", "frames")
_THINGS = "ferry owl baker tide kite windmill lantern rope anchor bell vole ditch".split()


@dataclass
class Folder:
    """Notes and pictures that change by a seed: the same one makes the same folder."""

    root: Path
    random: random.Random
    made: int = 0

    def fill(self, count: int) -> None:
        for _ in range(count):
            self._add()

    def change(self) -> None:
        """What a day brings: files are added, written anew, deleted, moved, copied and swapped."""
        self.fill(4)
        for change in (self._write_anew, self._delete, self._copy, self._swap, self._rename_folder):
            if self.random.random() < 0.6:
                change(self._some())
        while len(self._files()) > 40:
            self._delete(self._some())

    def _files(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*") if path.is_file())

    def _some(self) -> Path:
        return self.random.choice(self._files())

    def _add(self) -> None:
        self.made += 1
        folder = self.root / f"day {self.random.randrange(5)}"
        folder.mkdir(exist_ok=True)
        if self.made % 5:
            self._write_anew(folder / f"note {self.made}.txt")
        else:
            colour = tuple(self.random.randrange(256) for _ in range(3))
            Image.new("RGB", (64, 48), colour).save(folder / f"picture {self.made}.png")

    def _write_anew(self, path: Path) -> None:
        if path.suffix == ".txt":
            self.made += 1
            things = " ".join(self.random.choices(_THINGS, k=9))
            path.write_text(f"Note {self.made}: {things}.\n")
            # Two writes may fall into one tick of a file system's clock.
            os.utime(path, (1_700_000_000 + self.made, 1_700_000_000 + self.made))

    def _delete(self, path: Path) -> None:
        path.unlink()

    def _copy(self, path: Path) -> None:
        self.made += 1
        shutil.copy2(path, path.with_name(f"copy {self.made}{path.suffix}"))

    def _swap(self, path: Path) -> None:
        other = self._some()
        if other != path and other.suffix == path.suffix:
            aside = path.with_name("aside")
            path.rename(aside)
            other.rename(path)
            aside.rename(other)

    def _rename_folder(self, path: Path) -> None:
        self.made += 1
        path.parent.rename(self.root / f"moved {self.made}")


def survive(tmp_path: Path, models: ModelStore, kills: int, seed: int) -> Counter[str]:
    """Kill so many runs, look at the library after each, and compare it with one never killed.

    Returns how many runs were killed and how many had ended before.
    """
    root = tmp_path / "folder"
    root.mkdir()
    chance = random.Random(seed)
    folder = Folder(root, random.Random(seed))
    folder.fill(25)
    took_s = _uninterrupted(tmp_path / "measured", models, root)
    library, outcomes = tmp_path / "killed", Counter[str]()
    for _ in range(kills):
        # Most of a run is loading models: half of them are killed between two of their writes.
        if chance.random() < 0.5:
            moment = partial(_after, chance.uniform(0.0, took_s))
        else:
            moment = partial(_written, library, chance.randint(1, 8))
        outcomes[_killed(library, models, root, moment)] += 1
        if Store.exists(library):
            check_whole(Store.open(library))
        folder.change()
    _opened(library, models).index([root], Job())
    _opened(tmp_path / "whole", models).index([root], Job())
    check_whole(Store.open(library))
    assert_same(Store.open(library), Store.open(tmp_path / "whole"))
    thumbnails = list(Store.open(library).thumbnails.rglob("*.webp"))
    assert len(thumbnails) == Store.open(library).table("frames").count_rows()
    return outcomes


def check_whole(store: Store) -> None:
    """Every file that the library holds is in it once, with all its rows and its thumbnail."""
    assets = store.assets()
    places = Counter(copy.path for asset in assets for copy in asset.places)
    assert not [path for path, count in places.items() if count > 1]
    words = Counter(store.table("segments").to_arrow()["asset_id"].to_pylist())
    frames = store.table("frames").to_arrow().select(["asset_id", "thumbnail"]).to_pylist()
    pictures = Counter(row["asset_id"] for row in frames)
    for asset in assets:
        is_note = asset.path.suffix == ".txt"
        if not asset.error:  # a file that went while it was read says so, and is read again
            assert (words[asset.id], pictures[asset.id]) == ((1, 0) if is_note else (0, 1))
    known = {asset.id for asset in assets}
    for row in frames:
        if row["asset_id"] in known:
            assert (store.thumbnails / row["thumbnail"]).is_file()


def assert_same(one: Store, other: Store) -> None:
    """Two libraries hold the same, row for row.

    The vectors may differ by 1e-5, of a length of 1: what else is embedded with a text changes its
    last digits.
    """
    mine, theirs = contents(one), contents(other)
    for name in _TABLES:
        assert [row for row, _ in mine[name]] == [row for row, _ in theirs[name]], name
        for (row, vector), (_, other_vector) in zip(mine[name], theirs[name], strict=True):
            assert vector == pytest.approx(other_vector, abs=1e-5), row


def contents(store: Store) -> dict[str, list[tuple[str, list[float] | None]]]:
    """All rows of a library, without what is new in every run: ids, and the order of places.

    With each goes its vector.
    """
    owners = {asset.id: str(min(c.path for c in asset.places)) for asset in store.assets()}
    named = store.table("frames").to_arrow()["thumbnail"].to_pylist()
    store.bring(store.thumbnails / each for each in named if each)

    def of(row: dict[str, Any]) -> tuple[str, list[float] | None]:
        told = dict(row)
        told["owner"] = owners[told.pop("id", None) or told.pop("asset_id")]
        if "path" in told:
            places = [told.pop("path"), *(told.pop("also_at") or ())]
            times = [told.pop("mtime_ns"), *(told.pop("also_mtimes_ns") or ())]
            told["places"] = sorted(zip(places, times, strict=True))
            told["name_words"] = sorted(set(told["name_words"].split()))
        for several, between in (("folder", "//"), ("file_name", "/")):
            told[several] = sorted(each.strip("/") for each in told[several].split(between))
        if told.get("thumbnail"):
            picture = (store.thumbnails / told["thumbnail"]).read_bytes()
            told["thumbnail"] = sha256(picture).hexdigest(), told["thumbnail"].split("-")[1]
        vector = told.pop("vector", None)
        return repr(sorted(told.items())), vector

    return {
        name: sorted(map(of, store.table(name).to_arrow().to_pylist()), key=lambda row: row[0])
        for name in _TABLES
    }


def _killed(library: Path, models: ModelStore, root: Path, moment: Callable[[Child], None]) -> str:
    with _child(library, models, root) as child:
        moment(child)
        if child.poll() is None:
            child.kill()
            return "killed"
        assert child.stderr is not None
        assert child.returncode == 0, child.stderr.read()
        return "ended"


def _after(seconds: float, child: Child) -> None:
    with suppress(subprocess.TimeoutExpired):
        child.wait(seconds)


def _written(library: Path, count: int, child: Child) -> None:
    """Until the tables have so many versions more. Each write, of one table, makes one."""
    before = _versions(library)
    while child.poll() is None and len(_versions(library) - before) < count:
        pass


def _versions(library: Path) -> set[str]:
    folders = (library / "tables" / f"{name}.lance" / "_versions" for name in _TABLES)
    return {str(path) for each in folders if each.is_dir() for path in each.iterdir()}


def _uninterrupted(library: Path, models: ModelStore, root: Path) -> float:
    with _child(library, models, root) as child:
        began = time.monotonic()
        assert child.wait() == 0
        return time.monotonic() - began


def _child(library: Path, models: ModelStore, root: Path) -> Child:
    """A process that is about to index, all that it imports loaded."""
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, library, models.root, root],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def _opened(library: Path, models: ModelStore) -> Library:
    return Library(Settings(library=library), models)
