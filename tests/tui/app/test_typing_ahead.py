"""What is typed before the screen has caught up goes where it was meant."""

import asyncio
from pathlib import Path

import pytest

from tests.tui.app.stage import Stage
from tui.widgets.contact_sheet import ContactSheet
from tui.widgets.prompt import Prompt


@pytest.mark.parametrize("size", [(120, 40), (60, 24)])
@pytest.mark.parametrize("scene", ["found", "selects"])
def test_a_key_that_leads_to_a_pane_is_followed_by_what_is_meant_for_it(
    scene: str,
    size: tuple[int, int],
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    async def live() -> None:
        async with Stage(monkeypatch, tmp_path).playing(scene, size) as (pilot, app):
            marked = app.screen.query_one(ContactSheet).marks(0)
            for key in ("f2", "s", "x", "d", "f3", "right"):  # all at once
                app.simulate_key(key)
            await pilot.pause()
            await pilot.pause()
            assert app.screen.query_one(Prompt).text == "sxd"
            sheet = app.screen.query_one(ContactSheet)
            assert sheet.has_focus and sheet.index == 1
            assert sheet.marks(0) == marked

    asyncio.run(live())
