"""How well a library answers questions to which the right answers are known.

A file of questions is JSON: {"questions": [{"q", "sense", "half", "right", "wrong"}]}. `right`
and `wrong` are lists of {"path", "start_s", "end_s", "page"}; a path may be the end of one
("Lisbon/tram.mp4"), times and pages may be left out. A question without a right answer asks for
what is not there.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from indexer.hits import Way
from indexer.query import Query, QueryError, parse
from indexer.search import Results, Searcher
from rushes.errors import RushesError
from rushes.moment import Moment

DEPTH = 10
_IOU = 0.5


class Answer(BaseModel):
    """A file, and where in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(min_length=1)
    start_s: float | None = None
    end_s: float | None = None
    page: int | None = None

    def is_file_of(self, moment: Moment) -> bool:
        """Whether the moment's path ends as this one does."""
        wanted = PurePosixPath(self.path).parts
        return moment.path.parts[-len(wanted) :] == wanted

    def holds(self, moment: Moment) -> bool:
        """Whether the moment is a right answer: the file, and the page if one is named."""
        return self.is_file_of(moment) and self.page in (None, moment.page)

    def overlap(self, moment: Moment) -> float:
        """Intersection over union with the moment in time, 0 to 1."""
        if None in (self.start_s, self.end_s, moment.start_s, moment.end_s):
            return 0.0
        starts, ends = (self.start_s, moment.start_s), (self.end_s, moment.end_s)
        shared = min(ends) - max(starts)  # type: ignore[type-var, operator]
        whole = max(ends) - min(starts)  # type: ignore[type-var, operator]
        return max(0.0, float(shared)) / float(whole) if whole > 0 else 0.0


class Question(BaseModel):
    """What is asked, and what is right. `half` parts what was tuned on from what was not."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(min_length=1)
    sense: str = "any"
    half: str | None = None
    right: list[Answer] = []
    wrong: list[Answer] = []


class Questions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    questions: list[Question] = []


@dataclass(frozen=True)
class Score:
    """How some questions were answered. What cannot be said of them is None.

    `first`, `five` and `ten`: the share with a right answer among so many that are shown, as what
    fits or else as the nearest; `mrr`: the mean of one over the rank of the first right one;
    `inside`: the share, of those with a right stretch, for which the first right file is shown with
    an intersection over union of at least 0.5; `missed`: the share of which it was said that
    nothing fits; `refused`: the same of those that nothing answers.
    """

    asked: int
    first: float | None
    five: float | None
    ten: float | None
    mrr: float | None
    inside: float | None
    missed: float | None
    absent: int
    refused: float | None


@dataclass(frozen=True)
class Evaluation:
    """`scores` by the name of the lists that took part ("all", "without looks", "only words"),
    then by sense. Times in milliseconds, of whole searches."""

    scores: dict[str, dict[str, Score]]
    median_ms: float
    p95_ms: float


def read_questions(path: Path) -> list[Question]:
    """
    Raises:
        RushesError: the file cannot be read, or is not as it should be.
    """
    try:
        return Questions.model_validate_json(path.read_text("utf-8")).questions
    except (OSError, UnicodeError) as error:
        raise RushesError(f"cannot read {path}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RushesError(f"{path} is no file of questions: {where}: {first['msg']}") from None


def write_judgement(path: Path, q: str, right: Sequence[Answer], wrong: Sequence[Answer]) -> None:
    """Add what a person said of moments to the file of questions, made if it is not there.

    A later judgement of the same place takes the place of an earlier one.

    Raises:
        RushesError: the question is none, or the file cannot be read or written.
    """
    parse(q)
    questions = read_questions(path) if path.exists() else []
    question = next((each for each in questions if each.q == q), None)
    if question is None:
        question = Question(q=q)
        questions.append(question)
    judged = {*right, *wrong}
    question.right = [*(each for each in question.right if each not in judged), *right]
    question.wrong = [*(each for each in question.wrong if each not in judged), *wrong]
    partial = path.with_name(f".{path.name}.part")
    try:
        text = Questions(questions=questions).model_dump_json(indent=1, exclude_defaults=True)
        partial.write_text(text + "\n", "utf-8")
        partial.replace(path)
    except OSError as error:
        raise RushesError(f"cannot write {path}: {error.strerror or error}") from None


def evaluate(
    searcher: Searcher,
    questions: Sequence[Question],
    check: Callable[[], None] = lambda: None,
    by_list: bool = True,
) -> Evaluation:
    """Ask everything, with all lists and, `by_list`, without each of them and with each alone.

    Raises:
        QueryError: a question cannot be understood.
    """
    every = frozenset[str](Way)
    runs: dict[str, frozenset[str]] = {"all": every}
    if by_list:
        runs |= {f"without {way}": every - {way} for way in Way}
        runs |= {f"only {way}": frozenset({way}) for way in Way}
    answers: dict[str, list[Results]] = {name: [] for name in runs}
    took_ms = []
    for question in questions:
        check()
        query = _parsed(question)
        begun = time.perf_counter()
        found = searcher.find(query)
        answers["all"].append(searcher.results(found, DEPTH))
        took_ms.append((time.perf_counter() - begun) * 1000)
        for name, ways in runs.items():
            if name != "all":
                answers[name].append(searcher.results(found.only(ways), DEPTH))
    senses = ["all", *dict.fromkeys(question.sense for question in questions)]
    scores = {
        name: {
            sense: _score(
                [
                    pair
                    for pair in zip(questions, given, strict=True)
                    if sense in ("all", pair[0].sense)
                ]
            )
            for sense in senses
        }
        for name, given in answers.items()
    }
    return Evaluation(scores, float(np.median(took_ms)), float(np.percentile(took_ms, 95)))


def _parsed(question: Question) -> Query:
    try:
        return parse(question.q)
    except QueryError as error:
        raise RushesError(f"{question.q[:40]!r}: {error}") from None


def _score(pairs: Iterable[tuple[Question, Results]]) -> Score:
    pairs = list(pairs)
    present = [
        (question, found.moments or found.nearest) for question, found in pairs if question.right
    ]
    ranks = [_rank(question, moments) for question, moments in present]
    timed = [
        _is_inside(question, moments)
        for question, moments in present
        if any(place.start_s is not None for place in question.right)
    ]
    absent = [not found.moments for question, found in pairs if not question.right]

    def among(count: int) -> float | None:
        return _mean([rank is not None and rank <= count for rank in ranks])

    return Score(
        asked=len(present),
        first=among(1),
        five=among(5),
        ten=among(10),
        mrr=_mean([1 / rank if rank else 0.0 for rank in ranks]),
        inside=_mean(timed),
        missed=_mean([not found.moments for question, found in pairs if question.right]),
        absent=len(absent),
        refused=_mean(absent),
    )


def _rank(question: Question, moments: Sequence[Moment]) -> int | None:
    """The place of the first right file among the files found."""
    files: dict[Path, None] = {}
    for moment in moments:
        files[moment.path] = None
        if any(place.holds(moment) for place in question.right):
            return len(files)
    return None


def _is_inside(question: Question, moments: Sequence[Moment]) -> bool:
    first = next((m for m in moments if any(place.is_file_of(m) for place in question.right)), None)
    return first is not None and any(
        place.is_file_of(first) and place.overlap(first) >= _IOU for place in question.right
    )


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
