"""Where an answer ends and chance begins: false alarms and misses of the floors of both encoders.

    python -m benchmarks.floors MEDIA_FOLDER [--profile starter]

MEDIA_FOLDER holds the pictures of tests/quality/pictures.json. A false alarm is a question about
what is not there with a hit above the floor; a miss is a right one below it, among those questions
that find a right one among the first five. Texts are the documents of the tests' mixed library,
asked as in tests/quality/library.json.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.pictures import by_vectors, files_of, frames, load, read_questions
from indexer.embed.encoders import TextEncoder, VisionEncoder
from indexer.readers import kind_of, read
from indexer.segments import Segment, Tools
from rushes.jobs import Job
from rushes.models.catalogue import PROFILES
from rushes.paths import paths
from tests.media.library import write_documents
from tests.media.library_more import write_more_documents

QUALITY = Path(__file__).parent.parent / "tests" / "quality"
AMONG = 5

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """The best score of one question, and that of its right answers if it has any.

    `found` says whether a right answer is among the first.
    """

    half: str
    best: float
    right: float | None = None
    found: bool = False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("media", type=Path)
    parser.add_argument("--profile", choices=PROFILES, default="starter")
    parser.add_argument("--models", type=Path, default=paths().models)
    parser.add_argument("--device", default="cpu")
    flags = parser.parse_args()
    text, vision = load(flags.profile, flags.models, flags.device)
    show(f"texts: {text.name}", text.floor, of_texts(text))
    show(f"pictures: {vision.name}", vision.floor, of_pictures(vision, flags.media))


def show(title: str, floor: float, outcomes: Sequence[Outcome]) -> None:
    print(f"{title}, floor {floor:.2f}")
    for half in ("tune", "report"):
        ours = [each for each in outcomes if each.half == half]
        absent = np.array([each.best for each in ours if each.right is None])
        right = np.array([each.right for each in ours if each.right is not None and each.found])
        print(f"  {half}: {len(absent)} questions without an answer, {len(right)} with one found")
        for at in (floor - 0.04, floor - 0.02, floor, floor + 0.02, floor + 0.04):
            alarms, misses = np.mean(absent >= at), np.mean(right < at)
            print(f"    {at:5.2f}: false alarms {alarms:.2f}  misses {misses:.2f}")


def of_pictures(vision: VisionEncoder, media: Path) -> list[Outcome]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        seen = list(pool.map(vision.encode_images, map(frames, files_of(media))))
    questions = read_questions(QUALITY / "pictures.json")
    absent = json.loads((QUALITY / "absent.json").read_text("utf-8"))["queries"]
    outcomes = []
    for question in questions:
        scores = by_vectors(vision.encode_queries([question.words])[0], seen)
        outcomes.append(outcome(question.half, scores, sorted(question.relevant)))
    for each in absent:
        scores = by_vectors(vision.encode_queries([each["q"]])[0], seen)
        outcomes.append(outcome(each["half"], scores))
    return outcomes


def of_texts(text: TextEncoder) -> list[Outcome]:
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
    outcomes = []
    for each in json.loads((QUALITY / "library.json").read_text("utf-8"))["questions"]:
        if each["sense"] not in ("written", "absent"):
            continue
        paths_ = [answer["path"] for answer in each.get("right", ())]
        right = [i for i, (path, _) in enumerate(passages) if path.endswith(tuple(paths_))]
        scores = vectors @ text.encode_queries([each["q"]])[0]
        if right or not paths_:
            outcomes.append(outcome(each["half"], np.asarray(scores, np.float64), right))
    return outcomes


def outcome(half: str, scores: Scores, right: Sequence[int] = ()) -> Outcome:
    best = float(scores.max())
    if not right:
        return Outcome(half, best)
    score = float(scores[list(right)].max())
    return Outcome(half, best, score, bool((scores > score).sum() < AMONG))


if __name__ == "__main__":
    main()
