"""The conversation in the real app, over a real library."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Markdown, OptionList, Static

from agent.events import Event, Reply, StepBegan
from rushes.jobs import Job
from rushes.settings import load_settings
from tests.tui.app.waiting import until
from tests.tui.home import MARKUP, Home
from tui.app import RushesApp
from tui.screens.approve import ApproveScreen
from tui.screens.history import HistoryScreen
from tui.screens.main import MainScreen
from tui.screens.model import ModelScreen
from tui.screens.quit import QuitScreen
from tui.screens.settings import SettingsScreen
from tui.widgets.chat import Chat, ShownLine, SourceLine, TurnView
from tui.widgets.contact_sheet import ContactSheet
from tui.widgets.prompt import Prompt
from tui.widgets.steps_view import StepsView
from tui.work.queue import WorkQueue

Live = Callable[[Pilot[Any], RushesApp], Awaitable[None]]
FERRY = "when does the ferry leave the harbour?"


@asynccontextmanager
async def opened(
    used: Home, size: tuple[int, int] = (120, 40), language: str = "none"
) -> AsyncIterator[tuple[Pilot[Any], RushesApp]]:
    """The app on the used library, with a history of its own."""
    app = RushesApp(load_settings(library=used.folder / "data/library", language=language))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        await until(pilot, lambda: not working(app, "opening"))
        yield pilot, app


def working(app: RushesApp, *names: str) -> bool:
    return any(not each.is_finished and each.name in names for each in app.workers)


async def say(pilot: Pilot[Any], app: RushesApp, text: str) -> TurnView:
    """Ask, and wait for the reply."""
    before = len(app.screen.query(TurnView))
    await send(pilot, app, text)
    await until(pilot, lambda: len(app.screen.query(TurnView)) > before)
    await until(pilot, lambda: not working(app, "turn"))
    return list(app.screen.query(TurnView))[-1]


async def send(pilot: Pilot[Any], app: RushesApp, text: str) -> None:
    prompt = app.screen.query_one(Prompt)
    prompt.begin(text)
    await pilot.press("enter")


async def type_in(pilot: Pilot[Any], app: RushesApp, text: str) -> None:
    app.screen.query_one(Prompt).focus()
    for letter in text:
        await pilot.press("space" if letter == " " else letter)
    await until(pilot, lambda: not working(app, "completing"))


def told(turn: TurnView, selector: str) -> list[str]:
    return [str(each.render()) for each in turn.query(selector).results(Static)]


def run(live: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(live())  # type: ignore[arg-type]


@pytest.mark.usefixtures("installed")
class TestTurns:
    def test_an_answer_has_links_to_its_sources_and_its_steps_fold_away(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                turn = await say(pilot, app, FERRY)
                reply = turn.query_one(Markdown)
                assert "quarter past seven" in reply.source and "](source:1)" in reply.source
                (source,) = turn.query(SourceLine)
                assert source.citation.path.name == "harbour.txt"
                steps = turn.query_one(StepsView)
                assert steps.collapsed and "2 steps · " in str(steps.title)
                lines = told(turn, "StepsView Contents Static")
                assert len(lines) == 2 and lines[0].startswith("✓ search: ")

        run(live)

    def test_a_link_and_a_source_open_the_file(
        self, used: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened_files: list[Path] = []

        async def live() -> None:
            async with opened(used) as (pilot, app):
                monkeypatch.setattr(
                    MainScreen,
                    "on_source_line_opened",
                    lambda self, event: opened_files.append(event.citation.path),
                )
                turn = await say(pilot, app, FERRY)
                turn.query_one(SourceLine).focus()
                await pilot.press("enter")
                reply = turn.query_one(Markdown)
                reply.post_message(Markdown.LinkClicked(reply, "source:1"))
                reply.post_message(Markdown.LinkClicked(reply, "source:9"))
                reply.post_message(Markdown.LinkClicked(reply, "file:///etc/passwd"))
                await pilot.pause()
                await pilot.click(SourceLine)

        run(live)
        assert [path.name for path in opened_files] == ["harbour.txt"] * 3

    def test_moments_are_on_the_sheet_and_can_be_put_there_again(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                turn = await say(pilot, app, "show me bikes")
                sheet = app.screen.query_one(ContactSheet)
                first = sheet.moments
                assert f"{len(first)} moments on the sheet" in told(turn, "ShownLine")[0]
                await say(pilot, app, "an owl in a church tower")
                assert sheet.moments != first
                turn.query_one(ShownLine).focus()
                await pilot.press("enter")
                assert sheet.moments == first
                await pilot.press("down")
                assert app.screen.focused is not turn.query_one(ShownLine)
                await pilot.press("up")
                assert app.screen.focused is turn.query_one(ShownLine)

        run(live)

    def test_what_the_files_do_not_say_is_refused(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                turn = await say(pilot, app, "who invented the telephone?")
                assert "I found nothing in your library" in turn.query_one(Markdown).source
                assert not turn.query(SourceLine)

        run(live)

    def test_the_sources_of_an_answer_are_on_the_sheet(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                await say(pilot, app, "show me bikes kind:video")
                turn = await say(pilot, app, FERRY)
                sheet = app.screen.query_one(ContactSheet)
                (source,) = turn.query(SourceLine)
                assert [each.path for each in sheet.moments] == [source.citation.path]
                assert sheet._title == "1 source of the answer"

        run(live)

    def test_a_reel_is_shown_line_by_line(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                turn = await say(pilot, app, "make b-roll about people on bicycles, 6 seconds")
                (reel,) = told(turn, "ReelView")
                assert "bikes.mp4" in reel or "nothing for" in reel
                assert "of the reel on the sheet" in told(turn, "ShownLine")[0]

        run(live)

    def test_what_cannot_be_done_is_said_once_in_the_turn(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                turn = await say(pilot, app, "export these to reel.otio")
                (line,) = told(turn, ".noticed")
                assert line.startswith("! there is nothing to export yet")

        run(live)

    def test_a_long_question_ends_with_dots_and_its_answer_is_there(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                turn = await say(pilot, app, f"{FERRY} {'really ' * 300}")
                assert told(turn, ".asked")[0].endswith("…")

        run(live)

    def test_the_model_writes_and_says_so(
        self, used: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[bool] = []
        show = TurnView.show

        async def noted(self: TurnView, event: Event) -> None:
            await show(self, event)
            seen.append(bool(self.query(".writing.-now")))

        async def live() -> None:
            async with opened(used, language="auto") as (pilot, app):
                turn = await say(pilot, app, FERRY)
                assert "](source:1)" in turn.query_one(Markdown).source

        monkeypatch.setattr(TurnView, "show", noted)
        run(live)
        assert any(seen) and not seen[-1]

    def test_esc_stops_a_turn_and_says_what_it_stopped(
        self, used: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        show = TurnView.show

        async def with_esc(self: TurnView, event: Event) -> None:
            await show(self, event)
            if isinstance(event, StepBegan):
                self.app.simulate_key("escape")

        async def live() -> None:
            async with opened(used) as (pilot, app):
                turn = await say(pilot, app, FERRY)
                assert told(turn, ".noticed")[-1].startswith("! stopped after ")
                assert not turn.query(SourceLine)
                monkeypatch.setattr(TurnView, "show", show)
                turn = await say(pilot, app, FERRY)
                assert turn.query(SourceLine) and not told(turn, ".noticed")

        monkeypatch.setattr(TurnView, "show", with_esc)
        run(live)

    def test_a_question_takes_the_place_of_the_one_before(
        self, used: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        show, others = TurnView.show, ["where does the barn owl nest?"]

        async def with_another(self: TurnView, event: Event) -> None:
            await show(self, event)
            if isinstance(event, StepBegan) and others:
                self.app.main._ask(others.pop())  # type: ignore[attr-defined]

        async def live() -> None:
            async with opened(used) as (pilot, app):
                second = await say(pilot, app, FERRY)
                first = app.screen.query(TurnView).first()
                assert told(first, ".noticed")[-1].startswith("! stopped after ")
                assert second.query(SourceLine) and second is not first
                kept = app.desk.history.recent().turns
                assert [(each.question[:5], each.stopped) for each in kept] == [
                    ("where", False), ("when ", True)
                ]  # fmt: skip

        monkeypatch.setattr(TurnView, "show", with_another)
        run(live)

    def test_clearing_stops_the_turn(self, used: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        show, jobs = TurnView.show, list[Job]()

        async def with_clearing(self: TurnView, event: Event) -> None:
            await show(self, event)
            if isinstance(event, StepBegan) and not jobs:
                main = self.app.main  # type: ignore[attr-defined]
                jobs.extend(main._turns)
                main.run_command("clear")

        async def live() -> None:
            async with opened(used) as (pilot, app):
                await send(pilot, app, FERRY)
                await until(pilot, lambda: jobs and not working(app, "turn"))
                assert jobs[0].cancelled and not app.screen.query(TurnView)

        monkeypatch.setattr(TurnView, "show", with_clearing)
        run(live)

    def test_a_follow_up_is_about_what_is_on_the_sheet(
        self, used: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)

        async def live() -> None:
            async with opened(used) as (pilot, app):
                turn = await say(pilot, app, "show me bikes")
                sheet = app.screen.query_one(ContactSheet)
                bikes = sheet.moments
                await say(pilot, app, "an owl in a church tower")
                turn.query_one(ShownLine).focus()
                await pilot.press("enter")
                assert sheet.moments == bikes
                done = await say(pilot, app, "export these to again.csv")
                assert not told(done, ".noticed")
                films = [each for each in bikes if each.end_s is not None]
                assert len((tmp_path / "again.csv").read_text().splitlines()) == len(films) + 1

        run(live)

    def test_one_that_is_stopped_before_the_conversation_begins_says_so(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                job = Job()
                job.cancel()
                (reply,) = [event async for event in app.desk.turn(FERRY, job)]
                assert isinstance(reply, Reply) and reply.stopped
                turn = await say(pilot, app, FERRY)
                assert turn.query(SourceLine)

        run(live)

    def test_names_that_look_like_markup_stand_as_they_are(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                turn = await say(pilot, app, "where does the barn owl nest?")
                (source,) = told(turn, "SourceLine")
                assert MARKUP in source

        run(live)

    @pytest.mark.parametrize("size", [(40, 10), (80, 24), (200, 60)])
    def test_it_fits_into_any_terminal(self, used: Home, size: tuple[int, int]) -> None:
        async def live() -> None:
            async with opened(used, size) as (pilot, app):
                turn = await say(pilot, app, FERRY)
                assert turn.query(SourceLine)
                await pilot.resize_terminal(60, 20)
                await pilot.resize_terminal(*size)
                assert app.screen.query_one(Prompt).region.height >= 1

        run(live)


@pytest.mark.usefixtures("installed")
class TestHistory:
    def test_a_conversation_is_found_and_gone_on_with(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                await say(pilot, app, "show me bikes")
                found = app.screen.query_one(ContactSheet).moments
                await say(pilot, app, FERRY)
            async with opened(used) as (pilot, app):
                await send(pilot, app, "/history bikes")
                await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
                turns = app.screen.query_one(OptionList)
                await until(pilot, lambda: turns.option_count == 1)
                assert "moments" in str(app.screen.query_one("#told", Static).render())
                await pilot.press("enter")
                await until(pilot, lambda: app.screen.query(TurnView))
                await until(pilot, lambda: not working(app, "history"))
                assert app.screen.query_one(ContactSheet).moments == found
                await say(pilot, app, "the second one")
                assert app.screen.query_one(ContactSheet).current == found[1]

        run(live)

    def test_a_question_is_deleted_after_asking(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                await say(pilot, app, "show me bikes")
                await pilot.press("f8")
                await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
                history = app.screen
                turns = history.query_one(OptionList)
                await until(pilot, lambda: turns.option_count == 1)
                await pilot.press("down", "d")
                await until(pilot, lambda: isinstance(app.screen, ApproveScreen))
                await pilot.press("y")
                await until(pilot, lambda: turns.option_count == 0)
                state = history.query_one("#state", Static)
                await until(pilot, lambda: "nothing was asked yet" in str(state.render()))
                history.query_one(Input).value = "bikes"
                await until(pilot, lambda: "nothing asked has" in str(state.render()))
                await pilot.press("escape")
                await until(pilot, lambda: isinstance(app.screen, MainScreen))

        run(live)

    def test_clearing_begins_a_new_conversation(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                await say(pilot, app, "show me bikes")
                await send(pilot, app, "/clear")
                await until(pilot, lambda: not app.screen.query(TurnView))
                assert app.screen.query_one(Chat).query(".hint")
                turn = await say(pilot, app, "make it 4K")
                assert "find a moment first" in told(turn, ".noticed")[0]

        run(live)


@pytest.mark.usefixtures("installed")
class TestCommands:
    def test_one_that_is_not_there_is_said_and_the_app_stays(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                heard: list[str] = []
                app.tell = lambda error: heard.append(str(error))  # type: ignore[method-assign]
                await send(pilot, app, "/serch tram")
                await until(pilot, lambda: heard)
                assert heard == ["there is no /serch: did you mean /search?"]
                assert not app.screen.query(TurnView)

        run(live)

    def test_the_model_is_changed_for_this_session(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used, language="auto") as (pilot, app):
                assert app.desk.language == "smollm2-135m-instruct"
                await send(pilot, app, "/model none")
                await until(pilot, lambda: app.desk.language == "none")
                await send(pilot, app, "/model")
                await until(pilot, lambda: isinstance(app.screen, ModelScreen))
                await pilot.press("up", "enter")
                await until(pilot, lambda: app.desk.language == "smollm2-135m-instruct")

        run(live)

    def test_the_palette_runs_commands(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                await pilot.press("ctrl+p")
                await until(pilot, lambda: not isinstance(app.screen, MainScreen))
                for letter in "earlier":
                    await pilot.press(letter)
                await until(pilot, lambda: app.screen.query_one(OptionList).option_count > 0)
                await pilot.press("enter")
                await until(pilot, lambda: isinstance(app.screen, HistoryScreen))

        run(live)


@pytest.mark.usefixtures("installed")
class TestLeaving:
    def test_every_way_out_asks_once_while_work_is_under_way(
        self, used: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                monkeypatch.setattr(WorkQueue, "is_busy", True)
                await app.run_action("quit")  # as Textual's palette does
                await until(pilot, lambda: isinstance(app.screen, QuitScreen))
                await pilot.press("s")
                await until(pilot, lambda: isinstance(app.screen, MainScreen))
                await pilot.press("ctrl+q")
                await until(pilot, lambda: isinstance(app.screen, QuitScreen))
                await pilot.press("ctrl+q", "l")
                await until(pilot, lambda: not app.is_running)

        run(live)

    def test_one_screen_takes_the_place_of_another(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used) as (pilot, app):
                for key in ("f5", "f6", "f5", "f7"):
                    await pilot.press(key)
                assert [type(each) for each in app.screen_stack[-2:]] == [
                    MainScreen, SettingsScreen
                ]  # fmt: skip
                await pilot.press("f7")
                assert isinstance(app.screen, MainScreen)

        run(live)
