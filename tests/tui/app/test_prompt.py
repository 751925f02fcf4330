"""Typing: sending, walking through what was sent, long texts, and suggestions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Button

from agent.requests import LONGEST
from rushes.moment import Kind, Moment
from rushes.selects import Select
from tests.tui.app.waiting import until
from tui.completing import Completer
from tui.widgets.completions import Completions
from tui.widgets.prompt import Prompt

FILES = (Path("/v/bikes.mp4"), Path("/v/my notes.md"), Path("/v/plan.md"))


class Typing(App[None]):
    """A prompt at the foot of an app, and what it sent."""

    CSS = "Prompt { dock: bottom; }"

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def compose(self) -> ComposeResult:
        yield Button("something else")
        yield Prompt(
            Completer(
                files=lambda: FILES,
                moments=lambda: (Moment(FILES[0], Kind.VIDEO, 1.0, 2.5),),
                selects=lambda: (Select(FILES[0], 3.0, 4.5),),
                arguments={"model": lambda: [("none", "quotes"), ("smollm2", "writes")]},
            )
        )

    def on_mount(self) -> None:
        self.query_one(Prompt).focus()

    def on_prompt_sent(self, event: Prompt.Sent) -> None:
        self.sent.append(event.text)


@asynccontextmanager
async def typing(size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Pilot[Any], Typing]]:
    app = Typing()
    async with app.run_test(size=size) as pilot:
        yield pilot, app


async def write(pilot: Pilot[Any], text: str) -> None:
    for letter in text:
        await pilot.press(letter)
    await idle(pilot)


async def idle(pilot: Pilot[Any]) -> None:
    """Wait until nothing is being suggested any more."""
    await pilot.pause()
    await until(pilot, lambda: not any(each.is_running for each in pilot.app.workers))


def suggested(app: App[None]) -> list[str]:
    popup = app.query_one(Completions)
    return [each.shown for each in popup.completion.suggestions] if popup.is_open else []


def run(live: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(live())  # type: ignore[arg-type]


def test_enter_sends_and_other_keys_make_lines() -> None:
    async def live() -> None:
        async with typing() as (pilot, app):
            prompt = app.query_one(Prompt)
            height = prompt.region.height
            await write(pilot, "one")
            await pilot.press("ctrl+j")
            await write(pilot, "two")
            await pilot.press("alt+enter", "x", "shift+enter")
            assert prompt.text == "one\ntwo\nx\n"
            assert prompt.region.height == height + 3
            await pilot.press("enter", "enter")
            assert app.sent == ["one\ntwo\nx"]
            assert prompt.text == "" and prompt.region.height == height

    run(live)


def test_up_and_down_walk_through_what_was_sent_and_keep_what_was_begun() -> None:
    async def live() -> None:
        async with typing() as (pilot, app):
            prompt = app.query_one(Prompt)
            prompt.remember(["long ago"])
            await write(pilot, "first")
            await pilot.press("enter")
            await write(pilot, "second")
            await pilot.press("enter")
            await write(pilot, "begun")
            seen = []
            for key in ("up", "up", "up", "up", "down", "down", "down", "down"):
                await pilot.press(key)
                seen.append(prompt.text)
            assert seen == [
                "second", "first", "long ago", "long ago", "first", "second", "begun", "begun",
            ]  # fmt: skip

    run(live)


def test_in_a_long_text_up_moves_the_cursor_first() -> None:
    async def live() -> None:
        async with typing() as (pilot, app):
            prompt = app.query_one(Prompt)
            prompt.remember(["before"])
            prompt.begin("one\ntwo")
            await pilot.press("up")
            assert prompt.text == "one\ntwo"
            await pilot.press("up")
            assert prompt.text == "before"

    run(live)


def test_a_paste_of_a_megabyte_is_cut_and_said() -> None:
    async def live() -> None:
        async with typing() as (pilot, app):
            prompt = app.query_one(Prompt)
            prompt.post_message(events.Paste("\x1b[31mtram\x07 [red]\n" * 80_000))
            await until(pilot, lambda: prompt.text)
            assert len(prompt.text) == LONGEST and "\x1b" not in prompt.text
            assert prompt.text.startswith("[31mtram [red]\n")
            assert any("cut to 10,000" in each.message for each in app._notifications)
            await pilot.press("x")
            assert len(prompt.text) == LONGEST
            await pilot.press("enter")
            assert len(app.sent[0]) == LONGEST

    run(live)


def test_commands_are_suggested_with_their_usage_and_taken() -> None:
    async def live() -> None:
        async with typing() as (pilot, app):
            prompt = app.query_one(Prompt)
            await write(pilot, "/")
            assert suggested(app)[:2] == ["/search WORDS", "/broll SUBJECT, SECONDS"]
            await write(pilot, "se")
            assert suggested(app) == [
                "/search WORDS", "/selects", "/settings",
            ]  # fmt: skip
            popup = app.query_one(Completions)
            assert popup.region.bottom <= prompt.region.y
            await pilot.press("down", "down", "up", "tab")
            await idle(pilot)
            assert prompt.text == "/selects" and app.sent == []
            prompt.value = ""
            await write(pilot, "/se")
            await pilot.press("enter")
            await idle(pilot)
            assert prompt.text == "/search " and not suggested(app)
            prompt.value = ""
            await write(pilot, "/jo")
            await pilot.press("enter")
            assert app.sent == ["/jobs"]

    run(live)


def test_esc_closes_the_suggestions_and_what_was_typed_is_sent() -> None:
    async def live() -> None:
        async with typing() as (pilot, app):
            await write(pilot, "/j")
            assert suggested(app)
            await pilot.press("escape")
            assert not suggested(app)
            await pilot.press("enter")
            assert app.sent == ["/j"]

    run(live)


def test_files_moments_and_selects_are_suggested_after_an_at() -> None:
    async def live() -> None:
        async with typing() as (pilot, app):
            prompt = app.query_one(Prompt)
            await write(pilot, "in @")
            assert suggested(app) == ["@1", "bikes.mp4", "bikes.mp4", "my notes.md", "plan.md"]
            await write(pilot, "no")
            assert suggested(app) == ["my notes.md"]
            await pilot.press("enter")
            await idle(pilot)
            assert prompt.text == 'in @"my notes.md" ' and app.sent == []
            await write(pilot, "or @1")
            await pilot.press("enter")
            assert app.sent == ['in @"my notes.md" or @1']

    run(live)


def test_a_suggestion_in_the_middle_leaves_the_rest() -> None:
    async def live() -> None:
        async with typing() as (pilot, app):
            prompt = app.query_one(Prompt)
            prompt.begin("what does  say?")
            prompt.move_cursor((0, 10))
            await write(pilot, "@pla")
            await pilot.press("tab")
            assert prompt.text == "what does @plan.md say?"
            assert prompt.cursor_location == (0, 19)

    run(live)


def test_what_may_follow_a_command_is_suggested() -> None:
    async def live() -> None:
        async with typing() as (pilot, app):
            await write(pilot, "/model ")
            assert suggested(app) == ["none", "smollm2"]
            await write(pilot, "sm")
            await pilot.press("enter")
            await write(pilot, "/model ")
            await pilot.press("enter")
            assert app.sent == ["/model smollm2", "/model"]

    run(live)


def test_one_that_is_clicked_is_taken() -> None:
    async def live() -> None:
        async with typing() as (pilot, app):
            await write(pilot, "/hel")
            await pilot.click(Completions, offset=(4, 1))
            await idle(pilot)
            assert app.query_one(Prompt).text == "/help"
            assert app.query_one(Prompt).has_focus

    run(live)


def test_suggestions_fit_into_a_small_terminal() -> None:
    async def live() -> None:
        async with typing((40, 10)) as (pilot, app):
            await write(pilot, "/")
            popup = app.query_one(Completions).region
            assert popup.y >= 0 and popup.right <= 40
            assert popup.bottom <= app.query_one(Prompt).region.y

    run(live)


def test_tab_goes_on_to_the_next_part_where_nothing_is_suggested() -> None:
    async def live() -> None:
        async with typing() as (pilot, app):
            await write(pilot, "tram")
            await pilot.press("tab")
            assert app.query_one(Button).has_focus

    run(live)


def test_the_cursor_holds_still_a_while_after_the_last_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.widgets.prompt._BLINKS_S", 0.2)

    async def live() -> None:
        async with typing() as (pilot, app):
            prompt, blinks = app.query_one(Prompt), list[bool]()
            await until(pilot, lambda: not prompt.cursor_blink)
            app.watch(prompt, "cursor_blink", lambda blink: blinks.append(blink), init=False)
            await pilot.press("a")
            await until(pilot, lambda: blinks == [True, False])

    run(live)
