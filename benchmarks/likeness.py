"""Takes of the same thing: how many are found again, and how many others are taken for them."""

import io
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as PillowImage

from benchmarks.place import Place
from indexer.likeness import ALIKE, alike, alike_to, fingerprint
from indexer.segments import Image

THRESHOLDS = (0.6, 0.65, ALIKE, 0.75, 0.8, 0.85)


def another_take(image: Image, random: np.random.Generator) -> Iterator[tuple[str, Image]]:
    """A picture as it would be in another take, or another copy, by what has changed."""
    height, width = image.shape[:2]
    yield "cropped by 5 %", cropped(image, 0.05)
    yield "cropped by 8 %", cropped(image, 0.08)
    yield "shifted by 3 %", cropped(image, 0.06, 0.0)
    yield "15 % brighter", np.clip(image * 1.15, 0, 255).astype(np.uint8)
    yield "15 % darker", (image * 0.85).astype(np.uint8)
    yield "half as large", _resized(image, (max(8, width // 2), max(8, height // 2)))
    yield "JPEG, quality 30", recoded(image, 30)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 2, 1.06)
    turned = cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
    yield "turned by 2°, zoomed 6 %", turned.astype(np.uint8, copy=False)
    light = random.uniform(0.88, 1.12)
    place = random.uniform(0, 1)
    moved = np.clip(cropped(image, 0.06, place) * light, 0, 255).astype(np.uint8)
    yield "moved, relit, recoded", recoded(moved, 50)


def cropped(image: Image, share: float, where: float = 0.5) -> Image:
    """A part of the picture, so much smaller; `where` 0 is its upper left, 1 its lower right."""
    height, width = image.shape[:2]
    top, left = round(height * share * where), round(width * share * where)
    return image[top : top + round(height * (1 - share)), left : left + round(width * (1 - share))]


def recoded(image: Image, quality: int) -> Image:
    file = io.BytesIO()
    PillowImage.fromarray(image).save(file, "JPEG", quality=quality)
    with PillowImage.open(file) as again:
        return np.asarray(again.convert("RGB"))


def run(place: Place) -> None:
    pictures = {path.stem: _opened(path) for path in sorted(place.media.rglob("*.webp"))}
    kept = {name: fingerprint(image) for name, image in pictures.items()}
    random = np.random.default_rng(0)
    again: dict[str, list[float]] = {}
    mirrored = []
    for name, image in pictures.items():
        for change, taken in another_take(image, random):
            again.setdefault(change, []).append(alike(kept[name], fingerprint(taken)))
        other_way = np.ascontiguousarray(image[:, ::-1])
        mirrored.append(alike(kept[name], fingerprint(other_way)))
    others = np.array(
        [alike(kept[a], kept[b]) for a, b in combinations(kept, 2) if not _related(a, b)]
    )
    print(f"{len(pictures)} pictures; alike from" + "".join(f"{t:>8.2f}" for t in THRESHOLDS))
    for change, likeness in again.items():
        shares = [np.mean(np.array(likeness) >= t) for t in THRESHOLDS]
        print(f"{change:24}" + "".join(f"{share:8.3f}" for share in shares))
    shares = [np.mean(np.array(mirrored) >= t) for t in THRESHOLDS]
    print(f"{'mirrored (should not be)':24}" + "".join(f"{share:8.3f}" for share in shares))
    shares = [100 * np.mean(others >= t) for t in THRESHOLDS]
    label = f"of {len(others)} others, %"
    print(f"{label:24}" + "".join(f"{share:8.3f}" for share in shares))
    _print_cost(next(iter(pictures.values())), list(kept.values()))


def _print_cost(image: Image, kept: list[bytes]) -> None:
    large = _resized(image, (1280, 720))
    started_s = time.process_time()
    for _ in range(50):
        fingerprint(large)
    each_ms = (time.process_time() - started_s) / 50 * 1000
    many = kept * (10_000 // len(kept) + 1)
    started_s = time.process_time()
    alike_to(kept[0], many[:10_000])
    compared_ms = (time.process_time() - started_s) * 1000
    print(f"{each_ms:.1f} ms a picture of 1280×720; {compared_ms:.1f} ms to compare 10,000")


def _related(one: str, other: str) -> bool:
    """Whether two pictures come from one template: mostly before and after an edit."""
    return one.rsplit("-", 1)[0] == other.rsplit("-", 1)[0]


def _opened(path: Path) -> Image:
    with PillowImage.open(path) as opened:
        picture = opened.convert("RGB")
        picture.thumbnail((640, 640))
        return np.asarray(picture)


def _resized(image: Image, size: tuple[int, int]) -> Image:
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
