"""Which indices the tables get, and that nothing is found otherwise with them."""

from datetime import timedelta
from pathlib import Path

import lancedb
import numpy as np
import pyarrow as pa
import pytest
from lancedb.table import Table
from numpy.typing import NDArray

from indexer import indices
from indexer.indices import UNINDEXED, bring_up_to_date, nearest
from indexer.rows import IndexedFile
from indexer.schema import Dimensions, schemas
from tests.indexer.rows import asset, new_store, words

LEAST = 2000
DIMENSIONS = 64
COLOURS = ["red", "blue", "green"]


def frames(folder: Path, dimensions: int = DIMENSIONS) -> Table:
    """An empty table of pictures."""
    schema = schemas(Dimensions(DIMENSIONS, dimensions))["frames"]
    return lancedb.connect(folder).create_table("frames", schema=schema)


def vectors(count: int, seed: int = 0, dimensions: int = DIMENSIONS) -> NDArray[np.float32]:
    """Around twenty centres, as those of real pictures lie around their subjects."""
    generator = np.random.default_rng(seed)
    centres = np.random.default_rng(99).standard_normal((20, dimensions), np.float32)
    noise = generator.standard_normal((count, dimensions), np.float32)
    return centres[generator.integers(0, 20, count)] + 0.3 * noise


def add(table: Table, given: list[NDArray[np.float32] | None], first: int = 0) -> None:
    """Rows with these vectors, and facts that go round in turns."""
    rows = [
        {
            "asset_id": f"{number // 40:032x}",
            "kind": ["video", "image"][number % 2],
            "start_s": float(number),
            "people": number % 5,
            "synthetic": True if number % 7 == 0 else None,
            "colours": [COLOURS[number % 3]] if number % 4 else None,
            "sharpness": number % 100 / 100,
            "vector": vector,
        }
        for number, vector in enumerate(given, first)
    ]
    table.add(pa.Table.from_pylist(rows, schema=table.schema))


def found(table: Table, vector: NDArray[np.float32], where: str, least: int) -> list[float]:
    """Which rows are nearest, as what stands for their numbers."""
    rows = nearest(table, vector, where, least).select(["start_s", "_distance"]).limit(60)
    return [row["start_s"] for row in rows.to_list()]


def indexed(table: Table) -> dict[str, str]:
    """The kinds of the indices, by column."""
    return {index.columns[0]: index.index_type for index in table.list_indices()}


def name_of_vectors_index(table: Table) -> str:
    (name,) = [index.name for index in table.list_indices() if index.columns == ["vector"]]
    return name


def test_a_small_table_gets_none_and_a_larger_one_does(tmp_path: Path) -> None:
    table = frames(tmp_path)
    add(table, list(vectors(LEAST - 1)))
    bring_up_to_date("frames", table, LEAST)
    assert indexed(table) == {}
    add(table, list(vectors(1)), LEAST)
    bring_up_to_date("frames", table, LEAST)
    kinds = indexed(table)
    assert kinds["vector"] == "IvfRq"
    assert kinds["kind"] == kinds["people"] == kinds["synthetic"] == "Bitmap"
    assert kinds["colours"] == kinds["labels"] == "LabelList"
    assert kinds["asset_id"] == kinds["sharpness"] == "BTree"


@pytest.mark.parametrize(
    "where",
    [
        "",
        "kind = 'video'",
        "(NOT (kind = 'video') OR kind IS NULL)",
        "array_has_any(colours, ['red', 'blue'])",
        "(array_has_any(colours, ['red'])) IS NOT TRUE",
        "people >= 3 AND sharpness < 0.5",
        f"asset_id IN ('{3:032x}')",
        "kind = 'pdf'",
        "(synthetic = true)",
        "(NOT (synthetic = true) OR synthetic IS NULL)",
    ],
)
def test_what_is_nearest_is_the_same_with_indices(
    tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indices, "_FEW", 100)
    table = frames(tmp_path)
    add(table, list(vectors(3000)))
    asked = vectors(5, seed=1)
    exact = [found(table, each, where, 10_000) for each in asked]
    bring_up_to_date("frames", table, LEAST)
    assert "vector" in indexed(table)
    for vector, expected in zip(asked, exact, strict=True):
        by_index = found(table, vector, where, LEAST)
        assert len(by_index) == len(expected)
        assert by_index[:1] == expected[:1]
        assert len(set(by_index) & set(expected[:10])) >= 0.9 * len(expected[:10])


