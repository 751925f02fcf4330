"""Orders out of files on this screen: neither markup, nor links, nor control characters."""

import asyncio
import unicodedata
from functools import partial
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import Markdown, Static
from textual.widgets.markdown import MarkdownBlock

from agent.broll import Gap, Pick, Reel
from agent.events import (
    Citation,
    Event,
    Noticed,
    Picked,
    Reply,
    Said,
    Showed,
    StepBegan,
    StepEnded,
)
from agent.lines import Line
from rushes.jobs import Progress
from rushes.moment import Kind, Moment
from rushes.text import one_line
from tests.media.injections import ORDERS
from tests.tui.app.waiting import until
from tui.widgets.chat import Chat, TurnView
from tui.widgets.completions import Completions
from tui.widgets.prompt import Prompt


class Holder(App[None]):
    def compose(self) -> ComposeResult:
        yield Chat()
        yield Prompt()


def turn_full_of(order: str) -> list[Event]:
    """A turn in which an order stands wherever words of files and models can stand."""
    path = Path("/v") / order.replace("/", "∕").replace("\0", "")[:80]
    moment = Moment(path, Kind.VIDEO, 1.0, 2.0, text=order)
    reel = Reel(
        order,
        (Pick(Line(order, 2.0), 1, moment, 1.0, 2.0),),
        (Gap(Line(order, 2.0), 2, 2.0, moment, order),),
    )
    source = Citation(1, path, order)
    return [
        StepBegan(1, "search", order),
        StepEnded(1, "search", order, failed=True),
        Said(order, (1,)),
        Noticed(order),
        Showed((moment,), order),
        Picked(reel),
        StepBegan(2, "read", order),
        Reply(order, (source,), (), (moment,), reel, stopped=True),
    ]


def assert_harmless(content: Content, links: set[str]) -> None:
    bad = [each for each in content.plain if unicodedata.category(each) in ("Cc", "Cf")]
    assert set(bad) <= {"\n"}
    for span in content.spans:
        meta = getattr(span.style, "meta", None) or {}
        assert set(map(str, meta.values())) <= links, meta


@pytest.mark.parametrize("batch", range(4))
def test_words_of_files_are_shown_as_they_are(batch: int) -> None:
    async def live() -> None:
        app = Holder()
        async with app.run_test(size=(100, 40)) as pilot:
            chat = app.query_one(Chat)
            for order in ORDERS[batch::4]:
                await chat.clear()
                view = chat.begin(order)
                for event in turn_full_of(order):
                    await view.show(event)
                    view.progress(Progress(order, 1.0, 2.0, order))
                await until(pilot, partial(view.query, MarkdownBlock))
                check(view, order)

    def check(view: TurnView, order: str) -> None:
        shown = one_line(order)
        statics = [each for each in view.query(Static) if not isinstance(each, MarkdownBlock)]
        for static in statics:
            content = static.render()
            assert isinstance(content, Content)
            assert_harmless(content, set())
        whole = "\n".join(str(each.render()) for each in statics)
        assert whole.count(shown) >= 4  # asked, step, notice, quote
        links = {"link('source:1')"}
        said = view.query_one(Markdown)
        for block in said.query(MarkdownBlock):
            assert_harmless(block._content, links)
        plain = "".join(block._content.plain for block in said.query(MarkdownBlock))
        assert one_line(plain) == f"{shown} [1]"

    asyncio.run(live())


def test_names_of_files_are_suggested_as_they_are() -> None:
    async def live() -> None:
        names = [order.replace("/", "∕")[:80] for order in ORDERS]

        app = Holder()
        async with app.run_test(size=(100, 40)) as pilot:
            prompt = app.query_one(Prompt)
            prompt.completer.files = lambda: [Path("/v") / name for name in names]
            prompt.focus()
            popup = app.query_one(Completions)
            for typed in ("@[", "@tool", "@"):
                prompt.value = ""
                for letter in typed:
                    await pilot.press(letter)
                await until(pilot, lambda: popup.is_open)
                for number in range(popup.option_count):
                    prompted = popup.get_option_at_index(number).prompt
                    assert isinstance(prompted, Content)
                    assert_harmless(prompted, set())

    asyncio.run(live())
