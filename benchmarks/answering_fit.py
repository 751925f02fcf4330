"""Which sentence answers: fits the weights of agent/evidence.py, and says what its floor costs.

    python -m benchmarks.answering_fit [--half tune]

At the level of texts: the files of tests/quality/answers.json are cut into passages as their
readers do, and those nearest to a question by meaning and words are judged, fifteen and their
neighbours. Each question that has an answer is asked again without the file that has it, and
without the very sentence: that leaves all that is near it, and must be refused. To the tuning half
come those of near_misses.json about the same files: 118 that nothing answers, 76 that a sentence
does.
The weights come from the tuning half; its figures are cross-validated (by question, eight
parts). With `--half report` the weights in agent/evidence.py are judged on the other half.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent import evidence
from agent.measures import NAMES, Measured, measure
from agent.question import take_apart
from agent.sentences import Sentence, sentences_of
from indexer.coverage import content_words, coverage
from indexer.embed.encoders import TextEncoder
from indexer.embed.text import load_text
from indexer.passages import Block, passages
from indexer.readers.tables import rows_as_text
from indexer.reading import Passage
from indexer.segments import Origin, Word
from rushes.models import ModelStore, load_catalogue
from rushes.moment import Kind
from rushes.paths import paths

QUALITY = Path(__file__).parent.parent / "tests" / "quality"
FOUND = 15
RIDGE = 1.0
PARTS = 8
FLOORS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)
_KINDS = {"video": Kind.VIDEO, "audio": Kind.AUDIO, "image": Kind.IMAGE}

Floats = NDArray[np.float64]


class Removed(StrEnum):
    """What of its source a question is asked without."""

    NOTHING = "nothing"
    FILE = "file"
    SENTENCE = "sentence"


@dataclass(frozen=True)
class Asked:
    """A question, what was measured of its sentences, and which of them answer it.

    `number` is the same for a question with and without its source; `has_answer` is false where
    nothing answers it even with it.
    """

    number: int
    measured: Measured
    right: NDArray[np.bool_]
    has_answer: bool
    removed: Removed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("tune", "report"), default="tune")
    parser.add_argument("--models", type=Path, default=paths().models)
    flags = parser.parse_args()
    encoder = load_text(load_catalogue().get("all-minilm-l6-v2"), ModelStore(flags.models), "cpu")
    labelled = json.loads((QUALITY / "answers.json").read_text("utf-8"))
    if flags.half == "tune":
        more = json.loads((QUALITY / "near_misses.json").read_text("utf-8"))
        nothing = [{"question": each, "answers": []} for each in more["questions"]]
        labelled["questions"] += [{**q, "half": "tune"} for q in nothing + more["answered"]]
    asked = ask_all(labelled, flags.half, encoder)
    if flags.half == "report":
        show(asked, [chances(each, np.array(evidence.WEIGHTS), evidence.BIAS) for each in asked])
        return
    show(asked, cross_validated(asked))
    weights, bias = fit(asked)
    print("weights", ", ".join(f"{each:.2f}" for each in weights), f"bias {bias:.2f}")
    for name, weight in zip(NAMES, weights, strict=True):
        print(f"  {name:20} {weight:6.2f}")


def ask_all(labelled: dict[str, Any], half: str, encoder: TextEncoder) -> list[Asked]:
    """Every question of a half over the whole library, and again without its file."""
    held = [passage for file in labelled["files"] for passage in passages_of(file)]
    vectors = encoder.encode_passages([passage.text for passage in held])
    asked = []
    for number, question in enumerate(labelled["questions"]):
        if question["half"] != half:
            continue
        source = question["source"]["path"] if question["answers"] else None
        for removed in Removed if source else (Removed.NOTHING,):
            without = source if removed is Removed.FILE else None
            found = sentences_of(retrieved(question["question"], held, vectors, encoder, without))
            if removed is Removed.SENTENCE:
                found = [each for each in found if not is_right(question, each)]
            measured = measure(take_apart(question["question"]), found, encoder)
            right = [bool(source) and is_right(question, each) for each in measured.sentences]
            asked.append(Asked(number, measured, np.array(right, bool), bool(source), removed))
    return asked


def passages_of(file: dict[str, Any]) -> Iterator[Passage]:
    """What the readers make of a file: written passages, sentences of speech, words in pictures."""
    path, kind = Path("/library") / file["path"], _KINDS.get(file["kind"], Kind.DOCUMENT)
    blocks = [Block(row) for row in rows_as_text(file.get("rows", ()))]
    for part in file.get("parts", ()):
        heading = None if file["kind"] == "pdf" else part.get("heading")
        texts = [part.get("heading"), *part["text"].split("\n"), part.get("notes")]
        blocks += [Block(text, heading, part.get("page")) for text in texts if text]
    for each in passages(blocks, 1000 if file["kind"] == "pptx" else 200):
        yield Passage(path, kind, each.text, Origin.WRITTEN, page=each.page, heading=each.heading)
    at_s = 0.0
    for sentence in file.get("sentences", ()):
        words = [
            Word(word, at_s + 0.4 * i, at_s + 0.4 * i + 0.3)
            for i, word in enumerate(sentence.split())
        ]
        at_s = words[-1].end_s + 0.5
        yield Passage(
            path, kind, sentence, Origin.SAID, words[0].start_s, words[-1].end_s, words=tuple(words)
        )
    if file.get("words"):
        yield Passage(path, kind, "\n".join(file["words"]), Origin.ON_SCREEN)


def retrieved(
    question: str,
    held: Sequence[Passage],
    vectors: NDArray[np.float32],
    encoder: TextEncoder,
    without: str | None,
) -> list[Passage]:
    """The passages nearest to a question, as a search finds them, with their neighbours."""
    cosines = vectors @ encoder.encode_queries([question])[0]
    words = content_words(question)
    scores = [
        encoder.certainty.of(float(cosine))
        + 0.6 * coverage(words, f"{each.text} {each.path.stem} {each.heading or ''}")
        for cosine, each in zip(cosines, held, strict=True)
    ]
    order = [
        int(i)
        for i in np.argsort(-np.array(scores), kind="stable")
        if without is None or held[i].path != Path("/library") / without
    ][:FOUND]
    around = (j for i in order for j in (i, i - 1, i + 1))
    kept = dict.fromkeys(j for j in around if 0 <= j < len(held))
    nearest = {held[i].path for i in order}
    return [held[j] for j in kept if held[j].path in nearest]


def is_right(question: dict[str, Any], sentence: Sentence) -> bool:
    """Whether a sentence is from the right place and holds an answer."""
    source, passage = question["source"], sentence.passage
    if passage.path != Path("/library") / source["path"]:
        return False
    if source.get("page") not in (None, passage.page):
        return False
    # "no," is how an answer would begin that says what the sentence says otherwise.
    answers = [each for each in [*question["answers"], *question.get("all", ())] if each != "no,"]
    text = " ".join(sentence.text.casefold().split())
    return any(" ".join(each.casefold().split()) in text for each in answers)


def fit(asked: Sequence[Asked]) -> tuple[Floats, float]:
    """The weights of a logistic regression with a ridge on standardised measures, and its bias."""
    rows = np.vstack([each.measured.measures[each.measured.possible] for each in asked])
    right = np.concatenate([each.right[each.measured.possible] for each in asked]).astype(float)
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    design = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    ridge = np.diag([RIDGE] * rows.shape[1] + [0.0])
    solution = np.zeros(design.shape[1])
    for _ in range(30):  # Newton's method
        chance = 1 / (1 + np.exp(-design @ solution))
        slope = design.T @ (chance - right) + ridge @ solution
        curve = (design * (chance * (1 - chance))[:, np.newaxis]).T @ design + ridge
        solution = solution - np.linalg.solve(curve, slope)
    weights = solution[:-1] / spread
    return weights, float(solution[-1] - weights @ mean)


def cross_validated(asked: Sequence[Asked]) -> list[Floats]:
    """The chances of each question's sentences by weights that were fitted without it."""
    result = []
    fitted = [fit([each for each in asked if each.number % PARTS != part]) for part in range(PARTS)]
    for each in asked:
        result.append(chances(each, *fitted[each.number % PARTS]))
    return result


