"""Selects, export and generate in the app: real keys, real files, the starter models."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Select, Static

from rushes.media import probe
from rushes.moment import Kind, Moment
from rushes.settings import load_settings
from tests.rushes.read_back import from_edl, from_otio
from tests.tui.app.hosting import Host
from tests.tui.app.waiting import until
from tests.tui.home import Home
from tui.app import RushesApp
from tui.export_form import Target
from tui.screens.approve import ApproveScreen
from tui.screens.export import ExportScreen
from tui.screens.generate import GenerateScreen
from tui.screens.main import MainScreen
from tui.screens.making import MakingScreen
from tui.screens.preview import PreviewScreen
from tui.verbs import Verb
from tui.widgets.contact_sheet import ContactSheet
from tui.widgets.picks_list import PicksList
from tui.work.order import Order, State

PAL = Fraction(25)
SIZES = [(40, 10), (80, 24), (200, 60)]


class Listing(Host):
    """The list of selects alone."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[PicksList.Wanted] = []
        self.exports = 0

    def compose(self):  # type: ignore[no-untyped-def]
        yield PicksList(self.desk.picks)

    def on_picks_list_wanted(self, event: PicksList.Wanted) -> None:
        self.wanted.append(event)

    def on_picks_list_export(self) -> None:
        self.exports += 1

    @property
    def listing(self) -> PicksList:
        return self.query_one(PicksList)

    @property
    def text(self) -> str:
        return "\n".join(str(each.prompt) for each in self.query_one(OptionList).options)


def film(used: Home, start_s: float = 1.0, end_s: float = 3.0) -> Moment:
    return Moment(used.media / "bikes.mp4", Kind.VIDEO, start_s, end_s, fps=PAL)


@asynccontextmanager
async def listed(
    used: Home, size: tuple[int, int] = (100, 24)
) -> AsyncIterator[tuple[Pilot[Any], Listing]]:
    app = Listing()
    app.desk.picks.add(
        film(used),
        Moment(used.media / "IMG_0001.webp", Kind.IMAGE),
        Moment(used.media / "beckett.wav", Kind.AUDIO, 0.5, 4.0),
    )
    async with app.run_test(size=size) as pilot:
        app.listing.focus()
        await until(pilot, lambda: app.focused is not None and not app.workers._workers)
        yield pilot, app


def order_of(app: Host) -> list[str]:
    return [each.name for each in app.desk.picks.picks]


def test_keys_reorder_trim_remove_and_take_back(used: Home) -> None:
    async def run() -> None:
        async with listed(used) as (pilot, app):
            picks = app.desk.picks
            await pilot.press("J")
            assert order_of(app) == ["IMG_0001.webp", "bikes.mp4", "beckett.wav"]
            assert app.listing.index == 1
            await pilot.press("i", "i", "I", "O", "O", "o")
            select = picks.picks[1].select
            assert (select.start_s, select.end_s) == pytest.approx((1.04, 2.96))
            assert "00:00:01:01–00:00:02:24" in app.text and "00:00:01:23" in app.text
            await pilot.press("shift+up", "delete")
            assert order_of(app) == ["IMG_0001.webp", "beckett.wav"]
            await pilot.press("z")
            assert order_of(app) == ["bikes.mp4", "IMG_0001.webp", "beckett.wav"]
            total = app.listing.query_one(".picks-head", Static)
            assert "3 clips" in str(total.content)

    asyncio.run(run())


def test_an_out_point_stops_at_the_files_end(used: Home) -> None:
    async def run() -> None:
        async with listed(used) as (pilot, app):
            video = probe(used.media / "bikes.mp4").video
            assert video is not None and video.duration_s is not None
            app.desk.picks.trim(0, 0, round((video.duration_s - 3.0) * 25) - 1)
            await pilot.press("o", "o", "o", "o")
            assert app.desk.picks.picks[0].select.end_s == pytest.approx(video.duration_s, abs=0.02)

    asyncio.run(run())


def test_keys_ask_for_what_is_to_be_done(used: Home) -> None:
    async def run() -> None:
        async with listed(used) as (pilot, app):
            await pilot.press("space", "enter", "g", "e")
            assert [each.verb for each in app.wanted] == [
                Verb.PREVIEW, Verb.PLAY, Verb.GENERATE
            ]  # fmt: skip
            assert app.wanted[0].moment == film(used) and app.exports == 1

    asyncio.run(run())


