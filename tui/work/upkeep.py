"""Has the library kept up to date while the app is open, by orders among the others."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from indexer.watching import REST_S, Notice
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job
from tui.work.order import Order
from tui.work.queue import WorkQueue
from tui.work.reported import Reported

_TITLE = "look for what changed"

log = logging.getLogger(__name__)


class Upkeep:
    """What a `Watch` has done in the app. `roots` are the library's, `command` indexes places."""

    def __init__(
        self,
        works: WorkQueue,
        is_wanted: Callable[[], bool],
        roots: Callable[[], Sequence[Path]],
        command: Callable[[Sequence[str | Path]], tuple[str, ...]],
    ) -> None:
        self._works = works
        self._is_wanted = is_wanted
        self._roots = roots
        self._command = command

    async def roots(self) -> Sequence[Path]:
        if self._is_wanted():
            with suppress(RushesError):  # a library that cannot be read is said where it is shown
                return await asyncio.to_thread(self._roots)
        return ()

    async def look(self, places: Sequence[Path]) -> Sequence[Path]:
        for each in self._works.standings:  # what it could not read, the next one tells again
            if each.order.title == _TITLE:
                self._works.forget(each.order.id)
        command = self._command(["--only", "--wait", "--rest", str(REST_S), *places])
        order = Order(_TITLE, command)
        try:
            told = await self._works.carry_out(order, Job())
        except Cancelled:  # the user did not want it
            return ()
        return Reported.of(told).restless

    def tell(self, notice: Notice) -> None:
        log.info("%s %s %s", notice.what.name, notice.path, notice.text)
