"""How many people a picture shows and its shot size, against what a person saw.

    python -m benchmarks.framing tests/quality/framing.json MEDIA_FOLDER

The first is the list of pictures, with `people` (3: three or more), `size` (null: there is no
scene; absent: not judged) and `half`; thresholds were chosen on the half "tune" only. The peer is
what one gets from the objects alone: as many people as the SSD gives boxes, and no size.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from indexer.embed.detector import Detected, Detector
from indexer.embed.recogniser import Recogniser
from indexer.people import PERSON
from indexer.segments import Image
from rushes.facts import ShotSize
from rushes.models import ModelStore, load_catalogue
from rushes.paths import paths

MANY = 3
SIZES = tuple(ShotSize)


@dataclass(frozen=True)
class Judged:
    """A picture, as a person saw it. `size` is of no account unless `has_size`."""

    file: str
    people: int
    has_size: bool
    size: ShotSize | None
    half: str


@dataclass(frozen=True)
class Figures:
    """Shares of pictures, 0 to 1; those of sizes are of the pictures that have one."""

    people_exact: float
    people_within_one: float
    some_or_none: float
    size_exact: float
    size_within_one: float
    size_unknown: float
    silent_without_scene: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("judged", "media"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--models", type=Path, default=paths().models)
    parser.add_argument("--show", metavar="HALF", help="list the pictures of a half that differ")
    flags = parser.parse_args()
    judged = read_judged(flags.judged)
    images = [picture(flags.media / each.file) for each in judged]
    store, catalogue = ModelStore(flags.models), load_catalogue()
    folder = store.path(catalogue.get("labels-and-objects"))
    faces = store.path(catalogue.get("blazeface"))

    detector = Detector(folder, faces)
    found = [detector.detect(image) for image in images]
    for half in dict.fromkeys(each.half for each in judged):
        mine = [(j, d) for j, d in zip(judged, found, strict=True) if j.half == half]
        print(f"{half}: {len(mine)} pictures")
        _print(figures(*zip(*mine, strict=True)))
        boxes = [min(MANY, persons_by_boxes(d)) for _, d in mine]
        alone = np.mean([a == j.people for a, (j, _) in zip(boxes, mine, strict=True)])
        print(f"  people by the SSD's boxes alone: exact {alone:.2f}")
        print(
            f"  sizes, said by the eye: {dict(Counter(str(j.size) for j, _ in mine if j.has_size))}"
        )
    for line in _differences(judged, found, flags.show):
        print(line)

    costs: dict[str, Callable[[Image], object]] = {
        "objects": Detector(folder, None).find_objects,
        "objects, faces, pose, people and size": detector.detect,
        "all of these and labels": Recogniser(folder, faces).recognise,
    }
    for name, look in costs.items():
        print(f"{name}: {processor_s(look, images):.3f} processor-s a picture")


def read_judged(path: Path) -> list[Judged]:
    rows = json.loads(path.read_text("utf-8"))["pictures"]
    return [
        Judged(
            row["file"],
            row["people"],
            "size" in row,
            ShotSize(row["size"]) if row.get("size") else None,
            row["half"],
        )
        for row in rows
    ]


def picture(path: Path) -> Image:
    """A still, or the middle frame of an animation."""
    with Pillow.open(path) as file:
        file.seek(getattr(file, "n_frames", 1) // 2)
        return np.asarray(file.convert("RGB"), np.uint8)


def figures(judged: Sequence[Judged], found: Sequence[Detected]) -> Figures:
    pairs = list(zip(judged, found, strict=True))
    people = [(j.people, min(MANY, d.people)) for j, d in pairs]
    steps = [
        abs(SIZES.index(j.size) - SIZES.index(d.size)) if d.size else None
        for j, d in pairs
        if j.size
    ]
    told = [step for step in steps if step is not None]
    return Figures(
        people_exact=_share(a == b for a, b in people),
        people_within_one=_share(abs(a - b) <= 1 for a, b in people),
        some_or_none=_share((a > 0) == (b > 0) for a, b in people),
        size_exact=_share(step == 0 for step in told),
        size_within_one=_share(step <= 1 for step in told),
        size_unknown=_share(step is None for step in steps),
        silent_without_scene=_share(d.size is None for j, d in pairs if j.has_size and not j.size),
    )


def processor_s(look: Callable[[Image], object], images: Sequence[Image]) -> float:
    look(images[0])  # loads the models
    start_s = time.process_time()
    for image in images:
        look(image)
    return (time.process_time() - start_s) / len(images)


def persons_by_boxes(detected: Detected, least: float = 0.5) -> int:
    return sum(box.coco_id == PERSON and box.score >= least for box in detected.boxes)


def _share(right: Iterable[bool]) -> float:
    return float(np.mean(list(right)))


def _print(values: Figures) -> None:
    print(
        f"  people: exact {values.people_exact:.2f}, within one {values.people_within_one:.2f}, "
        f"some or none {values.some_or_none:.2f}\n"
        f"  size: unknown {values.size_unknown:.2f}; where told, exact {values.size_exact:.2f}, "
        f"within one step {values.size_within_one:.2f}; "
        f"none told where there is no scene {values.silent_without_scene:.2f}"
    )


def _differences(
    judged: Sequence[Judged], found: Sequence[Detected], half: str | None
) -> Iterator[str]:
    for j, d in zip(judged, found, strict=True):
        if j.half == half and (
            j.people != min(MANY, d.people) or (j.has_size and j.size != d.size)
        ):
            yield f"  {j.file}: {j.people} {j.size if j.has_size else '-'}, not {d.people} {d.size}"


if __name__ == "__main__":
    main()
