"""The jobs: indexing, downloads and renders, under way and over."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import ListView, Static

from tui.desk import Desk
from tui.widgets.job_row import JobRow
from tui.widgets.keys_line import KeysLine
from tui.work.order import Standing, State

_LOOK_EVERY_S = 0.3
_FILMS = ("generate", "upscale")
_OF_ONE: dict[str, Callable[[State], bool]] = {
    "pause": lambda state: state in (State.RUNNING, State.PAUSED),
    "cancel": lambda state: state.is_open,
    "retry": lambda state: not state.is_open,
    "forget": lambda state: True,  # it says what is to be done first
    "details": lambda state: True,
}
_NOTHING = "Nothing is under way. Indexing, downloads and renders are listed here."


class JobsScreen(Screen[None]):
    """A list of all orders of this session, the newest first, and what can be done with each."""

    TITLE = "Jobs"
    CSS_PATH = "jobs.tcss"
    BINDINGS = [
        Binding("escape", "leave", "Back"),
        Binding("p", "pause", "Pause/go on"),
        Binding("x", "cancel", "Stop"),
        Binding("r", "retry", "Again"),
        Binding("delete,backspace", "forget", "Forget"),
        Binding("enter", "open", "Open"),
        Binding("i", "details", "Details"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        yield Static("Jobs", classes="head")
        yield Static(_NOTHING, id="nothing")
        yield ListView(id="jobs")
        yield KeysLine()

    async def on_mount(self) -> None:
        await self._look()
        self.query_one(ListView).focus()
        self.set_interval(_LOOK_EVERY_S, self._look)

    def on_list_view_selected(self) -> None:
        self.action_open()

    def on_list_view_highlighted(self) -> None:
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can be done with the order under the cursor."""
        if action not in _OF_ONE:
            return True
        chosen = self._chosen() if self.is_mounted else None
        return chosen is not None and _OF_ONE[action](chosen.state)

    def action_leave(self) -> None:
        self.dismiss(None)

    async def action_pause(self) -> None:
        if (standing := self._chosen()) is not None:
            self._desk.works.pause(standing.order.id)
            await self._look()

    async def action_cancel(self) -> None:
        if (standing := self._chosen()) is not None:
            self._desk.works.cancel(standing.order.id)
            await self._look()

    async def action_retry(self) -> None:
        if (standing := self._chosen()) is not None:
            self._desk.works.retry(standing.order.id)
            await self._look()

    async def action_forget(self) -> None:
        if (standing := self._chosen()) is None:
            return
        if standing.state.is_open:
            self.notify("it is not over: stop it first with x", markup=False)
            return
        self._desk.works.forget(standing.order.id)
        await self._look()

    def action_open(self) -> None:
        """Look at what is made, or at the details of work that makes no film."""
        from tui.screens.making import MakingScreen

        standing = self._chosen()
        if standing is not None and standing.order.command[0] in _FILMS:
            self.app.push_screen(MakingScreen(self._desk, standing.order.id))
        else:
            self.action_details()

    def action_details(self) -> None:
        from tui.screens.job_details import JobDetailsScreen

        if (standing := self._chosen()) is not None:
            self.app.push_screen(JobDetailsScreen(standing))

    def _chosen(self) -> Standing | None:
        row = self.query_one(ListView).highlighted_child
        return row.standing if isinstance(row, JobRow) else None

    async def _look(self) -> None:
        """Bring the rows up to date, without touching those of which nothing is new."""
        jobs = self.query_one(ListView)
        standings = {each.order.id: each for each in reversed(self._desk.works.standings)}
        rows = {row.standing.order.id: row for row in jobs.query(JobRow)}
        if list(rows) != list(standings):
            await self._replace(jobs, list(standings.values()))
        else:
            for name, row in rows.items():
                if row.standing != standings[name]:
                    row.show(standings[name])
                    self.refresh_bindings()
        self.query_one("#nothing").display = not standings

    async def _replace(self, jobs: ListView, standings: list[Standing]) -> None:
        chosen, at = self._chosen(), jobs.index or 0
        await jobs.clear()
        await jobs.extend(JobRow(each) for each in standings)
        ids = [each.order.id for each in standings]
        if chosen is not None and chosen.order.id in ids:
            at = ids.index(chosen.order.id)
        jobs.index = min(at, len(ids) - 1) if ids else None
        self.refresh_bindings()
