"""Spoken words in lines of a width, to be followed as they are said."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from indexer.segments import Word
from rushes.text import one_line

_PAUSE_S = 1.5  # a longer one begins a new line


@dataclass(frozen=True)
class Placed:
    """A word, by its number, and the column where it begins."""

    number: int
    column: int
    text: str


def flow(words: Sequence[Word], width: int) -> list[list[Placed]]:
    """The words in lines that are at most `width` columns long."""
    lines: list[list[Placed]] = []
    column = 0
    for number, word in enumerate(words):
        text = one_line(word.text)[: max(1, width)]
        late = number and word.start_s - words[number - 1].end_s > _PAUSE_S
        if not lines or late or column + cell_len(text) > width:
            lines.append([])
            column = 0
        lines[-1].append(Placed(number, column, text))
        column += cell_len(text) + 1
    return lines


def spoken_at(words: Sequence[Word], seconds: float) -> int | None:
    """The number of the word that is, or was last, spoken at a time; None before the first."""
    number = bisect_right(words, seconds + 0.001, key=lambda word: word.start_s) - 1
    return number if number >= 0 else None
