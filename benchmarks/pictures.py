"""Pictures found by plain words: how often the right one is first, and how fast they are read.

    python -m benchmarks.pictures tests/quality/pictures.json MEDIA_FOLDER [--profile starter]

The questions are those of `rushes eval`; only the sense "shown" is asked for. The peer is what one
gets without vectors: the names of the same labels and objects, matched as words. Chance is the
order of ties.

Pictures are also asked for by a picture: its twins are those with its name but for the number,
mostly one before and one after an edit.
"""

import argparse
import os
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import comb
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from indexer.embed.encoders import Seen, TextEncoder, VisionEncoder
from indexer.embed.text import load_text
from indexer.embed.vision import load_vision
from indexer.evaluation import read_questions
from indexer.segments import Image
from rushes.models import ModelStore, load_catalogue
from rushes.models.catalogue import PROFILES, Profile
from rushes.paths import paths

FRAMES = 3  # looked at in an animation; the best of them counts, as in a library


@dataclass(frozen=True)
class Question:
    words: str
    relevant: frozenset[int]
    half: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("questions", "media"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--profile", choices=PROFILES, default="starter")
    parser.add_argument("--models", type=Path, default=paths().models)
    parser.add_argument("--device", default="cpu")
    flags = parser.parse_args()
    files = files_of(flags.media)
    questions = questions_about(files, flags.questions)
    pictures = [frames(path) for path in files]
    _, encoder = load(flags.profile, flags.models, flags.device)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(encoder.encode_images, pictures[:8]))  # loads the models
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        seen = list(pool.map(encoder.encode_images, pictures))
        wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    count = sum(len(each) for each in pictures)
    print(f"{count} images: {count / wall_s:.1f} a second, {cpu_s / count:.3f} processor-s each")

    like, twins = by_pictures(seen), twins_of(files)
    first, five = (
        np.mean([found(like[i], right, n) for i, right in twins.items()]) for n in (1, 5)
    )
    print(f"{len(twins)} pictures with a twin: it is first {first:.2f}  among five {five:.2f}")

    queries = encoder.encode_queries([question.words for question in questions])
    scores = {
        encoder.name: [by_vectors(query, seen) for query in queries],
        "their labels as words": [by_names(question.words, seen) for question in questions],
        "chance": [np.zeros(len(seen)) for _ in questions],
    }
    for half in dict.fromkeys(question.half for question in questions):
        asked = [i for i, question in enumerate(questions) if question.half == half]
        print(f"{half}: {len(asked)} questions over {len(pictures)} files")
        for name, by in scores.items():
            first, five = (
                np.mean([found(by[i], questions[i].relevant, n) for i in asked]) for n in (1, 5)
            )
            print(f"  {name:45} first {first:.2f}  among five {five:.2f}")


def load(profile: Profile, models: Path, device: str) -> tuple[TextEncoder, VisionEncoder]:
    """The encoders of an installed profile."""
    store, catalogue = ModelStore(models), load_catalogue()
    text, pictures = (catalogue.find(job, profile) for job in ("text", "pictures"))
    assert text is not None and pictures is not None  # every profile has both
    words = load_text(text, store, device)
    return words, load_vision(pictures, store, words, device)


def files_of(media: Path) -> list[Path]:
    """The pictures of a folder, by name."""
    return sorted(p for p in media.iterdir() if p.suffix in (".webp", ".png", ".jpg"))


def questions_about(files: Sequence[Path], path: Path) -> list[Question]:
    """Those questions of a file that ask for what is shown, or for what nothing shows."""
    numbers = {file.name: number for number, file in enumerate(files)}
    return [
        Question(each.q, frozenset(numbers[answer.path] for answer in each.right), each.half or "")
        for each in read_questions(path)
        if each.sense in ("shown", "absent")
    ]


def frames(path: Path) -> list[Image]:
    with Pillow.open(path) as file:
        last = getattr(file, "n_frames", 1) - 1
        images = []
        for number in sorted({round(last * i / (FRAMES - 1)) for i in range(FRAMES)}):
            file.seek(number)
            images.append(np.asarray(file.convert("RGB"), np.uint8))
    return images


def by_vectors(query: NDArray[np.float32], seen: Sequence[Sequence[Seen]]) -> NDArray[np.float64]:
    return np.array([max(float(each.vector @ query) for each in frames) for frames in seen])


def by_pictures(seen: Sequence[Sequence[Seen]]) -> NDArray[np.float64]:
    """Cosines of each picture's first frame with those of all others, -1 with itself."""
    vectors = np.array([frames[0].vector for frames in seen], np.float64)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    return np.asarray(cosines, np.float64)


def twins_of(files: Sequence[Path]) -> dict[int, frozenset[int]]:
    """The other pictures of the same name but for the number at its end, where there are any."""
    names = [path.stem.rpartition("-")[0] for path in files]
    others = {
        i: frozenset(j for j, other in enumerate(names) if other == name and j != i)
        for i, name in enumerate(names)
    }
    return {i: right for i, right in others.items() if right}


def by_names(words: str, seen: Sequence[Sequence[Seen]]) -> NDArray[np.float64]:
    """How surely a picture shows something whose name shares a word with the query."""
    asked = set(re.findall("[a-z]+", words.lower()))
    tags = [[tag for each in frames for tag in each.tags] for frames in seen]
    return np.array([sum(t.score for t in each if asked & set(t.label.split())) for each in tags])


def found(scores: NDArray[np.float64], relevant: frozenset[int], places: int) -> float:
    """The chance that a right one is among the first; only ties leave it open."""
    cut = np.sort(scores)[-places]
    above, tied = np.flatnonzero(scores > cut), np.flatnonzero(scores == cut)
    if relevant & set(above.tolist()):
        return 1.0
    wrong, left = len(set(tied.tolist()) - relevant), places - len(above)
    return 1 - comb(wrong, left) / comb(len(tied), left)


if __name__ == "__main__":
    main()
