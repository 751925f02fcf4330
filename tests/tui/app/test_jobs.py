"""The jobs' line and list, with real commands in processes of their own."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, ListView, Static, TextArea

from tests.tui.app.hosting import Host
from tests.tui.app.waiting import until
from tests.tui.home import HARBOUR
from tui.screens.job_details import JobDetailsScreen
from tui.screens.jobs import JobsScreen
from tui.screens.quit import QuitScreen
from tui.widgets.job_row import JobRow
from tui.widgets.jobs_line import JobsLine
from tui.work.order import Order, State

SIZES = [(40, 10), (80, 24), (200, 60)]


@pytest.fixture
def media(tmp_path: Path, installed: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number}.txt").write_text(f"{HARBOUR} {number}")
    (folder / "empty [red].pdf").touch()
    return folder


def run(
    act: Callable[[Host, Pilot[None]], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    async def inside() -> None:
        app = Host()
        async with app.run_test(size=size) as pilot:
            await act(app, pilot)

    asyncio.run(inside())


def state_of(app: Host, at: int = 0) -> State:
    return app.desk.works.standings[at].state


def shown(app: Host, selector: str) -> str:
    return "\n".join(str(each.render()) for each in app.screen.query(selector).results(Static))


def test_an_index_run_is_followed_to_its_end_and_says_what_it_could_not_read(media: Path) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        await app.open(JobsScreen(app.desk))
        assert app.screen.query_one("#nothing").display
        app.desk.order_index([media])
        await until(pilot, lambda: state_of(app) is State.DONE)
        await until(pilot, lambda: "could not be read" in shown(app, ".state"))
        assert not app.screen.query_one("#nothing").display
        assert "40 files indexed" in shown(app, ".note")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, JobDetailsScreen))
        told = app.screen.query_one(TextArea).text
        assert "empty [red].pdf" in told and "rushes index" in told
        await pilot.press("y")
        assert app.clipboard.startswith("rushes index ")
        await pilot.press("escape")
        await pilot.press("delete")
        await until(pilot, lambda: not app.screen.query(JobRow))
        assert app.desk.works.standings == ()

    run(act)


def test_one_that_fails_says_why_and_is_tried_again(media: Path) -> None:
    missing = media / "later"

    async def act(app: Host, pilot: Pilot[None]) -> None:
        await app.open(JobsScreen(app.desk))
        app.desk.order_index([missing])
        await until(pilot, lambda: state_of(app) is State.FAILED)
        await until(pilot, lambda: "later" in shown(app, ".note"))
        missing.mkdir()
        (missing / "a.txt").write_text("an owl")
        await pilot.press("r")
        await until(pilot, lambda: state_of(app) is State.DONE)

    run(act)


def test_a_job_is_paused_goes_on_and_is_stopped(media: Path) -> None:
    for number in range(600):
        (media / f"more {number}.txt").write_text(f"{HARBOUR} {number}")

    async def act(app: Host, pilot: Pilot[None]) -> None:
        await app.open(JobsScreen(app.desk))
        app.desk.order_index([media])
        app.desk.works.add(Order("later", ("index", str(media), "--json")))
        await until(pilot, lambda: app.desk.works.standings[0].progress is not None)
        jobs = app.screen.query_one(ListView)
        await until(pilot, lambda: len(jobs.query(JobRow)) == 2)
        await pilot.press("end", "down", "p")
        assert state_of(app) is State.PAUSED
        await pilot.press("delete")  # refused: it is not over
        await pilot.press("p")
        assert state_of(app) is State.RUNNING
        await pilot.press("up", "x")
        assert state_of(app, 1) is State.STOPPED
        await pilot.press("down", "x")
        await until(pilot, lambda: state_of(app) is State.STOPPED)

    run(act)


def test_leaving_asks_what_to_do_with_what_is_under_way(media: Path) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        app.desk.order_index([media])
        await app.open(QuitScreen(app.desk))
        assert "index media" in shown(app, ".job")
        await pilot.press("enter")  # what is chosen at first is to stay
        await app.open(QuitScreen(app.desk))
        await pilot.press("l")
        await app.open(QuitScreen(app.desk))
        await pilot.press("right", "enter")
        await app.open(QuitScreen(app.desk))
        await pilot.press("escape")
        await until(pilot, lambda: app.answers == [False, True, True, False])

    run(act)


def test_what_was_left_under_way_goes_on_next_time(media: Path) -> None:
    async def leave(app: Host, pilot: Pilot[None]) -> None:
        app.desk.works.resume()
        app.desk.order_index([media])
        await until(pilot, lambda: app.desk.works.standings[0].progress is not None)

    async def come_back(app: Host, pilot: Pilot[None]) -> None:
        app.desk.works.resume()
        await until(pilot, lambda: state_of(app) is State.DONE)

    run(leave)
    run(come_back)


def test_a_second_app_leaves_the_work_of_the_first_alone(media: Path) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        app.desk.works.resume()
        app.desk.order_index([media])
        second = Host().desk.works
        second.resume()
        assert second.standings == ()
        await until(pilot, lambda: state_of(app) is State.DONE)

    run(act)


@pytest.mark.parametrize("size", SIZES)
def test_the_line_and_the_list_fit_any_terminal(media: Path, size: tuple[int, int]) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        line = JobsLine()
        await app.screen.mount(line)
        line.show(())
        assert not line.display
        app.desk.order_index([media / "nowhere"])
        await until(pilot, lambda: state_of(app) is State.FAILED)
        line.show(app.desk.works.standings)
        await pilot.pause()
        assert line.display and line.size.height == 1
        assert "1 failed: press F5" in str(line.render())
        await app.open(JobsScreen(app.desk))
        (row,) = app.screen.query(JobRow)
        assert row.region.right <= size[0] and row.region.bottom < size[1]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, JobDetailsScreen))
        assert app.screen.query_one(TextArea).size.height >= 4
        await pilot.press("escape")
        await app.open(QuitScreen(app.desk))
        for button in app.screen.query(Button):
            assert button.region.bottom <= size[1] and button.region.height >= 1

    run(act, size)
