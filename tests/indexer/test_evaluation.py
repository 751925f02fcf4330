"""How answers are judged: every figure worked out by hand."""

import json
from pathlib import Path

import pytest

from indexer.evaluation import Answer, evaluate, read_questions, write_judgement
from indexer.rows import IndexedFile
from indexer.segments import Origin
from indexer.store import Store
from rushes.errors import RushesError
from rushes.moment import Kind
from tests.indexer.rows import asset, new_store, picture, words
from tests.indexer.test_search import searcher


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = new_store(tmp_path / "library")
    store.commit(
        [
            IndexedFile(
                asset("/films/kite.mp4", Kind.VIDEO),
                [words("there is a red kite", 0.1, Origin.SAID, 10.0, 14.0)],
                [picture(0.0, 8.0, 16.0)],
            ),
            IndexedFile(asset("/notes/barn.txt"), [words("the old barn burnt down", 0.15)]),
            IndexedFile(asset("/notes/owl.txt"), [words("an owl sat in the barn", 0.15)]),
            IndexedFile(asset("/pictures/green.jpg", Kind.IMAGE), [], [picture(0.1)]),
        ]
    )
    return store


def questions(tmp_path: Path, *each: object) -> Path:
    path = tmp_path / "questions.json"
    path.write_text(json.dumps({"questions": each}))
    return path


def test_every_figure_is_as_worked_out(store: Store, tmp_path: Path) -> None:
    path = questions(
        tmp_path,
        # First, and 4 of 4.5 s shared: inside.
        {
            "q": "red kite",
            "sense": "said",
            "right": [{"path": "kite.mp4", "start_s": 9.5, "end_s": 14}],
        },
        # Found, but only 1 of 9 s is shared.
        {
            "q": "kite",
            "sense": "said",
            "right": [{"path": "films/kite.mp4", "start_s": 13, "end_s": 19}],
        },
        # Second of two: the barn that burnt has more of the words.
        {"q": "old barn", "sense": "written", "right": [{"path": "owl.txt"}]},
        {"q": "a crocodile", "sense": "shown", "right": [{"path": "green.jpg"}]},
        {"q": "a rhinoceros", "sense": "absent", "right": []},
        {"q": "burnt toast", "sense": "absent", "right": []},
    )
    done = evaluate(searcher(store), read_questions(path))
    everything = done.scores["all"]["all"]
    assert (everything.asked, everything.absent) == (4, 2)
    assert everything.first == pytest.approx(2 / 4)
    # Of the crocodile it is said that nothing fits; the picture is third of the nearest.
    assert everything.five == everything.ten == 1.0
    assert everything.mrr == pytest.approx((1 + 1 + 1 / 2 + 1 / 3) / 4)
    assert everything.inside == pytest.approx(1 / 2)
    assert everything.missed == pytest.approx(1 / 4)
    assert everything.refused == pytest.approx(1 / 2)  # "burnt" is half of what was asked for
    assert done.scores["all"]["said"].first == 1.0
    assert done.scores["all"]["shown"].missed == 1.0
    assert done.scores["without words"]["all"].missed == pytest.approx(1 / 4)  # by their names
    assert done.scores["only meaning"]["all"].missed == 1.0
    assert done.scores["only words"]["said"].first == 1.0
    assert done.scores["only looks"]["absent"].refused == 1.0
    assert 0 < done.median_ms <= done.p95_ms


def test_a_page_must_be_the_right_one(store: Store, tmp_path: Path) -> None:
    pages = [words("a yellow submarine", 0.1, page=page) for page in (4,)]
    store.commit([IndexedFile(asset("/report.pdf", Kind.PDF), pages)])
    for page, expected in ((4, 1.0), (5, 0.0)):
        path = questions(
            tmp_path, {"q": "submarine", "right": [{"path": "report.pdf", "page": page}]}
        )
        assert (
            evaluate(searcher(store), read_questions(path)).scores["all"]["all"].first == expected
        )


def test_judgements_are_kept_and_the_later_one_counts(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    tram, bus = Answer(path="tram.mp4", start_s=12.0, end_s=15.0), Answer(path="bus.mp4")
    write_judgement(path, "tram at night", [tram, bus], [])
    write_judgement(path, "tram at night", [], [bus])
    write_judgement(path, "a bus", [bus], [])
    first, second = read_questions(path)
    assert (first.q, first.right, first.wrong) == ("tram at night", [tram], [bus])
    assert (second.q, second.right, second.wrong) == ("a bus", [bus], [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"questions": [{}]}',
        '{"questions": [{"q": ""}]}',
        '{"questions": [{"q": "a", "right": [{"path": ""}]}]}',
        '{"questions": [{"q": "a", "rihgt": []}]}',
        '{"questions": [{"q": 7}]}',
    ],
)
def test_a_file_that_holds_no_questions_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(RushesError, match=r"bad\.json is no file of questions"):
        read_questions(tmp_path / "bad.json")


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RushesError, match="cannot read"):
        read_questions(tmp_path / "none.json")


def test_a_filter_that_is_none_names_the_question(store: Store, tmp_path: Path) -> None:
    path = questions(tmp_path, {"q": "tram mvoe:pan", "right": []})
    with pytest.raises(RushesError, match="tram mvoe:pan"):
        evaluate(searcher(store), read_questions(path))
