"""Everything is reached by keys, and keys that are shown do something."""

import asyncio
from pathlib import Path

import pytest
from textual.actions import parse
from textual.containers import ScrollableContainer
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Select, TextArea

from tests.tui.app.scenes import SCENES, lively_first
from tests.tui.app.stage import Stage
from tui.app import RushesApp
from tui.widgets.keys_line import KeysLine

USED = (Button, Input, OptionList, Select, TextArea)
OWN_KEYS = {"words", "question", "export", "sides"}
"""Boxes that scroll by keys of their screen, or along with the field that has the focus."""


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
@pytest.mark.parametrize("scene", lively_first(SCENES))
def test_tab_reaches_everything(
    scene: str,
    size: tuple[int, int],
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    async def live() -> None:
        async with Stage(monkeypatch, tmp_path).playing(scene, size) as (pilot, app):
            chain = app.screen.focus_chain
            reached: set[Widget] = set()
            for _ in chain:
                if app.focused is not None:
                    reached.add(app.focused)
                await pilot.press("tab")
            assert set(chain) <= reached
            assert not [each for each in _to_be_used(app) if each not in chain]
            _check_keys(app)

    asyncio.run(live())


def _to_be_used(app: RushesApp) -> list[Widget]:
    seen = [each for each in app.screen.query("*") if each.is_on_screen or each.region]
    fields = [each for each in seen if isinstance(each, USED) and each.can_focus]
    scrolled = [
        each
        for each in seen
        if isinstance(each, ScrollableContainer)
        and not isinstance(each, KeysLine)
        and each.max_scroll_y > 0
        and each.id not in OWN_KEYS
    ]
    return [each for each in (*fields, *scrolled) if not each.disabled and each.display]


def _check_keys(app: RushesApp) -> None:
    """Those in the last line lead to a method."""
    for node, binding, _, _ in app.screen.active_bindings.values():
        if binding.show:
            where, name, _ = parse(binding.action)
            target = {"app": app, "screen": app.screen}.get(where, node)
            assert hasattr(target, f"action_{name}") or hasattr(target, f"_action_{name}"), binding


@pytest.mark.parametrize(
    ("scene", "keys"),
    [("jobs-empty", {"Back"}), ("selects-empty", {"Undo"}), ("making-failed", {"Back", "Retry"})],
)
def test_keys_that_can_do_nothing_are_not_shown(
    scene: str,
    keys: set[str],
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    async def live() -> None:
        async with Stage(monkeypatch, tmp_path).playing(scene, (120, 40)) as (_, app):
            shown = [each.binding for each in app.screen.active_bindings.values()]
            own = {b.description for b in shown if b.show and not b.key.startswith(("f", "ctrl+q"))}
            assert own == keys

    asyncio.run(live())


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_key_of_all_keys_is_always_seen(
    width: int, own_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def live() -> None:
        async with Stage(monkeypatch, tmp_path).playing("found", (width, 24)) as (_, app):
            last = app.screen._compositor.render_strips()[-1].text
            assert last.rstrip().endswith("f1 Keys") and "space Preview" in last

    asyncio.run(live())
