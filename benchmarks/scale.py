"""A million moments: how long a warm search takes, with any mix of filters.

    python3 -m benchmarks.scale [--rows 1000000] [--folder .benchmarks]

The rows are made up: vectors around a few thousand centres, as those of real footage lie, words by
Zipf's law, facts at random. The questions are encoded by the real model, and then point at one of
the centres. The limit is LanceDB alone: one search by words and two by vectors.
"""

import argparse
import os
import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.place import Place
from indexer.embed.encoders import Certainty, TextEncoder, Vectors
from indexer.embed.text import load_text
from indexer.indices import nearest
from indexer.likeness import FINGERPRINT_BYTES
from indexer.parts import Parts
from indexer.query import parse
from indexer.record import Recipe
from indexer.rows import Asset, FrameRow, IndexedFile, SegmentRow, new_id
from indexer.schema import Dimensions, schemas
from indexer.search import Searcher
from indexer.segments import Origin
from indexer.store import Store
from rushes.facts import Colour, Move, ShotSize, Sound
from rushes.models import load_catalogue
from rushes.moment import Kind

_BATCH = 50_000
_DIMENSIONS = 384
_CENTRES = 4000
_NOISE = 0.9  # the length of the noise beside a centre of length 1
_ROWS_A_FILE = 40
_ROUNDS = 4
_WORDS = 20_000
_WITH_VECTORS = ("segments", "frames")
_NEAR = 0.5  # the cosine of what is around one centre is 0.74, of unlike ones 0.2 at most

QUESTIONS = (
    "{}",
    "{} kind:video",
    "{} shot:wide",
    "{} move:pan-left len:3..10",
    "{} kind:video shot:wide,medium move:pan len:3..10 in:2025/Lisbon",
    "{} after:2025-06-01 fps:>=50 size:>=4k sound:speech -people",
    "{} colour:red light:dark",
    "{} in:2025/Lisbon",
    "said:{}",
    'said:"{}" kind:video',
    "text:{} shot:close-up",
    "kind:video move:zoom-in sharp:>0.8",
    "{} -{}",
    "label:label12 people:2",
)


class Planted:
    """Encodes as the real encoder does, and then looks towards one of the centres."""

    certainty = likeness = Certainty(0.5, 0.05)
    dimensions = _DIMENSIONS

    def __init__(self, real: TextEncoder, centres: NDArray[np.float32]) -> None:
        self.name = real.name
        self._real = real
        self._centres = centres

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self._real.encode_queries(texts)
        return self._centres[[hash(text) % len(self._centres) for text in texts]]


@dataclass(frozen=True)
class PlantedParts:
    text: Planted
    vision: Planted
    reranker: None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of words, and of pictures")
    parser.add_argument("--folder", type=Path, default=Path(".benchmarks"))
    parser.add_argument("--anew", action="store_true", help="fill the library again")
    flags = parser.parse_args()
    place = Place(flags.folder.absolute())
    generator = np.random.default_rng(1)
    centres = _unit(generator.standard_normal((_CENTRES, _DIMENSIONS), np.float32))
    folder = place.folder / f"scale-{flags.rows}"
    if flags.anew or not Store.exists(folder):
        shutil.rmtree(folder, ignore_errors=True)
        fill(folder, flags.rows, generator, centres)
    store = Store.open(folder)
    size_gb = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e9
    indices = [i for name in _WITH_VECTORS for i in store.table(name).list_indices()]
    indices_gb = sum(each.size_bytes or 0 for each in indices) / 1e9
    print(f"{flags.rows:,} stretches of words and as many pictures: ", end="")
    print(f"{size_gb:.2f} GB, of them indices {indices_gb:.2f} GB")
    real = load_text(load_catalogue().get("all-minilm-l6-v2"), place.store, "cpu")
    planted = Planted(real, centres)
    searcher = Searcher(store, cast(Parts, PlantedParts(planted, planted)))
    _warm(folder)
    measure(searcher, store, planted)
    measure_adding(store, centres)


