"""Everything about one order: what it did or why it failed, and its command, to be copied."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from tui.widgets.keys_line import KeysLine
from tui.work import saying
from tui.work.order import Standing


class JobDetailsScreen(ModalScreen[None]):
    """The text can be marked with Shift and the arrows, or with the mouse."""

    TITLE = "A job"
    CSS_PATH = "job_details.tcss"
    BINDINGS = [
        Binding("escape", "leave", "Back"),
        Binding("y", "copy_command", "Copy command"),
        Binding("a", "copy_all", "Copy all"),
    ]

    def __init__(self, standing: Standing) -> None:
        super().__init__()
        self._standing = standing

    def compose(self) -> ComposeResult:
        with Vertical(id="details"):
            yield Static(saying.title(self._standing.order), classes="head", markup=False)
            yield TextArea(
                saying.details(self._standing), read_only=True, soft_wrap=True, id="told"
            )
            yield KeysLine()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_copy_command(self) -> None:
        self._copy(saying.command(self._standing.order), "the command is copied")

    def action_copy_all(self) -> None:
        self._copy(saying.details(self._standing), "all of it is copied")

    def _copy(self, text: str, told: str) -> None:
        self.app.copy_to_clipboard(text)
        self.notify(told, timeout=2, markup=False)
