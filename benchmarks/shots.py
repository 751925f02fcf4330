"""Finding shots: how many cuts are right, and what it costs, beside decoding all and PySceneDetect.

python -m benchmarks.shots FOLDER    # FOLDER keeps the footage of benchmarks/media.py
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import av

from benchmarks.media import FPS, hd_footage
from indexer.shots import shot_frames

OFF = 2
"""A cut counts as found when it is no more frames away than this."""


@dataclass(frozen=True)
class Run:
    """What one way of finding cuts found, in frames, and what it took."""

    found: tuple[int, ...]
    processor_s: float
    wall_s: float


def ours(path: Path) -> tuple[int, ...]:
    """The frames with which shots begin, but the first."""
    shots = list(shot_frames(path, 1000.0, lambda: None))
    return tuple(round(shot.start_s * FPS) for shot in shots[1:])


def decode_all(path: Path) -> tuple[int, ...]:
    """Decode every frame and look at none: the least that finding cuts on all frames costs."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for _ in container.decode(stream):
            pass
    return ()


def scenedetect(path: Path) -> tuple[int, ...]:
    """PySceneDetect as its documentation begins."""
    from scenedetect import ContentDetector, detect  # type: ignore[import-untyped,unused-ignore]

    scenes = detect(str(path), ContentDetector())
    return tuple(start.frame_num for start, _ in scenes[1:])


def timed(find: Callable[[Path], tuple[int, ...]], path: Path) -> Run:
    processor_s, wall_s = time.process_time(), time.perf_counter()
    found = find(path)
    return Run(found, time.process_time() - processor_s, time.perf_counter() - wall_s)


def precision_recall(found: Sequence[int], true: Sequence[int]) -> tuple[float, float]:
    right = sum(any(abs(f - t) <= OFF for t in true) for f in found)
    seen = sum(any(abs(f - t) <= OFF for f in found) for t in true)
    return right / max(1, len(found)), seen / len(true)


def main(folder: Path, media_dir: Path | None = None) -> None:
    footage = hd_footage(folder, media_dir or folder)
    with av.open(str(footage.path)) as container:
        length_s = (container.duration or 0) / av.time_base
    print(f"{footage.path.name}: {length_s:.0f} s of 1080p, {len(footage.cuts)} cuts")
    print(
        f"{'':24} {'processor':>10} {'wall':>8} {'x real time':>12} {'precision':>10} {'recall':>7}"
    )
    ways = {"rushes": ours, "every frame decoded": decode_all, "PySceneDetect": scenedetect}
    for name, find in ways.items():
        run = timed(find, footage.path)
        line = (
            f"{name:24} {run.processor_s:8.1f} s {run.wall_s:6.1f} s {length_s / run.wall_s:12.1f}"
        )
        if find is not decode_all:
            precision, recall = precision_recall(run.found, footage.cuts)
            line += f" {precision:10.2f} {recall:7.2f}"
        print(line)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:3]))
