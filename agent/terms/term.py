"""A term: words of a text that mean one thing, however they are written."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a term is."""

    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    WEEKDAY = "weekday"
    CODE = "code"
    NAME = "name"


@dataclass(frozen=True)
class Term:
    """One term, at `text[start:end]`.

    `values` are all readings of it, since "48.000" and "03/05/2025" have two: numbers and times
    as numbers (times in minutes after midnight), dates as (year, month, day) with 0 for what is
    not said, the others as folded words. `unit` is what a number counts: a dimension such as
    "length", in whose base unit the values are, or None.
    """

    kind: Kind
    text: str
    start: int
    end: int
    values: frozenset[float | str | tuple[int, int, int]]
    unit: str | None = None
    figures: frozenset[float] = frozenset()
