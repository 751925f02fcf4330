"""The orders of an app: run in turn, paused, stopped, tried again, and kept for the next time."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job, Progress
from tui.work.kept import read_orders, write_orders
from tui.work.order import Order, Standing, State
from tui.work.pace import Pace
from tui.work.process import Process
from tui.work.telling import INTERRUPTED

_LOOK_EVERY_S = 0.1
_PATIENCE_S = 2.0  # with commands that are asked to stop because the app closes

log = logging.getLogger(__name__)


class WorkQueue:
    """Runs in the app's event loop. `on_change` is called with each order that changed.

    What is open is written to `file`, so that it goes on when the app is opened again. A second app
    on the same library leaves the file to the first.
    """

    def __init__(self, file: Path, on_change: Callable[[Standing], None]) -> None:
        self._file = file
        self._on_change = on_change
        self._standings: dict[str, Standing] = {}
        self._processes: dict[str, Process] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._paces: dict[str, Pace] = {}
        self._is_closing = False
        self._lock: FileLock | None = None

    @property
    def standings(self) -> tuple[Standing, ...]:
        """All orders, the oldest first."""
        return tuple(self._standings.values())

    @property
    def is_kept(self) -> bool:
        """Whether what is open goes on when the app is opened again: a second app's does not."""
        return self._lock is None or self._lock.is_locked

    @property
    def is_busy(self) -> bool:
        """Whether something runs, waits or is paused."""
        return any(each.state.is_open for each in self._standings.values())

    def resume(self) -> None:
        """Take up what was left open when the app was last closed, unless another one is open.

        Raises:
            RushesError: the list of it cannot be read.
        """
        self._lock = FileLock(self._file.with_suffix(".lock"), timeout=0)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except (Timeout, OSError):
            return
        for order in read_orders(self._file):
            self.add(order)

    def add(self, order: Order) -> None:
        """Run it when its turn comes."""
        self._set(Standing(order))
        self._start_next()

    async def carry_out(self, order: Order, job: Job) -> str:
        """Run it when its turn comes, report to `job`, and return what it printed.

        Raises:
            RushesError: it failed.
            Cancelled: it was stopped, or `job` was, which stops it.
        """
        self.add(order)
        while (standing := self._standings[order.id]).state.is_open:
            if job.cancelled:
                self.cancel(order.id)
                raise Cancelled
            told = standing.progress or Progress("waiting", 0, None, "for other work (F5)")
            job.report(told.stage, told.done, told.total, told.note)
            await asyncio.sleep(_LOOK_EVERY_S)
        if standing.state is State.DONE:
            return standing.told
        raise Cancelled if standing.state is State.STOPPED else RushesError(standing.told)

    def pause(self, order_id: str) -> None:
        """Let it wait where it is, or go on if it waits."""
        standing = self._standings[order_id]
        process = self._processes.get(order_id)
        if process is None:
            return
        if standing.state is State.RUNNING:
            process.pause()
            self._paces[order_id].rest(time.monotonic())
            self._set(replace(standing, state=State.PAUSED))
        elif standing.state is State.PAUSED:
            process.go_on()
            self._paces[order_id].go_on(time.monotonic())
            self._set(replace(standing, state=State.RUNNING))

    def cancel(self, order_id: str) -> None:
        """Stop it. What it finished is kept."""
        standing = self._standings[order_id]
        if process := self._processes.get(order_id):
            process.cancel()
        elif standing.state.is_open:
            self._set(replace(standing, state=State.STOPPED))

    def retry(self, order_id: str) -> None:
        """Begin a failed or stopped one again."""
        standing = self._standings.get(order_id)  # it may just have been forgotten
        if standing is not None and not standing.state.is_open:
            self._set(Standing(standing.order))
            self._start_next()

    def forget(self, order_id: str) -> None:
        """Take one that is over from the list."""
        standing = self._standings.get(order_id)
        if standing is not None and not standing.state.is_open:
            del self._standings[order_id]

    async def close(self) -> None:
        """End what runs; it stays on the list and goes on next time, if it was not stopped."""
        self._is_closing = True
        for order_id, process in self._processes.items():
            if process.was_cancelled:
                self._set(replace(self._standings[order_id], state=State.STOPPED))
            process.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_PATIENCE_S)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._lock is not None:
            self._lock.release()

    def _start_next(self) -> None:
        busy = {self._standings[each].order.lane for each in self._processes}
        for standing in self.standings:
            if standing.state is State.WAITING and standing.order.lane not in busy:
                busy.add(standing.order.lane)
                self._start(standing)

    def _start(self, standing: Standing) -> None:
        order = standing.order
        heard = partial(self._heard, order.id)
        shown = partial(self._shown, order.id)
        process = Process(order.command, order.folder, heard, shown)
        self._processes[order.id] = process
        self._paces[order.id] = Pace()
        self._set(replace(standing, order=order.owning(), state=State.RUNNING))
        task = asyncio.create_task(self._follow(order.id, process), name=order.title)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self, order_id: str, process: Process) -> None:
        try:
            code, told = await process.run()
        except OSError as error:
            code, told = 1, f"it cannot be started: {error.strerror or error}"
        finally:
            self._processes.pop(order_id, None)
            self._paces.pop(order_id, None)
        if code in (0, 3):
            state = State.DONE
        elif self._is_closing:
            return
        else:
            state = State.STOPPED if process.was_cancelled or code == INTERRUPTED else State.FAILED
        self._set(replace(self._standings[order_id], state=state, told=told, left_s=None))
        if not self._is_closing:
            self._start_next()

    def _heard(self, order_id: str, progress: Progress) -> None:
        standing = self._standings[order_id]
        if standing.state is State.PAUSED:  # said before it heard that it shall wait
            return
        left_s = self._paces[order_id].left_s(progress, time.monotonic())
        self._set(replace(standing, progress=progress, left_s=left_s))

    def _shown(self, order_id: str, picture: Path) -> None:
        self._set(replace(self._standings[order_id], preview=picture))

    def _set(self, standing: Standing) -> None:
        before = self._standings.get(standing.order.id)
        self._standings[standing.order.id] = standing
        if before is None or before.state != standing.state:
            self._keep()
        if not self._is_closing:  # nobody looks any more
            self._on_change(standing)

    def _keep(self) -> None:
        if not self.is_kept:
            return
        try:
            write_orders(self._file, [each.order for each in self.standings if each.state.is_open])
        except RushesError:  # the work matters more than that it goes on next time
            log.exception("what is under way cannot be kept")
