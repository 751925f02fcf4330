"""B-roll for scripts whose right clips are known: how many lines get one, and what is beside it.

python -m benchmarks broll               # on scripts that nothing was tuned on
python -m benchmarks.broll tune FOLDER   # on the others

The footage is made of the pictures of tests/quality/pictures.json: animations as they are, and of
each still a clip of three to eight seconds in which the camera stands, pans, tilts, zooms or
trembles over it.
"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from agent.broll import Pick, Reel, plan_reel
from agent.lines import Line, Script
from agent.sequence import NOTHING_BUT_FIT
from benchmarks.place import Place
from indexer.evaluation import read_questions
from indexer.library import Library
from indexer.query import Query
from indexer.values import Among
from rushes.jobs import Job
from rushes.moment import Kind
from rushes.settings import Settings
from tests.media.camera_moves import (
    FPS,
    CameraPath,
    Pose,
    filmed,
    handheld,
    photo,
    steady,
    view,
    write,
)
from tests.media.video import Image

QUALITY = Path(__file__).parent.parent / "tests" / "quality"

_SPARE = 1.12  # how much wider than the frame a picture is, for the camera to move in
_PATHS: tuple[CameraPath, ...] = (
    steady(),
    steady(pan=0.02),
    steady(),
    steady(zoom=0.03),
    handheld(0.003),
    steady(tilt=0.02),
    steady(pan=-0.02),
    steady(zoom=-0.02),
)


def make_footage(pictures: Path, into: Path) -> None:
    """A clip of every picture, all of them or none, under the names that a camera gives."""
    partial = into.with_name(f".{into.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for number, source in enumerate(sources(pictures)):
        write(partial / f"C{number:04d}.mp4", filmed_from(source, number))
    partial.rename(into)


def sources(pictures: Path) -> list[Path]:
    """The pictures, in the order of the clips that are made of them."""
    return sorted(pictures.glob("*.webp"))


def filmed_from(source: Path, number: int) -> Iterator[Image]:
    """Three to eight seconds: an animation to and fro, or a move over a picture that stands."""
    seconds = 3 + number % 11 / 2
    with PillowImage.open(source) as opened:
        aspect = opened.width / opened.height
        size = (384, 216) if aspect > 1.3 else (216, 384) if aspect < 0.75 else (288, 288)
        width = round(max(size[0], size[1] * aspect) * _SPARE)
        count = getattr(opened, "n_frames", 1)
        if count == 1:
            yield from filmed(photo(source, width), _PATHS[number % len(_PATHS)], seconds, size)
            return
        small = (width, round(width / aspect))
        shown: list[Image] = []
        for at in range(min(count, round(seconds * FPS))):
            opened.seek(at)
            picture = np.asarray(opened.convert("RGB").resize(small))
            shown.append(view(picture, Pose(), size))
    loop = [*shown, *shown[-2:0:-1]]
    for at in range(round(seconds * FPS)):
        yield loop[at % len(loop)]


@dataclass(frozen=True)
class Asked:
    """A script, and for each of its lines the files that show it; none where nothing does."""

    script: Script
    right: tuple[frozenset[str], ...]


@dataclass
class Score:
    """Counts over all lines of some scripts, and sums over neighbours in reels."""

    present: int = 0
    right: int = 0
    missed: int = 0
    absent: int = 0
    refused: int = 0
    filled: int = 0
    repeated: int = 0
    short: int = 0
    joints: int = 0
    motion: float = 0.0
    brightness: float = 0.0
    warmth: float = 0.0
    same_size: int = 0
    sized: int = 0
    took_s: float = 0.0

    def row(self, name: str) -> str:
        shares = (
            self.right / self.present,
            self.right / self.filled,
            self.missed / self.present,
            self.refused / max(1, self.absent),
        )
        joints = (self.motion, self.brightness, self.warmth)
        return (
            f"{name:34}"
            + f"{shares[0]:8.3f}{shares[1]:9.3f}{shares[2]:8.3f}{shares[3]:8.3f}"
            + f"{self.repeated:8d}{self.short:7d}"
            + "".join(f"{each / max(1, self.joints):9.3f}" for each in joints)
            + f"{self.same_size / max(1, self.sized):9.3f}{1000 * self.took_s:9.0f}"
        )


HEADINGS = f"{'':34}" + "".join(
    f"{name:>{width}}"
    for name, width in (
        ("right", 8), ("of clips", 9), ("missed", 8), ("refused", 8), ("repeats", 8), ("short", 7),
        ("Δmotion", 9), ("Δlight", 9), ("Δwarmth", 9), ("=size", 9), ("ms", 9),
    )
)  # fmt: skip


def scripts(half: str, pictures: Path) -> list[Asked]:
    """Scripts of eight lines, two of them about what is not there. Each question comes thrice."""
    clips = {source.name: f"C{number:04d}" for number, source in enumerate(sources(pictures))}
    names = ("pictures.json", "pictures_tune.json", "absent.json")
    questions = [each for name in names for each in read_questions(QUALITY / name)]
    questions = [each for each in questions if each.half == half]
    present = [each for each in questions if each.sense == "shown"]
    absent = [each for each in questions if each.sense == "absent"]
    random = np.random.default_rng(8 if half == "tune" else 9)
    made = []
    for _ in range(3):
        order = [present[i] for i in random.permutation(len(present))]
        spare = [absent[i] for i in random.permutation(len(absent))]
        for start in range(0, len(order) - 5, 6):
            asked = [*order[start : start + 6], spare.pop(), spare.pop()]
            asked = [asked[i] for i in random.permutation(len(asked))]
            lengths = random.uniform(2.0, 8.0, len(asked)).round(1)
            lines = (Line(q.q, float(s)) for q, s in zip(asked, lengths, strict=True))
            right = (frozenset(clips[answer.path] for answer in q.right) for q in asked)
            made.append(Asked(Script("script", tuple(lines)), tuple(right)))
    return made


def scored(reels: Sequence[Reel], asked: Sequence[Asked]) -> Score:
    score = Score()
    for reel, each in zip(reels, asked, strict=True):
        first: dict[int, str] = {}
        for pick in reel.picks:
            first.setdefault(pick.number, pick.moment.path.stem)
        for number, right in enumerate(each.right, 1):
            score.present += bool(right)
            score.right += first.get(number) in right
            score.missed += bool(right) and number not in first
            score.absent += not right
            score.refused += not right and number not in first
        score.filled += len(first)
        paths = [pick.moment.path for pick in reel.picks]
        score.repeated += len(paths) - len(set(paths))
        score.short += sum(gap.number in first for gap in reel.gaps)
        for one, other in pairwise(pick.moment.facts for pick in reel.picks):
            score.joints += 1
            score.motion += abs((one.motion or 0.0) - (other.motion or 0.0))
            score.brightness += abs((one.brightness or 0.0) - (other.brightness or 0.0))
            score.warmth += abs((one.warmth or 0.0) - (other.warmth or 0.0))
            if one.size is not None and other.size is not None:
                score.sized += 1
                score.same_size += one.size is other.size
    return score


def searched(asked: Asked, library: Library) -> Reel:
    """The peer: the first film that `rushes search` gives for each line, if it is not in yet."""
    picks: list[Pick] = []
    for number, line in enumerate(asked.script.lines, 1):
        query = Query(words=line.text, kinds=(Among((Kind.VIDEO, Kind.IMAGE)),))
        for moment in library.search(query, 20).moments:
            if all(moment.path != pick.moment.path for pick in picks):
                end_s = (moment.start_s or 0.0) + line.seconds
                picks.append(Pick(line, number, moment, moment.start_s or 0.0, end_s))
                break
    return Reel("search", tuple(picks), ())


def measure(place: Place, half: str) -> None:
    library = library_of(place)
    asked = scripts(half, place.media / "pictures")
    ways: dict[str, Callable[[Asked], Reel]] = {
        "first of each search": lambda each: searched(each, library),
        "best fit left for each line": lambda each: plan_reel(
            each.script, library, Job(), NOTHING_BUT_FIT
        ),
        "all lines together": lambda each: plan_reel(each.script, library, Job()),
    }
    lines = sum(len(each.right) for each in asked)
    print(f"{half}: {len(asked)} scripts, {lines} lines")
    print(HEADINGS)
    ways["all lines together"](asked[0])  # loads the models
    for name, way in ways.items():
        started = time.perf_counter()
        reels = [way(each) for each in asked]
        score = scored(reels, asked)
        score.took_s = (time.perf_counter() - started) / len(asked)
        print(score.row(name))


def library_of(place: Place) -> Library:
    """The footage, made and indexed once."""
    footage = place.folder / "broll" / "footage"
    if not footage.is_dir():
        make_footage(place.media / "pictures", footage)
    settings = Settings(library=place.folder / "broll" / "library", profile="starter")
    library = Library(settings, place.store)
    library.index([footage], Job())
    return library


def run(place: Place) -> None:
    measure(place, "report")


def main(half: str, folder: Path) -> None:
    measure(Place(folder.absolute()), half)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
