"""One question, what is done for it, and the answer with its sources."""

import asyncio
import time
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Markdown, Static
from textual.widgets.markdown import MarkdownStream

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
    Wrote,
)
from rushes.jobs import Progress
from rushes.text import one_line
from tui.marking import linked, source_number, with_sources
from tui.widgets.reel_view import ReelView
from tui.widgets.shown_line import ShownLine
from tui.widgets.source_line import SourceLine
from tui.widgets.steps_view import StepsView

if TYPE_CHECKING:
    from agent.history import KeptTurn

_ASKED = 1000  # characters of a question that are shown


class TurnView(Vertical):
    """Draws what happens in a turn, event by event."""

    DEFAULT_CSS = """
    TurnView {
        height: auto;
        margin-bottom: 1;

        .asked { text-style: bold; color: $text-accent; }
        .reply { padding: 0; display: none; }
        .reply.-begun { display: block; }
        .writing { color: $text-muted; text-style: italic; display: none; }
        .writing.-now { display: block; }
        .noticed { color: $text-warning; }
        .after { height: auto; }
    }
    """

    def __init__(self, question: str) -> None:
        super().__init__()
        asked = one_line(question)
        self._asked = asked if len(asked) <= _ASKED else f"{asked[: _ASKED - 1]}…"
        self._steps = StepsView()
        self._reply = Markdown(open_links=False, classes="reply")
        self._writing = Static("", classes="writing", markup=False)
        self._after = Vertical(classes="after")
        self._stream: MarkdownStream | None = None
        self._sources: tuple[Citation, ...] = ()
        self._began_s = time.monotonic()
        self._told = ""
        self._mounted = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield Static(Content(f"› {self._asked}"), classes="asked")
        yield self._steps
        yield self._reply
        yield self._writing
        yield self._after

    async def show(self, event: Event) -> None:
        """Draw what happened. Nothing is drawn once the conversation was cleared."""
        if not await self._is_there():
            return
        match event:
            case StepBegan():
                await self._steps.begin(event)
            case StepEnded():
                self._steps.end(event)
            case Wrote(pieces):
                self._writing.update(f"writing{'.' * (1 + pieces // 4 % 3)}")
                self._writing.add_class("-now")
            case Said(text, citations):
                await self._say(with_sources(text, citations))
            case Noticed(text):
                await self._notice(text)
            case Showed(moments, _, nearest):
                if moments:
                    await self._after.mount(ShownLine(moments, nearest))
            case Picked(reel):
                await self._after.mount(ReelView(reel), ShownLine((), reel=reel))
            case Reply():
                await self._end(event)

    async def show_kept(self, turn: "KeptTurn") -> None:
        """Draw a turn of an earlier time, as it ended."""
        if not await self._is_there():
            return
        if turn.text and not turn.failed:
            await self._say(linked(turn.text, tuple(each.n for each in turn.citations)))
        if turn.reel is not None:
            await self.show(Picked(turn.reel))
        elif turn.moments:
            await self.show(Showed(turn.moments, turn.query, nearest=turn.refused))
        if turn.failed:
            await self._notice(turn.text)
        await self._cite(turn.citations)
        if turn.stopped:
            await self._notice("stopped")
        await self._close()

    def progress(self, progress: Progress) -> None:
        """Draw how far the step under way is. To be called in the app's thread."""
        if self._mounted.is_set():
            self._steps.progress(progress)

    def on_mount(self) -> None:
        self._mounted.set()

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        event.stop()
        number = source_number(event.href)
        for citation in self._sources:
            if citation.n == number:
                self.post_message(SourceLine.Opened(citation))

    async def on_unmount(self) -> None:
        self._mounted.set()
        await self._close()

    async def _is_there(self) -> bool:
        """Wait for it to be mounted. False: it was taken away again."""
        await self._mounted.wait()
        return self.is_attached

    async def _say(self, markdown: str) -> None:
        self._reply.add_class("-begun")
        if self._stream is None:
            self._stream = Markdown.get_stream(self._reply)
            await self._stream.write(markdown)
        else:
            await self._stream.write(f" {markdown}")

    async def _notice(self, text: str) -> None:
        if text != self._told:
            self._told = text
            await self._after.mount(Static(Content(f"! {one_line(text)}"), classes="noticed"))

    async def _end(self, reply: Reply) -> None:
        under_way = self._steps.fold(reply.stopped)
        if reply.failed and reply.text:
            await self._notice(reply.text)
        if reply.stopped:
            took_s = time.monotonic() - self._began_s
            what = under_way or ("writing the answer" if self._wrote else "the turn")
            await self._notice(f"stopped after {took_s:.1f} s: {what}")
        await self._cite(reply.citations)
        await self._close()

    async def _cite(self, citations: tuple[Citation, ...]) -> None:
        self._sources = citations
        await self._after.mount_all(SourceLine(citation) for citation in citations)

    async def _close(self) -> None:
        self._writing.remove_class("-now")
        if self._stream is not None:
            await self._stream.stop()

    @property
    def _wrote(self) -> bool:
        return self._writing.has_class("-now")
