"""A question to be answered with yes or no, before anything is written or minutes are spent."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class ApproveScreen(ModalScreen[bool]):
    """Asks `what`, a sentence without its question mark. No is the answer of Esc."""

    CSS_PATH = "approve.tcss"
    BINDINGS = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
    ]

    def __init__(self, what: str, yes: str = "Yes", no: str = "No") -> None:
        super().__init__()
        self._what = what
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="question", can_focus=False):
            yield Static(f"{self._what}?", markup=False)
            with Horizontal():
                yield Button(self._yes, variant="primary", compact=True, id="yes")
                yield Button(self._no, compact=True, id="no")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)
