"""What shows a stretch of time from left to right, and goes where it is clicked."""

from textual import events
from textual.message import Message
from textual.widget import Widget


class Sought(Message):
    """The user wants to be at a second of the recording."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Seeking(Widget):
    """A stretch from `window[0]` to `window[1]` seconds, the playhead, the in and out points."""

    def __init__(self) -> None:
        super().__init__()
        self.window = (0.0, 1.0)
        self.at_s = 0.0
        self.in_s = 0.0
        self.out_s = 1.0

    def show(self, window: tuple[float, float], at_s: float, in_s: float, out_s: float) -> None:
        now = (window, at_s, in_s, out_s)
        if now != (self.window, self.at_s, self.in_s, self.out_s):
            self.window, self.at_s, self.in_s, self.out_s = now
            self.refresh()

    def column(self, seconds: float) -> int:
        """The column of a second; outside of the window it is outside of the widget."""
        first_s, last_s = self.window
        return int((seconds - first_s) / (last_s - first_s) * self.size.width)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        self.capture_mouse()
        self._seek(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            self._seek(event.x)

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def _seek(self, x: int) -> None:
        first_s, last_s = self.window
        part = min(max(0.0, (x + 0.5) / max(1, self.size.width)), 1.0)
        self.post_message(Sought(first_s + part * (last_s - first_s)))
