"""What the camera does: told of clips whose path is known, and what telling it costs.

python -m benchmarks.camera PICTURES [FILM]    # photographs to move over, a film to time
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from indexer import looks as looks_module
from indexer.looks import looks
from indexer.shots import shot_frames, with_cuts
from rushes.facts import Facts, Move
from tests.media import camera_moves as made
from tests.media.video import Image

SECONDS = 5.0
SEED = 3000
"""Other seeds and other pictures than those that the thresholds were chosen on."""


@dataclass(frozen=True)
class Case:
    """A move, the signed speed at which it is made, and the move that should be told."""

    name: str
    speed: float
    truth: Move
    path: made.CameraPath | None = None


def cases() -> Iterator[Case]:
    for speed in (0.03, 0.08, 0.2, 0.5):
        yield Case("pan", speed, Move.PAN_RIGHT, made.steady(pan=speed))
        yield Case("pan", -speed, Move.PAN_LEFT, made.steady(pan=-speed))
    for speed in (0.03, 0.08, 0.2):
        yield Case("tilt", speed, Move.TILT_DOWN, made.steady(tilt=speed))
        yield Case("tilt", -speed, Move.TILT_UP, made.steady(tilt=-speed))
    for speed in (0.03, 0.08, 0.2):
        yield Case("zoom", speed, Move.ZOOM_IN, made.steady(zoom=speed))
        yield Case("zoom", -speed, Move.ZOOM_OUT, made.steady(zoom=-speed))
    for speed in (3.0, 8.0, 20.0):
        yield Case("roll", speed, Move.ROLL_RIGHT, made.steady(roll=speed))
        yield Case("roll", -speed, Move.ROLL_LEFT, made.steady(roll=-speed))
    for speed in (0.05, 0.08, 0.12):
        yield Case("dolly", speed, Move.DOLLY_IN)
        yield Case("dolly", -speed, Move.DOLLY_OUT)
    for _ in range(6):
        yield Case("static", 0.0, Move.STATIC, made.steady())
    for strength in (0.002, 0.004, 0.008):
        for turn in (0, 1):
            path = made.handheld(strength, SEED + turn)
            yield Case("handheld", 0.0, Move.HANDHELD, path)


def accuracy(pictures: Path, folder: Path) -> None:
    photos = sorted(pictures.glob("*.webp"))
    right: Counter[str] = Counter()
    clips: Counter[str] = Counter()
    confused: Counter[tuple[str, str]] = Counter()
    errors: dict[str, list[float]] = {}
    random = np.random.default_rng(SEED)
    for round_ in range(2):
        for number, case in enumerate(cases()):
            far, near = (made.photo(photos[i]) for i in random.integers(0, len(photos), 2))
            options = (made.DEFAULT, made.SHORT, made.MEDIUM)[(number + round_) % 3]
            path = made.write(
                folder / "clip.mp4", _varied(_frames(case, far, near), near, number), options
            )
            facts = next(iter(shot_frames(path, 8.0, lambda: None))).facts
            told = _told(facts, case.truth)
            clips[case.name] += 1
            right[case.name] += told == case.truth
            if told != case.truth:
                confused[f"{case.truth} {case.speed:g}", str(told)] += 1
            elif case.speed and case.path is not None and facts.speed is not None:
                off = abs(facts.speed - abs(case.speed)) / abs(case.speed)
                errors.setdefault(case.name, []).append(off)
    print(f"{'move':10} {'clips':>6} {'right':>6} {'speed off by (median, worst)':>30}")
    for name, count in clips.items():
        offs = errors.get(name)
        speed = f"{np.median(offs):.1%}, {max(offs):.1%}" if offs else ""
        print(f"{name:10} {count:6d} {right[name] / count:6.0%} {speed:>30}")
    print(f"{'all':10} {clips.total():6d} {right.total() / clips.total():6.0%}")
    for (truth, other), count in confused.most_common():
        print(f"  {truth} was called {other}: {count}")


def _told(facts: Facts, truth: Move) -> Move | None:
    """The strongest move: of a camera that is held, holding counts if nothing else is told."""
    moves = [move for move in facts.moves if move != Move.HANDHELD or truth == Move.HANDHELD]
    return moves[0] if moves else next(iter(facts.moves), None)


def _frames(case: Case, far: Image, near: Image) -> Iterator[Image]:
    if case.path is not None:
        return made.filmed(far, case.path, SECONDS)
    forward = made.dollied(far, near, abs(case.speed), SECONDS, seed=SEED)
    return forward if case.speed > 0 else iter(list(forward)[::-1])


def _varied(frames: Iterator[Image], texture: Image, number: int) -> Iterator[Image]:
    """Every third as it is; the others with a subject in front, a title, bars or grain."""
    ways: tuple[Callable[[Iterator[Image]], Iterator[Image]], ...] = (
        lambda f: f,
        lambda f: made.with_subject(f, texture, 0.2, 0.25),
        made.with_grain,
        lambda f: f,
        made.with_bars,
        made.with_title,
    )
    return ways[number % len(ways)](frames)


def cost(film: Path) -> None:
    """What the camera and the quality add to finding shots, beside decoding every frame."""

    def decode_all() -> None:
        with av.open(str(film)) as container:
            container.streams.video[0].thread_type = "AUTO"
            for _ in container.decode(video=0):
                pass

    def cuts_only() -> None:
        burst = looks_module._Looker._glimpses
        looks_module._Looker._glimpses = lambda *_: ()  # type: ignore[method-assign]
        try:
            for _ in with_cuts(looks(film, 8.0, lambda: None)):
                pass
        finally:
            looks_module._Looker._glimpses = burst  # type: ignore[method-assign]

    def everything() -> None:
        for _ in shot_frames(film, 8.0, lambda: None):
            pass

    taken = {way.__name__: _processor_s(way) for way in (decode_all, cuts_only, everything)}
    for name, seconds in taken.items():
        ratio = seconds / taken["cuts_only"]
        print(f"  {name:12} {seconds:6.1f} s of processor, {ratio:5.2f} of cuts only")


def _processor_s(way: Callable[[], None]) -> float:
    begun = time.process_time()
    way()
    return time.process_time() - begun


def main(pictures: Path, film: Path | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        accuracy(pictures, Path(folder))
    if film is not None:
        print(f"{film.name}:")
        cost(film)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:3]))
