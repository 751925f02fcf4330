"""A timeline drawn small: each clip as wide as it is long."""

from collections.abc import Sequence
from itertools import accumulate

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


class ReelStrip(Widget):
    """One line: numbers between bars, every other clip darker, the current one lit."""

    DEFAULT_CSS = """
    ReelStrip { height: 1; width: 1fr; background: $panel; }
    """

    class Chosen(Message):
        """The user clicked on a clip."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self) -> None:
        super().__init__()
        self._clips: tuple[tuple[str, int], ...] = ()
        self._current: int | None = None

    def show(self, clips: Sequence[tuple[str, int]], current: int | None) -> None:
        """Show clips, each a name and its frames."""
        self._clips = tuple(clips)
        self._current = current
        self.refresh()

    def render(self) -> Content:
        edges = columns([frames for _, frames in self._clips], self.size.width)
        parts: list[tuple[str, str]] = []
        for index, (name, _) in enumerate(self._clips):
            width = edges[index + 1] - edges[index]
            if not width:
                continue
            text = f"│{index + 1} {name}"[: width - 1] if width > 1 else ""
            style = "on $boost" if index % 2 else "on $surface"
            if index == self._current:
                style = "bold reverse"
                text = text.replace("│", "▶", 1)
            parts.append((text.ljust(width) if text else "│", style))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        edges = columns([frames for _, frames in self._clips], self.size.width)
        for index in range(len(self._clips)):
            if edges[index] <= event.x < edges[index + 1]:
                self.post_message(self.Chosen(index))


def columns(frames: Sequence[int], width: int) -> tuple[int, ...]:
    """Where each clip begins, in cells, and where the last ends: in proportion to their frames.

    Where there is room for it, each has one cell at least.
    """
    least = 1 if len(frames) <= width else 0
    spare = width - least * len(frames)
    whole = sum(frames) or 1
    ends = accumulate(frames)
    return (0, *(round(spare * end / whole) + least * n for n, end in enumerate(ends, 1)))
