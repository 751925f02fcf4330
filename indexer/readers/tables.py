"""Tables as words: each row says what its cells mean."""

import re
from collections.abc import Iterable, Iterator, Sequence

_NUMBER = re.compile(r"[\d\s.,:/%€$£¥+()-]+")
_MAX_TITLE = 80


def rows_as_text(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Each row as "title: cell; title: cell", with the titles of the table's first full row.

    Rows of one cell before it stay as they are. Without a row of titles, cells are joined by
    " | ".
    """
    titles: list[str] | None = None
    waiting = False
    for row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        filled = [cell for cell in cells if cell]
        if not filled:
            continue
        if titles is None and len(filled) > 1:
            waiting = _are_titles(filled)
            titles = cells if waiting else []
            if waiting:
                continue
        waiting = False
        yield _row(cells, titles) if titles else " | ".join(filled)
    if waiting and titles:
        yield " | ".join(title for title in titles if title)


def _row(cells: Sequence[str], titles: Sequence[str]) -> str:
    named = zip(cells, [*titles, *[""] * (len(cells) - len(titles))], strict=False)
    return "; ".join(f"{title}: {cell}" if title else cell for cell, title in named if cell)


def _are_titles(cells: Sequence[str]) -> bool:
    """Whether a first row names its columns: short, different, and no numbers."""
    return len(set(cells)) == len(cells) and not any(
        len(cell) > _MAX_TITLE or _NUMBER.fullmatch(cell) for cell in cells
    )
