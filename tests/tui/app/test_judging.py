"""Thumbs on the contact sheet become questions for `rushes eval`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.evaluation import read_questions
from rushes.moment import Kind
from tests.tui.app.test_conversation import opened, run, send
from tests.tui.app.waiting import until
from tests.tui.home import Home
from tui.verbs import Verb
from tui.widgets.contact_sheet import ContactSheet


def judged(home: Path) -> Iterator[Path]:
    return (home / "data/app").glob("judgements-*.json")


@pytest.mark.usefixtures("installed")
def test_a_thumb_is_noted_with_what_was_asked(used: Home, own_home: Path) -> None:
    async def live() -> None:
        async with opened(used) as (pilot, app):
            sheet = app.screen.query_one(ContactSheet)
            await send(pilot, app, "/search ferry harbour")
            await until(pilot, lambda: sheet.moments and app.focused is sheet)
            right = sheet.moments[0]
            await pilot.press("u")
            assert Verb.UP in sheet.marks(0)
            (file,) = judged(own_home)
            (question,) = read_questions(file)
            assert question.q == "ferry harbour"
            assert [each.path for each in question.right] == [right.path.as_posix()]

    run(live)


@pytest.mark.usefixtures("installed")
def test_what_merely_looks_alike_answers_no_question(used: Home, own_home: Path) -> None:
    async def live() -> None:
        async with opened(used) as (pilot, app):
            sheet = app.screen.query_one(ContactSheet)
            await send(pilot, app, "/search kind:video")
            await until(pilot, lambda: sheet.moments and app.focused is sheet)
            assert sheet.current is not None and sheet.current.kind is Kind.VIDEO
            before = sheet.moments
            await pilot.press("=")
            await until(pilot, lambda: sheet.moments != before)
            await pilot.press("u")
            await pilot.pause()
            assert not sheet.marks(0)
            assert not list(judged(own_home))

    run(live)
