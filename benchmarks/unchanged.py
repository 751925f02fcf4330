"""A second run over a library in which nothing has changed, and one over folders that moved.

    python3 -m benchmarks.unchanged [--files 100000] [--folder .benchmarks]

The files are tiny, a hundred to a folder; their rows are made up, two of words and one picture a
file, each picture with a thumbnail. The runs are those of `rushes index`, in a process of their own
as a user starts them, after one that has put the files into the system's cache.
"""

import argparse
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.place import Place
from indexer.content import mark_of
from indexer.parts import Parts, choose
from indexer.rows import Asset, FrameRow, IndexedFile, SegmentRow, new_id
from indexer.segments import Origin
from indexer.store import Store
from rushes.moment import Kind
from rushes.settings import Settings

_A_FOLDER = _FOLDERS = 100
_BATCH = 5000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=Path(".benchmarks"))
    flags = parser.parse_args()
    place = Place(flags.folder.absolute())
    root, library = (place.folder / f"unchanged-{name}" for name in ("files", "library"))
    for folder in (root, library):
        shutil.rmtree(folder, ignore_errors=True)
    settings = Settings(library=library, profile="starter")
    parts = Parts(choose(settings, place.store), settings, place.store)
    store = Store.create(library, parts.recipe, parts.dimensions)
    store.roots = [root]
    store.save_record()
    begun = time.perf_counter()
    for batch in _batches(root, flags.files, parts):
        store.commit(batch)
    store.optimize()
    print(f"{flags.files:,} files made and filled in, in {time.perf_counter() - begun:.0f} s")
    for what in ("nothing changed", "nothing changed, again"):
        _run(place, library, what)
    some = sorted(root.iterdir())[0]
    some.rename(some.with_name("moved"))
    _run(place, library, f"one folder of {_FOLDERS * _A_FOLDER:,} files renamed")


def _batches(root: Path, count: int, parts: Parts) -> Iterator[list[IndexedFile]]:
    vectors = np.random.default_rng(1).standard_normal((1000, parts.dimensions.text), np.float32)
    looks = np.random.default_rng(2).standard_normal((1000, parts.dimensions.pictures), np.float32)
    batch: list[IndexedFile] = []
    for number in range(count):
        folder = (
            root
            / f"{number // _A_FOLDER // _FOLDERS:02d}"
            / f"{number // _A_FOLDER % _FOLDERS:02d}"
        )
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"note {number}.txt"
        path.write_text(f"Note {number}: the tide turns at noon.\n")
        status = path.stat()
        mark = mark_of(path, Kind.DOCUMENT, status.st_size)
        asset = Asset(
            new_id(), path, Kind.DOCUMENT, status.st_size, status.st_mtime_ns, content=mark
        )
        words = [
            SegmentRow(f"note {number} tide noon", Origin.WRITTEN, vectors[(number + i) % 1000])
            for i in range(2)
        ]
        frames = [FrameRow(looks[number % 1000], thumbnail=b"webp")]
        batch.append(IndexedFile(asset, words, frames))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _run(place: Place, library: Path, what: str) -> None:
    run = place.rushes("index", "--library", library, "--no-describe")
    print(f"  {run.wall_s:6.1f} s, {run.cpu_s:.1f} of a processor, {run.peak_mb:.0f} MB  {what}")
    print(f"           {run.output.strip()}")


if __name__ == "__main__":
    main()
