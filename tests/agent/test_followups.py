"""What is asked of what is on the table."""

import pytest

from agent.followups import (
    Choose,
    Followup,
    Generate,
    More,
    Narrow,
    Similar,
    Trim,
    Unlike,
    Upscale,
    follow_up,
)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("only the night ones", Narrow("light:dark")),
        ("just the videos", Narrow("kind:video")),
        ("only in the rain", Narrow("rain")),
        ("without people", Narrow("people:no")),
        ("something wider", Unlike(3, "wider")),
        ("can I have a tighter shot please", Unlike(3, "closer")),
        ("the second one", Choose((2,))),
        ("take the last one", Choose((-1,))),
        ("2 and 4", Choose((2, 4))),
        ("the first two", Choose((1, 2))),
        ("the second one, but longer", Trim(2, part=0.5)),
        ("make it shorter", Trim(3, part=-0.5)),
        ("number 4 shorter by 2 s", Trim(4, before_s=-1.0, after_s=-1.0)),
        ("start 2 seconds earlier", Trim(3, before_s=2.0)),
        ("let the first one end 0.5 s earlier", Trim(1, after_s=-0.5)),
        ("more like the second one, at night", Similar(2, "at night")),
        ("something like it", Similar(3)),
        ("show me more", More()),
        ("make it 4K", Upscale(3)),
        ("upscale the first one to 4k", Upscale(1)),
        ("generate a shot of the tram in rain from the second one", Generate(2, "tram in rain")),
        ("animate it", Generate(3, "")),
        (
            "generate the bus leaving as snow begins, 6 seconds",
            Generate(3, "bus leaving as snow begins", 6.0),
        ),
    ],
)
def test_is_told_from_the_words(words: str, meant: Followup) -> None:
    assert follow_up(words, chosen=3) == meant


@pytest.mark.parametrize(
    "words", ["what is the budget?", "find me a dog", "who signed the second one?", "rain", "hello"]
)
def test_what_stands_by_itself_is_no_follow_up(words: str) -> None:
    assert follow_up(words, chosen=1) is None
