"""Questions that lean on the one before."""

import pytest

from agent.ellipsis import resolved


@pytest.mark.parametrize(
    ("question", "before", "whole"),
    [
        ("and for Q4?", "what is the budget for Q3?", "what is the budget for Q4?"),
        ("what about Lena?", "What did Marta say?", "What did Lena say?"),
        ("and on Friday?", "when do we start on Monday?", "when do we start on Friday?"),
        (
            "and in 2023?",
            "how many days did we shoot in 2024?",
            "how many days did we shoot in 2023?",
        ),
        ("and the deposit?", "how much is the rent?", "how much is the rent the deposit?"),
    ],
)
def test_takes_the_rest_from_the_question_before(question: str, before: str, whole: str) -> None:
    assert resolved(question, before) == whole


@pytest.mark.parametrize(
    "question", ["who is Ana?", "and what is the phone number of the harbour?"]
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert resolved(question, "what is the budget for Q3?") == question


def test_without_a_question_before_nothing_is_added() -> None:
    assert resolved("and for Q4?", "") == "and for Q4?"