def test_taking_the_last_one_out_and_back_keeps_the_keys_here(used: Home) -> None:
    async def run() -> None:
        async with listed(used) as (pilot, app):
            await pilot.press("delete", "delete", "delete")
            assert order_of(app) == []
            await pilot.press("z", "z")
            assert order_of(app) == ["IMG_0001.webp", "beckett.wav"]
            await pilot.press("J")
            assert order_of(app) == ["beckett.wav", "IMG_0001.webp"]

    asyncio.run(run())


def test_an_empty_list_says_how_to_fill_it() -> None:
    async def run() -> None:
        app = Listing()
        async with app.run_test(size=(40, 10)) as pilot:
            app.listing.focus()
            await pilot.press("i", "J", "delete", "z", "enter", "g")
            assert "[s] on the contact sheet" in str(
                app.listing.query_one(".picks-none", Static).content
            )
            assert not app.wanted

    asyncio.run(run())


@pytest.mark.parametrize("size", SIZES)
def test_every_row_fits_its_line(used: Home, size: tuple[int, int]) -> None:
    async def run() -> None:
        async with listed(used, size) as (_, app):
            rows = app.query_one(OptionList)
            width = rows.scrollable_content_region.width - 2
            assert all(
                len(line) <= width for each in rows.options for line in str(each.prompt).split("\n")
            )

    asyncio.run(run())


@asynccontextmanager
async def exporting(used: Home, tmp_path: Path) -> AsyncIterator[tuple[Pilot[Any], Host]]:
    app = Host(used.folder / "data/library")
    app.desk.output = tmp_path
    app.desk.picks.add(film(used), film(used, 4.0, 5.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(ExportScreen(app.desk))
        await pilot.pause()
        yield pilot, app


def told(app: Host) -> str:
    return str(app.screen.query_one("#told", Static).content)


@pytest.mark.parametrize("target", [Target.OTIO, Target.EDL])
def test_selects_are_written_as_an_editor_reads_them(
    used: Home, tmp_path: Path, target: Target
) -> None:
    async def run() -> None:
        async with exporting(used, tmp_path) as (pilot, app):
            app.screen.query_one("#target", Select).value = target
            await pilot.pause()
            app.screen.query_one("#name", Input).value = "rainy day"
            await pilot.pause()
            assert app.screen.query_one("#out", Input).value == f"rainy day.{target}"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: app.answers)

    asyncio.run(run())
    path = tmp_path / f"rainy day.{target}"
    events = from_otio(path) if target is Target.OTIO else from_edl(path, PAL)
    assert [(e.start, e.frames, e.at) for e in events] == [(25, 50, 0), (100, 25, 50)]


def test_what_is_wrong_is_said_before_anything_is_written(used: Home, tmp_path: Path) -> None:
    async def run() -> None:
        async with exporting(used, tmp_path) as (pilot, app):
            out, fps = (app.screen.query_one(each, Input) for each in ("#out", "#fps"))
            for field, value, reason in (
                (fps, "17", "not a frame rate"),
                (fps, "", ""),
                (out, "away/reel.otio", "its folder is not there"),
                (out, "reel.mp4", "cannot tell the format"),
                (out, "reel.edl", "ends in .otio"),
                (out, "", "name a file"),
            ):
                field.value = value
                await pilot.pause()
                assert reason in told(app)
            await pilot.press("ctrl+s")
            assert isinstance(app.screen, ExportScreen)

    asyncio.run(run())
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_replaced_after_a_question(used: Home, tmp_path: Path) -> None:
    (tmp_path / "selects.otio").write_text("mine")

    async def run() -> None:
        async with exporting(used, tmp_path) as (pilot, app):
            assert told(app) == "Replace selects.otio?"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(app.screen, ApproveScreen))
            await pilot.press("n")
            await until(pilot, lambda: isinstance(app.screen, ExportScreen))
            assert (tmp_path / "selects.otio").read_text() == "mine"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(app.screen, ApproveScreen))
            await pilot.press("y")
            await until(pilot, lambda: app.answers)

    asyncio.run(run())
    assert len(from_otio(tmp_path / "selects.otio")) == 2


