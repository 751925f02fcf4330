"""How many cards fit on a contact sheet, and how large they are."""

from dataclasses import dataclass
from enum import StrEnum

ZOOMS = range(-3, 5)
"""Steps of size: 0 is what suits the sheet."""

_STEP = 1.35
_WIDTHS = (24, 40)  # of a card at zoom 0, between which a third of the sheet is taken
_NARROWEST = 14
_LOWEST = 10  # with less height there is no room for pictures above their words, and a list serves
_ROWS = (1, 1, 2, 3, 4, 6, 8, 10)  # of a line in the list, by zoom
_WIDE_PICTURE = 16 / 9
_CELL = 2.0
_SIDES = 2  # columns left free in a card


class View(StrEnum):
    GRID = "grid"
    LIST = "list"


@dataclass(frozen=True)
class SheetLayout:
    """`columns` × `rows` cards of `width` × `height` cells.

    A card's picture takes `picture` columns and rows, (0, 0) if there is none, and stands beside
    its words in a list, else above them. `lines` of words are left for it.
    """

    view: View
    columns: int
    rows: int
    width: int
    height: int
    picture: tuple[int, int]
    lines: int

    @property
    def cards(self) -> int:
        return self.columns * self.rows


def lay_out(
    width: int,
    height: int,
    view: View,
    zoom: int,
    pictures: bool = True,
    count: int | None = None,
) -> SheetLayout:
    """Fill a sheet of `width` × `height` cells; if `count` is small its cards are larger."""
    width, height = max(1, width), max(1, height)
    if view is View.LIST:
        return _list(width, height, zoom, pictures)
    if height < _LOWEST or width < _NARROWEST:
        return _list(width, height, ZOOMS.start, pictures)
    return _grid(width, height, zoom, count)


def _grid(width: int, height: int, zoom: int, count: int | None) -> SheetLayout:
    natural = min(max(width / 3, _WIDTHS[0]), _WIDTHS[1])
    plan = _of_columns(width, height, max(1, int(width // min(natural, width))))
    if count is not None and count <= plan.cards:
        few = (_of_columns(width, height, each, count) for each in range(1, plan.columns + 1))
        plan = max(few, key=_picture_width)
    if zoom == 0:
        return plan
    wanted = min(max(plan.width * _STEP**zoom, _NARROWEST), width)
    return _of_columns(width, height, max(1, int(width // wanted)))


def _of_columns(width: int, height: int, columns: int, count: int | None = None) -> SheetLayout:
    """So many cards side by side; with `count`, so low that all of them are seen."""
    lines = 3 if height >= 10 else 2
    highest = height if count is None else max(lines + 1, height // -(-count // columns))
    picture = _picture_rows(width // columns)
    if picture + lines > highest:
        picture = highest - lines
        if count is None:  # one row of cards, as many as its height allows
            columns = max(columns, int(width // max(_NARROWEST, picture * _CELL * _WIDE_PICTURE)))
    rows = max(1, height // (picture + lines))
    # What is left over is too little for a row: the pictures have it, but no more than they fill.
    picture = min(height // rows - lines, _picture_rows(width // columns) + 1)
    return SheetLayout(
        View.GRID, columns, rows, width // columns, picture + lines,
        (width // columns - _SIDES, picture), lines,
    )  # fmt: skip


def _picture_width(plan: SheetLayout) -> float:
    """Of a picture that is as wide as most are."""
    return min(plan.picture[0], plan.picture[1] * _CELL * _WIDE_PICTURE)


def _picture_rows(card_width: int) -> int:
    return max(2, round((card_width - _SIDES) / _WIDE_PICTURE / _CELL))


def _list(width: int, height: int, zoom: int, pictures: bool) -> SheetLayout:
    line = min(_ROWS[zoom - ZOOMS.start], height)
    if not pictures:
        line = min(line, 3)
    wide = min(round(line * _CELL * _WIDE_PICTURE), width // 3)
    picture = (wide, line) if line > 1 and pictures and wide > 3 else (0, 0)
    return SheetLayout(View.LIST, 1, max(1, height // line), width, line, picture, line)
