"""What is still to be tidied up in a library: small pieces, and rows that no index knows."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from indexer import indices
from indexer.schema import TABLE_NAMES
from rushes.text import counted

if TYPE_CHECKING:
    from indexer.store import Store

_MANY_PIECES = 64
_REST = 20.0  # times as long as tidying up took the time before

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Upkeep:
    """How tidy a library is. Everything is found whether it is or not, only more slowly.

    `pieces` are small files of rows that can be joined, `unindexed` counts the rows that an index
    has not taken in, `due` names the indices that a table has grown to be worth, as
    `frames.vector`. `tidied` is when that was last done; never, if there was nothing to index.
    """

    pieces: int
    unindexed: int
    due: tuple[str, ...]
    tidied: datetime | None

    @property
    def told(self) -> str:
        """In a line, as `tidied 2026-11-28 18:50; to do: join 12 pieces`."""
        when = f"{self.tidied:%Y-%m-%d %H:%M}" if self.tidied else "not yet"
        todo = [
            f"join {counted(self.pieces, 'piece')}" if self.pieces else "",
            f"take {counted(self.unindexed, 'row')} into the indices" if self.unindexed else "",
            f"index {counted(len(self.due), 'column')}" if self.due else "",
        ]
        told = ", ".join(filter(None, todo))
        return f"tidied {when}" + (f"; the next run will {told}" if told else "")


class Tidying:
    """Tidies a library up in the course of a long run, so that searching it meanwhile stays fast.

    Each commit adds a piece to every table, and from some dozens on every search opens them all.
    """

    def __init__(self, store: "Store") -> None:
        self._store = store
        self._commits = 0
        self._ended_s = time.monotonic()
        self._took_s = 0.0

    @property
    def is_due(self) -> bool:
        """Whether a run before this one left many pieces: it was killed, as a rule."""
        return pieces_of(self._store) >= _MANY_PIECES

    def after_commit(self) -> None:
        """Tidy up if many pieces have gathered, and for no more than a twentieth of the time."""
        self._commits += 1
        began_s = time.monotonic()
        rested_s = began_s - self._ended_s
        if self._commits < _MANY_PIECES or rested_s < _REST * self._took_s:
            return
        self._store.optimize()
        self._ended_s = time.monotonic()
        self._took_s = self._ended_s - began_s
        log.info("tidied up after %d commits in %.1f s", self._commits, self._took_s)
        self._commits = 0


def pieces_of(store: "Store") -> int:
    """The small files of rows in the tables that can be joined to others."""
    pieces = 0
    for name in TABLE_NAMES:
        stats: Any = store.table(name).stats()  # a dictionary, whatever its types say
        pieces += max(0, stats["fragment_stats"]["num_small_fragments"] - 1)
    return pieces


def upkeep_of(store: "Store") -> Upkeep:
    unindexed = 0
    due: list[str] = []
    tidied: list[datetime] = []
    for name in TABLE_NAMES:
        table = store.table(name)
        known = list(table.list_indices())
        unindexed += max((index.num_unindexed_rows or 0 for index in known), default=0)
        tidied += [
            index.created_at.astimezone()
            for index in known
            if index.created_at is not None and index.num_indexed_rows
        ]
        due += [f"{name}.{column}" for column in indices.due(name, table)]
    return Upkeep(pieces_of(store), unindexed, tuple(due), max(tidied, default=None))