def test_clips_are_cut_by_an_order_that_says_what_was_lost(used: Home, tmp_path: Path) -> None:
    async def run() -> str:
        from tui.work.saying import outcome

        async with exporting(used, tmp_path) as (pilot, app):
            app.screen.query_one("#target", Select).value = Target.CLIPS
            await pilot.pause()
            await pilot.press("ctrl+s")
            await until(pilot, lambda: app.answers)
            await until(pilot, lambda: not app.desk.works.is_busy, seconds=90)
            (done,) = app.desk.works.standings
            assert done.state is State.DONE, done.told
            return outcome(done)

    line = asyncio.run(run())
    folder = tmp_path / "selects-clips"
    assert line.startswith("2 clips in selects-clips, ") and "loss" in line
    durations = []
    for name in ("01-bikes.mp4", "02-bikes.mp4"):
        video = probe(folder / name).video
        assert video is not None
        durations.append(video.duration_s)
    assert durations == pytest.approx([2.0, 1.0], abs=0.001)


def test_a_moment_becomes_an_animatic_seen_while_it_is_made(used: Home, tmp_path: Path) -> None:
    async def run() -> Path:
        app = Host(tmp_path / "no-library")
        app.desk.output = tmp_path
        async with app.run_test(size=(120, 40)) as pilot:
            await app.open(GenerateScreen(app.desk, film(used, 2.0, 5.0), "rain begins"))
            screen = app.screen
            assert isinstance(screen, GenerateScreen)
            await pilot.pause()
            screen.query_one("#seconds", Input).value = "1"
            screen.query_one("#size", Input).value = "160x68"
            screen.query_one("#camera", Select).value = "dolly in"
            await until(pilot, lambda: not screen.query_one("#start").disabled, seconds=60)
            plan = str(screen.query_one("#plan", Static).content)
            assert "animatic, which generates nothing" in plan and "of memory" in plan
            assert "160×68, 25 fps, 25 frames, 1.00 s" in plan
            remarks = str(screen.query_one("#remarks", Static).content)
            assert "not used: comfyui" in remarks and "not used: ltx" in remarks
            await until(pilot, lambda: all(each.frame for each in screen._stills))
            await pilot.press("ctrl+s")
            await until(pilot, lambda: app.answers)
            (order,) = app.answers
            assert isinstance(order, Order)
            app.desk.works.add(order)
            making = MakingScreen(app.desk, order.id)
            await app.open(making)
            await until(pilot, lambda: app.desk.works.standings[0].preview, seconds=60)
            await until(pilot, lambda: making.query_one("#result").picture.drawn)  # type: ignore[attr-defined]
            await until(pilot, lambda: making.film, seconds=90)
            assert making.film is not None and not making.film.made_with_ai
            for key, source_s, made_s in (("end", 4.88, 0.96), ("home", 2.0, 0.0)):
                await pilot.press(key)
                await until(pilot, lambda made=made_s: _at(making, "result") == made)  # type: ignore[misc]
                assert _at(making, "source") == source_s
            await pilot.press("s")
            assert app.desk.picks.picks[0].select.path == making.film.path
            assert not app.told
            return making.film.path

    video = probe(asyncio.run(run())).video
    assert video is not None
    assert (video.width, video.height, video.fps) == (160, 68, PAL)
    assert video.duration_s == 1.0
    assert (tmp_path / "bikes-made.mp4.json").exists()


def _at(screen: MakingScreen, name: str) -> float | None:
    frame = screen.query_one(f"#{name}").frame  # type: ignore[attr-defined]
    return None if frame is None or frame.at_s is None else round(frame.at_s, 2)


def test_what_cannot_be_made_is_said_and_does_not_start(used: Home, tmp_path: Path) -> None:
    async def run() -> None:
        app = Host(tmp_path / "no-library")
        app.desk.output = tmp_path
        async with app.run_test(size=(40, 10)) as pilot:
            await app.open(GenerateScreen(app.desk, film(used)))
            screen = app.screen
            await pilot.pause()
            screen.query_one("#backend", Select).value = "comfyui"
            plan = screen.query_one("#plan", Static)
            await until(pilot, lambda: "no ComfyUI server is named" in str(plan.content), 60)
            await pilot.press("ctrl+s")
            assert screen.query_one("#start").disabled and not app.answers
            await pilot.press("escape")
            await until(pilot, lambda: app.answers == [None])

    asyncio.run(run())


