"""A server that the user named describes shots, from the command line."""

import json
import shutil
from pathlib import Path

import pytest

from tests.fakes.openai_server import MODEL, FakeOpenAI
from tests.tui.home import Home, found, only_line


@pytest.fixture
def film(empty: Home, demo_media: Path) -> Home:
    """A home with one film beside the notes, not indexed yet."""
    clip = next(path for path in demo_media.rglob("*") if path.name == "bikes.mp4")
    shutil.copyfile(clip, empty.media / "bikes.mp4")
    return empty


def test_shots_are_described_after_the_index_and_found(film: Home) -> None:
    with FakeOpenAI("A gardener waters the roses.") as server:
        settings = {"RUSHES_DESCRIBE_URL": server.url, "RUSHES_DESCRIBE_MODEL": MODEL}
        done = film.run("index", film.media, **settings)
        assert done.returncode == 0, done.stderr
        assert "6 shots described" in done.stdout
        assert all(3 <= len(asked.images) <= 5 for asked in server.asked)
        assert "described" not in film.run("index", film.media, **settings).stdout
    moments = found(film.run("search", "gardener watering roses kind:video", "--json"))
    assert moments and all("described" in str(moment["senses"]) for moment in moments)


def test_a_server_that_is_down_costs_only_the_descriptions(film: Home) -> None:
    with FakeOpenAI() as server:
        url = server.url
    settings = {"RUSHES_DESCRIBE_URL": url, "RUSHES_DESCRIBE_MODEL": MODEL}
    done = film.run("index", film.media, **settings)
    assert done.returncode == 3
    assert done.stdout.startswith("3 files indexed in ")
    assert "127.0.0.1" in only_line(done.stderr.splitlines()[-1] + "\n")
    told = json.loads(film.run("index", film.media, "--json", **settings).stdout)
    assert (told["unchanged"], told["described"]) == (3, 0) and "127.0.0.1" in told["not_described"]
    assert found(film.run("search", "ferry", "--json"))


def test_nothing_is_described_if_it_is_not_wanted(film: Home) -> None:
    with FakeOpenAI() as server:
        settings = {"RUSHES_DESCRIBE_URL": server.url, "RUSHES_DESCRIBE_MODEL": MODEL}
        done = film.run("index", film.media, "--no-describe", "--json", **settings)
        assert json.loads(done.stdout)["indexed"] == 3
        assert server.asked == []
