"""Words can be read in every theme, and without colour."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tests.tui.app.scenes import SCENES, lively_first
from tests.tui.app.stage import Stage, rest
from tui.app import RushesApp
from tui.legible import CONTRAST, Legible, contrast

THEMES = ("textual-dark", "textual-light", "nord", "catppuccin-latte")
BLUE, WHITE, BLACK = Color(0, 0, 255), Color(255, 255, 255), Color(0, 0, 0)


@pytest.mark.parametrize(
    "scene", lively_first(name for name in SCENES if not name.endswith("-empty"))
)
def test_words_stand_out(
    scene: str, own_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def live() -> None:
        faint: dict[str, float] = {}
        async with Stage(monkeypatch, tmp_path).playing(scene, (100, 30)) as (pilot, app):
            for theme in THEMES:
                app.theme = theme
                await rest(pilot)
                for word, ratio in words(app):
                    if ratio < CONTRAST:
                        faint[f"{theme}: {word}"] = round(ratio, 2)
        assert not faint

    asyncio.run(live())


def words(app: RushesApp) -> Iterator[tuple[str, float]]:
    """What stands on the screen that is open, with the contrast that it is drawn in."""
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        x = 0
        for segment in strip:
            text, style, _ = segment
            at = app.screen.get_widget_at(x, y)[0] if segment.cell_length else app.screen
            x += segment.cell_length
            # Through the screen itself another one is seen, dimmed because it is not in use.
            if at is not app.screen and any(map(str.isalnum, text)):
                assert style is not None and style.color is not None and style.bgcolor is not None
                drawn = map(Color.from_rich_color, (style.color, style.bgcolor))
                yield text.strip(), contrast(*drawn)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast(WHITE, BLACK) == pytest.approx(21.0)
    assert contrast(WHITE, Color(0x76, 0x76, 0x76)) == pytest.approx(4.54, abs=0.01)
    assert contrast(BLUE, WHITE) == contrast(WHITE, BLUE) == pytest.approx(8.59, abs=0.01)


@pytest.mark.parametrize("behind", ["#000000", "#0178d4", "#777777", "#ffff00", "#ffffff"])
@pytest.mark.parametrize("front", ["#ffa62b", "#808080", "#0178d4", "#123456"])
def test_colours_move_as_far_as_they_must(front: str, behind: str) -> None:
    style = Style(color=front, bgcolor=behind)
    text, picture = Legible().apply([Segment("word", style), Segment("▀▌█─", style)], BLACK)
    assert picture.style is style
    assert text.style is not None and text.style.color is not None
    now = contrast(Color.from_rich_color(text.style.color), Color.parse(behind))
    before = contrast(Color.parse(front), Color.parse(behind))
    if before >= CONTRAST:
        assert text.style is style
    else:
        assert CONTRAST <= now < CONTRAST + 0.3


def test_the_terminals_own_colours_are_left_alone() -> None:
    style = Style(color="red", bgcolor="default")
    assert Legible().apply([Segment("word", style)], BLACK)[0].style is style


@pytest.mark.parametrize(
    ("scene", "told"),
    [
        ("found-list", ("▶1 ", "2 ✓ ", "3 ✗ ", "4 + ", "5 − ", "1 selected · 1 rejected")),
        ("jobs", ("✗ index card 7", "failed", "║ install", "paused", "▶ index", "indexing",
                  "■ upscale", "stopped", "! index stills", "1 file could not be read")),
        ("main-busy", ("● plan a reel", "✓ search", "▶ index footage")),
        ("main-failed", ("✗ 1 failed", "! stopped after")),
        ("library", ("✓ /footage", "✗ /media/card 7  not there")),
        ("making-failed", ("failed: the disk is full",)),
        ("generate-failed", ("✗ no ComfyUI server",)),
        ("first-run-failed", ("✗ there is no such folder",)),
    ],
)  # fmt: skip
def test_states_are_told_without_colour(
    scene: str,
    told: tuple[str, ...],
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def live() -> None:
        async with Stage(monkeypatch, tmp_path).playing(scene, (100, 30)) as (_, app):
            strips = app.screen._compositor.render_strips()
        shown = "\n".join(strip.text for strip in strips)
        assert not [each for each in told if each not in shown]
        colours = {seg.style.color for strip in strips for seg in strip if seg.style}
        assert all(len(set(each.get_truecolor())) == 1 for each in colours if each)

    asyncio.run(live())