def measure(searcher: Searcher, store: Store, planted: Planted) -> None:
    """Print the median and the slowest of a few rounds for each sort of question."""
    words = random.Random(2)

    def asked(pattern: str) -> str:
        return pattern.format(*(_word(words.randrange(30, 3000)) for _ in range(2)))

    first_ms = _ms(lambda: searcher.search(parse(asked("{} {}")), 10))
    print(f"  {first_ms:7.1f} ms  the first question: tables opened, model loaded")
    everything = []
    for pattern in QUESTIONS:
        queries = [parse(asked(pattern)) for _ in range(_ROUNDS)]
        took = [_ms(partial(searcher.search, query, 10)) for query in queries]
        everything += took
        print(f"  {statistics.median(took):7.1f} ms  {max(took):7.1f} at most  {pattern}")
    print(f"  {statistics.median(everything):7.1f} ms  median of all", end="  ")
    print(f"{np.percentile(everything, 95):7.1f} ms  95th percentile")
    texts = [asked("{} {}") for _ in range(10)]
    alone = [_ms(partial(_lancedb_alone, store, planted, text)) for text in texts]
    print(f"  {statistics.median(alone):7.1f} ms  LanceDB alone, one after the other, no filter")
    for where in ("", "kind = 'video'", "people = 2 AND size = 'wide'"):
        print(f"  {_recall(store, planted, where)}  {where or 'no filter'}")


def measure_adding(store: Store, centres: Vectors) -> None:
    """Print how long it takes to add a file to a full library, and to take it out again."""
    asset = Asset(new_id(), Path("/added.mp4"), Kind.VIDEO, 1, 1)
    times = [(n * 6.0, n * 6.0 + 6.0) for n in range(_ROWS_A_FILE)]
    placed = list(zip(centres[:_ROWS_A_FILE], times, strict=True))
    words = [SegmentRow("added", Origin.SAID, vector, *at) for vector, at in placed]
    frames = [FrameRow(vector, (), *at) for vector, at in placed]
    steps: dict[str, Callable[[], object]] = {
        "to commit a file": lambda: store.commit([IndexedFile(asset, words, frames)]),
        "to bring the indices up to date": store.optimize,
        "to take the file out": lambda: store.remove([asset.id]),
        "to bring the indices up to date again": store.optimize,
    }
    for what, step in steps.items():
        print(f"  {_ms(step):7.1f} ms  {what}")


def _lancedb_alone(store: Store, planted: Planted, text: str) -> None:
    vector = planted.encode_queries([text])[0]
    segments, frames = (store.table(name) for name in _WITH_VECTORS)
    segments.search(text, query_type="fts", fts_columns="text").limit(10).to_list()
    for table in (segments, frames):
        near: Any = table.search(vector)
        near = near.distance_type("cosine").nprobes(20).refine_factor(4)
        near.select(["asset_id", "_distance"]).limit(10).to_list()


def _recall(store: Store, planted: Planted, where: str) -> str:
    """Of the ten pictures nearest to some questions, and of those that lie near, what is found."""
    frames = store.table("frames")
    found, near_found, all_near, count = 0, 0, 0, 0
    for vector in planted.encode_queries([f"question {n}" for n in range(10)]):
        exact: Any = frames.search(vector)
        exact = exact.distance_type("cosine").bypass_vector_index()
        if where:
            exact = exact.where(where, prefilter=True)
        best, given = (
            {(row["asset_id"], row["start_s"]): row["_distance"] for row in rows.to_list()}
            for rows in (
                search.select(["asset_id", "start_s", "_distance"]).limit(limit)
                for search, limit in ((exact, 10), (nearest(frames, vector, where), 60))
            )
        )
        near = {key for key, distance in best.items() if 1.0 - distance >= _NEAR}
        found += len(best.keys() & given.keys())
        near_found += len(near & given.keys())
        all_near, count = all_near + len(near), count + len(best)
    return (
        f"recall at 10 of the pictures: {found / (count or 1):.3f}, "
        f"of those nearer than chance: {near_found / (all_near or 1):.3f}"
    )


def _warm(folder: Path) -> None:
    """Have the system hold the library in memory: some take what is not used away in minutes."""
    for path in (each for each in folder.rglob("*") if each.is_file()):
        with path.open("rb") as file:
            while file.read(1 << 24):
                continue


