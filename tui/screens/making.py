"""A film while it is made, and the result beside its source."""

import asyncio
from fractions import Fraction

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import ProgressBar, Static

from rushes.errors import RushesError
from rushes.moment import Kind, Moment, clock
from rushes.text import lasting, one_line
from tui.at_work import AtWork
from tui.desk import Desk
from tui.stills import Frame, frame_at, still
from tui.widgets.keys_line import KeysLine
from tui.widgets.still import Still
from tui.work.made import Film, read_film
from tui.work.making_orders import promised, source_of, upscale_order
from tui.work.order import Standing, State

_LOOK_EVERY_S = 0.2
_STEPS = 40
"""In how many steps a film is scrubbed from its first frame to its last."""


class MakingScreen(ModalScreen[None], AtWork):
    """Follows one order, which goes on when the screen is left."""

    CSS_PATH = "making.tcss"
    BINDINGS = [
        Binding("escape", "dismiss", "Back"),
        Binding("left,j", "scrub(-1)", "Scrub", key_display="←/→"),
        Binding("right,l", "scrub(1)", "Scrub on", show=False),
        Binding("home", "scrub(-99)", "First", show=False),
        Binding("end", "scrub(99)", "Last", show=False),
        Binding("enter", "play", "Play"),
        Binding("s", "select", "Select"),
        Binding("u", "enlarge", "To 4K"),
        Binding("p", "pause", "Pause"),
        Binding("c", "stop", "Stop"),
        Binding("r", "retry", "Retry"),
    ]

    def __init__(self, desk: Desk, order_id: str) -> None:
        super().__init__()
        self._desk = desk
        self._order_id = order_id
        self._standing: Standing | None = None
        self._film: Film | None = None
        self._step = 0
        pictures = desk.pictures
        self._source = Still(pictures, "its source", id="source")
        self._result = Still(pictures, "what is made", id="result")
        self._told = Static(id="told", markup=False)
        self._bar = ProgressBar(total=None, show_eta=False, id="bar")

    def compose(self) -> ComposeResult:
        with Vertical(id="making"):
            yield Static(id="heading", markup=False)
            with Horizontal(id="pictures"):
                yield self._source
                yield self._result
            yield self._bar
            yield self._told
        yield KeysLine()

    def on_mount(self) -> None:
        self._look()
        self._scrub()
        self.set_interval(_LOOK_EVERY_S, self._look)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can be done now."""
        state = self._standing.state if self._standing is not None else None
        if action in ("scrub", "play", "select", "enlarge"):
            return self._film is not None
        if action == "pause":
            return state in (State.RUNNING, State.PAUSED)
        if action == "stop":
            return state is not None and state.is_open
        if action == "retry":
            return state in (State.FAILED, State.STOPPED)
        return True

    @property
    def film(self) -> Film | None:
        """What was made, once it is."""
        return self._film

    def action_scrub(self, by: int) -> None:
        self._step = min(max(0, self._step + by), _STEPS)
        self._scrub()

    def action_play(self) -> None:
        if self._film is not None:
            self.work("play", self._play(self._film))

    def action_select(self) -> None:
        """Put the film among the selects, all of it."""
        if (film := self._film) is None:
            return
        moment = Moment(film.path, Kind.VIDEO, 0.0, film.duration_s, fps=Fraction(film.fps))
        try:
            self._desk.picks.add(moment)
        except RushesError as error:
            self._say(str(error), "-wrong")
        else:
            self.notify(f"{one_line(film.path.name)} is among the selects", markup=False)

    def action_enlarge(self) -> None:
        if self._film is not None:
            taken = promised(self._desk.works.standings)
            order = upscale_order(self._film.path, "4k", self._desk.place, taken)
            self._desk.works.add(order)
            self.notify(f"{order.title}: under way", markup=False)

    def action_pause(self) -> None:
        self._desk.works.pause(self._order_id)

    def action_stop(self) -> None:
        self._desk.works.cancel(self._order_id)

    def action_retry(self) -> None:
        self._desk.works.retry(self._order_id)

    def _look(self) -> None:
        """Show where the order stands, if that changed."""
        found = (each for each in self._desk.works.standings if each.order.id == self._order_id)
        standing = next(found, None)
        if standing is None or standing is self._standing:
            return
        before, self._standing = self._standing, standing
        self.query_one("#heading", Static).update(
            Content.assemble((one_line(standing.order.title), "bold"), f"  {standing.state}")
        )
        self._bar.display = standing.state.is_open
        if standing.preview is not None and (before is None or before.preview != standing.preview):
            self._result.picture.show(standing.preview)
        if standing.state.is_open:
            self._show_progress(standing)
        elif standing.state is State.DONE:
            self._show_film(standing)
        else:
            self._say(f"{standing.state}: {standing.told}", "-wrong")
        if before is None or before.state != standing.state:
            self.refresh_bindings()

    def _show_progress(self, standing: Standing) -> None:
        progress = standing.progress
        if progress is None:
            self._say(str(standing.state))
            return
        self._bar.update(total=progress.total, progress=progress.done)
        left = "" if standing.left_s is None else f", about {lasting(standing.left_s)} left"
        self._say(f"{progress.stage}: {progress.note}{left}")

    def _show_film(self, standing: Standing) -> None:
        film = read_film(standing.told)
        if film is None:
            self._say("done")
            return
        self._film = film
        self._say(self._film.line, "-made")
        self._scrub()

    def _say(self, text: str, kind: str = "") -> None:
        self._told.set_classes(kind)
        self._told.update(Content(one_line(text)))

    def _scrub(self) -> None:
        self.work("frames", self._show_frames(self._step / _STEPS))

    async def _show_frames(self, part: float) -> None:
        """The source and the film at the same part of their lengths."""
        try:
            frame = await asyncio.to_thread(self._source_frame, part)
            if frame is not None:
                self._source.hold(frame)
                self._source.say(f"its source{_at(frame)}")
            if self._film is not None:
                last_s = max(0.0, self._film.duration_s - 1 / float(Fraction(self._film.fps)))
                made = await asyncio.to_thread(frame_at, self._film.path, part * last_s)
                self._result.hold(made)
                self._result.say(f"{self._film.path.name}{_at(made)}")
        except (RushesError, OSError) as error:
            self._say(str(error), "-wrong")

    def _source_frame(self, part: float) -> Frame | None:
        assert self._standing is not None
        place = source_of(self._standing.order)
        if place is None:
            return None
        if place.start_s is None and self._standing.order.command[0] == "generate":
            return still(place.path)
        start_s = place.start_s or 0.0
        end_s = place.end_s
        if end_s is None:
            end_s = start_s + (self._film.duration_s if self._film is not None else 0.0)
        return frame_at(place.path, start_s + part * max(0.0, end_s - start_s - 0.1))

    async def _play(self, film: Film) -> None:
        from tui.player import open_at

        opened = await asyncio.to_thread(open_at, film.path, 0.0, None)
        self.notify(opened, markup=False)


def _at(frame: Frame) -> str:
    return "" if frame.at_s is None else f"  {clock(frame.at_s)}.{int(frame.at_s * 10) % 10}"