def chances(asked: Asked, weights: Floats, bias: float) -> Floats:
    scores = 1 / (1 + np.exp(-(asked.measured.measures @ weights + bias)))
    return np.asarray(np.where(asked.measured.possible, scores, 0.0), np.float64)


def show(asked: Sequence[Asked], judged: Sequence[Floats]) -> None:
    """For each floor, what is answered rightly and wrongly, and what is refused."""
    best = np.array([each.max(initial=0.0) for each in judged])
    right = np.array(
        [bool(len(a) and each.right[a.argmax()]) for each, a in zip(asked, judged, strict=True)]
    )
    has = np.array([each.has_answer for each in asked])
    removed = np.array([each.removed for each in asked])
    whole = removed == Removed.NOTHING
    print(f"{(has & whole).sum()} questions with an answer, {(~has).sum()} without")
    print(f"the best sentence is right: {right[has & whole].mean():.3f}")
    columns = ("floor", "right", "wrong", "refused rightly", "file removed", "sentence removed")
    print("  ".join(columns))
    for floor in FLOORS:
        given = best >= floor
        figures = (
            floor,
            (given & right)[has & whole].mean(),
            (given & ~right)[whole].mean(),
            (~given)[~has].mean(),
            (~given)[removed == Removed.FILE].mean(),
            (~given)[removed == Removed.SENTENCE].mean(),
        )
        print("  ".join(f"{f:{len(name)}.3f}" for f, name in zip(figures, columns, strict=True)))


if __name__ == "__main__":
    main()
