"""The contact sheet in an app, with what a real library found."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from indexer.library import Library
from rushes.moment import Kind, Moment
from rushes.settings import load_settings
from tests.tui.app.waiting import until
from tests.tui.home import Home
from tui.sheet_layout import View
from tui.terminal_pictures import Protocol
from tui.verbs import Verb
from tui.widgets.card import Card
from tui.widgets.contact_sheet import ContactSheet


@pytest.fixture
def moments(used: Home, installed: Path) -> list[Moment]:
    """A film's, a picture's, speech and notes."""
    library = Library(load_settings(library=used.folder / "data/library"))
    films = library.search("kind:video", limit=20).moments
    found = [*films, *library.search("kind:image").moments]
    for query, kind in (("ever failed", Kind.AUDIO), ("harbour ferry", Kind.DOCUMENT)):
        found += [each for each in library.search(query).moments if each.kind is kind]
    assert len({each.kind for each in found}) == 4
    return found


class Sheet(App[None]):
    def __init__(self, protocol: Protocol = "blocks") -> None:
        super().__init__()
        self.sheet = ContactSheet(protocol)
        self.wanted: list[tuple[Verb, int]] = []

    def compose(self) -> ComposeResult:
        yield self.sheet

    def on_contact_sheet_wanted(self, event: ContactSheet.Wanted) -> None:
        assert event.moment == self.sheet.moments[event.index]
        self.wanted.append((event.verb, event.index))


def drive(
    moments: Sequence[Moment],
    does: Callable[[Pilot[Any], ContactSheet], Awaitable[None]],
    size: tuple[int, int] = (100, 30),
    protocol: Protocol = "blocks",
) -> Sheet:
    app = Sheet(protocol)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            app.sheet.focus()
            app.sheet.show(moments, f"{len(moments)} found")
            await pilot.pause()
            await does(pilot, app.sheet)

    asyncio.run(run())
    return app


def many(moments: Sequence[Moment], count: int) -> list[Moment]:
    return [replace(moments[n % len(moments)], page=n + 1) for n in range(count)]


def seen(sheet: ContactSheet) -> list[Card]:
    return [each for each in sheet.query(Card) if each.display and each.visible]


def is_drawn(card: Card) -> bool:
    return card.picture.drawn is not None


def words(sheet: ContactSheet) -> str:
    lines = sheet.app.screen._compositor.render_strips()
    return "\n".join(line.text for line in lines)


def test_keys_ask_for_what_they_are_for(moments: list[Moment]) -> None:
    async def press(pilot: Pilot[Any], sheet: ContactSheet) -> None:
        await pilot.press("right", "space", "enter", "s", "x", "u", "d", "=", "g", "k")
        await pilot.pause()

    assert drive(moments, press).wanted == [
        (verb, 1)
        for verb in (
            Verb.PREVIEW, Verb.PLAY, Verb.SELECT, Verb.REJECT, Verb.UP, Verb.DOWN, Verb.LIKE,
            Verb.GENERATE, Verb.PREVIEW,
        )
    ]  # fmt: skip


def test_it_moves_over_ten_thousand_with_as_many_cards_as_are_seen(moments: list[Moment]) -> None:
    async def move(pilot: Pilot[Any], sheet: ContactSheet) -> None:
        cards = len(sheet.query(Card))
        assert cards < 40
        columns = sheet._plan.columns
        await pilot.press("down", "l", "l", "j")
        assert sheet.index == columns + 1
        await pilot.press("end")
        assert sheet.current is not None and sheet.current.page == 10_000
        assert "of 10000" in words(sheet)
        await pilot.press("pageup", "home", "up", "left")
        assert sheet.index == 0
        assert len(sheet.query(Card)) == cards

    drive(many(moments, 10_000), move)


def test_marks_can_be_read(moments: list[Moment]) -> None:
    async def mark(pilot: Pilot[Any], sheet: ContactSheet) -> None:
        sheet.mark(Verb.SELECT, 0)
        sheet.mark(Verb.REJECT, 1)
        sheet.mark(Verb.DOWN, 1)
        await pilot.pause()
        assert "1 ✓ " in words(sheet) and "2 ✗− " in words(sheet)
        assert "1 selected" in words(sheet) and "1 rejected" in words(sheet)
        sheet.replace(0, replace(moments[0], start_s=0.5, end_s=0.75))
        assert sheet.marks(0) == {Verb.SELECT}
        sheet.mark(None, 0)
        assert sheet.marks(0) == frozenset()

    drive(moments, mark)


def test_pictures_are_drawn_and_words_stand_where_there_are_none(moments: list[Moment]) -> None:
    async def look(pilot: Pilot[Any], sheet: ContactSheet) -> None:
        for number, moment in enumerate(moments):
            await pilot.press("home", *["right"] * number)
            (card,) = [each for each in seen(sheet) if each.has_class("-cursor")]
            if moment.thumbnail is not None:
                await until(pilot, partial(is_drawn, card))
                drawn = card.picture.drawn
                assert drawn is not None and drawn.columns <= card.picture.size.width
            else:
                assert moment.text is not None and moment.text.split()[0] in words(sheet)
            await pilot.press("home")
            assert "▀" in words(sheet)

    drive(moments, look)


@pytest.mark.parametrize("protocol", ["kitty", "sixel", "none"])
def test_the_other_ways_to_draw_draw(moments: list[Moment], protocol: Protocol) -> None:
    async def look(pilot: Pilot[Any], sheet: ContactSheet) -> None:
        if protocol != "none":
            await until(pilot, lambda: any(c.picture.drawn is not None for c in seen(sheet)))
        await pilot.press("right", "v", "plus", "v")
        await pilot.pause()
        assert "▀" not in words(sheet)
        assert moments[0].path.name[:4] in words(sheet)

    drive(moments, look, protocol=protocol)


def test_it_is_a_list_too_and_has_sizes(moments: list[Moment]) -> None:
    async def look(pilot: Pilot[Any], sheet: ContactSheet) -> None:
        small = len(seen(sheet))
        await pilot.press("plus")
        assert len(seen(sheet)) < small
        await pilot.press("minus", "minus")
        assert len(seen(sheet)) > small
        await pilot.press("end", "v")
        await pilot.pause()
        assert sheet.view == View.LIST
        assert sheet.index == 299
        assert {card.region.width for card in seen(sheet)} == {99}
        await pilot.press("v")
        assert sheet.view.value == "grid"

    drive(many(moments, 300), look)


def test_it_keeps_its_place_at_any_size(moments: list[Moment]) -> None:
    async def resize(pilot: Pilot[Any], sheet: ContactSheet) -> None:
        await pilot.press("end", "up")
        at = sheet.index
        for size in ((40, 10), (200, 60), (12, 3), (80, 24), (60, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert sheet.index == at
            assert any(card.has_class("-cursor") for card in seen(sheet)), size
            assert str(at + 1) in words(sheet)

    drive(many(moments, 500), resize)


def test_takes_open_under_the_moment(moments: list[Moment]) -> None:
    first = replace(moments[0], takes=tuple(moments[1:3]))

    async def toggle(pilot: Pilot[Any], sheet: ContactSheet) -> None:
        assert "+2 takes" in words(sheet)
        await pilot.press("t")
        assert len(list(sheet.moments)) == 3
        await pilot.press("right", "t")
        assert sheet.moments == (first,)
        assert sheet.index == 0

    drive([first], toggle)


def test_a_click_moves_and_two_open_the_preview(moments: list[Moment]) -> None:
    async def click(pilot: Pilot[Any], sheet: ContactSheet) -> None:
        await pilot.click(seen(sheet)[1])
        assert sheet.index == 1
        await pilot.click(seen(sheet)[0], times=2)
        await pilot.pause()

    assert drive(moments, click).wanted == [(Verb.PREVIEW, 0)]


def test_nothing_found_is_said(moments: list[Moment]) -> None:
    async def look(pilot: Pilot[Any], sheet: ContactSheet) -> None:
        await pilot.press("down", "space", "t", "v", "end", "plus")
        assert sheet.current is None
        assert "Nothing here yet" in words(sheet)

    assert drive([], look).wanted == []
