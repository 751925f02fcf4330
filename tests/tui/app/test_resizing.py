"""A terminal whose window is pulled about while things happen."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from agent.events import Event
from rushes.settings import load_settings
from tests.tui.app.scenes import SCENES, lively_first
from tests.tui.app.stage import Stage
from tests.tui.app.waiting import until
from tests.tui.home import Home
from tui.app import RushesApp
from tui.plain_letters import plain
from tui.screens.preview import PreviewScreen
from tui.widgets.chat import TurnView
from tui.widgets.contact_sheet import ContactSheet
from tui.widgets.prompt import Prompt

SIZES = [(1, 1), (3, 2), (20, 5), (40, 10), (80, 24), (120, 40), (200, 60), (300, 8), (30, 90)]


@pytest.mark.parametrize("scene", lively_first(SCENES))
def test_every_screen_takes_any_size(
    scene: str, own_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And in each of them it can be drawn in ASCII, as wide as it is."""

    async def live() -> None:
        async with Stage(monkeypatch, tmp_path).playing(scene, (80, 24)) as (pilot, app):
            for width, height in SIZES:
                await pilot.resize_terminal(width, height)
                await until(pilot, lambda: app.screen.size == app.size)
                strips = app.screen._compositor.render_strips()
                assert len(strips) == height
                assert all(len(plain(each.text)) == each.cell_length == width for each in strips)
                assert all(plain(each.text).isascii() for each in strips)

    asyncio.run(live())


@pytest.mark.usefixtures("installed")
def test_a_resize_at_any_time_of_a_turn_a_search_and_a_preview(
    used: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = random.Random(7)
    show = TurnView.show

    async def resized(pilot: Pilot[Any]) -> None:
        await pilot.resize_terminal(sizes.randint(1, 220), sizes.randint(1, 70))

    async def during(
        pilot: Pilot[Any], begin: Callable[[], Awaitable[Any]], is_over: Callable[[], object]
    ) -> None:
        await begin()
        async with asyncio.timeout(60):
            while not is_over():
                await resized(pilot)

    async def live() -> None:
        app = RushesApp(load_settings(library=used.folder / "data/library", language="none"))
        failures: list[str] = []
        monkeypatch.setattr(RushesApp, "tell", lambda self, error: failures.append(str(error)))
        replies: list[Event] = []

        async def noted(self: TurnView, event: Event) -> None:
            await show(self, event)
            await resized(pilot)
            replies.append(event)

        monkeypatch.setattr(TurnView, "show", noted)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: not _works(app, "opening"))
            app.main.query_one(Prompt).value = "when does the ferry leave the harbour?"
            app.main.query_one(Prompt).focus()
            await during(pilot, lambda: pilot.press("enter"), lambda: _ended(app, replies))
            sheet = app.main.query_one(ContactSheet)
            app.main.run_command("search", "bicycles kind:video")
            await during(pilot, pilot.pause, lambda: sheet.moments and not _works(app, "search"))
            sheet.focus()
            sheet.action_want("preview")
            await until(pilot, lambda: isinstance(app.screen, PreviewScreen))
            for key in "lllkioj.,":
                await pilot.press({".": "right", ",": "left"}.get(key, key))
                await resized(pilot)
            await pilot.resize_terminal(80, 24)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.main)
            assert app.is_running and not failures

    asyncio.run(live())


def _works(app: RushesApp, *names: str) -> bool:
    return any(not each.is_finished and each.name in names for each in app.workers)


def _ended(app: RushesApp, replies: list[Event]) -> bool:
    return bool(replies) and not _works(app, "turn")
