"""The homes that the command line's tests use."""

import json
import shutil
from pathlib import Path

import pytest

from rushes.models import ModelStore
from tests.tui.home import HARBOUR, MARKUP, OWL, Home, make_home


@pytest.fixture
def empty(tmp_path: Path, starter_store: ModelStore) -> Home:
    """A home without a library, and a folder with two notes."""
    home = make_home(tmp_path, starter_store)
    (home.media / "harbour.txt").write_text(HARBOUR)
    (home.media / "owl.md").write_text(OWL)
    return home


@pytest.fixture(scope="session")
def used(
    tmp_path_factory: pytest.TempPathFactory, starter_store: ModelStore, demo_media: Path
) -> Home:
    """A home with a library of notes, a picture, a film, speech and a file that cannot be read.

    Tests only look at it.
    """
    home = make_home(tmp_path_factory.mktemp("used"), starter_store)
    (home.media / "harbour.txt").write_text(HARBOUR)
    (home.media / MARKUP).write_text(OWL)
    (home.media / "empty.pdf").touch()
    pictures = demo_media / "pictures"
    shutil.copyfile(pictures / "image_chroma_text_to_image-1.webp", home.media / "IMG_0001.webp")
    for path in demo_media.rglob("*"):
        if path.name in ("bikes.mp4", "beckett.wav"):
            shutil.copyfile(path, home.media / path.name)
    done = home.run("index", home.media, "--json")
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout)["indexed"] == 5
    return home
