"""The real app with nothing in it that differs from machine to machine.

What a screen asks of files, models and clocks is answered from `tests.tui.app.props`.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from agent.history import Found
from indexer.forecast import Forecast
from rushes.moment import Kind
from rushes.settings import load_settings
from tests.tui.app import props
from tests.tui.app.scenes import SCENES
from tests.tui.app.waiting import until
from tui.app import RushesApp
from tui.footage import Footage
from tui.playhead import Recording


class Stage:
    """Where scenes are played. Everything is as it was once the test is over."""

    def __init__(self, patch: pytest.MonkeyPatch, home: Path) -> None:
        self._patch = patch
        home = home / "ana"
        for name in ("day 1", "day 2", "interviews"):
            (home / "Footage" / name).mkdir(parents=True)
        patch.setenv("HOME", str(home))
        patch.setenv("TZ", "UTC")
        time.tzset()
        for what, told in _TOLD.items():
            patch.setattr(what, told)
        # The app counts no times here, so that none of them is seen.
        for module in ("steps_view", "turn_view"):
            patch.setattr(f"tui.widgets.{module}.time", SimpleNamespace(monotonic=lambda: 0.0))

    def app(self, name: str) -> RushesApp:
        """An app for a scene, to be run and brought into it by `play`."""
        for what, told in SCENES[name].told.items():
            self._patch.setattr(what, told)
        settings = load_settings(library=Path("/films/library"), pictures="none", language="none")
        return RushesApp(settings)

    async def play(self, name: str, pilot: Pilot[Any]) -> None:
        """Bring an app that has just been opened into a scene; nothing moves in it."""
        app = pilot.app
        assert isinstance(app, RushesApp)
        app.animation_level = "none"
        await until(pilot, lambda: app.screen is app.main)
        await until(pilot, lambda: not _works(app, "opening"))
        await SCENES[name].play(pilot, app)
        await rest(pilot)

    @asynccontextmanager
    async def playing(
        self, name: str, size: tuple[int, int]
    ) -> AsyncIterator[tuple[Pilot[None], RushesApp]]:
        """The app in a scene."""
        app = self.app(name)
        async with app.run_test(size=size) as pilot:
            await self.play(name, pilot)
            yield pilot, app


async def rest(pilot: Pilot[Any]) -> None:
    """Wait until nothing is under way that ends by itself; then no cursor blinks."""
    await until(pilot, lambda: not _works(pilot.app, *_ENDING))
    pilot.app.clear_notifications()
    for _ in range(3):  # what gets the focus only now would let its cursor blink
        for screen in pilot.app.screen_stack:
            for field in (*screen.query(Input), *screen.query(TextArea)):
                field.cursor_blink = False
                field._pause_blink(visible=field is screen.focused)
                if isinstance(field, TextArea):  # a line that was kept while the cursor was out
                    field._line_cache.clear()
                    field.refresh()
        await pilot.pause()


_ENDING = ("preview", "sound", "words", "keyframes", "frames", "still", "library", "history",
           "look", "lengths", "completing", "status")  # fmt: skip


def _works(app: Any, *names: str) -> bool:
    return any(not each.is_finished and each.name in names for each in app.workers)


def _open(self: Footage) -> Recording:
    self._recording = Recording(180.0, None, True)
    return self._recording


def _peaks(self: Footage, first_s: float, last_s: float) -> Any:
    import numpy as np

    return np.abs(np.sin(np.linspace(0, 40, 2000)) * np.linspace(0.1, 1, 2000)).astype(np.float32)


def _frames(*times_s: float) -> Any:
    from PIL import Image

    from tui.stills import Frame

    return tuple(Frame(Image.new("RGB", (16, 9)), at_s) for at_s in times_s)


def _forecast(root: Path, *_: object) -> Forecast:
    files = {Kind.VIDEO: 41, Kind.IMAGE: 12}
    return Forecast(files, 84_000_000_000, 1, 5040.0, True, (600.0, 1500.0))


async def _soon(answer: Any) -> Any:
    return answer


_TOLD = {
    "tui.desk.Desk.library": SimpleNamespace(roots=lambda: (), files=lambda: ()),
    "tui.desk.Desk.status": lambda self: _soon(props.STATUS),
    "tui.desk.Desk.warm_up": lambda self: _soon(""),
    "tui.desk.Desk.asked_before": lambda self: [],
    "agent.history.History.search": lambda self, words, most: Found(()),
    "tui.footage.Footage.open": _open,
    "tui.footage.Footage.words": lambda self, first_s, last_s: list(props.WORDS),
    "tui.footage.Footage.peaks": _peaks,
    "tui.footage.Footage.page": lambda self: props.PAGE.text,
    "tui.widgets.picks_list._length_s": lambda path: 600.0,
    "tui.screens.library.holding": lambda library, is_watched: props.HOLDING,
    "tui.screens.settings.file_shown": lambda: "~/.config/rushes/config.toml",
    "tui.screens.generate.keyframes_of": lambda moment: _frames(61.0, 68.4),
    "tui.screens.generate.Process": props.Planner,
    "tui.screens.generate._SETTLED_S": 0.01,
    "tui.screens.making.frame_at": lambda path, at_s: _frames(at_s)[0],
    "indexer.forecast.forecast": _forecast,
    "tui.screens.first_run._SETTLED_S": 0.0,
}
