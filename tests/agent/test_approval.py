"""What may be done without asking."""

import pytest

from agent.approval import Effect, Request, asked_for

EXPORT = Request("timeline", Effect.WRITES, "write 3 clips to reel.otio", ("reel.otio",))
INDEX = Request("index", Effect.COSTS, "put /footage into the library", ("/footage",))


@pytest.mark.parametrize("words", ["export these to reel.otio", "save it as reel.otio please"])
def test_the_users_own_words_ask_for_exactly_that(words: str) -> None:
    assert asked_for(words, EXPORT)


@pytest.mark.parametrize(
    "words",
    [
        "export these to other.otio",
        "export these to my-reel.otio",
        "export these to reel.otio.bak",
        "export these",
        "what is in reel.otio?",
        "do not export to reel.otio",
        "should I export to reel.otio",
        "read reel.otio",
        "",
    ],
)
def test_other_words_do_not(words: str) -> None:
    assert not asked_for(words, EXPORT)


def test_a_folder_is_named_in_full() -> None:
    assert asked_for("index /footage", INDEX)
    assert not asked_for("index /footage/2024", INDEX)
    assert not asked_for("index /home/footage", INDEX)


def test_what_names_no_path_is_never_asked_for() -> None:
    assert not asked_for("export it", Request("timeline", Effect.WRITES, "write", ()))
