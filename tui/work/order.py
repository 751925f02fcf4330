"""A piece of long work that the app was asked for."""

import os
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from rushes.jobs import Progress

_OUT = "--out="
_FORCE = "--force"


class State(StrEnum):
    """Where an order stands."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_open(self) -> bool:
        """There is something left to do by itself."""
        return self in (State.WAITING, State.RUNNING, State.PAUSED)


@dataclass(frozen=True)
class Order:
    """A command of `rushes`, without its name, and what it is called on the screen.

    Orders of one `lane` run one after the other: two that compute would only slow each other. The
    command runs in `folder`: the app may be opened elsewhere when it goes on.
    """

    title: str
    command: tuple[str, ...]
    lane: str = "computing"
    id: str = field(default_factory=lambda: uuid4().hex)
    folder: str = field(default_factory=os.getcwd)

    @property
    def outs(self) -> tuple[Path, ...]:
        """The files that it is to write."""
        named = (word for word in self.command if word.startswith(_OUT))
        return tuple(Path(self.folder, word.removeprefix(_OUT)) for word in named)

    def owning(self) -> "Order":
        """The same for the next try: a file that is not there yet is its own from now on.

        It may be stopped between writing the file and putting it into the library.
        """
        if not self.outs or _FORCE in self.command or any(each.exists() for each in self.outs):
            return self
        return replace(self, command=(*self.command, _FORCE))


@dataclass(frozen=True)
class Standing:
    """An order, where it stands, and how far it is.

    `told` is why it failed, or what it printed in the end: as a rule a JSON document. `left_s` is
    how many seconds the stage that it is in still takes, as far as that can be told. `preview` is
    a picture of what is being made: it may be gone a moment later.
    """

    order: Order
    state: State = State.WAITING
    progress: Progress | None = None
    told: str = ""
    left_s: float | None = None
    preview: Path | None = None
