"""Filters, wordings and what must not be there, on rows written down by hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.query import parse
from indexer.rows import IndexedFile
from indexer.search import Results
from indexer.segments import Origin
from indexer.store import Store
from rushes.facts import Facts, Move, ShotSize, Sound
from rushes.moment import Kind
from tests.indexer.rows import asset, new_store, picture, words
from tests.indexer.test_search import searcher

WIDE = Facts(size=ShotSize.WIDE, moves=(Move.PAN_LEFT,), people=0, sound=(Sound.SPEECH,))
CLOSE = Facts(size=ShotSize.CLOSE_UP, people=2)
UNKNOWN = Facts()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three films with a shot each, in which somebody speaks of a kite, and a letter."""
    store = new_store(tmp_path / "library")
    store.commit(
        [
            IndexedFile(
                asset(f"/films/{name}.mp4", Kind.VIDEO),
                [words(f"a red kite over the {name}", 0.8, Origin.SAID, 1.0, 4.0, facts=facts)],
                [picture(0.7, 0.0, 5.0, facts=facts, labels=labels)],
            )
            for name, facts, labels in (
                ("barn", WIDE, ["kite"]),
                ("tower", CLOSE, ["kite", "person"]),
                ("field", UNKNOWN, []),
            )
        ]
    )
    store.commit([IndexedFile(asset("/letters/kite.txt"), [words("the red kite is gone", 0.9)])])
    return store


def ask(store: Store, query: str) -> Results:
    return searcher(store).search(parse(query), 10)


def names(store: Store, query: str) -> set[str]:
    return {moment.path.stem for moment in ask(store, query).moments}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("red kite", {"barn", "tower", "field", "kite"}),
        ("red kite shot:wide", {"barn"}),
        ("red kite -shot:wide", {"tower", "field", "kite"}),
        ("red kite move:pan people:0", {"barn"}),
        ("red kite -people", {"barn", "field", "kite"}),
        ("red kite people:>=2", {"tower"}),
        ("red kite sound:speech", {"barn"}),
        ("red kite len:4..6", {"barn", "tower", "field"}),
        ("red kite len:>6", set()),
        ("red kite in:films kind:video", {"barn", "tower", "field"}),
        ("red kite in:letters", {"kite"}),
        ("red kite name:tow", {"tower"}),
        ("red kite label:person", {"tower"}),
        ("red kite label:pers*", {"tower"}),
        ("red kite -label:person", {"barn", "field", "kite"}),
        ("red kite -person", {"barn", "field", "kite"}),
        ("red kite -barn", {"tower", "field", "kite"}),
        ("red kite -said:barn", {"tower", "field", "kite"}),
        ("red kite -said:gone", {"barn", "tower", "field", "kite"}),
        ("red kite -written:gone", {"barn", "tower", "field"}),
        ("said:kites", {"barn", "tower", "field"}),
        ('said:"red kite over the tower"', {"tower"}),
        ('said:"Over the BARN!"', {"barn"}),
        ('"kite over the barn"', {"barn"}),
        ('"over the"', {"barn", "tower", "field"}),
        ('"is gone"', {"kite"}),
        ('"over, the"', {"barn", "tower", "field"}),
        ('said:"the over"', set()),
        ("written:kite", {"kite"}),
        ("text:kite", set()),
        ('said:"red kite" shot:close-up', {"tower"}),
        ("said:barn,tower", {"barn", "tower"}),
        ("said:kite said:barn", {"barn"}),
        ('said:~"a bird of prey"', {"barn", "tower", "field"}),
        ("shot:wide", {"barn"}),
        ("kind:document", {"kite"}),
        ("kind:video", {"barn", "tower", "field"}),
        ("kind:video -label:kite", {"field"}),
        ("label:kite", {"barn", "tower"}),
    ],
)
def test_a_query_finds_just_what_fits(store: Store, query: str, expected: set[str]) -> None:
    assert names(store, query) == expected


def test_a_file_found_by_its_name_needs_a_shot_that_fits(tmp_path: Path) -> None:
    store = new_store(tmp_path / "other")
    store.commit(
        [
            IndexedFile(
                asset("/heron.mp4", Kind.VIDEO),
                [],
                [picture(0.0, 0.0, 5.0, facts=CLOSE), picture(0.0, 5.0, 9.0, facts=WIDE)],
            ),
            IndexedFile(asset("/heron-2.mp4", Kind.VIDEO), [], [picture(0.0, 0.0, 5.0)]),
        ]
    )
    (moment,) = ask(store, "heron shot:wide").moments
    assert (moment.path.name, moment.start_s, moment.end_s) == ("heron.mp4", 5.0, 9.0)
    assert moment.facts == WIDE


def test_if_nothing_fits_the_nearest_are_shown_apart(tmp_path: Path) -> None:
    store = new_store(tmp_path / "other")
    store.commit(
        [IndexedFile(asset(f"/{i}.jpg", Kind.IMAGE), [], [picture(0.02 * i)]) for i in range(1, 6)]
    )
    results = ask(store, "zeppelin")
    assert results.moments == ()
    assert [moment.path.stem for moment in results.nearest] == ["5", "4", "3"]


def test_a_moment_says_why_it_was_found(store: Store) -> None:
    best = ask(store, "red kite barn kind:video").moments[0]
    by_sense = {reason.sense: reason for reason in best.reasons}
    assert by_sense["said"].rank == 1
    assert by_sense["said"].matched == ("red", "kite", "barn")
    assert by_sense["looks like"].matched == ("kite",)


def test_stretches_of_a_shot_that_look_as_asked_are_one_moment(tmp_path: Path) -> None:
    store = new_store(tmp_path / "other")
    cosines = [0.3, 0.8, 0.9, 0.85, 0.3, 0.7, 0.9]
    shots = [0, 0, 0, 0, 0, 0, 1]
    store.commit(
        [
            IndexedFile(
                asset("/film.mp4", Kind.VIDEO),
                [],
                [
                    picture(cosine, 8.0 * i, 8.0 * i + 8.0, shot=shot)
                    for i, (cosine, shot) in enumerate(zip(cosines, shots, strict=True))
                ],
            )
        ]
    )
    found = [(moment.start_s, moment.end_s) for moment in ask(store, "red kite").moments]
    # From the peak at 16 s down to both sides; up again at 40 s; the next shot is another one.
    assert found == [(8.0, 32.0), (48.0, 56.0), (40.0, 48.0)]


class ByLength:
    """A reranker that likes short texts, and is sure that long ones are no answer."""

    name = "by-length"

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([0.9 if len(text) < 24 else 0.01 for text in texts], np.float32)


def test_a_reranker_has_the_last_word_on_words(store: Store) -> None:
    plain = [moment.path.stem for moment in ask(store, "red kite").moments]
    assert set(plain) == {"barn", "tower", "field", "kite"}
    judged = searcher(store, ByLength()).search(parse("red kite kind:document"), 10)
    assert [moment.path.stem for moment in judged.moments] == ["kite"]  # 20 letters
    films = searcher(store, ByLength()).search(parse("red kite -kind:document"), 10).moments
    assert {moment.senses for moment in films} == {("looks like",)}
