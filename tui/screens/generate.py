"""A film of a moment: what it starts from, what is wanted, and what it costs, before it starts."""

import asyncio

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Button, Input, Select, Static, TextArea

from rushes.errors import RushesError
from rushes.moment import Moment, clock
from rushes.paths import expanded
from rushes.text import one_line
from tui import labels
from tui.at_work import AtWork
from tui.desk import Desk
from tui.stills import keyframes_of
from tui.widgets.field import Field
from tui.widgets.still import Still
from tui.work.made import Plan, read_plan
from tui.work.making_orders import AUTO, FilmWish, made_name, promised, usual_seconds
from tui.work.order import Order
from tui.work.process import Process

_SETTLED_S = 0.5
_LONGEST_PROMPT = 10_000
_SOUNDS = (
    ("as it comes", ""),
    ("kept, the clip's own", "kept"),
    ("generated", "generated"),
    ("silent", "silent"),
)
_SIZES = (("as drawn", ""), ("enlarged to 1080p", "1080p"), ("enlarged to 4K", "4k"))
_ENDS = ("begins with", "ends with")


class GenerateScreen(ModalScreen[Order | None], AtWork):
    """Gives the order for the film, or None. What it would take is worked out while one types."""

    CSS_PATH = "generate.tcss"
    BINDINGS = [
        Binding("escape", "dismiss", "Cancel"),
        Binding("ctrl+s", "start", "Start", priority=True),
        # At once: what is typed after it is meant for the next field.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]

    def __init__(self, desk: Desk, moment: Moment, prompt: str = "") -> None:
        super().__init__()
        self._desk = desk
        self._moment = moment
        self._planned: FilmWish | None = None
        self._settling: Timer | None = None
        pictures = desk.pictures
        self._stills = tuple(Still(pictures, words) for words in _ENDS)
        self._words = TextArea(prompt[:_LONGEST_PROMPT], compact=True, id="prompt")
        self._move = _choice((("none", ""), *((each, each) for each in _moves())), "camera")
        self._speed = _choice(
            (("slow", "slow"), ("medium", "medium"), ("fast", "fast")), "speed", "medium"
        )
        self._seconds = Input(usual_seconds(moment), compact=True, max_length=8, id="seconds")
        self._drawn_size = Input(
            placeholder="up to 1280x720", compact=True, max_length=9, id="size"
        )
        self._sound = _choice(_SOUNDS, "sound")
        self._upscale = _choice(_SIZES, "upscale")
        self._backend = _choice(
            ((f"{AUTO}: the best that can", AUTO), *((each, each) for each in _backends())),
            "backend", AUTO,
        )  # fmt: skip
        out = made_name(moment, desk.output, promised(desk.works.standings))
        self._out = Input(out.name, compact=True, id="out")
        self._plan = Static(id="plan", markup=False)
        self._remarks = Static(id="remarks", markup=False)
        self._hint = Static(classes="hint", markup=False)
        self._go = Button("Start ^s", variant="primary", compact=True, id="start", disabled=True)

    def compose(self) -> ComposeResult:
        with Vertical(id="generate"):
            yield Static(self._heading(), classes="heading")
            with VerticalScroll(id="sides", can_focus=False):
                with Vertical(id="seen"):
                    with Horizontal(id="keyframes"):
                        yield from self._stills
                    yield self._plan
                with Vertical(id="form"):
                    yield Field("Prompt", self._words)
                    yield Field("Camera", self._move)
                    yield Field("Speed", self._speed)
                    yield Field("Seconds", self._seconds)
                    yield Field("Sound", self._sound)
                    yield Field("Size", self._drawn_size)
                    yield Field("Enlarge", self._upscale)
                    yield Field("Back end", self._backend)
                    yield Field("To", self._out)
                    yield self._remarks
            with Horizontal(classes="answers"):
                yield self._hint
                yield self._go
                yield Button("Cancel", compact=True, id="cancel")

    def on_mount(self) -> None:
        self._words.tab_behavior = "focus"
        self._words.focus()
        self.work("keyframes", self._show_keyframes())
        self._replan()

    @property
    def wish(self) -> FilmWish:
        """What the form is filled with."""
        camera = str(self._move.value)
        return FilmWish(
            moment=self._moment,
            out=self._desk.output / expanded(self._out.value.strip() or "film.mp4"),
            prompt=self._words.text,
            camera=f"{self._speed.value} {camera}" if camera else "",
            seconds=self._seconds.value,
            sound=str(self._sound.value),
            size=self._drawn_size.value,
            upscale=str(self._upscale.value),
            backend=str(self._backend.value),
        )

    @on(Input.Changed)
    @on(Select.Changed)
    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._speed.disabled = not self._move.value
        self._replan()

    @on(Button.Pressed, "#start")
    @on(Input.Submitted)
    def _pressed(self) -> None:
        self.action_start()

    @on(Button.Pressed, "#cancel")
    def _cancelled(self) -> None:
        self.dismiss(None)

    def action_start(self) -> None:
        """Give the order, once it is known what it takes."""
        if self._planned is not None and self._planned == self.wish:
            self.dismiss(self._planned.order(self._desk.place))
        else:
            self.notify("what it takes is being worked out: press again in a moment", markup=False)

    def _heading(self) -> Content:
        return Content.assemble(
            ("Generate ", "bold"),
            ("from ", "$text-muted"),
            (labels.title(self._moment), "bold $accent"),
            (f"  {labels.place(self._moment)}", "$text-muted"),
        )

    async def _show_keyframes(self) -> None:
        try:
            frames = await asyncio.to_thread(keyframes_of, self._moment)
        except (RushesError, OSError) as error:
            self._stills[0].say(str(error))
            return
        for still, words, frame in zip(self._stills, _ENDS, frames, strict=False):
            at = "" if frame.at_s is None else f" {clock(frame.at_s)}.{int(frame.at_s * 10) % 10}"
            still.say(f"{words}{at}")
            still.hold(frame)
        for still in self._stills[len(frames) :]:
            still.display = False
        if not frames:
            self._stills[0].display = True
            self._stills[0].say("from the prompt alone: there is no picture to begin with")

    def _replan(self) -> None:
        """Work out what it takes, once the user has stopped typing."""
        self._planned = None
        self._go.disabled = True
        self._tell("-working", Content("working out what it takes …"), "…")
        self.workers.cancel_group(self, "plan")
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLED_S, self._settled)

    def _settled(self) -> None:
        self.work("plan", self._work_out(self.wish))

    async def _work_out(self, wish: FilmWish) -> None:
        command = wish.planned(self._desk.place)
        process = Process(command, str(self._desk.output), lambda progress: None)
        try:
            code, told = await process.run()
        except (OSError, ValueError) as error:  # a prompt too long for a command, or with a NUL
            code, told = 1, f"it cannot be planned: {error}"
        plan = read_plan(told) if code == 0 else None
        if plan is None:
            self._tell("-wrong", Content(f"✗ {one_line(told)}"), f"✗ {told}")
            return
        self._planned = wish
        self._go.disabled = False
        self._tell("", _plan_told(plan), f"✓ {plan.cost}: {plan.backend}", plan.remarks)

    def _tell(self, kind: str, told: Content, short: str, remarks: tuple[str, ...] = ()) -> None:
        """Show the plan, and beside the button what matters most of it."""
        self._plan.set_classes(kind)
        self._plan.update(told)
        self._hint.update(Content(one_line(short)))
        self._remarks.update(Content("\n".join(remarks)))


def _plan_told(plan: Plan) -> Content:
    lines = [
        Content.assemble(("✓ ", "$text-success"), (plan.heading, "bold")),
        Content.assemble("  ", (plan.cost, "bold $accent")),
        Content(f"  {plan.picture}"),
    ]
    return Content("\n").join(lines)


def _choice(options: tuple[tuple[str, str], ...], id: str, value: str = "") -> Select[str]:
    return Select(options, value=value, allow_blank=False, compact=True, id=id)


def _moves() -> tuple[str, ...]:
    from generator.camera import camera_moves

    return camera_moves()


def _backends() -> tuple[str, ...]:
    from generator.backends.choice import BACKENDS

    return BACKENDS
