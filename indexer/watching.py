"""Folders that are looked after: what changes in them is looked at once it has come to rest."""

import asyncio
import os
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from indexer.choosing import RULES
from indexer.grounds import Ground, grounds
from indexer.looking import is_below
from indexer.noticing import CannotListen, noticed
from indexer.readers import kind_of
from indexer.resting import Resting
from rushes.errors import RushesError
from rushes.paths import expanded

if TYPE_CHECKING:
    from watchfiles import Change

REST_S = 5.0
"""How long a file must have stayed the same before it is read."""

_AGAIN_S = 60.0  # after a run that failed
_ALL_EVERY_S = 3600.0  # what nobody told of is found then
_SHARE = 100  # looking through everything takes no more of the time than the hundredth part
_AT_ONCE = 1000  # places that a run is told of; a folder that was moved is one
_STEP_S = 0.5


class What(Enum):
    """What may be told."""

    BEGAN = auto()
    WENT = auto()
    CAME = auto()
    ASKING = auto()
    FAILED = auto()


@dataclass(frozen=True)
class Notice:
    """Something that happened. `text` says why, where there is something to say."""

    what: What
    path: Path | None = None
    text: str = ""


class Keeper(Protocol):
    """Who keeps a library up to date."""

    async def roots(self) -> Sequence[Path]:
        """The folders to look after, whether they are there or not; none if nothing is wanted."""

    async def look(self, places: Sequence[Path]) -> Sequence[Path]:
        """Bring the library up to date with files and folders; which of them still change.

        Raises:
            RushesError: it failed, and is to be tried again.
        """

    def tell(self, notice: Notice) -> None:
        """Something has happened."""


