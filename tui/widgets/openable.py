"""Lines of the conversation that lead somewhere."""

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static


class Openable(Static, can_focus=True):
    """Enter or a click opens it; up and down go to the others of the conversation."""

    DEFAULT_CSS = """
    Openable {
        height: auto;
        padding-left: 1;
        border-left: blank;

        &:hover { background: $boost; }
        &:focus { border-left: thick $accent; background: $boost; text-style: bold; }
    }
    """
    BINDINGS = [
        Binding("enter,space", "open", "Open"),
        Binding("up,k", "go(-1)", "Before", show=False),
        Binding("down,j", "go(1)", "Next", show=False),
    ]

    class Opened(Message):
        """The user wants to see what it leads to."""

    def __init__(self, content: Content, classes: str | None = None) -> None:
        super().__init__(content, classes=classes)

    def on_click(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        self.post_message(self.opened())

    def opened(self) -> Message:
        """What is posted when it is opened."""
        return self.Opened()

    def action_go(self, by: int) -> None:
        """Go to another line that can be opened."""
        others = list(self._conversation.query(Openable))
        at = others.index(self) + by
        if 0 <= at < len(others):
            others[at].focus()

    @property
    def _conversation(self) -> Widget:
        from tui.widgets.chat import Chat

        above = [node for node in self.ancestors if isinstance(node, Chat)]
        return above[0] if above else self.screen
