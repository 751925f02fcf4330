"""Where in a long list the screen is."""

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget


class Position(Widget):
    """A column: how much is seen, and where. A click goes there."""

    DEFAULT_CSS = "Position { width: 1; height: 1fr; color: $text-muted; }"

    class Wanted(Message):
        """`part`, from 0 to 1, was clicked."""

        def __init__(self, part: float) -> None:
            super().__init__()
            self.part = part

    def __init__(self) -> None:
        super().__init__()
        self._seen = (0, 0, 0)

    def show(self, first: int, shown: int, count: int) -> None:
        """So many are `shown` of `count`, from the one of number `first` on."""
        if (first, shown, count) != self._seen:
            self._seen = (first, shown, count)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        first, shown, count = self._seen
        height = max(1, self.size.height)
        style = self.visual_style.rich_style
        if count <= shown:
            return Strip([Segment(" ", style)])
        length = max(1, round(height * shown / count))
        top = round((height - length) * first / max(1, count - shown))
        return Strip([Segment("█" if top <= y < top + length else "│", style)])

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        self.post_message(self.Wanted(event.y / max(1, self.size.height - 1)))
