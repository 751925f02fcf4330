"""What a user wants, told from their words."""

import pytest

from agent.requests import Answer, Chat, Export, Find, Index, MakeReel, Tell, Want, understand
from indexer.query import parse


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("what is the marketing budget for Q3?", Answer("what is the marketing budget for Q3?")),
        ("who is the director of photography", Answer("who is the director of photography")),
        ("tell me what Ana said about it", Answer("tell me what Ana said about it")),
        ("dog on a beach", Find("dog on a beach")),
        ("find me clips of a dog", Find("dog kind:video")),
        ("do I have any photos of butterflies?", Find("butterflies kind:image")),
        ("kind:video dog", Find("kind:video dog")),
        ("index ~/Footage", Index("~/Footage")),
        ("please add /media/card 1/clips to the library.", Index("/media/card 1/clips")),
        ("export these as EDL", Export(None, ".edl")),
        ("save it to reel.otio", Export("reel.otio")),
        ('write them to "my cut.fcpxml"', Export("my cut.fcpxml")),
        ("make b-roll about a rainy city", MakeReel("make b-roll about a rainy city")),
        ("a short film about rain, 30 seconds", MakeReel("a short film about rain, 30 seconds")),
        ("how many clips do I have?", Tell()),
        ("hello", Chat()),
    ],
)
def test_is_told_from_the_words(words: str, want: Want) -> None:
    assert understand(words)[0] == want


@pytest.mark.parametrize("words", ["find the marketing budget", "show me what Ana says of it"])
def test_what_can_be_meant_in_two_ways_is_left_open(words: str) -> None:
    assert [type(each) for each in understand(words)] == [Answer, Find]


@pytest.mark.parametrize("words", ["the budget?", "serial number of the Zeiss 50", "May I smoke?"])
def test_a_question_need_not_begin_like_one(words: str) -> None:
    assert understand(words) == (Answer(words),)


@pytest.mark.parametrize("words", ["how many lenses were used?", "what is in the library book?"])
def test_a_question_that_begins_like_one_about_the_library_is_none(words: str) -> None:
    assert isinstance(understand(words)[0], Answer)


def test_an_index_needs_a_path_not_just_the_word() -> None:
    assert isinstance(understand("index of refraction")[0], Find)


@pytest.mark.parametrize(
    ("wish", "query"),
    [
        (
            "find me wide shots of the harbour at night without people",
            "harbour at night shot:wide,extreme-wide,medium-wide people:no",
        ),
        ("close-ups of hands", "hands shot:close-up,extreme-close-up,medium-close-up"),
        ("slow motion water from 2024", "water fps:>=50 on:2024"),
        ("footage of a market where nobody talks", "market -sound:speech kind:video"),
        ("shots panning left over roofs", "over roofs move:pan-left"),
        ("photos from 2023", "kind:image on:2023"),
        ("people riding bicycles", "people riding bicycles"),
    ],
)
def test_a_wish_becomes_words_and_filters(wish: str, query: str) -> None:
    found = understand(wish)[0]
    assert isinstance(found, Find)
    assert parse(found.query) == parse(query)
