"""A picture that comes from no file, and what it shows in words."""

import asyncio

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from rushes.text import one_line
from tui.at_work import AtWork
from tui.stills import Frame
from tui.terminal_pictures import Protocol
from tui.thumbnails import drawn_of
from tui.widgets.picture import Picture


class Still(Vertical, AtWork):
    """A frame above a line of words. It is drawn anew when its box changes."""

    DEFAULT_CSS = """
    Still {
        width: 1fr; height: 1fr;
        .words { height: 1; text-align: center; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    def __init__(self, protocol: Protocol, words: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.picture = Picture(protocol)
        self._words = Static(Content(one_line(words)), classes="words")
        self._frame: Frame | None = None
        self._is_stale = self._is_drawing = False

    def compose(self) -> ComposeResult:
        yield self.picture
        yield self._words

    @property
    def frame(self) -> Frame | None:
        """What is shown."""
        return self._frame

    def say(self, words: str) -> None:
        self._words.update(Content(one_line(words)))

    def hold(self, frame: Frame | None) -> None:
        """Show a frame, or nothing."""
        self._frame = frame
        self._draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        self._is_stale = self._frame is not None
        if self._is_stale and not self._is_drawing:
            self._is_drawing = True
            self.work("still", self._keep_up())

    async def _keep_up(self) -> None:
        """Draw what is to be seen, until that is on the screen."""
        try:
            while self._is_stale:
                self._is_stale = False
                wish, frame = self.picture.wish, self._frame
                if wish is not None and frame is not None:
                    aspect = frame.image.width / frame.image.height
                    self.picture.put(await asyncio.to_thread(drawn_of, frame.image, aspect, wish))
        finally:
            self._is_drawing = False
