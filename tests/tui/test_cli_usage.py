"""How every command tells what it does, and what is wrong with how it was called."""

import json

import pytest

from tests.tui.home import Home, only_line

COMMANDS = (
    "index", "search", "export", "broll", "ask", "mcp", "eval", "roots", "status", "doctor",
    "models", "models install", "clip", "upscale", "generate", "demo",
)  # fmt: skip
WITHOUT_JSON = ("mcp", "demo")  # one speaks a protocol, the other is looked at


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_tells_what_it_does_with_an_example(empty: Home, command: str) -> None:
    done = empty.run(*command.split(), "--help")
    assert done.returncode == 0
    assert "Example: rushes " in done.stdout or "Examples: rushes " in done.stdout
    assert ("--json" in done.stdout) is (command not in WITHOUT_JSON)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("serch", "tram"), "Did you mean 'search'?"),
        (("search", "--limit", "9999", "tram"), "Invalid value for '--limit'"),
        (("search", "--limt", "3"), "No such option: --limt"),
        (("clip", "tram.mp4@1-2"), "Missing option '--out'"),
        (("search", "kind:nonsense"), "kind:nonsense is no kind"),
        (("generate", "--out", "film.mp4"), "neither a keyframe nor a prompt"),
    ],
)
def test_wrong_usage_is_one_line(empty: Home, words: tuple[str, ...], told: str) -> None:
    done = empty.run(*words)
    assert done.returncode == 2 and not done.stdout
    assert told in only_line(done.stderr)
    assert done.stderr.startswith("rushes: ")


def test_installing_tells_what_was_installed_as_json(empty: Home) -> None:
    done = empty.run("models", "install", "starter", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["installed"] == []


def test_an_address_needs_the_engine_that_has_one(empty: Home) -> None:
    done = empty.run("index", empty.media, "--address", "10.0.0.5:6379")
    assert (done.returncode, only_line(done.stderr)) == (
        2,
        "rushes: --address is of a Ray cluster: name --engine ray, too",
    )
