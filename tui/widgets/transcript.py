"""What is said, the word that is being said lit."""

import re
from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from indexer.segments import Word
from tui.transcribed import Placed, flow, spoken_at
from tui.widgets.seeking import Sought


class Transcript(Widget):
    """Follows the playhead; a click on a word goes to it."""

    DEFAULT_CSS = """
    Transcript { width: 1fr; height: 1fr; }
    Transcript > .transcript--said { color: $foreground; }
    Transcript > .transcript--coming { color: $foreground 60%; }
    Transcript > .transcript--now { color: $foreground; text-style: bold reverse; }
    Transcript > .transcript--sought { color: $accent; text-style: bold underline; }
    """
    COMPONENT_CLASSES = {
        "transcript--said",
        "transcript--coming",
        "transcript--now",
        "transcript--sought",
    }

    def __init__(self) -> None:
        super().__init__()
        self._words: Sequence[Word] = ()
        self._sought: re.Pattern[str] | None = None
        self._lines: list[list[Placed]] = []
        self._now: int | None = None
        self._top = 0

    @property
    def now(self) -> Word | None:
        """The word that is lit."""
        return None if self._now is None else self._words[self._now]

    def put(self, words: Sequence[Word], sought: re.Pattern[str] | None) -> None:
        """The words of a stretch; those that begin like `sought` were looked for."""
        self._words = words
        self._sought = sought
        self._now = None
        self._flow()

    def follow(self, seconds: float) -> None:
        """Light the word of this second, and keep it in the middle."""
        now = spoken_at(self._words, seconds)
        if now == self._now:
            return
        self._now = now
        self._centre()
        self.refresh()

    def beside(self, by: int) -> float | None:
        """When the next (1) or the last (-1) word begins; None if there is none."""
        number = by - 1 if self._now is None and by > 0 else (self._now or 0) + by
        return self._words[number].start_s if 0 <= number < len(self._words) else None

    def on_resize(self) -> None:
        self._flow()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        line = event.y + self._top
        if not 0 <= line < len(self._lines):
            return
        for placed in reversed(self._lines[line]):
            if placed.column <= event.x:
                self.post_message(Sought(self._words[placed.number].start_s))
                return

    def on_mouse_scroll_down(self) -> None:
        self._scroll(1)

    def on_mouse_scroll_up(self) -> None:
        self._scroll(-1)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        plain = self.visual_style.rich_style
        line = y + self._top
        if not 0 <= line < len(self._lines):
            return Strip.blank(width, plain)
        segments: list[Segment] = []
        column = 0
        for placed in self._lines[line]:
            segments.append(Segment(" " * (placed.column - column), plain))
            segments.append(Segment(placed.text, self._style(placed)))
            column = placed.column + cell_len(placed.text)
        return Strip(segments).adjust_cell_length(width, plain)

    def _style(self, placed: Placed) -> Style:
        said = self._now is not None and placed.number < self._now
        name = "now" if placed.number == self._now else "said" if said else "coming"
        if name != "now" and self._sought is not None and self._sought.search(placed.text):
            name = "sought"
        return self.get_component_rich_style(f"transcript--{name}")

    def _flow(self) -> None:
        self._lines = flow(self._words, max(1, self.size.width))
        self._centre()
        self.refresh()

    def _centre(self) -> None:
        now = self._now or 0
        line = next((n for n, line in enumerate(self._lines) if line[-1].number >= now), 0)
        self._show_from(line - self.size.height // 2)

    def _scroll(self, by: int) -> None:
        self._show_from(self._top + by)
        self.refresh()

    def _show_from(self, top: int) -> None:
        self._top = max(0, min(top, len(self._lines) - self.size.height))