def test_from_the_contact_sheet_to_the_selects_and_a_film(
    used: Home, installed: Path, tmp_path: Path
) -> None:
    async def run() -> None:
        app = RushesApp(load_settings(library=used.folder / "data/library", language="none"))
        app.desk.output = tmp_path
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, MainScreen))
            main = app.screen
            assert isinstance(main, MainScreen)
            await until(pilot, lambda: not any(each.name == "opening" for each in app.workers))
            main.run_command("search", "bicycles kind:video")
            sheet = main.query_one(ContactSheet)
            await until(pilot, lambda: sheet.current)
            assert sheet.current is not None
            sheet.focus()
            await pilot.press("s")
            (pick,) = app.desk.picks.picks
            assert pick.moment.path == sheet.current.path
            await pilot.press("g")
            await until(pilot, lambda: isinstance(app.screen, GenerateScreen))
            screen = app.screen
            screen.query_one("#seconds", Input).value = "1"
            screen.query_one("#size", Input).value = "160x68"
            await until(pilot, lambda: screen._planned, seconds=60)  # type: ignore[attr-defined]
            assert (
                f"--library={app.desk.settings.library}"
                in screen._planned.order(  # type: ignore[attr-defined]
                    app.desk.settings.library
                ).command
            )
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is main)
            main.action_pane("picks")
            await pilot.press("e")
            await until(pilot, lambda: isinstance(app.screen, ExportScreen))
            await pilot.press("ctrl+s")
            await until(pilot, lambda: app.screen is main)

    asyncio.run(run())
    assert len(from_otio(tmp_path / "selects.otio")) == 1


def test_points_that_are_set_in_the_preview_of_a_select_are_its_own(
    used: Home, installed: Path, tmp_path: Path
) -> None:
    async def run() -> None:
        app = RushesApp(load_settings(library=used.folder / "data/library", language="none"))
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, MainScreen))
            app.desk.picks.add(film(used))
            app.main.query_one(PicksList).refresh_picks()
            app.main.action_pane("picks")
            for last in ("escape", "s"):
                await pilot.press("space")
                await until(pilot, lambda: isinstance(app.screen, PreviewScreen))
                await pilot.press("right", "i", last)
                await until(pilot, lambda: app.screen is app.main)
            await until(pilot, lambda: app.desk.picks.picks[0].select.start_s > 1.05)
            (pick,) = app.desk.picks.picks
            assert (pick.select.start_s, pick.select.end_s) == pytest.approx((1.08, 3.0))

    asyncio.run(run())


def test_a_preview_that_outlives_its_sheet_changes_nothing_there(
    used: Home, installed: Path
) -> None:
    async def run() -> None:
        app = RushesApp(load_settings(library=used.folder / "data/library", language="none"))
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, MainScreen))
            sheet = app.main.query_one(ContactSheet)
            app.main.show_found([film(used)])
            app.main.want(Verb.PREVIEW)
            await until(pilot, lambda: isinstance(app.screen, PreviewScreen))
            others = (film(used, 5.0, 6.0), film(used, 7.0, 8.0))
            app.main.show_found(others)  # a turn has come to its end
            await pilot.press("right", "i", "s")
            await until(pilot, lambda: app.desk.picks.picks)
            assert sheet.moments == others and not sheet.marks(0)
            app.main.action_select_all()
            assert [Verb.SELECT in sheet.marks(index) for index in (0, 1)] == [True, True]

    asyncio.run(run())


@pytest.mark.parametrize("out", ["~selects.otio", "~nobody-of-that-name/reel.otio"])
def test_a_home_that_is_nobodys_is_a_name_in_a_form(used: Home, tmp_path: Path, out: str) -> None:
    async def run() -> None:
        app = Host(tmp_path / "no-library")
        app.desk.output = tmp_path
        app.desk.picks.add(film(used))
        async with app.run_test(size=(80, 24)):
            await app.open(ExportScreen(app.desk))
            app.screen.query_one("#out", Input).value = out
            assert app.screen._check() == ("/" not in out)  # type: ignore[attr-defined]

    asyncio.run(run())
