"""Indexing a mixed folder by stage: what each takes in the run, and what it takes alone."""

import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.place import Place
from benchmarks.stopwatch import STAGES, Stopwatch
from indexer import speech
from indexer.engines import process, worker
from indexer.engines.local import _kept
from indexer.library import Library
from indexer.parts import Parts, choose
from indexer.pipeline import Line
from indexer.rows import Asset, IndexedFile, SegmentRow, new_id
from indexer.scan import scan
from indexer.screen_words import ScreenWords
from indexer.segments import Picture, Segment, Sounds, Tools
from indexer.sounds import SoundTrack
from indexer.store import Store
from rushes.jobs import Job
from rushes.media import probe
from rushes.models import ModelStore
from rushes.moment import Kind
from rushes.settings import Settings
from tests.media.library import make_mixed_library
from tests.media.library_texts import SPOKEN
from tests.media.talk import PAGES, draw_slide

_NOTES = 200
_SPENT = "RUSHES_BENCHMARK_SPENT"


def run(place: Place) -> None:
    """A run of two processes as a user starts it, then each stage with the machine for itself."""
    with tempfile.TemporaryDirectory() as scratch:
        root = _folder(place, Path(scratch) / "folder")
        files = [path for path in root.rglob("*") if path.is_file()]
        print(f"  {len(files)} files, two minutes of 1080p among them")
        whole = place.rushes("index", root, "--library", Path(scratch) / "library", "--no-describe")
        beside = _measured(place, "beside", root, Path(scratch) / "beside")
        alone = _measured(place, "alone", root, Path(scratch) / "alone")
    print("  stage                        in the run      alone   run / alone")
    for stage in STAGES:
        there, own = beside[stage], alone[stage]
        if there or own:
            print(f"  {stage:26s} {there:10.2f} s {own:8.2f} s {there / max(own, 1e-9):10.2f}")
    total = sum(alone.values())
    print(f"  all stages, one after the other and each alone: {total:.1f} s")
    print(
        f"  the run: {whole.wall_s:.1f} s with starting, {beside['wall']:.1f} s without, "
        f"{beside['wall'] / total:.2f} of that; {whole.cpu_s / whole.wall_s:.2f} processors of "
        f"{os.cpu_count()} at work"
    )


def _folder(place: Place, root: Path) -> Path:
    """The mixed library of the tests, a film of two minutes, and notes."""
    root.mkdir()
    make_mixed_library(root, place.media)
    shutil.copyfile(place.hd().path, root / "film.mp4")
    (root / "days").mkdir()
    spoken = list(SPOKEN.values())
    for number in range(_NOTES):
        text = " ".join(spoken[(number + i) % len(spoken)] for i in range(6))
        (root / "notes" / f"{number}.md").write_text(f"# Day {number}\n\n{text}\n")
    warm = root.with_name("warm")  # a little that makes every model load
    warm.mkdir()
    for path in (*place.media.rglob("beckett.wav"), *place.media.rglob("carphone*.mp4")):
        shutil.copyfile(path, warm / path.name)
    Image.fromarray(draw_slide(PAGES[0])).save(warm / "slide.png")
    return root


def _measured(place: Place, how: str, root: Path, library: Path) -> Counter[str]:
    command = [sys.executable, "-m", "benchmarks.indexing", how, str(root), str(library)]
    told = place.run([*command, str(place.store.root)]).output
    return Counter(json.loads(told.splitlines()[-1]))


