"""Settings changed on the screen, and the help for the keys."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from rushes.settings import load_settings
from tests.tui.app.hosting import Host
from tests.tui.app.waiting import until
from tui.app import RushesApp
from tui.screens.first_run import FirstRunScreen
from tui.screens.help import HelpScreen
from tui.screens.main import MainScreen
from tui.screens.setting import SettingScreen
from tui.screens.settings import SettingsScreen
from tui.setting_values import settings_of

SIZES = [(40, 10), (80, 24), (200, 60)]


def run(
    act: Callable[[Host, Pilot[None]], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    async def inside() -> None:
        app = Host()
        async with app.run_test(size=size) as pilot:
            await app.open(SettingsScreen(app.desk))
            await act(app, pilot)

    asyncio.run(inside())


async def choose(app: Host, pilot: Pilot[None], name: str) -> None:
    """Put the cursor on a setting and open it."""
    names = [each.name for each in settings_of(app.desk.settings)]
    app.screen.query_one(OptionList).highlighted = names.index(name)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, SettingScreen))


def said(app: Host, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).render())


@pytest.mark.parametrize("size", SIZES)
def test_a_value_is_typed_checked_and_kept(size: tuple[int, int]) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        await choose(app, pilot, "frame_every_s")
        app.screen.query_one(Input).value = "0.1"
        await pilot.press("enter")
        assert "greater than 0.5" in said(app, "#refused")
        refused = app.screen.query_one("#refused")
        assert refused.region.height >= 1 and refused.region.bottom <= size[1]
        app.screen.query_one(Input).value = "4"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
        assert load_settings().frame_every_s == app.desk.settings.frame_every_s == 4
        assert "config.toml" in said(app, "#explained")
        await pilot.press("d")
        assert load_settings().frame_every_s == app.desk.settings.frame_every_s == 8

    run(act, size)


def test_a_theme_is_seen_before_it_is_chosen_and_kept_only_then() -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        before = app.theme
        await choose(app, pilot, "theme")
        await pilot.press("home")
        first = sorted(app.available_themes)[0]
        assert app.theme == first != before
        await pilot.press("escape")
        assert app.theme == before
        await choose(app, pilot, "theme")
        await pilot.press("home", "enter")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
        assert app.theme == load_settings().theme == first

    run(act)


def test_what_the_environment_sets_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSHES_PROFILE", "starter")

    async def act(app: Host, pilot: Pilot[None]) -> None:
        await choose(app, pilot, "profile")
        assert "RUSHES_PROFILE" in said(app, "#refused")
        await pilot.press("home", "enter")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
        assert app.desk.settings.profile == "starter"

    run(act)


@pytest.mark.parametrize("size", SIZES)
def test_the_help_lists_the_keys_of_the_screen_below(size: tuple[int, int]) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        await app.push_screen(HelpScreen(app.screen))
        told = "\n".join(str(each.render()) for each in app.screen.query(Static))
        assert "Settings" in told
        assert "Change" in told and "Default" in told
        await pilot.press("end", "escape")
        assert isinstance(app.screen, SettingsScreen)

    run(act, size)


def test_how_pictures_are_drawn_is_not_taken_for_a_setting() -> None:
    app = RushesApp(load_settings(), pictures="blocks")
    (setting,) = [each for each in settings_of(app.desk.settings) if each.name == "pictures"]
    assert (setting.value, setting.overrides, app.desk.pictures) == ("auto", "", "blocks")


@pytest.mark.usefixtures("installed")
def test_a_theme_is_seen_before_it_is_chosen_and_kept(tmp_path: Path) -> None:
    async def inside() -> None:
        app = RushesApp(load_settings(library=tmp_path / "library", language="none"))
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, MainScreen | FirstRunScreen))
            app.main.run_command("theme", "nord")
            assert app.theme == app.desk.settings.theme == load_settings().theme == "nord"
            app.action_change_theme()
            await until(pilot, lambda: isinstance(app.screen, SettingScreen))
            await pilot.press("down")
            seen = app.theme
            assert seen != "nord" and load_settings().theme == "nord"
            await pilot.press("enter")
            await until(pilot, lambda: not isinstance(app.screen, SettingScreen))
            assert app.desk.settings.theme == load_settings().theme == seen

    asyncio.run(inside())
