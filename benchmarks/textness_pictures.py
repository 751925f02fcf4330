"""Pictures with and without words, for teaching `indexer/textness.onnx` and for judging it."""

import json
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from indexer.segments import Image

if TYPE_CHECKING:
    from rapidocr import RapidOCR

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels."""

ENDINGS = {".webp", ".png", ".jpg", ".jpeg"}
LONG_SIDE = 1280  # as `indexer.shots` hands frames on
SURE = 0.8  # RapidOCR's confidence in a line
LETTERS = "etaoinshrdlucmfwypvbgkjqxz"


@dataclass(frozen=True)
class Labelled:
    """A picture, the lines that RapidOCR reads there and is sure of, and those it is not."""

    name: str
    image: Image
    letters: int
    sure: tuple[Box, ...]
    unsure: tuple[Box, ...]

    @property
    def has_words(self) -> bool:
        return self.letters >= 4

    @property
    def has_nothing(self) -> bool:
        return not self.sure and not self.unsure


def halves(folder: Path, cache: Path) -> tuple[list[Labelled], list[Labelled]]:
    """The pictures of a folder, to teach with and to report on.

    Neighbours by name, which are often of one subject, stay together: blocks of four.
    `cache` keeps what RapidOCR read, which takes half a second a picture.
    """
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
    known = json.loads(cache.read_text()) if cache.exists() else {}
    parts: tuple[list[Labelled], list[Labelled]] = ([], [])
    for number, path in enumerate(files):
        image = _load(path)
        if path.name not in known:
            known[path.name] = _read(image)
            cache.write_text(json.dumps(known))
        parts[number // 4 % 2].append(_label(path.name, image, known[path.name]))
    return parts


def _load(path: Path) -> Image:
    """The picture, or the middle frame of an animation, no side longer than LONG_SIDE."""
    with PillowImage.open(path) as file:
        file.seek(getattr(file, "n_frames", 1) // 2)
        picture = file.convert("RGB")
    picture.thumbnail((LONG_SIDE, LONG_SIDE), PillowImage.Resampling.BOX)
    return np.asarray(picture)


Line = tuple[str, float, list[list[float]]]


def _read(image: Image) -> list[Line]:
    """RapidOCR's lines with its own settings, at full size: text, confidence, corners."""
    found = _rapidocr()(np.ascontiguousarray(image[..., ::-1]))
    boxes, texts, scores = (getattr(found, name, None) for name in ("boxes", "txts", "scores"))
    if boxes is None or texts is None or scores is None:
        return []
    return [
        (text, float(score), np.asarray(box).tolist())
        for text, score, box in zip(texts, scores, boxes, strict=True)
    ]


@cache
def _rapidocr() -> "RapidOCR":
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical"})


def _label(name: str, image: Image, lines: list[Line]) -> Labelled:
    sure: list[Box] = []
    unsure: list[Box] = []
    letters = 0
    for text, score, corners in lines:
        xs, ys = zip(*corners, strict=True)
        box = (min(xs), min(ys), max(xs), max(ys))
        legible = sum(letter.isalnum() for letter in text) >= 2
        (sure if score >= SURE and legible else unsure).append(box)
        if score >= SURE:
            letters += sum(letter.isalpha() for letter in text)
    return Labelled(name, image, letters, tuple(sure), tuple(unsure))


def write_on(image: Image, chance: random.Random, least: float, most: float) -> tuple[Image, Box]:
    """A picture with a line of made-up words on it, and where.

    Capitals are about `least` to `most` of the picture's height.
    """
    picture = PillowImage.fromarray(image)
    canvas = ImageDraw.Draw(picture)
    width, height = picture.size
    size = max(8, round(height * log_uniform(chance, least, most) / 0.72))
    font = ImageFont.load_default(size)
    text = " ".join(word(chance) for _ in range(chance.randint(2, 5)))
    while len(text) > 4 and canvas.textlength(text, font=font) > 0.96 * width:
        text = text[:-1].strip()
    length = canvas.textlength(text, font=font)
    x = chance.uniform(0.02 * width, max(0.02 * width, 0.98 * width - length))
    y = chance.uniform(0.02 * height, max(0.02 * height, 0.97 * height - size * 1.3))
    box = canvas.textbbox((x, y), text, font=font)
    light = chance.random() < 0.7
    ink = colour(chance, 200, 255) if light else colour(chance, 0, 60)
    plain = chance.random() < 0.3
    if plain:
        pad = size * 0.35
        paper = colour(chance, 0, 70) if light else colour(chance, 190, 255)
        canvas.rectangle((box[0] - pad, box[1] - pad, box[2] + pad, box[3] + pad), paper)
    edge = 0 if plain else max(1, size // 20)
    canvas.text(
        (x, y), text, ink, font, stroke_width=edge, stroke_fill="black" if light else "white"
    )
    return np.asarray(picture), box


def word(chance: random.Random) -> str:
    weights = range(len(LETTERS) + 1, 1, -1)
    letters = "".join(chance.choices(LETTERS, weights, k=chance.randint(2, 9)))
    return chance.choice(
        (letters, letters, letters.title(), letters.upper(), str(len(letters) * 37))
    )


def colour(chance: random.Random, least: int, most: int) -> tuple[int, int, int]:
    return chance.randint(least, most), chance.randint(least, most), chance.randint(least, most)


def log_uniform(chance: random.Random, least: float, most: float) -> float:
    return float(least * (most / least) ** chance.random())


def shrunk(image: Image, scale: float) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)
