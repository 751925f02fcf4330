"""Every key that the last line shows is pressed in every scene: it does something, and no harm."""

import asyncio
from pathlib import Path

import pytest

from indexer.search import Results
from rushes.errors import RushesError
from tests.tui.app.scenes import SCENES
from tests.tui.app.stage import Stage
from tui.app import RushesApp

pytestmark = pytest.mark.stress

NOTHING_LEFT = {
    ("main", "f2"), ("main-empty", "f2"), ("main-busy", "f2"), ("main-failed", "f2"),
    ("found", "f3"), ("found-list", "f3"), ("selects", "f4"), ("selects-empty", "f4"),
    ("preview", "i"),  # the in point is there
    ("making-done", "left"), ("making-done", "j"),  # its first frame is shown
    ("export-failed", "ctrl+s"),  # the reason is read already
    # On the stage no process is there to be paused, and the library is the same before and after.
    ("making", "p"), ("jobs", "p"), ("library", "w"), ("library-failed", "w"),
    ("library-models", "w"), ("library-empty", "w"),
}  # fmt: skip
"""Keys of a scene that lead to where one is, or ask for what is so."""


async def nothing_fits(*_: object) -> Results:
    return Results()


@pytest.mark.parametrize("scene", SCENES)
def test_every_key_that_is_shown_does_something(
    scene: str, own_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file that is not there is told, which is something; a defect never is."""
    defects: list[BaseException] = []
    said: list[object] = []
    tell = RushesApp.tell

    def told(app: RushesApp, error: BaseException | str) -> None:
        if isinstance(error, BaseException) and not isinstance(error, RushesError):
            defects.append(error)
        tell(app, error)

    monkeypatch.setattr(RushesApp, "tell", told)
    monkeypatch.setattr(RushesApp, "notify", lambda app, text, **_: said.append(text))
    stage = Stage(monkeypatch, tmp_path)
    monkeypatch.setattr("tui.desk.Desk.search", nothing_fits)

    async def shown() -> list[str]:
        async with stage.playing(scene, (120, 40)) as (_, app):
            active = app.screen.active_bindings.values()
            return [each.binding.key for each in active if each.binding.show and each.enabled]

    async def press(key: str) -> bool:
        async with stage.playing(scene, (120, 40)) as (pilot, app):
            said.clear()
            before = _seen(app)
            await pilot.press(key)
            for _ in range(100):
                if said or not app.is_running or _seen(app) != before:
                    return True
                await pilot.pause(0.02)
            return False

    for key in (each for each in asyncio.run(shown()) if (scene, each) not in NOTHING_LEFT):
        assert asyncio.run(press(key)), f"{key} does nothing in {scene}"
        assert not defects, (scene, key, defects)


def _seen(app: RushesApp) -> tuple[object, ...]:
    """What a user would notice, and work that was begun."""
    return (
        app.is_running,
        app.focused,
        [type(each) for each in app.screen_stack],
        app.desk.works.standings,
        app.export_screenshot(),
    )
