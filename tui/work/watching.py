"""Folders that are looked after while the app is open: what changes in them is indexed."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchfiles import Change

_LOOK_EVERY_S = 3.0
_QUIET_MS = 5000


class Watch:
    """Calls `changed` with the folders that are there, once what changed in one has come to rest.

    `roots` are asked for again and again: a drive may be unplugged and come back, a folder may be
    put in. Nothing is watched while `is_wanted` says no. `passed_over` is the library itself.
    """

    def __init__(
        self,
        roots: Callable[[], Awaitable[Sequence[Path]]],
        is_wanted: Callable[[], bool],
        changed: Callable[[Sequence[Path]], None],
        passed_over: Path,
        quiet_ms: int = _QUIET_MS,
    ) -> None:
        self._roots = roots
        self._is_wanted = is_wanted
        self._changed = changed
        self._passed_over = passed_over.expanduser().resolve()
        self._quiet_ms = quiet_ms

    async def run(self) -> None:
        """Watch until cancelled.

        Raises:
            OSError: the system watches no more folders.
        """
        before: tuple[Path, ...] = ()
        while True:
            there = await self._there()
            if set(there) - set(before):  # what changed while nobody looked
                self._changed(there)
            before = there
            if there:
                await self._watch(there)
            else:
                await asyncio.sleep(_LOOK_EVERY_S)

    async def _watch(self, there: tuple[Path, ...]) -> None:
        """Until other folders are there, or nothing is wanted any more."""
        from watchfiles import awatch

        is_restless = False
        async for changes in awatch(
            *there,
            watch_filter=partial(self._matters, there),
            rust_timeout=self._quiet_ms,
            yield_on_timeout=True,
        ):
            if changes:
                is_restless = True
                continue
            if is_restless:  # and nothing has changed for a while: files have stopped growing
                is_restless = False
                self._changed(there)
            if await self._there() != there:
                return

    async def _there(self) -> tuple[Path, ...]:
        if not self._is_wanted():
            return ()
        roots = await self._roots()
        return await asyncio.to_thread(lambda: tuple(filter(os.path.exists, roots)))

    def _matters(self, roots: Sequence[Path], change: "Change", path: str) -> bool:
        """Whether a run of the indexer would see it: not hidden, and of a kind that it reads."""
        from watchfiles import Change

        from indexer.readers import kind_of

        place = Path(path)
        if place.is_relative_to(self._passed_over) or _is_hidden(place, roots):
            return False
        return kind_of(place) is not None or change is Change.deleted or place.is_dir()


def _is_hidden(path: Path, roots: Sequence[Path]) -> bool:
    below = (path.relative_to(root).parts for root in roots if path.is_relative_to(root))
    return all(any(name.startswith(".") for name in names) for names in below)
