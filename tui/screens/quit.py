"""Leaving while work is under way."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from tui.desk import Desk
from tui.widgets.scrolled import Scrolled
from tui.work import saying


class QuitScreen(ModalScreen[bool]):
    """True is to leave: what is under way stops, and goes on when the app is opened again."""

    TITLE = "Leave"
    CSS_PATH = "quit.tcss"
    BINDINGS = [
        Binding("l,y", "answer(True)", "Leave"),
        Binding("s,n,escape", "answer(False)", "Stay"),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._is_kept = desk.works.is_kept
        self._open = [each for each in desk.works.standings if each.state.is_open]

    def compose(self) -> ComposeResult:
        count = len(self._open)
        told = "A job is" if count == 1 else f"{count} jobs are"
        they = "It" if count == 1 else "They"
        verb, ends = ("goes", "ends") if count == 1 else ("go", "end")
        goes_on = f"{they} {verb} on when you open Rushes again."
        if not self._is_kept:  # the app that was opened first keeps the list
            goes_on = f"{they} {ends} with this window: another one is open on this library."
        with Vertical(id="leaving"):
            yield Static(f"{told} not done. {goes_on}")
            with Scrolled():
                for each in self._open:
                    job = f"{saying.mark(each)} {saying.title(each.order)}: {saying.state(each)}"
                    yield Static(job, classes="job", markup=False)
            with Horizontal():
                yield Button("Stay", id="stay", variant="primary", compact=True)
                yield Button("Leave", id="leave", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "leave")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)
