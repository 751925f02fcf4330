"""One order in the list of the jobs."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import ListItem, ProgressBar, Static

from tui.work import saying
from tui.work.order import Standing, State

_STYLES = {
    State.RUNNING: "$text-primary",
    State.FAILED: "$text-error",
    State.DONE: "$text-success",
    State.PAUSED: "$text-warning",
}


class JobRow(ListItem):
    """What it is called, how far it is, and how it stands."""

    DEFAULT_CSS = """
    JobRow { height: auto; padding: 0 1; }
    JobRow Horizontal { height: 1; }
    JobRow Static { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    JobRow .title { width: 1fr; }
    JobRow .state { width: auto; max-width: 60%; padding-left: 2; }
    JobRow .note { width: 1fr; color: $text-muted; }
    JobRow ProgressBar { display: none; width: 24; padding-right: 2; }
    JobRow.-moving ProgressBar { display: block; }
    JobRow Bar { width: 1fr; }
    """

    def __init__(self, standing: Standing) -> None:
        super().__init__()
        self.standing = standing

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(classes="title", markup=False)
            yield Static(classes="state", markup=False)
        with Horizontal():
            yield ProgressBar(total=1, show_percentage=False, show_eta=False)
            yield Static(classes="note", markup=False)

    def on_mount(self) -> None:
        self.show(self.standing)

    def show(self, standing: Standing) -> None:
        """Put where the order stands now."""
        self.standing = standing
        style = _STYLES.get(standing.state, "$text-muted")
        named = f" {saying.title(standing.order)}"
        self.query_one(".title", Static).update(
            Content.assemble((saying.mark(standing), style), (named, "bold"))
        )
        self.query_one(".state", Static).update(Content.styled(saying.state(standing), style))
        self.query_one(".note", Static).update(Content(saying.note(standing)))
        self.set_class(standing.state in (State.RUNNING, State.PAUSED), "-moving")
        self.query_one(ProgressBar).update(total=1, progress=saying.share(standing) or 0)
