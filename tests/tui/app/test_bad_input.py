"""What goes wrong around the app is a clear line where the user looks, and the app stays up."""

import asyncio
import os
import shutil
import signal
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from rushes.errors import RushesError
from rushes.models import ModelStore
from rushes.moment import Kind, Moment
from rushes.settings import load_settings
from tests.tui.app.test_conversation import FERRY, say, send, told, working
from tests.tui.app.waiting import until
from tests.tui.home import Home, only_line
from tui.app import RushesApp
from tui.desk import Desk
from tui.screens.export import ExportScreen
from tui.screens.first_run import FirstRunScreen
from tui.screens.generate import GenerateScreen
from tui.screens.history import HistoryScreen
from tui.screens.jobs import JobsScreen
from tui.screens.library import LibraryScreen
from tui.screens.main import MainScreen
from tui.screens.making import MakingScreen
from tui.screens.preview import PreviewScreen
from tui.screens.settings import SettingsScreen
from tui.widgets.contact_sheet import ContactSheet
from tui.widgets.picks_list import PicksList
from tui.widgets.prompt import Prompt
from tui.widgets.source_line import SourceLine
from tui.work.order import Order, State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Told(RushesApp):
    """The app, which remembers the errors that it told."""

    def __init__(self, **settings: object) -> None:
        super().__init__(load_settings(**{"language": "none", **settings}))
        self.errors: list[str] = []

    def tell(self, error: BaseException | str) -> None:
        super().tell(error)
        self.errors.append(only_line(str(error)))


@asynccontextmanager
async def opened(
    library: Path, size: tuple[int, int] = (100, 30), **settings: object
) -> "AsyncIterator[tuple[Pilot[Any], Told]]":
    app = Told(library=library, **settings)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        await until(pilot, lambda: not working(app, "opening"))
        yield pilot, app


@pytest.fixture
def library(used: Home, tmp_path: Path) -> Path:
    """The used library, to be moved about."""
    copy = tmp_path / "drive" / "library"
    shutil.copytree(used.folder / "data/library", copy)
    return copy


