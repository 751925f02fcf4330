"""A small library to talk about: notes, a film of bicycles, a recording, a poster."""

import shutil
from pathlib import Path

import pytest

from indexer.library import Library
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.settings import Settings

PLAN = """# Plan for the autumn

The marketing budget for Q3 is set at 48,000 euros. It was approved by Ingrid Solberg on 12 June.
In the second quarter, marketing cost 36,500 euros.
Ana Prado rents the boat; she must be called on Mondays only.
"""
MEDIA = ("bikes.mp4", "beckett.wav", "image_chroma_text_to_image-1.webp")


@pytest.fixture(scope="session")
def talked_of(
    tmp_path_factory: pytest.TempPathFactory, starter_store: ModelStore, demo_media: Path
) -> Library:
    """Tests only read it."""
    top = tmp_path_factory.mktemp("talk")
    media = top / "media"
    media.mkdir()
    (media / "plan.md").write_text(PLAN)
    for path in demo_media.rglob("*"):
        if path.name in MEDIA:
            shutil.copyfile(path, media / path.name)
    library = Library(Settings(library=top / "library", profile="starter"), starter_store)
    library.index([media], Job())
    return library
