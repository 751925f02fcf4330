"""Where the selects go: a timeline for an editor, a table, subtitles, or a folder of clips."""

import asyncio

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Select, Static

from rushes.errors import RushesError
from rushes.moment import Timecode
from rushes.text import counted, one_line
from rushes.timeline import Written
from tui.at_work import AtWork
from tui.desk import Desk
from tui.export_form import ABOUT, ExportWish, Target, usual_out
from tui.labels import home
from tui.screens.approve import ApproveScreen
from tui.widgets.field import Field
from tui.work.making_orders import clips_order


class ExportScreen(ModalScreen[None], AtWork):
    """Asks what to write, checks it while it is typed, writes it, and says what came of it."""

    CSS_PATH = "export.tcss"
    BINDINGS = [
        Binding("escape", "dismiss", "Cancel"),
        Binding("ctrl+s", "export", "Export", priority=True),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        reel = desk.picks.reel
        self._target: Select[Target] = Select(
            [(about, target) for target, about in ABOUT.items()],
            value=Target.OTIO, allow_blank=False, compact=True, id="target",
        )  # fmt: skip
        self._called = Input(reel.name, compact=True, max_length=200, id="name")
        self._fps = Input(
            "" if reel.fps is None else f"{float(reel.fps):.5g}",
            placeholder=f"{float(reel.rate):.5g}, as most clips", compact=True, id="fps",
        )  # fmt: skip
        self._out = Input(usual_out(reel.name, Target.OTIO), compact=True, id="out")
        self._told = Static(id="told", markup=False)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="export", can_focus=False):
            yield Static(self._heading(), classes="heading")
            yield Field("Write", self._target)
            yield Field("Name", self._called)
            yield Field("Frames/s", self._fps)
            yield Field("To", self._out)
            yield Static(Content(f"in {home(self._desk.output)}"), classes="where")
            yield self._told
            with Horizontal(classes="answers"):
                yield Button("Export ^s", variant="primary", id="go", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    def on_mount(self) -> None:
        self._target.focus()
        self._check()

    @on(Select.Changed, "#target")
    def _retarget(self) -> None:
        self._suggest()

    @on(Input.Changed, "#name")
    def _rename(self) -> None:
        self._suggest()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._check()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_export()

    @on(Button.Pressed, "#go")
    def _pressed(self) -> None:
        self.action_export()

    @on(Button.Pressed, "#cancel")
    def _cancelled(self) -> None:
        self.dismiss()

    def action_export(self) -> None:
        if self._check():
            self.work("export", self._export(self._wish))

    @property
    def _wish(self) -> ExportWish:
        target = self._target.value
        assert isinstance(target, Target)
        return ExportWish(
            target, self._called.value, self._fps.value, self._out.value, self._desk.output
        )

    def _heading(self) -> Content:
        reel = self._desk.picks.reel
        frames = round(self._desk.picks.total_s * reel.rate)
        count = len(reel.picks)
        clips = counted(count, "clip")
        return Content.assemble(
            ("Export selects  ", "bold"),
            (f"{clips}, {Timecode(frames, reel.rate)}", "$text-muted"),
        )

    def _suggest(self) -> None:
        """A name that fits, while the user's own folder stays."""
        folder, slash, _ = self._out.value.rpartition("/")
        target = self._wish.target
        self._fps.disabled = target is Target.CLIPS
        self._out.value = folder + slash + usual_out(self._called.value, target)
        self._check()

    def _check(self) -> bool:
        try:
            self._wish.check(self._desk.picks.timeline())
            replaces = self._wish.replaces
        except RushesError as error:
            self._say(str(error), "-wrong")
            return False
        except OSError as error:
            self._say(f"it cannot be looked at: {error.strerror or error}", "-wrong")
            return False
        self._say(f"{replaces}?" if replaces else "", "-warning")
        return True

    def _say(self, text: str, kind: str = "") -> None:
        self._told.set_classes(kind)
        self._told.update(Content(one_line(text)))

    async def _export(self, wish: ExportWish) -> None:
        force = bool(wish.replaces)
        if force and not await self.app.push_screen_wait(ApproveScreen(wish.replaces, "Replace")):
            return
        timeline = wish.timeline(self._desk.picks.timeline())
        if wish.target is Target.CLIPS:
            order = clips_order(timeline, wish.path, force)
            self._desk.works.add(order)
            self.app.notify(f"{order.title}: under way", markup=False)
            self.dismiss()
            return
        self._say("writing …")
        try:
            written = await asyncio.to_thread(self._write, wish, force)
        except RushesError as error:
            self._say(str(error), "-wrong")
            return
        self._desk.picks.call(timeline.name, timeline.fps)
        self.app.notify(_told_of(written), markup=False)
        self.dismiss()

    def _write(self, wish: ExportWish, force: bool) -> Written:
        from tui.exporting import export

        timeline = wish.timeline(self._desk.picks.timeline())
        return export(timeline, wish.path, force, lambda: self._desk.library)


def _told_of(written: Written) -> str:
    clips = counted(written.clips, "clip")
    return one_line(f"wrote {written.path}: {clips}, {written.length}")
