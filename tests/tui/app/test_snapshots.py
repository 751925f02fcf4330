"""How every screen looks. After a change that is meant:

    pytest tests/tui/app/test_snapshots.py --snapshot-update

and look at the pictures that changed, in `__snapshots__`.
"""

import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.app.scenes import SCENES
from tests.tui.app.stage import Stage, rest
from tui.app import RushesApp

MADE_WITH = {"textual": "8.2.8", "rich": "15.0.0"}
FOUND_HERE = {name: version(name) for name in MADE_WITH}
pytestmark = [
    pytest.mark.skipif(
        FOUND_HERE != MADE_WITH, reason=f"the pictures were made with {MADE_WITH}: {FOUND_HERE}"
    ),
    pytest.mark.skipif(sys.platform == "win32", reason="paths are written otherwise"),
]

SCREENS = (
    "main", "found", "selects", "preview", "generate", "making", "export", "jobs", "library",
    "settings", "first-run", "history", "help",
)  # fmt: skip
SIZES = ((80, 24), (120, 40), (200, 60))
THEMES = ("textual-dark", "textual-light")
SHOTS = [
    *((name, size, theme) for name in SCREENS for size in SIZES for theme in THEMES),
    *((name, (80, 24), "textual-dark") for name in SCENES if name not in SCREENS),
]


@pytest.mark.parametrize(
    ("name", "size", "theme"),
    SHOTS,
    ids=[f"{name}-{w}x{h}-{theme.removeprefix('textual-')}" for name, (w, h), theme in SHOTS],
)
def test_screen(
    name: str,
    size: tuple[int, int],
    theme: str,
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    snap_compare: Callable[..., bool],
) -> None:
    stage = Stage(monkeypatch, tmp_path)
    play = partial(_play, stage, name, theme)
    assert snap_compare(stage.app(name), terminal_size=size, run_before=play)


async def _play(stage: Stage, name: str, theme: str, pilot: Pilot[Any]) -> None:
    await stage.play(name, pilot)
    assert isinstance(pilot.app, RushesApp)
    pilot.app.theme = theme
    await rest(pilot)
