"""The planted facts are fair: each is where it is said to be, and nothing is in both halves."""

from collections.abc import Iterator

import pytest

from tests.media.facts import PLAN, Asked, File, Plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.model_validate_json(PLAN.read_bytes())


def test_every_answer_stands_in_its_source(plan: Plan) -> None:
    files = {file.path: file for file in plan.files}
    missing = [
        asked.question
        for asked in plan.questions
        if asked.source and not asked.is_answered_by(source_text(files[asked.source.path], asked))
    ]
    assert missing == []


def test_questions_are_of_the_half_of_their_file(plan: Plan) -> None:
    halves = {file.path: file.half for file in plan.files}
    asked = [each for each in plan.questions if each.source and each.half != "check"]
    assert [q.question for q in asked if q.source and halves[q.source.path] != q.half] == []


@pytest.mark.parametrize("half", ["tune", "report", "check"])
def test_a_fifth_of_each_half_has_no_answer(plan: Plan, half: str) -> None:
    asked = [each for each in plan.questions if each.half == half]
    without = [each for each in asked if not each.answers]
    assert len(asked) >= 60
    assert len(without) >= len(asked) / 5
    assert all(bool(each.source) != bool(each.why) for each in asked)


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("It is set at 48,000 euros.", True),
        ("It costs 48 000.", True),
        ("It is set at 148,000 euros.", False),
        ("It is set at 48,000.50 euros.", False),
        ("It costs 48 euros.", False),
    ],
)
def test_a_number_within_another_is_no_answer(text: str, is_right: bool) -> None:
    asked = Asked(question="How much?", half="tune", answers=("48,000", "48 000"))
    assert asked.is_answered_by(text) == is_right


def test_a_list_is_answered_by_all_its_items() -> None:
    asked = Asked(question="Which?", half="tune", answers=("Sigma",), all=("Sigma", "Zeiss"))
    assert asked.is_answered_by("the Sigma and the Zeiss")
    assert not asked.is_answered_by("the Sigma")


def source_text(file: File, asked: Asked) -> str:
    return "\n".join(_texts(file, asked))


def _texts(file: File, asked: Asked) -> Iterator[str]:
    assert asked.source is not None
    page, sentence = asked.source.page, asked.source.sentence
    if sentence is not None:
        yield file.sentences[sentence]
        return
    if asked.sense == "on-screen":
        yield from file.words
        return
    yield from ("\n".join(row) for row in file.rows)
    for part in file.parts:
        if page in (None, part.page):
            yield from (part.heading, part.text, part.notes)
