"""Whether a table can be read through, and which of its rows can.

Lance notices a file that is missing or cut off, and most that are garbled; it reads each of the
files of a table by itself, so that one that is damaged hides its own rows only.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rushes.library_place import LibraryPlace

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.table import Table

DAMAGE = (RuntimeError, OSError, ValueError)
"""What Lance raises of a file that is missing, cut off or garbled."""

_ROWS_AT_ONCE = 10_000
_FINEST = 10_000  # a damaged stretch is found to so many parts of its table


def batches(table: "Table", columns: Sequence[str] | None = None) -> "Iterator[pa.RecordBatch]":
    """Every row, some thousands at once.

    Raises:
        One of DAMAGE: a file of the table is not as it was written.
    """
    search = table.search().limit(None)
    if columns is not None:
        search = search.select(list(columns))
    yield from search.to_batches(_ROWS_AT_ONCE)


def reason(error: Exception) -> str:
    """What Lance says, without its own places in its own source."""
    text = str(error).split(", /")[0].removeprefix("lance error: ")
    return text.removeprefix("LanceError(IO): ").removeprefix("Generic LocalFileSystem error: ")


def told_damage(place: LibraryPlace, error: Exception) -> str:
    """The sentence about a library that cannot be read."""
    return f"the library in {place} is damaged ({reason(error)}): run `rushes doctor --library`"


def readable(table: "Table", check: Callable[[], None]) -> list[range]:
    """The stretches of rows that can be read, by their places in the table.

    `check` is called often and may raise to stop.
    """
    rows = table.count_rows()
    finest = max(1, rows // _FINEST)
    stretches: list[range] = []

    def look(stretch: range) -> None:
        check()
        try:
            table.take_offsets(list(stretch)).to_arrow()
        except DAMAGE:
            if len(stretch) <= finest:
                return
            middle = stretch.start + len(stretch) // 2
            look(range(stretch.start, middle))
            look(range(middle, stretch.stop))
            return
        if stretches and stretches[-1].stop == stretch.start:
            stretches[-1] = range(stretches[-1].start, stretch.stop)
        else:
            stretches.append(stretch)

    for start in range(0, rows, _ROWS_AT_ONCE):
        look(range(start, min(start + _ROWS_AT_ONCE, rows)))
    return stretches


def rows_in(table: "Table", stretches: Sequence[range]) -> "Iterator[pa.RecordBatch]":
    """The rows of some stretches, in order."""
    for stretch in stretches:
        for start in range(stretch.start, stretch.stop, _ROWS_AT_ONCE):
            some = range(start, min(start + _ROWS_AT_ONCE, stretch.stop))
            yield from table.take_offsets(list(some)).to_arrow().to_batches()
