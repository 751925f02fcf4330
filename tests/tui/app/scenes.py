"""Every screen in its states: empty, busy, failed and full."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TabbedContent

from agent.events import Event
from agent.history import Found
from tests.tui.app import props
from tests.tui.app.waiting import until
from tui.app import RushesApp
from tui.desk import Desk
from tui.language import LanguageChoice
from tui.screens.approve import ApproveScreen
from tui.screens.export import ExportScreen
from tui.screens.first_run import FirstRunScreen
from tui.screens.generate import GenerateScreen
from tui.screens.help import HelpScreen
from tui.screens.history import HistoryScreen
from tui.screens.job_details import JobDetailsScreen
from tui.screens.jobs import JobsScreen
from tui.screens.library import LibraryScreen
from tui.screens.making import MakingScreen
from tui.screens.model import ModelScreen
from tui.screens.preview import PreviewScreen
from tui.screens.quit import QuitScreen
from tui.screens.settings import SettingsScreen
from tui.verbs import Verb
from tui.widgets.chat import Chat
from tui.widgets.contact_sheet import ContactSheet
from tui.widgets.picks_list import PicksList
from tui.work.order import Standing

Live = Pilot[Any]
Play = Callable[[Live, RushesApp], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """How a screen comes into a state, and what it is told otherwise there, by its path."""

    play: Play
    told: Mapping[str, object] = field(default_factory=dict)


async def _nothing(pilot: Live, app: RushesApp) -> None:
    pass


async def _turn(app: RushesApp, question: str, events: tuple[Event, ...]) -> None:
    view = app.main.query_one(Chat).begin(question)
    app.main.question = question
    for event in events:
        app.main.lay_out(event)
        await view.show(event)


async def _answered(pilot: Live, app: RushesApp) -> None:
    await _turn(app, "who took the first ferry?", props.ANSWER)
    app.main.show_found(props.MOMENTS)  # as a search does
    for index, verb in enumerate((Verb.SELECT, Verb.REJECT, Verb.UP, Verb.DOWN), 1):
        app.main.query_one(ContactSheet).mark(verb, index)


async def _busy(pilot: Live, app: RushesApp) -> None:
    await _turn(app, "b-roll about dawn, 5 seconds", props.UNDER_WAY)
    _put(app, props.INDEXING)


async def _failed(pilot: Live, app: RushesApp) -> None:
    await _turn(app, "kind:film harbour", props.FAILED)
    _put(app, *props.STANDINGS[:2])


async def _selects(pilot: Live, app: RushesApp) -> None:
    app.desk.picks.add(props.FILM, props.STILL, props.VOICE, props.TAKE)
    app.main.query_one(PicksList).refresh_picks(1)
    await pilot.press("f4")


def _put(app: RushesApp, *standings: Standing) -> None:
    for standing in standings:
        app.desk.works._set(standing)


def _with_jobs(make: Callable[[Desk], Screen[Any]]) -> Play:
    async def play(pilot: Live, app: RushesApp) -> None:
        _put(app, *props.STANDINGS)
        await app.push_screen(make(app.desk))

    return play


def _screen(make: Callable[[Desk], Screen[Any]]) -> Play:
    async def play(pilot: Live, app: RushesApp) -> None:
        await app.push_screen(make(app.desk))

    return play


def _then(*plays: Play) -> Play:
    async def play(pilot: Live, app: RushesApp) -> None:
        for each in plays:
            await each(pilot, app)
            await pilot.pause()

    return play


def _press(*keys: str) -> Play:
    async def play(pilot: Live, app: RushesApp) -> None:
        await pilot.press(*keys)

    return play


def _export(*moments: Any) -> Play:
    async def play(pilot: Live, app: RushesApp) -> None:
        app.desk.picks.add(*moments)
        app.desk.output = Path("/")
        await app.push_screen(ExportScreen(app.desk))

    return play


def _making(standing: Standing) -> Play:
    async def play(pilot: Live, app: RushesApp) -> None:
        _put(app, standing)
        await app.push_screen(MakingScreen(app.desk, standing.order.id))

    return play


def _folder(text: str) -> Play:
    async def play(pilot: Live, app: RushesApp) -> None:
        app.screen.query_one(Input).value = text

    return play


async def _is_planned(pilot: Live, app: RushesApp) -> None:
    plan = app.screen.query_one("#plan")
    await until(pilot, lambda: not plan.has_class("-working") and plan.render())


async def _is_being_planned(pilot: Live, app: RushesApp) -> None:
    plan = app.screen.query_one("#plan")
    await until(pilot, lambda: plan.has_class("-working"))
    await until(pilot, lambda: all(w.is_finished for w in app.workers if w.name == "keyframes"))
    await pilot.pause()


async def _at_its_top(pilot: Live, app: RushesApp) -> None:
    """Wherever the focus had it scroll to before it was known how long the plan is."""
    await pilot.pause()
    app.screen.query_one("#sides").scroll_home(animate=False)


async def _is_looked_through(pilot: Live, app: RushesApp) -> None:
    await until(pilot, lambda: not app.screen.query_one("#go").disabled)


def _tab(name: str) -> Play:
    async def play(pilot: Live, app: RushesApp) -> None:
        roots: Any = app.screen.query_one("#roots")
        await until(pilot, lambda: roots.option_count)
        app.screen.query_one(TabbedContent).active = name

    return play


def _generate(desk: Desk) -> Screen[Any]:
    desk.output = Path("/films")
    return GenerateScreen(desk, props.FILM, "rain begins")


def _models(desk: Desk) -> Screen[Any]:
    told = (("qwen3-4b", "Qwen3 4B, standard"), ("none", "sources are quoted, nothing is written"))
    return ModelScreen([LanguageChoice(*each, desk.settings) for each in told], "none")


def _details(desk: Desk) -> Screen[Any]:
    return JobDetailsScreen(props.STANDINGS[1])


def _question(desk: Desk) -> Screen[Any]:
    return ApproveScreen("Take /media/card 7 out of the library (no file is deleted)")


async def _help(pilot: Live, app: RushesApp) -> None:
    await app.push_screen(HelpScreen(app.main))


_PLAN = "tui.screens.generate.Process"
_HELD = "tui.screens.library.holding"
_PAST = "agent.history.History.search"

SCENES: dict[str, Scene] = {
    "main": Scene(_answered),
    "main-empty": Scene(_nothing),
    "main-busy": Scene(_busy),
    "main-failed": Scene(_failed),
    "found": Scene(_then(_answered, _press("f3"))),
    "found-list": Scene(_then(_answered, _press("f3", "v"))),
    "selects": Scene(_then(_answered, _selects)),
    "selects-empty": Scene(_press("f4")),
    "preview": Scene(_screen(lambda desk: PreviewScreen(desk, props.VOICE))),
    "preview-page": Scene(_screen(lambda desk: PreviewScreen(desk, props.PAGE))),
    "generate": Scene(_then(_screen(_generate), _is_planned, _at_its_top)),
    "generate-busy": Scene(
        _then(_screen(_generate), _is_being_planned, _at_its_top), {_PLAN: props.SlowPlanner}
    ),
    "generate-failed": Scene(
        _then(_screen(_generate), _is_planned, _at_its_top), {_PLAN: props.NoPlanner}
    ),
    "making": Scene(_making(props.MAKING)),
    "making-done": Scene(_making(props.MADE)),
    "making-failed": Scene(_making(props.NOT_MADE)),
    "export": Scene(_export(props.FILM, props.VOICE)),
    "export-failed": Scene(_export()),
    "jobs": Scene(_with_jobs(JobsScreen)),
    "jobs-empty": Scene(_screen(JobsScreen)),
    "job-details": Scene(_screen(_details)),
    "library": Scene(_then(_screen(LibraryScreen), _tab("folders"))),
    "library-empty": Scene(_screen(LibraryScreen), {_HELD: lambda *_: props.NO_HOLDING}),
    "library-failed": Scene(_then(_screen(LibraryScreen), _tab("failed"))),
    "library-models": Scene(_then(_screen(LibraryScreen), _tab("models"))),
    "settings": Scene(_then(_screen(SettingsScreen), _press("down"))),
    "setting": Scene(_then(_screen(SettingsScreen), _press("down", "enter"))),
    "model": Scene(_screen(_models)),
    "first-run": Scene(_then(_screen(FirstRunScreen), _folder("~/Footage"), _is_looked_through)),
    "first-run-empty": Scene(_screen(FirstRunScreen)),
    "first-run-failed": Scene(_then(_screen(FirstRunScreen), _folder("/media/card 7/gone"))),
    "history": Scene(_screen(HistoryScreen), {_PAST: lambda *_: Found(props.KEPT, 1)}),
    "history-empty": Scene(_screen(HistoryScreen)),
    "help": Scene(_help),
    "quit": Scene(_with_jobs(QuitScreen)),
    "question": Scene(_screen(_question)),
}

LIVELY = ("main", "found", "preview", "generate", "making", "library", "model", "first-run")
"""The screens on which most happens."""


def lively_first(scenes: Iterable[str]) -> list[Any]:
    """Parameters for a test of each scene; all but the lively ones run with the long tests."""
    long = pytest.mark.stress
    return [each if each in LIVELY else pytest.param(each, marks=long) for each in scenes]
