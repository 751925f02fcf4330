"""Damaged files of every kind and damage: each ends with rows or with one line that says why."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.library import Library
from indexer.readers import endings
from indexer.rows import Asset
from indexer.store import Store
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.settings import Settings
from tests.corpus import WHOLE, WHOLE_WORDS, Damaged, make_corpus
from tests.media.damage import DAMAGES

COUNT = 340  # of which hold every ending and every damage


@dataclass(frozen=True)
class Indexed:
    """A corpus and the library that was made of it."""

    corpus: Sequence[Damaged]
    library: Library
    assets: Sequence[Asset]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, starter_store: ModelStore) -> Indexed:
    folder = tmp_path_factory.mktemp("corpus")
    corpus = make_corpus(folder / "files", COUNT, seed=1, monsters=False)
    library = Library(Settings(library=folder / "library"), starter_store)
    library.index([folder / "files"], Job())
    return Indexed(corpus, library, Store.open(library.folder).assets())


def test_it_holds_every_kind_of_file_and_of_damage(indexed: Indexed) -> None:
    assert {Path(each.source).suffix[1:] for each in indexed.corpus} == set(endings())
    forged = {"part of archive", "table of archive", "boxes", "references", "numbers", "chunks"}
    beside = {"empty", "one byte", "wrong ending", "spliced", "fields", "lines"}
    assert {each.damage for each in indexed.corpus} == {*DAMAGES, *forged, *beside}


def test_every_file_is_in_the_library(indexed: Indexed) -> None:
    held = {asset.path for asset in indexed.assets}
    held |= {copy.path for asset in indexed.assets for copy in asset.copies}
    assert {each.path.resolve() for each in indexed.corpus} <= held


def test_a_reason_is_one_line_that_a_person_understands(indexed: Indexed) -> None:
    reasons = [asset.error for asset in indexed.assets if asset.error]
    assert len(reasons) > COUNT // 5
    for reason in reasons:
        assert reason.isprintable() and len(reason) < 200
        assert not any(unicodedata.category(letter) == "Cf" for letter in reason)
        for word in ("Error", "Errno", "reading it failed", "0x", "b'", "/"):  # a library's words
            assert word not in reason, reason


def test_what_is_whole_is_found_among_them(indexed: Indexed) -> None:
    found = indexed.library.search(WHOLE_WORDS).moments
    assert found[0].path.name == WHOLE


def test_damage_is_not_taken_for_words(indexed: Indexed) -> None:
    rows = Store.open(indexed.library.folder).table("segments").to_arrow().to_pylist()
    texts = [row["text"] for row in rows if len(row["text"]) > 20]
    assert len(texts) > COUNT // 4
    for text in texts:
        assert text.count("\ufffd") < len(text) / 4, text[:200]
