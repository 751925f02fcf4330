"""A conversation about a library: each turn is a stream of events that ends with a reply."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

from agent.approval import Approve, nobody
from agent.bounds import Bounds
from agent.events import Event, Noticed
from agent.llm.protocol import LanguageModel
from agent.long_work import InProcess, LongWork
from agent.requests import LONGEST
from agent.table import Table
from agent.tools import Kit
from agent.turn import Turn
from indexer.library import Library
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job
from rushes.text import clean, one_line

log = logging.getLogger(__name__)


class Conversation:
    """One user and one library. Turns follow each other; follow-ups are about the `table`.

    `long_work` does what takes minutes; without one it is done in this process.
    """

    def __init__(
        self,
        library: Library,
        model: LanguageModel | None,
        output: Path,
        approve: Approve = nobody,
        long_work: LongWork | None = None,
    ) -> None:
        self.table = Table()
        self._library = library
        self._model = model
        self._output = output
        self._approve = approve
        self._long_work = long_work or InProcess(library)

    def use(self, model: LanguageModel | None) -> None:
        """Let another model answer from the next turn on; None: without one."""
        self._model = model

    async def turn(self, text: str, job: Job) -> AsyncIterator[Event]:
        """What happens until the reply, which is the last event. `job` stops it.

        Whatever goes wrong is said in the reply, and the next turn can begin.
        """
        happened: asyncio.Queue[Event | None] = asyncio.Queue()
        turn = Turn(self.table, happened.put_nowait)
        under_way = asyncio.create_task(self._run(turn, text, job, happened))
        try:
            while (event := await happened.get()) is not None:
                yield event
            end = await under_way
        finally:
            under_way.cancel()  # of a listener who has gone
        self.table = turn.table
        reply = replace(turn.reply, steps=tuple(turn.steps.done), stopped=end.stopped)
        yield replace(reply, text=end.failure, failed=True) if end.failure else reply

    async def _run(
        self, turn: Turn, text: str, job: Job, happened: "asyncio.Queue[Event | None]"
    ) -> "_End":
        """Put what happens into the queue, at last None."""
        try:
            words = _readable(text)
            async for event in turn.run(words, self._kit(words), job):
                happened.put_nowait(event)
            end = _End()
        except Cancelled:
            end = _End(stopped=True)
        except RushesError as error:
            end = _End(failure=one_line(str(error)))
        except Exception as error:  # a defect costs one turn, not the conversation
            log.exception("a turn failed")
            end = _End(failure=one_line(f"{type(error).__name__}: {error}")[:300])
        if end.failure:
            happened.put_nowait(Noticed(end.failure))
        happened.put_nowait(None)
        return end

    def _kit(self, words: str) -> Kit:
        roots = self._library.roots()
        bounds = Bounds(roots, self._output)
        return Kit(self._library, bounds, self._approve, self._long_work, self._model, words)


@dataclass(frozen=True)
class _End:
    """How a turn ended: as it should, stopped, or with what failed."""

    stopped: bool = False
    failure: str = ""


def _readable(text: str) -> str:
    """
    Raises:
        RushesError: nothing is said, or too much.
    """
    words = " ".join(clean(text[: LONGEST + 1]).split())
    if not words:
        raise RushesError("nothing is asked: write a question, or what to look for")
    if len(text) > LONGEST:
        raise RushesError(f"{len(text)} characters are too long to answer: use at most {LONGEST}")
    return words