def _ms(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return (time.perf_counter() - begun) * 1000


def fill(
    folder: Path, rows: int, generator: np.random.Generator, centres: NDArray[np.float32]
) -> None:
    """A library of made-up rows, with the indices that a real one gets."""
    recipe = Recipe("all-minilm-l6-v2", "planted", None, None, 200, 8.0)
    dimensions = Dimensions(_DIMENSIONS, _DIMENSIONS)
    store = Store.create(folder, recipe, dimensions)
    begun = time.perf_counter()
    for name, schema in schemas(dimensions).items():
        count = rows // _ROWS_A_FILE if name == "assets" else rows
        for first in range(0, count, _BATCH):
            numbers = np.arange(first, min(first + _BATCH, count))
            columns = dict(_columns(name, numbers, generator, centres))
            store.table(name).add(pa.table([columns[f.name] for f in schema], schema=schema))
    filled = time.perf_counter()
    store.optimize()
    print(f"filled in {filled - begun:.0f} s, indexed in {time.perf_counter() - filled:.0f} s")


def _columns(
    table: str, numbers: NDArray[np.int64], generator: np.random.Generator, centres: Vectors
) -> Iterator[tuple[str, object]]:
    count = len(numbers)
    files = numbers if table == "assets" else numbers // _ROWS_A_FILE
    places = np.array(["2023/Porto", "2024/Madrid", "2025/Lisbon", "2025/Berlin", "work/set"])

    def some(values: Sequence[str], missing: float = 0.2) -> list[str | None]:
        chosen = generator.integers(0, len(values), count)
        unknown = generator.random(count) < missing
        return [None if u else values[c] for c, u in zip(chosen, unknown, strict=True)]

    def one_list(values: Sequence[str]) -> list[list[str] | None]:
        return [None if each is None else [each] for each in some(values)]

    def share() -> NDArray[np.float32]:
        return generator.random(count, np.float32)

    kinds = np.array(["video", "video", "video", "image", "document", "pdf", "audio"])
    yield "kind", kinds[files % 7]
    folders = [f"/media/ana/{place}/{n % 40}/".casefold() for place, n in
               zip(places[files % 5], files, strict=True)]  # fmt: skip
    yield "folder", folders
    yield "file_name", [f"c{n:06d}.mp4" for n in files]
    yield "created_s", 1_600_000_000 + (files * 7919) % 190_000_000
    yield "fps", np.array([24, 25, 30, 50, 60], np.float32)[files % 5]
    yield "width", np.array([1280, 1920, 3840], np.int32)[files % 3]
    yield "height", np.array([720, 1080, 2160], np.int32)[files % 3]
    yield "length_s", generator.random(count) * 20
    yield "synthetic", [None] * count
    if table == "assets":
        yield "id", [f"{n:032x}" for n in files]
        yield "path", [f"{f}c{n:06d}.mp4".encode() for f, n in zip(folders, files, strict=True)]
        yield "name_words", [f"{_word(int(n) % 500)} c {n}" for n in files]
        yield "rate", ["25"] * count
        yield "size_bytes", [1000] * count
        yield "mtime_ns", [1] * count
        yield "created", [None] * count
        for name in ("error", "content", "also_at", "also_mtimes_ns"):
            yield name, [None] * count
        return
    start_s = (numbers % _ROWS_A_FILE) * 6.0
    yield "asset_id", [f"{n:032x}" for n in files]
    yield "start_s", start_s
    yield "end_s", start_s + 6.0
    yield "page", [None] * count
    yield "size", some(list(ShotSize))
    yield "moves", one_list(list(Move))
    yield "speed", share()
    yield "people", generator.integers(0, 5, count).astype(np.int16)
    yield "sound", one_list(list(Sound))
    yield "colours", one_list(list(Colour))
    for name in ("sharpness", "exposure", "shake", "brightness", "motion"):
        yield name, share()
    yield "warmth", 2 * share() - 1
    yield "usable_start_s", start_s
    yield "usable_end_s", start_s + 6.0
    vectors = centres[generator.integers(0, len(centres), count)]
    noise = generator.standard_normal(vectors.shape, np.float32) * (_NOISE / _DIMENSIONS**0.5)
    flat = pa.array(_unit(vectors + noise).ravel())
    yield "vector", pa.FixedSizeListArray.from_arrays(flat, _DIMENSIONS)
    if table == "segments":
        spoken = np.minimum(generator.zipf(1.3, (count, 14)), _WORDS)
        yield "text", [" ".join(_word(int(w)) for w in line) for line in spoken]
        yield "origin", some(["said", "written", "on-screen"], 0.0)
        yield "heading", [None] * count
        yield "word_times", [None] * count
    else:
        yield "at_s", start_s + 3.0
        yield "shot", (numbers % _ROWS_A_FILE).astype(np.int32)
        yield "thumbnail", [None] * count
        yield "labels", one_list([f"label{i}" for i in range(300)])
        yield "label_scores", [None] * count
        yield "likeness", [os.urandom(FINGERPRINT_BYTES) for _ in range(count)]
        yield "described_by", [None] * count


def _word(number: int) -> str:
    """A made-up word, always the same one for a number."""
    letters = "bdfgklmnprstv"
    parts = []
    number += 200
    while number:
        number, digit = divmod(number, 65)
        parts.append(letters[digit % 13] + "aeiou"[digit // 13])
    return "".join(parts)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


if __name__ == "__main__":
    main()
