"""`rushes eval`: how well a library answers, and what a person says of an answer."""

from collections.abc import Sequence
from pathlib import Path

from indexer.evaluation import Answer, evaluate, read_questions, write_judgement
from indexer.library import Library
from rushes import RushesError
from rushes.errors import WrongUsage
from rushes.place import parse_place
from rushes.settings import Settings
from rushes.text import one_line
from tui import show


def evaluate_questions(path: Path, settings: Settings, half: str | None, as_json: bool) -> None:
    """Ask the questions of a file and print how they were answered.

    Raises:
        RushesError: there is nothing to ask, or nobody to ask it.
    """
    questions = [each for each in read_questions(path) if half in (None, each.half)]
    if not questions:
        raise RushesError(f"{path}: no question" + (f" of the half {half!r}" if half else ""))
    show.evaluation(evaluate(Library(settings).searcher(), questions), as_json)


def record(
    path: Path, question: str, up: Sequence[str], down: Sequence[str], as_json: bool
) -> None:
    """Add a judgement to a file of questions.

    Raises:
        WrongUsage: nothing is judged.
        RushesError: the file cannot be written.
    """
    if not up and not down:
        raise WrongUsage("nothing is judged: name a moment with --up or --down")
    write_judgement(path, question, [_answer(each) for each in up], [_answer(e) for e in down])
    if as_json:
        told = {"path": str(path), "question": question, "up": len(up), "down": len(down)}
        show.print_json(told)
        return
    print(one_line(f"{path}: {len(up)} right and {len(down)} wrong for {question!r}"))


def _answer(text: str) -> Answer:
    place = parse_place(text)
    return Answer(path=place.path.as_posix(), start_s=place.start_s, end_s=place.end_s)