def beside(root: Path, library: Path, models: Path) -> None:
    """A run with the stages measured in both of its processes."""
    process._COMMAND = (sys.executable, "-m", "benchmarks.indexing", "worker")
    os.environ[_SPENT] = str(library.with_suffix(".json"))
    stopwatch = Stopwatch()
    stopwatch.attach()
    settings = Settings(library=library, profile="starter")
    opened = Library(settings, ModelStore(models))
    opened.index([library.with_name("warm")], Job())
    stopwatch.seconds.clear()
    began = time.perf_counter()
    report = opened.index([root], Job())
    wall_s = time.perf_counter() - began
    assert not report.failed, report.failed
    worker = _kept.pop()
    worker._popen.stdin.close()  # type: ignore[union-attr]
    worker._popen.wait()
    spent = Counter(json.loads(library.with_suffix(".json").read_text()))
    print(json.dumps({**(spent + stopwatch.seconds), "wall": wall_s}))


def timed_worker() -> None:
    """The process that reads files, with its stages measured."""
    stopwatch = Stopwatch()
    stopwatch.attach()
    end = os._exit

    def tell_and_end(status: int) -> None:
        Path(os.environ[_SPENT]).write_text(json.dumps(stopwatch.seconds))
        end(status)

    os._exit = tell_and_end  # type: ignore[assignment]
    worker.main()


def alone(root: Path, library: Path, models: Path) -> None:
    """Every stage over the whole folder, one after the other, in one thread."""
    settings = Settings(library=library, profile="starter")
    store = ModelStore(models)
    parts = Parts(choose(settings, store), settings, store)
    stopwatch = Stopwatch()
    stopwatch.attach()
    list(_one_by_one(library.with_name("warm"), parts))
    stopwatch.seconds.clear()
    files = list(_one_by_one(root, parts))
    made = Store.create(library, parts.recipe, parts.dimensions)
    for i in range(0, len(files), 64):
        made.commit(files[i : i + 64])
    made.optimize()
    print(json.dumps(stopwatch.seconds))


def _one_by_one(root: Path, parts: Parts) -> Iterator[IndexedFile]:
    line = Line(parts, parts.recipe.passage_words, parts.recipe.frame_every_s)
    for found in scan(root, root / "none", lambda: None):
        words: list[Segment] = []
        pictures: list[Picture] = []
        for item in _items(found.path, found.kind, parts):
            if isinstance(item, Segment):
                words.append(item)
            elif isinstance(item, Picture):
                pictures.append(item)
        frames = [
            row for i in range(0, len(pictures), 8) for row in line._frame_rows(pictures[i : i + 8])
        ]
        vectors = line._vectors([word.text for word in words]) if words else []
        rows = [
            SegmentRow(word.text, word.origin, vector, word.start_s, word.end_s)
            for word, vector in zip(words, vectors, strict=True)
        ]
        asset = Asset(new_id(), found.path, found.kind, found.size_bytes, found.mtime_ns)
        yield IndexedFile(asset, rows, frames)


def _items(path: Path, kind: Kind | None, parts: Parts) -> Iterator[Segment | Picture | Sounds]:
    """What the readers give, without a thread of their own for the sound."""
    job = Job()
    every_s = parts.recipe.frame_every_s
    if kind not in (Kind.AUDIO, Kind.VIDEO):
        yield from _wrapped("indexer.pipeline", "read")(
            path, Tools(job, frame_every_s=every_s, ocr=parts.ocr)
        )
        return
    info = probe(path)
    if info.audio_tracks:
        yield from speech.hear(path, parts.speech, SoundTrack(), job.check_cancelled)
    if info.video is None:
        return
    assert parts.ocr is not None
    screen = ScreenWords(parts.ocr)
    for shot in _wrapped("indexer.readers.video", "shot_frames")(
        path, every_s, job.check_cancelled
    ):
        yield Picture(shot.image, shot.start_s, shot.end_s, shot.at_s, shot=shot.shot)
        yield from screen.add(shot.start_s, shot.end_s, shot.image)
    yield from screen.finish()


def _wrapped(module: str, name: str) -> Any:
    """What the stopwatch has put in place of a module's own name."""
    return getattr(import_module(module), name)


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        timed_worker()
    else:
        {"beside": beside, "alone": alone}[sys.argv[1]](*map(Path, sys.argv[2:]))
