"""How lists become moments: the order and the scores are worked out by hand."""

from pathlib import Path
from typing import cast

import pytest

from indexer.embed.encoders import Reranker
from indexer.parts import Parts
from indexer.query import parse
from indexer.rows import IndexedFile, thumbnail_name
from indexer.search import Searcher
from indexer.segments import Origin
from indexer.store import Store
from rushes.moment import Kind, Moment
from tests.fakes.pointed import PointedText, PointedVision
from tests.indexer.conftest import Mixed
from tests.indexer.rows import asset, new_store, picture, words

QUESTION = "red kite"


class PointedParts:
    text = PointedText()
    vision = PointedVision()

    def __init__(self, reranker: Reranker | None) -> None:
        self.reranker = reranker


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path / "library")


def searcher(store: Store, reranker: Reranker | None = None) -> Searcher:
    return Searcher(store, cast(Parts, PointedParts(reranker)))


def ask(store: Store, question: str = QUESTION, kind: Kind | None = None) -> list[Moment]:
    query = parse(f"{question} kind:{kind}" if kind else question)
    return list(searcher(store).search(query, 10).moments)


def names(moments: list[Moment]) -> list[str]:
    return [moment.path.name for moment in moments]


def first(*ranks: int) -> float:
    """What a moment scores that lists have at these ranks (k = 10)."""
    return round(sum(1 / (10 + rank) for rank in ranks), 6)


def test_lists_are_fused_by_rank(store: Store) -> None:
    store.commit(
        [
            # Words: both at rank 1. Meaning: near, then both. Looks: alike, then nothing else.
            IndexedFile(asset("/both.txt"), [words("a red kite flew over", 0.7)]),
            IndexedFile(asset("/near.txt"), [words("a bird of prey", 0.9)]),
            IndexedFile(asset("/third.txt"), [words("an animal in the air", 0.65)]),
            IndexedFile(asset("/far.txt"), [words("the price of bread", 0.1)]),
            IndexedFile(asset("/second.jpg", Kind.IMAGE), [], [picture(0.8)]),
            IndexedFile(asset("/other.jpg", Kind.IMAGE), [], [picture(0.05)]),
        ]
    )
    store.commit([IndexedFile(asset("/alike.jpg", Kind.IMAGE), [], [picture(0.9)])])
    found = ask(store)
    scores = {moment.path.name: moment.score for moment in found}
    assert scores == {
        "both.txt": first(1, 2),
        "near.txt": first(1),
        "alike.jpg": first(1),
        "second.jpg": first(2),
        "third.txt": first(3),
    }
    assert names(found)[0] == "both.txt"
    assert names(found)[3:] == ["second.jpg", "third.txt"]


def test_what_lies_far_is_not_found_for_want_of_better(store: Store) -> None:
    store.commit([IndexedFile(asset("/far.txt"), [words("the price of bread", 0.1)])])
    assert ask(store) == []


def test_overlapping_hits_of_unlike_senses_are_one_moment_with_both(store: Store) -> None:
    film = asset("/film.mp4", Kind.VIDEO)
    store.commit(
        [
            IndexedFile(
                film,
                [words("there is a red kite", 0.8, Origin.SAID, 10.0, 14.0)],
                [picture(0.8, 8.0, 16.0, thumbnail=b"webp")],
            )
        ]
    )
    (moment,) = ask(store)
    assert moment.senses == ("said", "looks like")
    assert (moment.start_s, moment.end_s) == (10.0, 14.0)
    assert moment.score == first(1, 1, 1)
    assert moment.text == "there is a red kite"
    assert moment.thumbnail == store.thumbnails / thumbnail_name(film, 0)
    assert moment.fps == 25


def test_hits_of_one_film_at_other_times_stay_apart(store: Store) -> None:
    store.commit(
        [
            IndexedFile(
                asset("/film.mp4", Kind.VIDEO),
                [
                    words("there is a red kite", 0.9, Origin.SAID, 10.0, 14.0),
                    words("the red kite again, over the barn", 0.8, Origin.SAID, 100.0, 104.0),
                ],
                [picture(0.9, 14.0, 20.0), picture(0.8, 96.0, 106.0)],
            )
        ]
    )
    found = ask(store)
    assert [(m.start_s, m.end_s, m.senses) for m in found] == [
        (100.0, 104.0, ("said", "looks like")),
        (10.0, 14.0, ("said",)),
        (14.0, 20.0, ("looks like",)),
    ]


