"""Work that blocks, run beside an event loop: given up as soon as the user asks to stop."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from rushes.jobs import Job

T = TypeVar("T")

_LOOK_EVERY_S = 0.02


@dataclass(frozen=True)
class _Item(Generic[T]):
    value: T


async def run(job: Job, work: Callable[[], T]) -> T:
    """What `work` returns. Stopped, it is left to end by itself: nobody waits for it.

    Raises:
        Cancelled: the user asked to stop.
    """
    async for value in stream(job, lambda: iter((work(),))):
        return value
    raise AssertionError("an iterator of one item has one")


async def stream(job: Job, work: Callable[[], Iterator[T]]) -> AsyncIterator[T]:
    """What `work` yields, as it comes.

    The thread is a daemon: a model that does not answer must not keep the program from ending.

    Raises:
        Cancelled: the user asked to stop.
    """
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[_Item[T] | BaseException | None] = asyncio.Queue()

    def put(each: _Item[T] | BaseException | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(waiting.put_nowait, each)

    def produce() -> None:
        try:
            for value in work():
                put(_Item(value))
                if job.cancelled:
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001  # raised again where it is awaited
            put(error)

    job.check_cancelled()
    threading.Thread(target=produce, name="agent", daemon=True).start()
    while True:
        try:
            each = await asyncio.wait_for(waiting.get(), _LOOK_EVERY_S)
        except TimeoutError:
            job.check_cancelled()
            continue
        job.check_cancelled()
        if each is None:
            return
        if isinstance(each, BaseException):
            raise each
        yield each.value
