"""The first run and the library's own screen, with the real index."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, DirectoryTree, Input, OptionList, Static, TabbedContent

from rushes.models import ModelStore, load_catalogue
from rushes.settings import load_settings
from tests.tui.app.hosting import Host
from tests.tui.app.waiting import until
from tests.tui.home import HARBOUR, OWL
from tui.model_shelf import missing_starter, shelf
from tui.screens.approve import ApproveScreen
from tui.screens.first_run import FirstRunScreen
from tui.screens.library import LibraryScreen
from tui.work.order import State

SIZES = [(40, 10), (80, 24), (200, 60)]


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    (folder / "inside").mkdir(parents=True)
    (folder / "harbour.txt").write_text(HARBOUR)
    (folder / "inside" / "owl.md").write_text(OWL)
    (folder / "empty.pdf").touch()
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


def run(
    act: Callable[[Host, Pilot[None]], Awaitable[None]],
    library: Path,
    size: tuple[int, int] = (80, 24),
) -> None:
    async def inside() -> None:
        app = Host(library)
        async with app.run_test(size=size) as pilot:
            await act(app, pilot)

    asyncio.run(inside())


def said(app: Host, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).render())


def lines(app: Host, selector: str) -> list[str]:
    options = app.screen.query_one(selector, OptionList)
    return [str(each.prompt) for each in options.options]


async def indexed(app: Host, pilot: Pilot[None], *folders: Path) -> None:
    app.desk.order_index(folders)
    await finished(app, pilot)


async def finished(app: Host, pilot: Pilot[None]) -> None:
    await until(pilot, lambda: not app.desk.works.is_busy)
    assert app.desk.works.standings[-1].state is State.DONE, app.desk.works.standings[-1].told


@pytest.mark.parametrize("size", SIZES)
def test_a_first_run_says_what_is_in_a_folder_and_gives_it(
    installed: Path, media: Path, library: Path, size: tuple[int, int]
) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        await app.open(FirstRunScreen(app.desk))
        typed = app.screen.query_one(Input)
        typed.value = str(media)
        await until(pilot, lambda: "2 documents" in said(app, "#found"))
        assert "takes about" in said(app, "#found")
        found, go = app.screen.query_one("#found"), app.screen.query_one("#go", Button)
        assert found.region.height >= 1 and go.region.height == 1
        assert found.region.bottom <= size[1] and go.region.bottom <= size[1]
        assert said(app, "#models") == ""
        await pilot.press("enter")
        await until(pilot, lambda: app.answers == [(media,)])
        assert app.desk.works.standings == ()

    run(act, library, size)


def test_a_path_is_completed_and_a_folder_is_chosen_in_the_tree(
    installed: Path, media: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(media))

    async def act(app: Host, pilot: Pilot[None]) -> None:
        await app.open(FirstRunScreen(app.desk))
        typed = app.screen.query_one(Input)
        typed.value = f"{media}/ins"
        await until(pilot, lambda: typed._suggestion != "")
        await pilot.press("end", "right")
        assert typed.value == f"{media}/inside/"
        tree = app.screen.query_one(DirectoryTree)
        await until(pilot, lambda: len(tree.root.children) == 1)  # folders only
        tree.focus()
        await pilot.press("home", "enter")
        await until(pilot, lambda: typed.value == str(media))

    run(act, library)


def test_a_folder_that_cannot_be_taken_says_why_where_one_looks(
    installed: Path, media: Path, library: Path
) -> None:
    (media / "empty").mkdir()

    async def act(app: Host, pilot: Pilot[None]) -> None:
        await app.open(FirstRunScreen(app.desk))
        go = app.screen.query_one("#go", Button)
        for folder, why in (
            (media / "nowhere", "no such folder"),
            (media / "harbour.txt", "that is a file"),
            (library, "no such folder"),
            (media / "empty", "nothing in it that Rushes reads"),
        ):
            app.screen.query_one(Input).value = str(folder)
            await until(pilot, lambda why=why: why in said(app, "#found"))  # type: ignore[misc]
            assert go.disabled
            await pilot.press("enter")
        await pilot.press("escape")
        await until(pilot, lambda: app.answers == [None])

    run(act, library)


def test_without_models_they_are_ordered_first(own_home: Path, media: Path, library: Path) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        ordered: list[tuple[str, ...]] = []
        app.desk.works.add = lambda order: ordered.append(order.command)  # type: ignore[method-assign]
        await app.open(FirstRunScreen(app.desk))
        await until(pilot, lambda: "Apache-2.0" in said(app, "#models"))
        app.screen.query_one(Input).value = str(media)
        await until(pilot, lambda: "2 documents" in said(app, "#found"))
        await pilot.press("ctrl+o")
        await until(pilot, lambda: app.answers == [(media,)])
        assert ordered == [("models", "install", "starter")]

    run(act, library)


@pytest.mark.parametrize("size", SIZES)
def test_the_library_tells_what_it_holds_and_what_it_could_not_read(
    installed: Path, media: Path, library: Path, size: tuple[int, int]
) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        await indexed(app, pilot, media)
        await app.open(LibraryScreen(app.desk))
        await until(pilot, lambda: "2 document" in said(app, "#holds"))
        assert app.screen.query_one("#held").region.bottom <= size[1]
        assert lines(app, "#roots") == [f"✓ {media}"]
        await pilot.press("right")
        assert app.screen.query_one(TabbedContent).active == "failed"
        (failure,) = lines(app, "#failures")
        assert "empty.pdf" in failure and "empty" in failure.splitlines()[1]
        assert app.screen.query_one("#failures").size.height >= 2

    run(act, library, size)


def test_a_folder_is_taken_out_and_the_library_brought_up_to_date(
    installed: Path, media: Path, library: Path
) -> None:
    other = media.with_name("other")
    other.mkdir()
    (other / "note.txt").write_text(OWL)

    async def act(app: Host, pilot: Pilot[None]) -> None:
        await indexed(app, pilot, media, other)
        await app.open(LibraryScreen(app.desk))
        await until(pilot, lambda: len(lines(app, "#roots")) == 2)
        await pilot.press("down", "x")
        await until(pilot, lambda: isinstance(app.screen, ApproveScreen))
        await pilot.press("y")
        await finished(app, pilot)
        await until(pilot, lambda: lines(app, "#roots") == [f"✓ {media}"])
        assert (other / "note.txt").exists()
        (media / "new.txt").write_text(OWL)
        await pilot.press("u")
        await until(pilot, lambda: "3 document" in said(app, "#holds"))

    run(act, library)


def test_a_drive_that_went_away_is_said_and_nothing_fails(
    installed: Path, media: Path, library: Path
) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        await indexed(app, pilot, media)
        shutil.rmtree(media)
        await app.open(LibraryScreen(app.desk))
        await until(pilot, lambda: "drive plugged in" in "".join(lines(app, "#roots")))
        await pilot.press("u")
        assert not app.desk.works.is_busy
        shutil.rmtree(library)
        await pilot.press("w")  # reads again
        await until(pilot, lambda: "no library yet" in said(app, "#holds"))
        assert app.told == []

    run(act, library)


def test_watching_is_switched_and_kept(installed: Path, media: Path, library: Path) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        await app.open(LibraryScreen(app.desk))
        await pilot.press("w")
        assert app.desk.settings.watch and load_settings().watch
        await pilot.press("w")
        assert not app.desk.settings.watch and not load_settings().watch

    run(act, library)


def test_a_watched_folder_is_indexed_when_something_new_has_come_to_rest(
    installed: Path, media: Path, library: Path
) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        await indexed(app, pilot, media)
        app.run_worker(app.desk.watch().run(), name="watch", exit_on_error=False)
        await app.open(LibraryScreen(app.desk))
        await pilot.press("w")
        await until(pilot, lambda: len(app.desk.works.standings) == 2)  # what it had missed
        await finished(app, pilot)
        (media / "new.txt").write_text(OWL)
        await until(pilot, lambda: "3 document" in said(app, "#holds"))
        titles = [each.order.title for each in app.desk.works.standings]
        assert titles == ["index media", "look for what changed"]

    run(act, library)


def test_a_model_is_ordered_once_its_size_and_licence_are_accepted(
    installed: Path, library: Path
) -> None:
    async def act(app: Host, pilot: Pilot[None]) -> None:
        ordered: list[tuple[str, ...]] = []
        app.desk.works.add = lambda order: ordered.append(order.command)  # type: ignore[method-assign]
        await app.open(LibraryScreen(app.desk))
        await until(pilot, lambda: len(lines(app, "#shelf")) > 10)
        await pilot.press("left")
        assert app.screen.query_one(TabbedContent).active == "models"
        shelved = shelf(ModelStore(installed / "data" / "models"))
        ids = [each.id for each in shelved]
        app.screen.query_one("#shelf", OptionList).highlighted = ids.index("multilingual-e5-small")
        await until(pilot, lambda: "licence: MIT" in said(app, "#model"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ApproveScreen))
        asked = "\n".join(str(each.render()) for each in app.screen.query(Static))
        assert "MIT" in asked and "MB to download" in asked
        await pilot.press("y")
        await until(pilot, lambda: ordered == [("models", "install", "multilingual-e5-small")])

    run(act, library)


def test_each_model_is_on_the_shelf_once_under_its_profile(
    starter_store: ModelStore, tmp_path: Path
) -> None:
    shelved = shelf(starter_store)
    singles = [each.id for each in shelved if not each.is_profile]
    assert sorted(singles) == sorted(model.id for model in load_catalogue().models)
    assert [each.id for each in shelved if each.is_profile] == ["starter", "standard", "studio"]
    assert shelved[0].is_installed and not shelved[0].size_bytes
    assert missing_starter(starter_store) is None
    missing = missing_starter(ModelStore(tmp_path))
    assert missing is not None and missing.size_bytes > 100e6
