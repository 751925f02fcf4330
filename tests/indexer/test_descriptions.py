"""Descriptions become words of the library, whichever model has made it."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from indexer.descriptions import describe_library
from indexer.parts import Parts
from indexer.query import parse
from indexer.rows import IndexedFile
from indexer.schema import Dimensions
from indexer.segments import Image
from indexer.store import Store
from rushes.errors import Cancelled, LibraryError
from rushes.facts import Facts, ShotSize
from rushes.jobs import Job
from rushes.moment import Kind
from tests.fakes.pointed import DIMENSIONS, PointedText
from tests.indexer.rows import asset, new_store, picture
from tests.indexer.test_search import searcher
from tests.media.video import make_clip


class ByLight:
    """Says how bright a shot is; of the second one it has nothing to say."""

    name = "by-light"

    def __init__(self) -> None:
        self.asked = 0

    def describe(self, frames: Sequence[Image], check: Callable[[], None]) -> str:
        check()
        self.asked += 1
        if self.asked == 2:
            return ""
        return f"A gardener waters roses in light {np.mean(frames[0]):.0f}."


class PartsByLight:
    text = PointedText()

    def __init__(self, describer: ByLight | None) -> None:
        self.describer = describer


@pytest.fixture
def store(tmp_path: Path) -> Store:
    clip = make_clip(tmp_path / "clip.mp4").path
    store = new_store(tmp_path / "library")
    wide = Facts(size=ShotSize.WIDE)
    rows = [
        picture(0.0, 2.0 * i, 2.0 * i + 2.0, shot=i, thumbnail=b"webp", facts=wide)
        for i in range(3)
    ]
    store.commit([IndexedFile(asset(str(clip), Kind.VIDEO), [], rows)])
    return store


def describe(store: Store, describer: ByLight | None, job: Job | None = None) -> int:
    parts = cast(Parts, PartsByLight(describer))
    return describe_library(store, parts, job or Job(), nullcontext)


def test_what_happens_is_found_where_it_happens(store: Store) -> None:
    assert describe(store, ByLight()) == 3
    found = searcher(store).search(parse("a gardener watering roses"), 10).moments
    assert {(m.start_s, m.end_s, m.senses) for m in found} == {
        (0.0, 2.0, ("described",)),
        (4.0, 6.0, ("described",)),
    }
    assert all(moment.facts.size is ShotSize.WIDE for moment in found)


def test_filters_hold_for_descriptions_too(store: Store) -> None:
    describe(store, ByLight())
    ask = searcher(store).search
    assert len(ask(parse("gardener shot:wide"), 10).moments) == 2
    assert ask(parse("gardener shot:close-up"), 10).moments == ()


def test_nothing_is_described_twice(store: Store) -> None:
    describer = ByLight()
    describe(store, describer)
    assert (describe(store, describer), describer.asked) == (0, 3)


def test_what_was_described_before_a_stop_stays(store: Store) -> None:
    job = Job(lambda progress: job.cancel() if progress.done == 1 else None)
    with pytest.raises(Cancelled):
        describe(store, ByLight(), job)
    done = 3 - len(store.undescribed())
    assert done in (1, 2)
    describer = ByLight()
    assert describe(store, describer) == 3 - done


def test_what_a_killed_run_wrote_is_not_there_twice(store: Store) -> None:
    describe(store, ByLight())
    store.table("frames").update(values={"described_by": None})  # killed before this was written
    describe(store, ByLight())
    origins = [row["origin"] for row in store.table("segments").to_arrow().to_pylist()]
    assert origins == ["described"] * 2


def test_without_a_model_nothing_is_done(store: Store) -> None:
    assert describe(store, None) == 0
    assert len(store.undescribed()) == 3


def test_what_lies_on_a_drive_that_is_away_is_described_when_it_is_back(store: Store) -> None:
    clip = store.assets()[0].path
    clip.rename(clip.with_name("elsewhere.mp4"))
    describer = ByLight()
    assert (describe(store, describer), describer.asked) == (0, 0)
    clip.with_name("elsewhere.mp4").rename(clip)
    assert describe(store, describer) == 3


def test_a_library_that_is_made_anew_meanwhile_is_not_called_damaged(store: Store) -> None:
    class MakesAnew(ByLight):
        def describe(self, frames: Sequence[Image], check: Callable[[], None]) -> str:
            if not self.asked:
                store.emptied(store.recipe, Dimensions(DIMENSIONS, DIMENSIONS))
            return super().describe(frames, check)

    with pytest.raises(LibraryError, match="made anew meanwhile"):
        describe(store, MakesAnew())
