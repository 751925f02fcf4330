"""What the app works with: a library, a conversation about it, selects, and work under way."""

import asyncio
import hashlib
import os
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job
from rushes.library_place import absolute
from rushes.moment import Moment
from rushes.output import writing
from rushes.paths import paths
from rushes.place import Place
from rushes.settings import Settings
from tui.work.order import Order, Standing
from tui.work.queue import WorkQueue

if TYPE_CHECKING:
    from agent.approval import Approve
    from agent.conversation import Conversation
    from agent.events import Event, Reply
    from agent.history import History, KeptTurn
    from indexer.library import Library
    from indexer.query import Query
    from indexer.report import Status
    from indexer.search import Results
    from indexer.watching import Watch
    from tui.language import LanguageChoice
    from tui.picks import Picks
    from tui.setting_values import Setting
    from tui.terminal_pictures import Protocol

FOUND = 500
"""Moments that a search in the app asks for at most."""


class Desk:
    """Draws nothing. What takes long runs in threads, and heavy imports happen there."""

    def __init__(
        self,
        settings: Settings,
        approve: "Approve",
        on_work: Callable[[Standing], None],
        pictures: "Protocol | None" = None,
    ) -> None:
        self.settings = settings
        self.pictures = pictures or settings.pictures  # what the terminal can show, once asked
        self.place = absolute(settings.library)  # though the setting may change
        self.output = Path.cwd()
        self.works = WorkQueue(self._own("work", "json"), on_work)
        self._approve = approve
        self._talk: Conversation | None = None
        self._laid: tuple[tuple[Moment, ...], Query | None] | None = None  # for the next turn
        self._language = "none"
        self._was_there = False
        self._beginning = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None  # that of the app, in which works run

    @property
    def folder(self) -> Path:
        """What the library takes of this machine's disk: there is nothing to be put into it."""
        return self.place if isinstance(self.place, Path) else paths().cache

    def change_setting(self, setting: "Setting", text: str) -> None:
        """Write a setting into config.toml, as it was typed; work that begins now goes by it.

        Raises:
            RushesError: it is not allowed, or the file cannot be written.
        """
        from tui.setting_values import change

        self.settings = change(self.settings, setting, text)

    @cached_property
    def library(self) -> "Library":
        from indexer.library import Library

        return Library(self.settings)

    @cached_property
    def picks(self) -> "Picks":
        from tui.picks import Picks

        return Picks(self._own("selects", "json"))

    @cached_property
    def history(self) -> "History":
        from agent.history import History

        return History(self._own("history", "sqlite"))

    async def warm_up(self) -> str:
        """Load what the first search and the first answer need.

        Returns why there is no language model, in one line, or "".

        Raises:
            RushesError: the library cannot be opened.
        """
        return await asyncio.to_thread(self._warm_up)

    async def status(self) -> "Status | None":
        """What the library holds; None if there is none.

        Raises:
            RushesError: there is one that cannot be read, or there was one and it is away.
        """
        return await asyncio.to_thread(self._status)

    async def search(self, query: "Query | str", limit: int = FOUND) -> "Results":
        """
        Raises:
            RushesError: as `Library.search`.
        """
        await asyncio.to_thread(self._check_is_there)
        return await asyncio.to_thread(lambda: self.library.search(query, limit))

    async def more_like(self, moment: Moment) -> "Results":
        """What looks like a moment's picture.

        Raises:
            RushesError: it has none, or as `Library.search`.
        """
        from indexer.query import Query

        middle_s = None
        if moment.start_s is not None and moment.end_s is not None:
            middle_s = (moment.start_s + moment.end_s) / 2
        return await self.search(Query(like=(Place(moment.path, middle_s),)))

    def judge(self, question: str, moment: Moment, right: bool) -> Path:
        """Note for `rushes eval` that a moment answers a question, or does not.

        Raises:
            RushesError: it cannot be written.
        """
        from indexer.evaluation import Answer, write_judgement

        answer = Answer(path=moment.path.as_posix(), start_s=moment.start_s, end_s=moment.end_s)
        file = self._own("judgements", "json")
        with writing(file):
            file.parent.mkdir(parents=True, exist_ok=True)
        write_judgement(file, question, [answer] if right else [], [] if right else [answer])
        return file

    def order_index(self, folders: Sequence[Path]) -> None:
        """Have folders put into the library, or all of it brought up to date."""
        names = ", ".join(folder.name or str(folder) for folder in folders)
        self.works.add(Order(f"index {names}".strip(), self._index(folders)))

    def watch(self) -> "Watch":
        """What keeps the library up to date while the app is open, if the user wants that."""
        from indexer.watching import Watch
        from tui.work.upkeep import Upkeep

        upkeep = Upkeep(
            self.works, lambda: self.settings.watch, lambda: self.library.roots(), self._index
        )
        return Watch(upkeep, passed_over=self.folder)

    async def turn(self, text: str, job: Job) -> AsyncIterator["Event"]:
        """What happens until the reply: see `Conversation.turn`."""
        from agent import background
        from agent.events import Noticed, Reply

        self._loop = asyncio.get_running_loop()
        try:
            await asyncio.to_thread(self._check_is_there)
            await background.run(job, self._begin_talk)
        except Cancelled:
            yield Reply(stopped=True)
            return
        except RushesError as error:
            yield Noticed(str(error))
            yield Reply(text=str(error), failed=True)
            return
        assert self._talk is not None, "it was begun"
        if self._laid is not None:
            self._talk.table = self._talk.table.laid(*self._laid)
            self._laid = None
        async for event in self._talk.turn(text, job):
            yield event

    def lay(self, moments: Sequence[Moment], found_by: str | None) -> None:
        """Let follow-ups be about moments that the user has put on the sheet.

        `found_by` is the search that found them; None if it is the one of the last turn.
        """
        from indexer.query import parse

        self._laid = tuple(moments), None if found_by is None else parse(found_by)

    async def keep(self, question: str, reply: "Reply") -> None:
        """Put a turn that has just ended into the history.

        Raises:
            RushesError: it cannot be written.
        """
        table = self._talk.table if self._talk is not None else None
        await asyncio.to_thread(self.history.add, question, reply, table)

    async def resume(self, turn: "KeptTurn") -> "tuple[KeptTurn, ...]":
        """Go on from an earlier turn: what was on the table is there again.

        Returns the turns of its conversation, that one last.

        Raises:
            RushesError: the history cannot be read, or as `warm_up`.
        """
        if self._talk is None:
            await asyncio.to_thread(self._begin_talk)
        assert self._talk is not None, "it was begun"
        self._talk.table, self._laid = turn.table(), None
        self.history.resume(turn)
        found = await asyncio.to_thread(self.history.talk_until, turn)
        return found.turns[::-1]

    def begin_anew(self) -> None:
        """Clear the table: the next question begins a conversation of its own."""
        from agent.table import Table

        self.history.begin()
        self._laid = None
        if self._talk is not None:
            self._talk.table = Table()

    def asked_before(self) -> list[str]:
        """What was asked of this library, the oldest first.

        Raises:
            RushesError: the history cannot be read.
        """
        return [turn.question for turn in self.history.recent(200).turns[::-1]]

    @property
    def language(self) -> str:
        """The name of the language model that answers, or "none"."""
        return self._language

    def language_choices(self) -> "tuple[LanguageChoice, ...]":
        """The language models that there are."""
        from rushes.models import ModelStore
        from tui.language import language_choices

        return language_choices(self.settings, ModelStore(paths().models))

    async def use_language(self, choice: "LanguageChoice") -> None:
        """Let a language model answer in this session.

        Raises:
            RushesError: it cannot be loaded; the one before goes on.
        """
        await asyncio.to_thread(self._use_language, choice)

    def _use_language(self, choice: "LanguageChoice") -> None:
        from agent.llm.choose import load_language

        if self._talk is None:
            self._begin_talk()
        assert self._talk is not None, "it was begun"
        language = load_language(choice.settings)
        if language.reason:
            raise RushesError(language.reason.removeprefix("answering without a language model: "))
        self._talk.use(language.model)
        self._language = choice.name

    def _check_is_there(self) -> None:
        """
        Raises:
            RushesError: there is no library yet, but it is being made.
        """
        if self.works.is_busy and not self.library.is_there:
            raise RushesError("the library is just being made: ask again in a few seconds")

    def _index(self, folders: Sequence[str | Path]) -> tuple[str, ...]:
        """A command that puts folders in, also when the app is opened with another library."""
        return ("index", *map(str, folders), "--library", str(self.place), "--json")

    def _warm_up(self) -> str:
        reason = self._begin_talk()
        if self.library.roots():
            self.library.search("a", limit=1)
        return reason

    def _begin_talk(self) -> str:
        from agent.conversation import Conversation
        from agent.llm.choose import load_language
        from tui.work.by_order import ByOrder

        with self._beginning:  # a question may come while it is being warmed up
            if self._talk is not None:
                return ""
            language = load_language(self.settings)
            work = ByOrder(self.place, self._carry_out)
            self._talk = Conversation(
                self.library, language.model, self.output, self._approve, work
            )
            self._language = language.model.name if language.model is not None else "none"
            return language.reason

    def _carry_out(self, order: Order, job: Job) -> str:
        """Have an order of the agent's done, from one of its threads."""
        assert self._loop is not None, "tools are used in turns"
        return asyncio.run_coroutine_threadsafe(
            self.works.carry_out(order, job), self._loop
        ).result()

    def _status(self) -> "Status | None":
        if not self.library.is_there and self._was_there:
            raise RushesError(f"no library is in {self.place} now: is its drive plugged in?")
        self._was_there = self.library.is_there
        return self.library.status() if self.library.roots() else None

    def _own(self, what: str, ending: str) -> Path:
        """Where the app keeps something of this library."""
        name = hashlib.sha256(os.fsencode(str(self.place))).hexdigest()[:16]
        return paths().data / "app" / f"{what}-{name}.{ending}"