def test_pages_are_places(store: Store) -> None:
    store.commit(
        [
            IndexedFile(
                asset("/report.pdf", Kind.PDF),
                [
                    words("of the red kite", 0.9, page=2),
                    words("a red kite, once more", 0.8, page=7),
                ],
                [picture(0.9, page=2)],
            )
        ]
    )
    assert [(m.page, m.senses) for m in ask(store)] == [
        (2, ("written", "looks like")),
        (7, ("written",)),
    ]


def test_words_show_the_picture_that_is_seen_where_they_are(store: Store) -> None:
    store.commit(
        [
            IndexedFile(
                asset("/film.mp4", Kind.VIDEO),
                [words("there is a red kite", 0.9, Origin.SAID, 10.0, 14.0)],
                [
                    picture(0.0, 0.0, 8.0, thumbnail=b"early"),
                    picture(0.0, 8.0, 16.0, thumbnail=b"here"),
                ],
            )
        ]
    )
    (moment,) = ask(store)
    assert moment.senses == ("said",)
    assert moment.thumbnail is not None
    assert moment.thumbnail.read_bytes() == b"here"


def test_a_file_name_is_found_and_has_no_place(store: Store) -> None:
    store.commit([IndexedFile(asset("/birds/RedKite_0042.mov", Kind.VIDEO))])
    (moment,) = ask(store)
    assert moment.senses == ("file name",)
    assert (moment.start_s, moment.page, moment.score) == (None, None, first(1))


def test_a_file_name_speaks_for_the_best_moment_of_its_file(store: Store) -> None:
    store.commit(
        [
            IndexedFile(
                asset("/red kite.mp4", Kind.VIDEO),
                [],
                [picture(0.9, 0.0, 8.0), picture(0.8, 8.0, 16.0)],
            )
        ]
    )
    assert [(m.start_s, m.senses, m.score) for m in ask(store)] == [
        (0.0, ("looks like", "file name"), first(1, 1)),
        (8.0, ("looks like",), first(2)),
    ]


def test_a_file_that_could_not_be_read_is_not_found(store: Store) -> None:
    store.commit([IndexedFile(asset("/red kite.mp4", Kind.VIDEO, error="it is empty"))])
    assert ask(store) == []


def test_rows_that_no_file_owns_are_not_found(store: Store) -> None:
    kept, lost = asset("/kept.txt"), asset("/lost.txt")
    store.commit([IndexedFile(kept, [words("a red kite", 0.8)])])
    store.commit([IndexedFile(lost, [words("a red kite", 0.9)])])
    store.table("assets").delete(f"id = '{lost.id}'")
    assert names(ask(store)) == ["kept.txt"]


def test_a_kind_leaves_the_others_out_of_every_list(store: Store) -> None:
    store.commit(
        [
            IndexedFile(asset("/red kite.txt"), [words("a red kite", 0.9)]),
            IndexedFile(
                asset("/red kite.pdf", Kind.PDF), [words("a red kite", 0.8)], [picture(0.9)]
            ),
            IndexedFile(asset("/red kite.jpg", Kind.IMAGE), [], [picture(0.8)]),
        ]
    )
    for kind in (Kind.DOCUMENT, Kind.PDF, Kind.IMAGE):
        assert {moment.kind for moment in ask(store, kind=kind)} == {kind}
    assert ask(store, kind=Kind.AUDIO) == []
    assert len(ask(store)) == 3


@pytest.mark.parametrize(
    "question",
    [
        "'",
        "'; DROP TABLE assets; --",
        "a AND (b OR",
        "*",
        "\\",
        "+-",
        "?",
        "𝔯𝔢𝔡 🎬",
        "\udcff",
    ],
)
def test_no_question_is_an_error(store: Store, question: str) -> None:
    store.commit([IndexedFile(asset("/a.txt"), [words("a red kite", 0.9)])])
    assert names(ask(store, question)) == ["a.txt"]  # by meaning: every question points there


@pytest.mark.parametrize("question", ["", "  \n", '"', "\x00"])
def test_an_empty_question_finds_nothing(store: Store, question: str) -> None:
    store.commit([IndexedFile(asset("/a.txt"), [words("a red kite", 0.9)])])
    assert ask(store, question) == []


def test_an_empty_library_finds_nothing(store: Store) -> None:
    assert ask(store) == []


def test_a_kind_and_a_limit_hold_in_a_real_library(mixed: Mixed) -> None:
    found = mixed.library.search("the marketing budget kind:video", limit=4).moments
    assert found and len(found) <= 4
    assert {moment.kind for moment in found} == {Kind.VIDEO}
    assert found[0].path == mixed.talk.path
    budget = mixed.talk.slides[1]
    assert found[0].start_s is not None and found[0].end_s is not None
    assert found[0].start_s < budget.end_s and found[0].end_s > budget.start_s
