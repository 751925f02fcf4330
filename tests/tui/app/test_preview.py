"""The preview on real files: what is seen, heard and said, and how it is cut."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from indexer.library import Library
from rushes.moment import Kind, Moment
from rushes.settings import load_settings
from tests.tui.app.hosting import Host
from tests.tui.app.waiting import until
from tests.tui.home import Home
from tui.screens.preview import Previewed, PreviewScreen
from tui.verbs import Verb
from tui.widgets.picture import Picture
from tui.widgets.scrubber import Scrubber
from tui.widgets.transcript import Transcript
from tui.widgets.waveform import Waveform

Does = Callable[[Pilot[Any], PreviewScreen], Awaitable[None]]


@pytest.fixture
def library(used: Home, installed: Path) -> Path:
    return used.folder / "data/library"


@pytest.fixture
def bikes(library: Path) -> Moment:
    return found(library, "kind:video", Kind.VIDEO)


@pytest.fixture
def beckett(library: Path) -> Moment:
    return found(library, "ever failed", Kind.AUDIO)


def found(library: Path, query: str, kind: Kind) -> Moment:
    results = Library(load_settings(library=library)).search(query, limit=20)
    return next(each for each in (*results.moments, *results.nearest) if each.kind is kind)


def preview(
    library: Path, moment: Moment, does: Does, size: tuple[int, int] = (100, 30)
) -> tuple[Previewed | None, list[str]]:
    """Open the preview, do something in it, and close it if that has not."""
    app = Host(library)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            screen = PreviewScreen(app.desk, moment)
            await app.open(screen)
            await until(pilot, lambda: not any(not each.is_finished for each in app.workers))
            await does(pilot, screen)
            if not app.answers:
                await pilot.press("escape")
                await pilot.pause()

    asyncio.run(run())
    (answer,) = app.answers
    return answer, app.told


def words(screen: PreviewScreen) -> str:
    lines = screen._compositor.render_strips()
    return "\n".join(line.text for line in lines)


async def nothing(pilot: Pilot[Any], screen: PreviewScreen) -> None:
    return


def test_a_film_is_scrubbed_by_frames_and_seconds(library: Path, bikes: Moment) -> None:
    seen = []

    async def scrub(pilot: Pilot[Any], screen: PreviewScreen) -> None:
        picture = screen.query_one(Picture)
        for key in ("right", "right", "left", "full_stop", "comma"):
            await pilot.press(key)
            await until(pilot, lambda: screen._shown == screen.playhead.at and not screen._drawing)
            assert picture.drawn is not None
            seen.append((screen.playhead.at, picture.drawn))
        assert "▀" in words(screen)

    answer, told = preview(library, bikes, scrub)
    start = round((bikes.start_s or 0) * 25)
    assert [at - start for at, _ in seen] == [1, 2, 1, 26, 1]
    assert seen[0][1] == seen[2][1] == seen[4][1]
    assert seen[0][1] != seen[3][1]
    assert answer is None and told == []


def test_in_and_out_are_put_at_the_playhead_and_moved_by_frames(
    library: Path, bikes: Moment
) -> None:
    moment = replace(bikes, start_s=2.0, end_s=4.0)

    async def cut(pilot: Pilot[Any], screen: PreviewScreen) -> None:
        await pilot.press("right", "right", "i", "right_square_bracket")
        await pilot.press("full_stop", "o", "left_curly_bracket")
        await pilot.pause()
        assert "in 00:00:02:03" in words(screen)
        await pilot.press("s")
        await pilot.pause()

    answer, _ = preview(library, moment, cut)
    assert answer is not None and answer.verb is Verb.SELECT
    assert (answer.moment.start_s, answer.moment.end_s) == (2.12, 3.12)
    assert (moment.start_s, moment.end_s) == (2.0, 4.0)


def test_closing_keeps_what_was_trimmed(library: Path, bikes: Moment) -> None:
    async def cut(pilot: Pilot[Any], screen: PreviewScreen) -> None:
        await pilot.press("right_square_bracket", "space")
        await pilot.pause()

    answer, _ = preview(library, replace(bikes, start_s=2.0, end_s=4.0), cut)
    assert answer is not None and answer.verb is None
    assert answer.moment.start_s == 2.04


def test_it_plays_both_ways_and_stops(library: Path, bikes: Moment) -> None:
    async def play(pilot: Pilot[Any], screen: PreviewScreen) -> None:
        await pilot.press("l", "l")
        await until(pilot, lambda: "▶ 2×" in words(screen))
        await until(pilot, lambda: screen.playhead.at_s > 3.5)
        await pilot.press("j")
        await until(pilot, lambda: screen.playhead.at_s < 3.4)
        await pilot.press("k")
        at = screen.playhead.at
        await pilot.pause(0.2)
        assert screen.playhead.at == at

    preview(library, replace(bikes, start_s=2.0, end_s=9.0), play)


def test_playing_stops_at_the_end(library: Path, bikes: Moment) -> None:
    async def play(pilot: Pilot[Any], screen: PreviewScreen) -> None:
        await pilot.press("l", "l", "l", "l")
        await until(pilot, lambda: screen.playhead.speed == 0)
        assert screen.playhead.at == 249

    preview(library, replace(bikes, start_s=8.0, end_s=9.0), play)


def test_the_word_that_is_said_is_lit_and_words_are_gone_to(library: Path, beckett: Moment) -> None:
    lit = []

    async def follow(pilot: Pilot[Any], screen: PreviewScreen) -> None:
        transcript = screen.query_one(Transcript)
        assert screen.query_one(Waveform).has_peaks
        assert "█" in words(screen)
        await pilot.press("home")
        for _ in range(4):
            await pilot.press("w")
            assert transcript.now is not None
            lit.append(transcript.now.text.strip(".,").lower())
        await pilot.press("b")
        assert transcript.now is not None and transcript.now.text.lower().startswith("ever")
        await pilot.click(transcript, offset=(0, 0))
        await pilot.pause()
        lit.append(transcript.now.text.lower())
        assert screen.playhead.at_s < 1.0

    _, told = preview(library, replace(beckett, start_s=0.0), follow)
    assert lit == ["ever", "tried", "ever", "failed", "ever"]
    assert told == []


def test_the_bar_is_clicked(library: Path, bikes: Moment) -> None:
    async def click(pilot: Pilot[Any], screen: PreviewScreen) -> None:
        scrubber = screen.query_one(Scrubber)
        await pilot.click(scrubber, offset=(scrubber.size.width // 2, 0))
        first_s, last_s = screen.playhead.window
        assert abs(screen.playhead.at_s - (first_s + last_s) / 2) < 0.2

    preview(library, bikes, click)


@pytest.mark.parametrize(
    ("query", "kind", "wanted"),
    [("harbour ferry", Kind.DOCUMENT, "quarter past seven"), ("kind:image", Kind.IMAGE, "▀")],
)
def test_stills_and_pages_are_shown(library: Path, query: str, kind: Kind, wanted: str) -> None:
    async def look(pilot: Pilot[Any], screen: PreviewScreen) -> None:
        await until(pilot, lambda: wanted in words(screen))
        assert "Shuttle" not in words(screen)
        await pilot.press("l", "right", "i", "w", "down", "up", "=")
        await pilot.pause()

    moment = found(library, query, kind)
    answer, told = preview(library, moment, look)
    assert answer == Previewed(moment, Verb.LIKE)
    assert told == []


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (200, 60)])
def test_it_fits_on_any_screen(library: Path, bikes: Moment, size: tuple[int, int]) -> None:
    async def resize(pilot: Pilot[Any], screen: PreviewScreen) -> None:
        await until(pilot, lambda: "▀" in words(screen))
        await pilot.resize_terminal(60, 12)
        await until(pilot, lambda: not screen._drawing)
        assert "●" in words(screen)

    _, told = preview(library, bikes, resize, size)
    assert told == []


def test_a_file_that_is_gone_is_said_and_the_rest_is_there(
    library: Path, bikes: Moment, tmp_path: Path
) -> None:
    answer, told = preview(library, replace(bikes, path=tmp_path / "gone.mp4"), nothing)
    assert answer is None
    assert told == ["cannot read gone.mp4: the file is gone"]
