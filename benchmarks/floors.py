"""How sure a cosine makes one of a hit: fits the `Certainty` of both encoders, and tries it.

    python -m benchmarks.floors MEDIA_FOLDER [--profile starter]

MEDIA_FOLDER holds the pictures of tests/quality/pictures.json. Fitted are the first hit and the
first ten of each tuning question, right ones against wrong ones, with and without the questions
about what is not there. Of each curve the probabilities are shown that it gives to the best right
hits, where one is among the first five, and to the best hits where nothing is right: a tenth, half
and nine tenths of them lie below. Texts are the documents of the tests' mixed library, asked as
in tests/quality/library.json. Pictures are asked for by pictures too, and right are those with
the same name but for the number.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.pictures import (
    by_pictures,
    by_vectors,
    files_of,
    frames,
    load,
    questions_about,
    twins_of,
)
from indexer.embed.encoders import Certainty, Seen, TextEncoder, VisionEncoder
from indexer.readers import kind_of, read
from indexer.segments import Segment, Tools
from rushes.jobs import Job
from rushes.models.catalogue import PROFILES
from rushes.paths import paths
from tests.media.library import write_documents
from tests.media.library_more import write_more_documents

QUALITY = Path(__file__).parent.parent / "tests" / "quality"
FITTED = 10
AMONG = 5

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """The cosines of one question's first hits, the best first, and which of them are right.

    `has_answer` is false where it asks for what is not there.
    """

    half: str
    cosines: Scores
    right: NDArray[np.bool_]
    has_answer: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("media", type=Path)
    parser.add_argument("--profile", choices=PROFILES, default="starter")
    parser.add_argument("--models", type=Path, default=paths().models)
    parser.add_argument("--device", default="cpu")
    flags = parser.parse_args()
    text, vision = load(flags.profile, flags.models, flags.device)
    show(f"texts: {text.name}", text.certainty, of_texts(text))
    files = files_of(flags.media)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        seen = list(pool.map(vision.encode_images, map(frames, files)))
    show(f"pictures: {vision.name}", vision.certainty, of_pictures(vision, files, seen))
    show("pictures by pictures", vision.likeness, of_likes(files, seen))


def show(title: str, now: Certainty, asked: Sequence[Asked]) -> None:
    print(title)
    tuning = [each for each in asked if each.half == "tune"]
    tell("now", now, asked)
    for count in (1, FITTED):
        answered = [each for each in tuning if each.has_answer]
        tell(f"first {count} of those with an answer", fitted_curve(*hits(answered, count)), asked)
        if len(answered) < len(tuning):
            tell(f"first {count} of all", fitted_curve(*hits(tuning, count)), asked)


def tell(name: str, curve: Certainty, asked: Sequence[Asked]) -> None:
    print(f"  {name}: even {curve.even:.3f} slope {curve.slope:.3f}")
    for half in ("tune", "report"):
        right, none = best_hits([each for each in asked if each.half == half])
        for about, cosines in (("right", right), ("nothing is right", none)):
            if len(cosines):
                likely = [curve.of(float(cosine)) for cosine in cosines]
                low, middle, high = np.quantile(likely, (0.1, 0.5, 0.9))
                print(f"    {half}, {len(likely)}, {about}: {low:.2f} {middle:.2f} {high:.2f}")


def hits(asked: Sequence[Asked], count: int) -> tuple[Scores, NDArray[np.bool_]]:
    return (
        np.concatenate([each.cosines[:count] for each in asked]),
        np.concatenate([each.right[:count] for each in asked]),
    )


def best_hits(asked: Sequence[Asked]) -> tuple[Scores, Scores]:
    """The best right ones among the first, and the best where nothing can be right."""
    among = [each.cosines[:AMONG][each.right[:AMONG]] for each in asked]
    found = [each[0] for each in among if len(each)]
    return np.array(found), np.array([each.cosines[0] for each in asked if not each.has_answer])


def fitted_curve(cosines: Scores, right: NDArray[np.bool_]) -> Certainty:
    """The likeliest logistic curve through what is right and what is wrong, by Newton's method."""
    mean, spread = float(cosines.mean()), float(cosines.std())
    inputs = np.stack([(cosines - mean) / spread, np.ones(len(cosines))], axis=1)
    weights = np.zeros(2)
    for _ in range(50):
        likely = 1 / (1 + np.exp(-inputs @ weights))
        curvature = inputs.T @ (inputs * (likely * (1 - likely))[:, np.newaxis])
        weights += np.linalg.solve(curvature + 1e-6 * np.eye(2), inputs.T @ (right - likely))
    steepness, offset = (float(weight) for weight in weights)
    return Certainty(mean - offset / steepness * spread, spread / steepness)


def of_pictures(
    vision: VisionEncoder, files: Sequence[Path], seen: Sequence[Sequence[Seen]]
) -> list[Asked]:
    asked = []
    for name in ("pictures.json", "pictures_tune.json", "absent.json"):
        for question in questions_about(files, QUALITY / name):
            scores = by_vectors(vision.encode_queries([question.words])[0], seen)
            asked.append(first_hits(question.half, scores, question.relevant))
    return asked


def of_likes(files: Sequence[Path], seen: Sequence[Sequence[Seen]]) -> list[Asked]:
    """Every picture that has a twin asks for it. All are for tuning: there are few."""
    cosines = by_pictures(seen)
    return [first_hits("tune", cosines[i], right) for i, right in twins_of(files).items()]


def of_texts(text: TextEncoder) -> list[Asked]:
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        write_documents(root)
        write_more_documents(root)
        passages = [
            (path.relative_to(root).as_posix(), item.text)
            for path in sorted(root.rglob("*"))
            if path.is_file() and kind_of(path)
            for item in read(path, Tools(Job()))
            if isinstance(item, Segment)
        ]
    vectors = text.encode_passages([words for _, words in passages])
    asked = []
    for each in json.loads((QUALITY / "library.json").read_text("utf-8"))["questions"]:
        if each["sense"] not in ("written", "absent"):
            continue
        paths_ = [answer["path"] for answer in each.get("right", ())]
        right = [i for i, (path, _) in enumerate(passages) if path.endswith(tuple(paths_))]
        scores = vectors @ text.encode_queries([each["q"]])[0]
        if right or not paths_:
            asked.append(first_hits(each["half"], np.asarray(scores, np.float64), right))
    return asked


def first_hits(half: str, scores: Scores, right: Collection[int]) -> Asked:
    first = np.argsort(-scores)[:FITTED]
    return Asked(half, scores[first], np.isin(first, list(right)), bool(right))


if __name__ == "__main__":
    main()
