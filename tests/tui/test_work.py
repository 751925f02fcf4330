"""Work beside the app: real commands, each in a process of its own."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rushes.errors import RushesError
from tests.tui.home import HARBOUR
from tui.work.kept import read_orders
from tui.work.order import Order, Standing, State
from tui.work.queue import WorkQueue
from tui.work.telling import PROGRESS


@pytest.fixture
def folder(tmp_path: Path, installed: Path) -> Path:
    media = tmp_path / "media"
    media.mkdir()
    (media / "harbour.txt").write_text(HARBOUR)
    return media


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "orders.json"


def index(folder: Path) -> Order:
    return Order("index media", ("index", str(folder), "--json"))


async def until(
    queue: WorkQueue, is_so: Callable[[tuple[Standing, ...]], bool], seconds: float = 60
) -> tuple[Standing, ...]:
    async with asyncio.timeout(seconds):
        while not is_so(queue.standings):
            await asyncio.sleep(0.02)
    return queue.standings


def over(standings: tuple[Standing, ...]) -> bool:
    return not any(each.state.is_open for each in standings)


def test_an_order_is_done_and_what_it_printed_is_there(folder: Path, file: Path) -> None:
    seen: list[Standing] = []

    async def run() -> Standing:
        queue = WorkQueue(file, seen.append)
        queue.add(index(folder))
        assert read_orders(file) == [queue.standings[0].order]
        return (await until(queue, over))[0]

    done = asyncio.run(run())
    assert done.state is State.DONE
    assert json.loads(done.told)["indexed"] == 1
    assert any(each.progress is not None and each.progress.total for each in seen)
    assert read_orders(file) == []


def test_one_that_fails_says_why_in_a_line_and_can_be_tried_again(folder: Path, file: Path) -> None:
    missing = folder / "not-there"

    async def run() -> tuple[Standing, Standing]:
        queue = WorkQueue(file, lambda standing: None)
        queue.add(index(missing))
        failed = (await until(queue, over))[0]
        missing.mkdir()
        (missing / "owl.txt").write_text("an owl")
        queue.retry(failed.order.id)
        return failed, (await until(queue, over))[0]

    failed, done = asyncio.run(run())
    assert failed.state is State.FAILED
    assert "not-there" in failed.told and "\n" not in failed.told
    assert done.state is State.DONE


def test_two_that_compute_run_one_after_the_other(folder: Path, file: Path) -> None:
    together: list[int] = []

    async def run() -> None:
        queue = WorkQueue(file, lambda standing: together.append(running(queue)))
        queue.add(index(folder))
        queue.add(index(folder))
        await until(queue, over)

    def running(queue: WorkQueue) -> int:
        return sum(each.state is State.RUNNING for each in queue.standings)

    asyncio.run(run())
    assert max(together) == 1


def test_a_paused_one_waits_and_a_stopped_one_ends(folder: Path, file: Path) -> None:
    for number in range(400):
        (folder / f"{number}.txt").write_text(f"{HARBOUR} {number}")

    async def run() -> Standing:
        queue = WorkQueue(file, lambda standing: None)
        queue.add(index(folder))
        order = queue.standings[0].order.id
        await until(queue, lambda each: each[0].progress is not None)
        queue.pause(order)
        assert queue.standings[0].state is State.PAUSED
        queue.cancel(order)
        return (await until(queue, over, seconds=15))[0]

    assert asyncio.run(run()).state is State.STOPPED
    assert read_orders(file) == []


def test_what_was_under_way_goes_on_when_the_app_opens_again(folder: Path, file: Path) -> None:
    async def leave() -> None:
        queue = WorkQueue(file, lambda standing: None)
        queue.add(index(folder))
        await queue.close()

    async def come_back() -> Standing:
        queue = WorkQueue(file, lambda standing: None)
        queue.resume()
        return (await until(queue, over))[0]

    asyncio.run(leave())
    assert len(read_orders(file)) == 1
    assert asyncio.run(come_back()).state is State.DONE


def test_a_damaged_list_is_said_and_costs_nothing_else(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("{]")
    with pytest.raises(RushesError, match="damaged"):
        read_orders(file)


def test_one_that_was_stopped_does_not_begin_again_with_the_app(folder: Path, file: Path) -> None:
    for number in range(400):
        (folder / f"{number}.txt").write_text(f"{HARBOUR} {number}")

    async def leave() -> None:
        queue = WorkQueue(file, lambda standing: None)
        queue.add(index(folder))
        queue.add(index(folder))
        await until(queue, lambda each: each[0].progress is not None)
        queue.cancel(queue.standings[0].order.id)
        await queue.close()

    asyncio.run(leave())
    assert len(read_orders(file)) == 1  # the one that waited


_TWO_JOBS = """
import os, time
from rushes.jobs import Job
from tui.work.telling import following
with following(Job()) as job:
    print("begun", flush=True)
    while not job.paused:
        time.sleep(0.01)
with following(Job()) as job:
    print("paused" if job.paused else "goes on", flush=True)
    while job.paused:
        time.sleep(0.01)
print("done", flush=True)
os._exit(0)
"""


def test_a_pause_is_of_the_command_and_not_of_the_job_that_it_is_at() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _TWO_JOBS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, PROGRESS: "json"},
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for word, told in ((None, "begun"), ("pause", "paused"), ("go on", "done")):
            if word is not None:
                process.stdin.write(f"{word}\n")
                process.stdin.flush()
            assert process.stdout.readline().strip() == told
