"""What a sentence says the contrary of: opposites, and another journey."""

import pytest

from agent.contrary import is_contrary


@pytest.mark.parametrize(
    ("question", "sentence", "around"),
    [
        ("How many readers did the newsletter lose?", "The newsletter gained 640 readers.", ""),
        ("When does the train to Aveiro arrive?", "The train to Aveiro leaves at 7:09.", ""),
        ("When does a train from Porto to Lisbon go?", "Lisbon to Porto: at 07:09.", ""),
        ("How much is the train from Lisbon to Porto?", "Porto to Aveiro: 3.70 euros.", ""),
        ("How long is the drive from Porto to Lisbon?", "Three hours.", "Lisbon to Porto"),
    ],
)
def test_opposites_and_other_journeys_are_contrary(
    question: str, sentence: str, around: str
) -> None:
    assert is_contrary(question, sentence, around)


@pytest.mark.parametrize(
    ("question", "sentence", "around"),
    [
        ("When did we leave Marstal?", "We left Marstal at 08:10 and arrived at 17:25.", ""),
        ("When does the train leave?", "It arrives at nine.", "The train leaves at seven."),
        ("When does the train from Lisbon to Porto leave?", "Lisbon to Porto: at 07:09.", ""),
        ("How much is the train from Lisbon to Porto?", "A ticket costs 30 euros.", ""),
        ("From when to when may we film?", "We have leave from 3 to 9 July.", ""),
        ("How many readers did the newsletter win?", "The newsletter gained 640 readers.", ""),
    ],
)
def test_what_speaks_of_the_same_is_not(question: str, sentence: str, around: str) -> None:
    assert not is_contrary(question, sentence, around)