class Watch:
    """Has a keeper look at what changed. `passed_over` is the library itself.

    A folder is looked through when it is first there, when it comes back, and every hour or more.
    With `is_asking` no folder is believed to tell of its changes.
    """

    def __init__(
        self,
        keeper: Keeper,
        passed_over: Path,
        rest_s: float = REST_S,
        look_every_s: float = 3.0,
        is_asking: bool = False,
    ) -> None:
        self._keeper = keeper
        self._passed_over = expanded(passed_over).resolve()
        self._look_every_s = look_every_s
        self._is_asking = is_asking
        self._resting = Resting(rest_s)
        self._roots: tuple[Path, ...] = ()
        self._there: dict[Path, Ground] = {}
        self._drives: set[Path] = set()
        self._away: set[Path] = set()
        self._known: set[Path] = set()  # those that were there once
        self._came: set[Path] = set()  # to be looked through as soon as it is listened to
        self._due: set[Path] = set()  # to be looked through
        self._again_at = self._all_at = 0.0
        self._failure = ""

    async def run(self) -> None:
        """Watch until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow())
            group.create_task(self._keep_up())

    async def _follow(self) -> None:
        """Listen to the folders that are there, and to others when there are others."""
        listening: list[asyncio.Task[None]] = []
        try:
            while True:
                if await self._has_turned() or any(task.done() for task in listening):
                    # Both for a moment: what happens in between is heard by one of them.
                    before, listening = listening, await self._listen()
                    await _end(before)
                await asyncio.sleep(self._look_every_s)
        finally:
            await _end(listening)

    async def _has_turned(self) -> bool:
        """Whether other folders are there than before."""
        self._roots = tuple(await self._keeper.roots())
        found = await asyncio.to_thread(grounds, self._roots, self._drives)
        before, self._there = self._there, {each.path: each for each in found}
        for path in {*self._roots, *before}.difference(self._there, self._away):
            if is_below(self._roots, path):  # else it was taken out
                self._away.add(path)
                self._keeper.tell(Notice(What.WENT, path))
        for path in self._away.intersection(self._there):
            self._away.remove(path)
            self._known.add(path)
            self._keeper.tell(Notice(What.CAME, path))
        came = {path for path in self._there if before.get(path) != self._there[path]}
        for path in came.difference(self._known):
            self._keeper.tell(Notice(What.BEGAN, path))
        self._known |= came
        self._came |= came
        return before != self._there

    async def _listen(self) -> list[asyncio.Task[None]]:
        """One task for the folders that tell of their changes, one for those that must be asked.

        They have begun to listen, or failed.
        """
        silent = {each.path for each in self._there.values() if self._is_asking or each.is_silent}
        asked = [path for path in silent if not silent.intersection(path.parents)]
        told = [path for path in self._roots if path in self._there and path not in silent]
        tasks = []
        for folders, is_asking in ((told, False), (asked, True)):
            if folders:
                begun = asyncio.Event()
                tasks.append(asyncio.create_task(self._hear(folders, is_asking, begun)))
                await begun.wait()
        return tasks

    async def _hear(self, folders: Sequence[Path], is_asking: bool, begun: asyncio.Event) -> None:
        try:
            async with aclosing(noticed(folders, is_asking)) as heard:
                async for changes in heard:
                    begun.set()
                    if self._came:
                        came = {path for path in self._came if is_below(folders, path)}
                        self._came -= came
                        self._due |= came
                    if changes:
                        await asyncio.to_thread(self._touch, changes)
        except CannotListen as error:
            if is_asking:
                self._fail(error)
                return
            self._is_asking = True
            self._keeper.tell(Notice(What.ASKING, text=str(error)))
        except OSError:  # it has just gone, which is seen at the next look
            return
        finally:
            begun.set()

    def _touch(self, changes: "Sequence[tuple[Change, Path]]") -> None:
        self._resting.touch(path for change, path in changes if self._matters(change, path))

    async def _keep_up(self) -> None:
        """Have the keeper look at what is due and at what rests, one run after the other."""
        while True:
            await asyncio.sleep(_STEP_S)
            now = time.monotonic()
            if now < self._again_at:
                continue
            if self._all_at and now > self._all_at:
                self._due.update(path for path in self._roots if path in self._there)
                self._all_at = 0.0
            if not self._due and not self._resting:
                continue
            if places := await asyncio.to_thread(self._places):
                await self._look(places)

    def _places(self) -> list[Path]:
        """Where to look now. What has appeared comes first, so that what moved is not read anew."""
        there, known = self._still_there(), list(self._there)
        due = sorted(path for path in self._due if is_below(there, path))
        rested = (path.parent if path.name == RULES else path for path in self._resting.rested())
        touched = dict.fromkeys(path for path in rested if is_below(known, path))
        appeared = sorted(
            (path for path in touched if is_below(there, path)),
            key=lambda path: not os.path.lexists(path),
        )
        # What lies on a drive that has just gone waits until that is noticed: it may be back.
        self._due = {path for path in self._due.difference(due) if is_below(known, path)}
        self._resting.touch([*appeared[_AT_ONCE:], *touched.keys() - appeared])
        return [*due, *appeared[:_AT_ONCE]]

    def _still_there(self) -> list[Path]:
        """The folders that are there, and were when it was last looked."""
        found = grounds(self._roots, self._drives)
        return [each.path for each in found if self._there.get(each.path) == each]

    async def _look(self, places: Sequence[Path]) -> None:
        began = time.monotonic()
        try:
            restless = await self._keeper.look(places)
        except RushesError as error:
            self._due.update(places)
            there = await asyncio.to_thread(self._still_there)
            if all(is_below(there, place) for place in places):  # else a drive went meanwhile
                self._again_at = time.monotonic() + _AGAIN_S
                self._fail(error)
            return
        self._failure = ""
        self._resting.touch(restless)
        if not self._all_at:  # everything was just looked through
            now = time.monotonic()
            self._all_at = now + max(_ALL_EVERY_S, _SHARE * (now - began))

    def _fail(self, error: RushesError) -> None:
        if str(error) != self._failure:
            self._failure = str(error)
            self._keeper.tell(Notice(What.FAILED, text=self._failure))

    def _matters(self, change: "Change", path: Path) -> bool:
        """Whether a run of the indexer would see it: not hidden, and of a kind that it reads."""
        from watchfiles import Change

        if path.is_relative_to(self._passed_over) or self._is_hidden(path):
            return False
        if path.is_dir():
            # What changed in it is told by itself; where nobody tells, its time changes with it.
            return change is not Change.modified
        return kind_of(path) is not None or path.name == RULES or change is Change.deleted

    def _is_hidden(self, path: Path) -> bool:
        below = (path.relative_to(root).parts for root in self._roots if path.is_relative_to(root))
        return all(any(name.startswith(".") and name != RULES for name in names) for names in below)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
