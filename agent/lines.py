"""The lines of a script: what a reel has to show, and for how long."""

from dataclasses import dataclass
from pathlib import Path

from rushes.facts import ShotSize

WORDS_A_SECOND = 2.5
"""How fast a narrator reads: 150 words a minute."""

SHORTEST_S = 2.0
"""No line is shown for less, however few its words are."""


@dataclass(frozen=True)
class Line:
    """What is to be seen for so many seconds. `sizes` are the shot sizes that would suit it.

    `instead` is what will do where nothing, or not enough, shows just that.
    """

    text: str
    seconds: float
    sizes: tuple[ShotSize, ...] = ()
    instead: str = ""


@dataclass(frozen=True)
class Script:
    """Lines in order. `spoken`: they are words that are heard, not descriptions of shots.

    `source` is the file that they are from, which is then no clip for them.
    """

    name: str
    lines: tuple[Line, ...]
    spoken: bool = False
    source: Path | None = None

    @property
    def seconds(self) -> float:
        return sum(line.seconds for line in self.lines)


def reading_s(text: str) -> float:
    """How long it takes to read a text aloud, but at least `SHORTEST_S`."""
    return max(SHORTEST_S, round(len(text.split()) / WORDS_A_SECOND, 1))