@pytest.mark.usefixtures("installed")
class TestDrives:
    def test_a_library_that_goes_away_is_there_again_when_its_drive_is(self, library: Path) -> None:
        async def live() -> None:
            async with opened(library) as (pilot, app):
                await say(pilot, app, FERRY)
                drive = library.parent
                away = drive.rename(drive.with_name("unplugged"))

                app.main.look_again()
                await until(pilot, lambda: app.errors)
                assert "is its drive plugged in?" in only_line(app.errors[-1])
                await send(pilot, app, "/search ferry")
                await until(pilot, lambda: len(app.errors) > 1)
                assert "library" in only_line(app.errors[-1])
                turn = await say(pilot, app, FERRY)
                assert len(told(turn, ".noticed")) == 1 and not turn.query(SourceLine)
                await pilot.press("f6")
                await until(pilot, lambda: isinstance(app.screen, LibraryScreen))
                await pilot.press("escape")

                away.rename(drive)
                turn = await say(pilot, app, FERRY)
                assert turn.query(SourceLine)
                await send(pilot, app, "/search ferry")
                await until(pilot, lambda: app.screen.query_one(ContactSheet).moments)
                before = len(app.errors)
                app.main.look_again()
                await until(pilot, lambda: not working(app, "status"))
                assert len(app.errors) == before

        asyncio.run(live())

    def test_footage_that_goes_away_is_found_and_cannot_be_played(
        self, used: Home, library: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def live() -> None:
            async with opened(library) as (pilot, app):
                await send(pilot, app, "/search bikes kind:video")
                sheet = app.screen.query_one(ContactSheet)
                await until(pilot, lambda: sheet.current is not None and sheet.has_focus)
                assert sheet.current is not None
                gone = Moment(library / "gone.mp4", Kind.VIDEO, 1.0, 2.0)
                sheet.replace(0, gone)
                await pilot.press("enter")
                await until(pilot, lambda: app.errors)
                assert "gone.mp4" in app.errors[-1]
                await pilot.press("space")
                await until(pilot, lambda: isinstance(app.screen, PreviewScreen))
                await until(pilot, lambda: len(app.errors) > 1)
                assert "gone.mp4" in app.errors[-1]
                await pilot.press("escape")
                await until(pilot, lambda: isinstance(app.screen, MainScreen))

        asyncio.run(live())


class TestModels:
    def test_without_the_model_for_words_a_question_says_what_to_install(self, used: Home) -> None:
        async def live() -> None:
            async with opened(used.folder / "data/library") as (pilot, app):
                turn = await say(pilot, app, FERRY)
                (line,) = told(turn, ".noticed")
                assert "is not installed: run `rushes models install starter`" in line

        asyncio.run(live())

    @pytest.mark.usefixtures("installed")
    @pytest.mark.parametrize("keeps", [0, 100, 1_000_000])
    def test_a_damaged_language_model_is_said_and_the_source_is_quoted(
        self, used: Home, starter_store: ModelStore, tmp_path: Path, keeps: int
    ) -> None:
        whole = next(starter_store.root.rglob("*.gguf"))
        damaged = tmp_path / "damaged.gguf"
        damaged.write_bytes(whole.read_bytes()[:keeps])
        heard: list[str] = []

        async def live() -> None:
            library = used.folder / "data/library"
            model = str(damaged)
            async with opened(library, language="auto", language_model=model) as (pilot, app):
                heard.extend(str(each.message) for each in app._notifications)
                turn = await say(pilot, app, FERRY)
                heard.extend(told(turn, ".noticed"))
                assert turn.query(SourceLine)

        asyncio.run(live())
        assert any("damaged" in line for line in heard), heard
        assert all("\n" not in line for line in heard)


@pytest.mark.usefixtures("installed")
class TestRenders:
    def test_one_that_dies_says_so_and_is_tried_again(self, used: Home, tmp_path: Path) -> None:
        command = (
            "generate", f"--from={used.media / 'bikes.mp4'}@1-3", "--seconds=1", "--size=160x90",
            "--fit=crop", "--backend=animatic", f"--out={tmp_path / 'film.mp4'}",
            f"--library={tmp_path / 'library'}", "--json",
        )  # fmt: skip

        async def live() -> None:
            async with opened(used.folder / "data/library") as (pilot, app):
                works = app.desk.works
                works.add(Order("generate film.mp4", command))
                await until(pilot, lambda: ours(app))
                for process in ours(app):
                    os.kill(process, signal.SIGKILL)
                await pilot.press("f5")
                await until(pilot, lambda: isinstance(app.screen, JobsScreen))
                await until(pilot, lambda: works.standings[0].state is State.FAILED)
                assert "ended by SIGKILL" in works.standings[0].told
                assert any("ended by SIGKILL" in line for line in app.errors)
                await pilot.press("enter")
                await until(pilot, lambda: isinstance(app.screen, MakingScreen))
                told_line = app.screen.query_one("#told", Static)
                assert "failed: the process was ended by SIGKILL" in str(told_line.render())
                await pilot.press("r")
                await until(pilot, lambda: works.standings[0].state is State.DONE, 60)
                assert (tmp_path / "film.mp4").exists()

        asyncio.run(live())


def ours(app: RushesApp) -> list[int]:
    """The processes that run orders, by their ids."""
    running = (each._process for each in app.desk.works._processes.values())
    return [each.pid for each in running if each is not None and each.returncode is None]


@pytest.mark.usefixtures("installed")
class TestDamagedFiles:
    def test_what_the_app_keeps_may_be_damaged(self, used: Home) -> None:
        desk = Desk(load_settings(library=used.folder / "data/library"), nobody, lambda _: None)
        for what, ending in (("history", "sqlite"), ("selects", "json"), ("work", "json")):
            file = desk._own(what, ending)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"\0{] damaged " * 100)

        async def live() -> None:
            async with opened(used.folder / "data/library") as (pilot, app):
                assert any("what was under way is forgotten" in line for line in app.errors)
                assert any("history" in line for line in app.errors)
                turn = await say(pilot, app, FERRY)
                assert turn.query(SourceLine)
                await until(pilot, lambda: len(app.desk.history.recent(9).turns) == 1)
                assert app.desk.picks.problem
                moment = Moment(used.media / "bikes.mp4", Kind.VIDEO, 1.0, 2.0)
                assert app.desk.picks.add(moment) == 1

        asyncio.run(live())

    def test_settings_that_get_damaged_are_said_and_the_app_goes_on(
        self, used: Home, installed: Path
    ) -> None:
        async def live() -> None:
            async with opened(used.folder / "data/library") as (pilot, app):
                (installed / "config.toml").write_text("theme = [")
                await send(pilot, app, "/theme nord")
                await until(pilot, lambda: app.errors)
                assert "config.toml" in app.errors[-1]
                await pilot.press("f7")
                await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
                await pilot.press("enter", "d", "escape")
                await until(pilot, lambda: isinstance(app.screen, MainScreen))
                await pilot.press("f6")
                await until(pilot, lambda: isinstance(app.screen, LibraryScreen))
                await pilot.press("w", "escape")
                turn = await say(pilot, app, FERRY)
                assert turn.query(SourceLine)

        asyncio.run(live())

    def test_a_home_that_cannot_be_written_is_said(
        self, used: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("RUSHES_HOME", str(tmp_path / "file" / "home"))

        async def live() -> None:
            async with opened(used.folder / "data/library") as (pilot, app):
                await say(pilot, app, FERRY)
                await send(pilot, app, "/theme nord")
                await until(pilot, lambda: any("config.toml" in line for line in app.errors))
                await send(pilot, app, "/history ferry")
                await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
                await pilot.press("escape")
                assert any("cannot use the history" in line for line in app.errors)
                assert any("config.toml: Not a directory" in line for line in app.errors)

        asyncio.run(live())


async def nobody(request: object) -> bool:
    return False


@pytest.mark.usefixtures("installed")
class TestWorkBeside:
    @pytest.mark.parametrize(
        "kind",
        [ExportScreen, FirstRunScreen, GenerateScreen, HistoryScreen, LibraryScreen, MakingScreen,
         PreviewScreen, MainScreen, Prompt, PicksList],
    )  # fmt: skip
    def test_what_fails_there_is_told_and_the_app_stays(self, used: Home, kind: type[Any]) -> None:
        async def live() -> None:
            async with opened(used.folder / "data/library") as (pilot, app):
                node = await shown(app, pilot, kind, used)
                node.work("going wrong", wrong("this went wrong"))
                await until(pilot, lambda: "this went wrong" in (*app.errors, *lines(app)))
                node.work("a defect", defect())
                await until(pilot, lambda: "of a defect" in " ".join((*app.errors, *lines(app))))
                assert app.is_running

        asyncio.run(live())


async def wrong(text: str) -> None:
    raise RushesError(text)


async def defect() -> None:
    raise KeyError("of a defect")


def lines(app: RushesApp) -> list[str]:
    return [str(each.render()) for each in app.screen.query(Static)]


async def shown(app: RushesApp, pilot: Pilot[Any], kind: type[Any], used: Home) -> Any:
    """A screen or widget of a kind, which is on the screen."""
    moment = Moment(used.media / "bikes.mp4", Kind.VIDEO, 1.0, 2.0)
    desk = app.desk
    if kind in (Prompt, PicksList):
        return app.screen.query_one(kind)
    if kind in (GenerateScreen, PreviewScreen):
        await app.push_screen(kind(desk, moment))
    elif kind is MakingScreen:
        order = Order("wait", ("export", "--json"))
        desk.works.add(order)
        await app.push_screen(MakingScreen(desk, order.id))
    elif kind is not MainScreen:
        await app.push_screen(kind(desk))
    await until(pilot, lambda: isinstance(app.screen, kind))
    return app.screen
