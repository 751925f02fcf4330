"""The keys of the screen below."""

from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tui.key_help import Group, groups
from tui.widgets.keys_line import KeysLine


class HelpScreen(ModalScreen[None]):
    """All of them, in groups; it scrolls where they do not fit."""

    TITLE = "Keys"
    CSS_PATH = "help.tcss"
    BINDINGS = [Binding("escape,question_mark,q", "leave", "Back")]

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self._below = below

    def compose(self) -> ComposeResult:
        with Vertical(id="help"):
            with VerticalScroll():
                for group in groups(self.app, self._below):
                    yield Static(group.name, classes="group", markup=False)
                    yield Static(_table(group), classes="keys")
            yield KeysLine()

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        self.dismiss(None)


def _table(group: Group) -> Content:
    wide = max(len(key.shown) for key in group.keys)
    lines = [
        Content.assemble((f"{key.shown:>{wide}}", "bold $text-accent"), f"  {key.does}")
        for key in group.keys
    ]
    return Content("\n").join(lines)