def test_how_near_a_row_is_is_told_exactly(tmp_path: Path) -> None:
    table = frames(tmp_path)
    given = vectors(3001)
    add(table, list(given))
    bring_up_to_date("frames", table, LEAST)
    for row in nearest(table, given[7], "", LEAST).limit(10).to_list():
        other = np.asarray(row["vector"])
        cosine = given[7] @ other / np.linalg.norm(given[7]) / np.linalg.norm(other)
        assert row["_distance"] == pytest.approx(1 - cosine, abs=1e-5)


def test_what_is_added_later_is_found_before_and_after_it_is_indexed(tmp_path: Path) -> None:
    table = frames(tmp_path)
    add(table, list(vectors(3001)))
    bring_up_to_date("frames", table, LEAST)
    late = -np.ones(DIMENSIONS, np.float32)
    add(table, [late], 5000)
    assert found(table, late, "", LEAST)[0] == 5000
    table.optimize()
    bring_up_to_date("frames", table, LEAST)
    assert found(table, late, "", LEAST)[0] == 5000
    assert found(table, late, "kind = 'video'", LEAST)[0] == 5000


def test_vectors_are_trained_anew_when_the_table_has_doubled(tmp_path: Path) -> None:
    table = frames(tmp_path)
    add(table, list(vectors(3000)))
    bring_up_to_date("frames", table, LEAST)
    first = {index.name: index.created_at for index in table.list_indices()}
    bring_up_to_date("frames", table, LEAST)
    assert {index.name: index.created_at for index in table.list_indices()} == first
    add(table, list(vectors(2999, seed=2)), 3000)
    table.optimize()
    bring_up_to_date("frames", table, LEAST)
    assert name_of_vectors_index(table) == "vector_of_3000_rows"
    add(table, list(vectors(1, seed=3)), 5999)
    bring_up_to_date("frames", table, LEAST)
    assert name_of_vectors_index(table) == "vector_of_6000_rows"


def test_pictures_without_vectors_are_left_out_of_their_index(tmp_path: Path) -> None:
    table = frames(tmp_path)
    given: list[NDArray[np.float32] | None] = list(vectors(4000))
    given[::4] = [None] * 1000
    add(table, given)
    bring_up_to_date("frames", table, LEAST)
    assert "vector" in indexed(table)
    assert all(number % 4 for number in found(table, vectors(1)[0], "", LEAST))


@pytest.mark.parametrize("dimensions", [1, 8])
def test_a_library_without_a_picture_model_has_no_index_of_vectors(
    tmp_path: Path, dimensions: int
) -> None:
    table = frames(tmp_path, dimensions)
    add(table, [None] * 3000)
    bring_up_to_date("frames", table, LEAST)
    assert "kind" in indexed(table)
    assert "vector" not in indexed(table)


def test_vectors_of_a_length_that_the_index_cannot_take_are_compared_one_by_one(
    tmp_path: Path,
) -> None:
    table = frames(tmp_path, 12)
    given = vectors(3001, dimensions=12)
    add(table, list(given))
    bring_up_to_date("frames", table, LEAST)
    assert "vector" not in indexed(table)
    assert found(table, given[9], "", LEAST)[0] == 9


def test_another_process_that_has_the_table_open_goes_on(tmp_path: Path) -> None:
    table = frames(tmp_path)
    given = vectors(3001)
    add(table, list(given))
    reader = lancedb.connect(tmp_path, read_consistency_interval=timedelta(0)).open_table("frames")
    assert found(reader, given[9], "", LEAST)[0] == 9
    bring_up_to_date("frames", table, LEAST)
    table.optimize()
    assert found(reader, given[9], "people = 4", LEAST)[0] == 9


def test_the_words_that_no_index_knows_are_those(tmp_path: Path) -> None:
    store = new_store(tmp_path / "library")
    asked = sorted({*UNINDEXED, "kite", "would", "say"})
    rows = [words(word) for word in asked]
    store.commit([IndexedFile(asset("/words.txt"), rows)])
    store.optimize()

    def is_indexed(word: str) -> bool:
        search = store.table("segments").search(word, query_type="fts", fts_columns="text")
        return bool(search.limit(1).to_list())

    assert [word for word in asked if is_indexed(word)] == ["kite", "say", "would"]
