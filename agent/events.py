"""What happens in a turn, as it happens: for a screen, a log or a test."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.moment import Moment

if TYPE_CHECKING:  # at run time it would bring the indexer along
    from agent.broll import Reel


@dataclass(frozen=True)
class Citation:
    """The `n`th source of a reply, from 1: a file, where in it, and its exact words."""

    n: int
    path: Path
    quote: str
    page: int | None = None
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True)
class StepBegan:
    """A tool was called. `about` says with what, in one line."""

    number: int
    tool: str
    about: str


@dataclass(frozen=True)
class StepEnded:
    """It ended; `outcome` is one line. `failed`: with an error, and the turn goes on."""

    number: int
    tool: str
    outcome: str
    failed: bool = False


@dataclass(frozen=True)
class Wrote:
    """The model writes: so many pieces so far. What it writes is shown once it is checked."""

    pieces: int


@dataclass(frozen=True)
class Said:
    """A sentence of the reply that may be shown; `citations` are the numbers of its sources."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True)
class Noticed:
    """Something that the user ought to know: a part that failed and what stands in for it."""

    text: str


@dataclass(frozen=True)
class Showed:
    """Moments on the table. `nearest`: none of them fits, they are merely the nearest."""

    moments: tuple[Moment, ...]
    query: str
    nearest: bool = False


@dataclass(frozen=True)
class Picked:
    """A reel on the table."""

    reel: "Reel"


@dataclass(frozen=True)
class Reply:
    """A turn's result, and its last event. `refused`: the library does not answer it.

    `stopped`: the user ended it. `dropped` counts sentences whose sources do not hold them.
    """

    text: str = ""
    citations: tuple[Citation, ...] = ()
    steps: tuple[StepEnded, ...] = ()
    moments: tuple[Moment, ...] = ()
    reel: "Reel | None" = None
    made: tuple[Path, ...] = field(default=())
    refused: bool = False
    stopped: bool = False
    failed: bool = False
    dropped: int = 0


Event = StepBegan | StepEnded | Wrote | Said | Noticed | Showed | Picked | Reply
