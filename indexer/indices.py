"""Which indices a library's tables get, from how many rows on, and how they are asked.

A table below `LEAST_ROWS` is read whole, which is exact and takes 1 ms for 1000 vectors. The
figures are of `python -m benchmarks.scale` with a million rows a table, on two cores:

- Vectors: IVF_RQ, which keeps one bit of each dimension. Built in 30 s, 65 MB, asked in 15 ms
  where comparing all takes 1100 ms. With 100,000 rows IVF_RQ was built in 3 s, IVF_SQ in 10 s
  (six times as large, twice as slow), IVF_PQ in 229 s (half as large, and it found less).
- Few distinct values (bitmaps) and lists (label lists): built in 0.5 s each, 1 MB, asked in 1 to
  2 ms instead of 22 (strings) and 73 (lists).
- Numbers (B-trees): built in 0.5 s each, 5 to 12 MB. Asked for a third of the rows they take 11 ms
  and are no faster than reading the column. But of a filter with one column that has an index and
  one that has none, Lance reads row by row what the first lets through: 300 ms instead of 90.
- `Table.optimize` takes a new file into all of them in 6 s, most of it for the words.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lancedb.table import Table

LEAST_ROWS = 20_000

UNINDEXED = frozenset(
    """
    a about after again against all am an and are as at be been being below between both but by can
    did do down each few for from further had has have he her here hers herself him himself his how
    i if in into is it itself me more most mostly my myself no nor not now of off on or other others
    our ours out over own re same she should so some such than that the their them then there these
    they this those through to too under until up was we were what when where which while who whom
    will with you your yours yourself
    """.split()
)
"""The words that an index of words leaves out: Lance's stop words for English."""

_FEW = 3000  # rows by a filter are compared one by one: 13 microseconds each
_PROBES = 48  # of 244 parts of a million rows: the 10 nearest are found, with 24 parts 9.8 of them
_OPEN = 0.05  # a filter that lets through less than this part of the rows needs more probes
_REFINED = 4  # times as many as are wanted are compared exactly, by the vectors themselves
_GROWN = 2  # times the rows that an index was trained on, and it is trained anew

WORDS = {"segments": "text", "assets": "name_words"}
"""The column of each table that is searched for words."""

_VECTOR = "vector"
_CHOSEN = ("kind", "folder", "size", "people", "width", "height", "synthetic")
_LISTED = ("moves", "sound", "colours")
_MEASURED = (
    "created_s", "fps", "length_s", "sharpness", "exposure", "shake", "brightness", "warmth",
    "motion",
)  # fmt: skip
_SORTED = {
    "assets": ("id",),
    "segments": ("asset_id", *_MEASURED),
    "frames": ("asset_id", *_MEASURED),
}
_BITMAPS = {"segments": (*_CHOSEN, "origin"), "frames": _CHOSEN}
_LABEL_LISTS = {"segments": _LISTED, "frames": (*_LISTED, "labels")}


def make_word_indices(tables: "dict[str, Table]") -> None:
    """Index the words of empty tables. What is added later is found at once, indexed or not."""
    for name in WORDS:
        make_word_index(name, tables[name])


def make_word_index(name: str, table: "Table") -> None:
    """Index the words of the table of that name, in place of an index that there is."""
    from lancedb.index import FTS

    # Where a name stands among the words of a path says nothing.
    table.create_index(WORDS[name], config=FTS(with_position=name == "segments"))


def bring_up_to_date(name: str, table: "Table", least_rows: int = LEAST_ROWS) -> None:
    """Give the table of that name the indices that its rows are worth.

    `Table.optimize` takes new rows into those that are there. Here the missing ones are made,
    and one of vectors that has seen less than half of today's rows is trained anew.
    """
    wanted = due(name, table, least_rows)
    for column, config in _scalar(name):
        if column in wanted:
            table.create_index(column, config=config)
    if _VECTOR in wanted:
        old = {index.columns[0]: index.name for index in table.list_indices()}.get(_VECTOR)
        _train(table, table.count_rows())
        if old is not None:
            table.drop_index(old)


def due(name: str, table: "Table", least_rows: int = LEAST_ROWS) -> list[str]:
    """The columns whose index is to be made, or to be trained anew, the next time."""
    rows = table.count_rows()
    if rows < least_rows:
        return []
    indices = {index.columns[0]: index.name for index in table.list_indices()}
    missing = [column for column, _ in _scalar(name) if column not in indices]
    if name == "assets" or not _can_be_trained(table, least_rows):
        return missing
    old = indices.get(_VECTOR)
    return [*missing, _VECTOR] if old is None or rows >= _GROWN * _trained_on(old) else missing


def nearest(
    table: "Table", vector: NDArray[np.float32], where: str, least_rows: int = LEAST_ROWS
) -> Any:
    """A search for the rows whose vectors are nearest to `vector`, shape (dimensions,).

    `_distance` is exact, 1 less the cosine. Of rows that `where` lets through when they are few,
    and of small tables, none is missed.
    """
    search: Any = table.search(vector)
    search = search.distance_type("cosine")
    if where:
        search = search.where(where, prefilter=True)
    rows = table.count_rows()
    if rows < least_rows:
        return search
    asked = _count(table, table.version, where) if where else rows
    if asked <= _FEW:
        return search.bypass_vector_index()
    probes = _PROBES * max(1.0, (_OPEN * rows / asked) ** 0.5)
    return search.nprobes(round(probes)).refine_factor(_REFINED)


@lru_cache(64)
def _count(table: "Table", version: int, where: str) -> int:
    """The rows that a filter lets through: of the same ones it is asked again and again."""
    return table.count_rows(where)


def _scalar(name: str) -> list[tuple[str, Any]]:
    from lancedb.index import Bitmap, BTree, LabelList

    kinds: Sequence[tuple[dict[str, tuple[str, ...]], Any]] = (
        (_SORTED, BTree()),
        (_BITMAPS, Bitmap()),
        (_LABEL_LISTS, LabelList()),
    )
    return [(column, kind) for columns, kind in kinds for column in columns.get(name, ())]


def _can_be_trained(table: "Table", least_rows: int) -> bool:
    """Whether there are vectors, and of a length that IVF_RQ takes: it packs bits into bytes."""
    if table.schema.field(_VECTOR).type.list_size % 8:
        return False
    known = table.search().where(f"{_VECTOR} IS NOT NULL").select(["asset_id"])
    return len(known.limit(least_rows).to_arrow()) == least_rows


def _train(table: "Table", rows: int) -> None:
    from lancedb.index import IvfRq

    table.create_index(
        _VECTOR, config=IvfRq(distance_type="cosine"), name=f"{_VECTOR}_of_{rows}_rows"
    )


def _trained_on(index: str) -> int:
    """The rows that an index was trained on. They are in its name: nothing else keeps them."""
    return int(index.split("_")[2])
