"""Searching by pictures: arithmetic with vectors that are written down by hand."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow

from indexer.embed.encoders import Seen, Vectors
from indexer.likes import Wanted, picture_at
from indexer.parts import Parts
from indexer.query import parse
from indexer.rows import FrameRow, IndexedFile
from indexer.search import Searcher
from indexer.segments import Image
from indexer.store import Store
from rushes.errors import RushesError
from rushes.moment import Kind
from rushes.place import Place
from tests.fakes.pointed import SURE_ABOVE_FLOOR, PointedText
from tests.indexer.rows import asset, new_store
from tests.media.video import make_clip

DAY, NIGHT, TRAM, BUS = np.eye(4, dtype=np.float32)


class ByColour:
    """Sees a red picture as the tram, any other as the bus; every question asks for the night."""

    name = "by-colour"
    dimensions = 4
    certainty = SURE_ABOVE_FLOOR
    likeness = SURE_ABOVE_FLOOR

    def encode_images(self, images: Sequence[Image]) -> list[Seen]:
        return [Seen(TRAM if image[..., 0].mean() > 128 else BUS) for image in images]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([NIGHT for _ in texts])


class PartsByColour:
    text = PointedText()
    vision = ByColour()
    reranker = None


def shot(vector: NDArray[np.float32], start_s: float = 0.0) -> FrameRow:
    unit = vector / np.linalg.norm(vector)
    return FrameRow(unit.astype(np.float32), start_s=start_s, end_s=start_s + 5.0)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = new_store(tmp_path / "library")
    films = {
        "tram-day": [shot(TRAM + 0.6 * DAY)],
        "tram-night": [shot(TRAM + 0.6 * NIGHT)],
        "tram-and-bus": [shot(TRAM + 0.9 * BUS)],
        "bus": [shot(BUS)],
        "reel": [shot(DAY), shot(BUS + 0.3 * DAY, 5.0)],
    }
    store.commit(
        [IndexedFile(asset(f"/{name}.mp4", Kind.VIDEO), [], rows) for name, rows in films.items()]
    )
    return store


def names(
    store: Store, words: str, like: Sequence[Place], unlike: Sequence[Place] = ()
) -> list[str]:
    query = replace(parse(words), like=tuple(like), unlike=tuple(unlike))
    found = Searcher(store, cast(Parts, PartsByColour())).search(query, 10)
    return [moment.path.stem for moment in found.moments]


@pytest.fixture
def red(tmp_path: Path) -> Place:
    Pillow.new("RGB", (64, 48), (220, 20, 20)).save(tmp_path / "red.png")
    return Place(tmp_path / "red.png")


@pytest.fixture
def blue(tmp_path: Path) -> Place:
    Pillow.new("RGB", (64, 48), (20, 20, 220)).save(tmp_path / "blue.png")
    return Place(tmp_path / "blue.png")


def test_a_picture_finds_what_looks_like_it(store: Store, red: Place) -> None:
    found = names(store, "", [red])
    assert set(found[:2]) == {"tram-day", "tram-night"}
    assert "bus" not in found


def test_words_pull_a_picture(store: Store, red: Place) -> None:
    assert names(store, "at night", [red])[0] == "tram-night"


def test_what_is_nearer_to_the_unlike_is_left_out(store: Store, red: Place, blue: Place) -> None:
    assert "tram-and-bus" in names(store, "", [red])
    assert names(store, "", [red], [blue]) == ["tram-day", "tram-night"]
    # The bus by itself is nowhere near the tram: only the words would bring it in.
    wanted = Wanted(look=NIGHT, like=TRAM, unlike=BUS)
    assert wanted.keeps(TRAM + 0.9 * BUS) and not wanted.keeps(TRAM + 1.1 * BUS)


def test_a_picture_of_the_library_is_not_read_again(store: Store) -> None:
    # The file is not there at all: its vector is.
    assert names(store, "", [Place(Path("/reel.mp4"), 6.0)])[:2] == ["reel", "bus"]


def test_filters_hold_with_a_picture_too(store: Store, red: Place) -> None:
    assert names(store, "name:day", [red]) == ["tram-day"]


def test_a_frame_of_a_film_is_taken_at_its_time(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4").path
    first, later = picture_at(Place(path, 0.1)), picture_at(Place(path, 2.0))
    assert first.shape == later.shape and np.abs(first.astype(int) - later).mean() > 1


@pytest.mark.parametrize("name", ["gone.jpg", "gone.mp4", "notes.txt"])
def test_what_is_no_picture_is_one_sentence(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("words")
    with pytest.raises(RushesError, match=name):
        names(store, "", [Place(tmp_path / name)])
