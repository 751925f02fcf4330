"""A line of a form: what it is called, and where it is filled in."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static


class Field(Horizontal):
    """A label beside a widget; one above the other where there is no room."""

    DEFAULT_CSS = """
    Field {
        height: auto;
        .label { width: 11; color: $text-muted; }
        .label:disabled { color: $text-disabled; }
        & > Input, & > Select, & > TextArea { width: 1fr; }
    }
    """

    def __init__(self, label: str, widget: Widget) -> None:
        super().__init__()
        self._label = label
        self._widget = widget

    def compose(self) -> ComposeResult:
        yield Static(self._label, classes="label", markup=False)
        yield self._widget
