"""Looking at a moment that no model has described yet: one does it then."""

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from agent.bounds import Bounds
from agent.forms import At, Looked
from agent.long_work import InProcess
from agent.reading_tools import LOOK
from agent.tools import Kit
from indexer.describe import Describer
from indexer.describe_llama import LlamaDescriber
from indexer.library import Library
from indexer.segments import Image, Origin
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job
from rushes.models import ModelStore
from tests.agent.talking import answering
from tests.fakes.tiny_vlm import write_tiny_vlm


@pytest.fixture
def library(talked_of: Library, starter_store: ModelStore) -> Library:
    """The same library, opened anew."""
    return Library(talked_of.settings, starter_store)


def look(library: Library, name: str, at_s: float | None, job: Job | None = None) -> Looked:
    (root,) = library.roots()
    kit = Kit(
        library, Bounds(library.roots(), root.parent / "out"), answering(False), InProcess(library)
    )
    return LOOK.run(kit, At(path=str(root / name), at_s=at_s), job or Job())


def describe_with(library: Library, describer: Describer) -> None:
    """As if its profile had this model installed."""
    vars(library.searcher().parts)["describer"] = describer


def told(looked: Looked) -> list[str]:
    return [words.text for words in looked.words if words.origin == Origin.DESCRIBED]


class Broken:
    """A server that has gone."""

    name = "broken"

    def describe(self, frames: Sequence[Image], check: Callable[[], None]) -> str:
        del frames, check
        raise RushesError("no server answers at http://localhost:1")


@pytest.mark.skipif(importlib.util.find_spec("llama_cpp") is None, reason="needs llama-cpp-python")
def test_a_shot_or_a_picture_is_described_when_it_is_looked_at(
    library: Library, tmp_path: Path
) -> None:
    write_tiny_vlm(tmp_path / "Tiny-VL.gguf", tmp_path / "mmproj-Tiny-VL.gguf")
    describe_with(library, LlamaDescriber("tiny", tmp_path, "cpu"))
    stages: list[str] = []
    job = Job(lambda progress: stages.append(progress.stage))
    for looked in (
        look(library, "bikes.mp4", 1.0, job),
        look(library, "image_chroma_text_to_image-1.webp", None),
    ):
        (text,) = told(looked)
        assert text in ("A man paints the red wall.", "A man paints the blue wall.")
    assert "describing the shot" in stages


def test_without_such_a_model_the_rest_is_told(library: Library) -> None:
    looked = look(library, "bikes.mp4", 1.0)
    assert looked.picture is not None and looked.picture.labels
    assert told(looked) == []


def test_a_model_that_fails_takes_nothing_away(library: Library) -> None:
    describe_with(library, Broken())
    notes: list[str] = []
    looked = look(library, "bikes.mp4", 1.0, Job(lambda progress: notes.append(progress.note)))
    assert looked.picture is not None and told(looked) == []
    assert "not described: no server answers at http://localhost:1" in notes


def test_looking_can_be_stopped(library: Library) -> None:
    describe_with(library, Broken())
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        look(library, "bikes.mp4", 1.0, job)
