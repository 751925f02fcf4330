"""Work beside an event loop."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from agent import background
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job


def test_gives_what_the_work_gives() -> None:
    assert asyncio.run(background.run(Job(), lambda: 7)) == 7


def test_raises_what_the_work_raises() -> None:
    def fail() -> int:
        raise RushesError("no")

    with pytest.raises(RushesError, match="no"):
        asyncio.run(background.run(Job(), fail))


def test_yields_as_it_comes() -> None:
    async def collect() -> list[int]:
        return [each async for each in background.stream(Job(), lambda: iter(range(3)))]

    assert asyncio.run(collect()) == [0, 1, 2]


def test_nobody_waits_for_work_that_does_not_end() -> None:
    job, let_go = Job(), threading.Event()

    def hang() -> Iterator[int]:
        yield 1
        let_go.wait(60)
        yield 2

    async def follow() -> list[int]:
        seen = []
        async for each in background.stream(job, hang):
            seen.append(each)
            job.cancel()
        return seen

    with pytest.raises(Cancelled):
        asyncio.run(follow())
    let_go.set()


def test_a_job_that_was_stopped_begins_nothing() -> None:
    job, begun = Job(), threading.Event()
    job.cancel()
    with pytest.raises(Cancelled):
        asyncio.run(background.run(job, begun.set))
    assert not begun.is_set()
