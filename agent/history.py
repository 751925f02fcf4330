"""What was asked of a library and replied: kept on disk, searched, and taken up again."""

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from agent.broll import Reel
from agent.events import Citation, Reply
from agent.table import Table
from indexer.query import Query, QueryError, parse
from rushes.errors import RushesError
from rushes.moment import Moment
from rushes.text import clean, one_line

MOST = 5000
"""Turns that are kept; the oldest go first."""

_MOST_MOMENTS = 50  # of one turn
_LARGEST = 1_000_000  # characters of one turn: one that is larger is kept without its moments
_WAIT_S = 2.0  # for another Rushes that writes
_SCHEMA = """
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT, talk TEXT NOT NULL, words TEXT NOT NULL,
    kept TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS turns_of_a_talk ON turns (talk);
"""

T = TypeVar("T")


@dataclass(frozen=True)
class KeptTurn:
    """A question, what was replied, and what was on the table then. `at_s`: seconds since 1970.

    Turns of one conversation have one `talk`. `query` is in the query language.
    """

    at_s: float
    talk: str
    question: str
    text: str
    citations: tuple[Citation, ...] = ()
    moments: tuple[Moment, ...] = ()
    reel: Reel | None = None
    query: str = ""
    asked: str = ""
    chosen: int = 1
    refused: bool = False
    failed: bool = False
    stopped: bool = False
    id: int = 0

    def table(self) -> Table:
        """What was on the table, so that follow-ups are about it again."""
        try:
            query = parse(self.query)
        except QueryError:  # of another version
            query = Query(words=one_line(self.query))
        return Table(query, self.moments, self.reel, self.chosen, self.asked)


@dataclass(frozen=True)
class Found:
    """Turns, the newest first, and how many more could not be read."""

    turns: tuple[KeptTurn, ...]
    damaged: int = 0


class History:
    """The turns about one library, in a file that only its owner may read. Safe in threads.

    What is added belongs to one conversation until `begin` or `resume` is called.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._talk = uuid4().hex

    def begin(self) -> None:
        """Begin a new conversation."""
        self._talk = uuid4().hex

    def add(self, question: str, reply: Reply, table: Table | None = None) -> None:
        """Keep a turn. `table` is what it ended with; without it, what the reply shows.

        Raises:
            RushesError: it cannot be written.
        """
        table = table or Table(moments=reply.moments, reel=reply.reel)
        turn = KeptTurn(
            at_s=time.time(),
            talk=self._talk,
            question=clean(question),
            text=clean(reply.text),
            citations=reply.citations,
            moments=tuple(replace(each, takes=()) for each in table.moments[:_MOST_MOMENTS]),
            reel=table.reel,
            query=str(replace(table.query, like=(), unlike=())),
            asked=table.question,
            chosen=min(table.chosen, _MOST_MOMENTS),
            refused=reply.refused,
            failed=reply.failed,
            stopped=reply.stopped,
        )
        kept = _written(turn)
        if len(kept) > _LARGEST:
            kept = _written(replace(turn, moments=(), reel=None))
        row = (self._talk, _words(turn), kept[:_LARGEST])

        def put(base: sqlite3.Connection) -> None:
            base.execute("INSERT INTO turns (talk, words, kept) VALUES (?, ?, ?)", row)
            base.execute("DELETE FROM turns WHERE id <= (SELECT max(id) FROM turns) - ?", (MOST,))

        self._with(put)

    def recent(self, most: int = 50) -> Found:
        """The last turns.

        Raises:
            RushesError: they cannot be read.
        """
        return self._select("SELECT id, kept FROM turns ORDER BY id DESC LIMIT ?", [most])

    def search(self, words: str, most: int = 50) -> Found:
        """The last turns in which all the words, or beginnings and parts of words, stand.

        Raises:
            RushesError: they cannot be read.
        """
        parts = clean(words).casefold().split()[:20]
        where = " AND ".join(["instr(words, ?)"] * len(parts)) or "true"
        sql = f"SELECT id, kept FROM turns WHERE {where} ORDER BY id DESC LIMIT ?"
        return self._select(sql, [*parts, most])

    def talk_until(self, turn: KeptTurn, most: int = 20) -> Found:
        """The turns of a conversation up to one of them.

        Raises:
            RushesError: they cannot be read.
        """
        sql = "SELECT id, kept FROM turns WHERE talk = ? AND id <= ? ORDER BY id DESC LIMIT ?"
        return self._select(sql, [turn.talk, turn.id, most])

    def resume(self, turn: KeptTurn) -> None:
        """Let what is added from now on belong to the conversation of that turn."""
        self._talk = turn.talk

    def delete(self, turn: KeptTurn) -> None:
        """
        Raises:
            RushesError: it cannot be written.
        """
        self._with(lambda base: base.execute("DELETE FROM turns WHERE id = ?", (turn.id,)))

    def _select(self, sql: str, values: Sequence[object]) -> Found:
        if not self._file.exists():
            return Found(())
        rows: list[tuple[int, str]] = self._with(lambda base: base.execute(sql, values).fetchall())
        read = [_read(number, kept) for number, kept in rows]
        turns = tuple(each for each in read if each is not None)
        return Found(turns, damaged=len(read) - len(turns))

    def _with(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._told():
            self._make()
            with closing(sqlite3.connect(self._file, timeout=_WAIT_S)) as base, base:
                base.executescript(_SCHEMA)
                return work(base)

    def _make(self) -> None:
        """Nobody else may read it: its file is there before there is anything in it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong, in a line; a damaged file is set aside, so that a new one can begin."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise RushesError(f"cannot use the history in {self._file}: {error}") from None
        except sqlite3.DatabaseError:
            aside = self._file.with_name(f"{self._file.name}.damaged")
            with suppress(OSError):
                self._file.replace(aside)
            raise RushesError(
                f"the history was damaged: it now lies in {aside}, and a new one begins"
            ) from None
        except OSError as error:
            reason = error.strerror or error
            raise RushesError(f"cannot use the history in {self._file}: {reason}") from None


@cache
def _adapter() -> TypeAdapter[KeptTurn]:
    return TypeAdapter(KeptTurn)


def _written(turn: KeptTurn) -> str:
    # Escaped by json: a byte of a file's name that is no text stands as a lone surrogate.
    return json.dumps(_adapter().dump_python(turn, mode="json"))


def _read(number: int, kept: Any) -> KeptTurn | None:
    try:
        return replace(_adapter().validate_python(json.loads(kept)), id=number)
    except (ValidationError, ValueError, TypeError, RecursionError):
        return None


def _words(turn: KeptTurn) -> str:
    """What a search looks at: the question, the reply, and the names of the files in it."""
    paths = [*(each.path for each in turn.citations), *(each.path for each in turn.moments)]
    names = [path.name for path in paths]
    return one_line(" ".join((turn.question, turn.text, *names))).casefold()
