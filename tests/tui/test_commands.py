"""What is a command, and what is not."""

import pytest

from rushes.errors import WrongUsage
from tui.commands import COMMANDS, command_of


def called(text: str) -> tuple[str, str] | None:
    found = command_of(text)
    return (found[0].name, found[1]) if found else None


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("/search tram kind:video", "search", "tram kind:video"),
        ("  /JOBS  ", "jobs", ""),
        ("/?", "help", ""),
        ("/", "help", ""),
        ("/broll one line\nand another", "broll", "one line\nand another"),
        ("/index", "index", ""),
    ],
)
def test_a_command_and_what_follows_it(text: str, name: str, rest: str) -> None:
    assert called(text) == (name, rest)


@pytest.mark.parametrize("text", ["the tram?", "/media/card is full", "and/or", "", "/4k"])
def test_what_is_no_command(text: str) -> None:
    assert called(text) is None


def test_one_that_is_not_there_is_told_with_what_is_near() -> None:
    with pytest.raises(WrongUsage, match=r"there is no /serch: did you mean /search\?"):
        command_of("/serch tram")
    with pytest.raises(WrongUsage, match="see /help"):
        command_of("/xyzzy")


def test_one_that_needs_words_says_so() -> None:
    with pytest.raises(WrongUsage, match="write /search WORDS"):
        command_of("/search ")


def test_names_are_words_and_there_once() -> None:
    names = [each.name for each in COMMANDS]
    assert len(set(names)) == len(names)
    assert all(called(f"/{name} x") == (name, "x") for name in names)
