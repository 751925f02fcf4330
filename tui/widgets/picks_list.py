"""The selects: an ordered list, trimmed and reordered where it stands."""

import asyncio
import math
from collections.abc import Callable
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from rushes.errors import RushesError
from rushes.moment import Kind, Moment, Timecode
from rushes.text import counted
from tui import labels
from tui.at_work import AtWork
from tui.captions import shortened
from tui.picks import Pick, Picks
from tui.verbs import Verb
from tui.widgets.reel_strip import ReelStrip

_CODES = 23  # two time codes and what is between them
_LENGTH = 11
_WITH_ONE = frozenset({"want", "trim", "move", "step", "remove", "export"})
_NOTHING = (
    "No selects yet.\n\n[s] on the contact sheet puts a moment here,\n"
    "[S] all that was found, a reel of the chat as well."
)


class PicksList(Vertical, AtWork):
    """What was selected, in its order, with its length; it follows `picks`."""

    DEFAULT_CSS = """
    PicksList {
        height: 1fr;
        .picks-head { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        ReelStrip { margin: 0 1; }
        OptionList {
            height: 1fr; border: none; padding: 0; background: transparent;
            scrollbar-size-vertical: 1; text-wrap: nowrap; text-overflow: ellipsis;
            &:focus { border: none; }
            & > .option-list--option { padding: 0 1; }
            & > .option-list--option-highlighted { background: $primary 20%; color: $text; }
            &:focus > .option-list--option-highlighted {
                background: $primary 50%; color: $text; text-style: bold;
            }
        }
        .picks-none { padding: 1 2; color: $text-muted; height: 1fr; }
    }
    """
    BINDINGS = [
        Binding("space", "want('preview')", "Preview"),
        Binding("enter", "want('play')", "Play"),
        Binding("i", "trim(1, 0)", "In ±1", key_display="i/I"),
        Binding("I", "trim(-1, 0)", "In −1", show=False),
        Binding("o", "trim(0, 1)", "Out ±1", key_display="o/O"),
        Binding("O", "trim(0, -1)", "Out −1", show=False),
        Binding("shift+up,K", "move(-1)", "Up", show=False),
        Binding("shift+down,J", "move(1)", "Move", key_display="J/K"),
        Binding("k", "step(-1)", "Up", show=False),
        Binding("j", "step(1)", "Down", show=False),
        Binding("delete,backspace,x", "remove", "Remove"),
        Binding("z,ctrl+z", "undo", "Undo"),
        Binding("g", "want('generate')", "Generate"),
        Binding("e", "export", "Export"),
    ]

    class Wanted(Message):
        """The user wants something done with a select."""

        def __init__(self, verb: Verb, moment: Moment, index: int) -> None:
            super().__init__()
            self.verb = verb
            self.moment = moment
            self.index = index

    class Export(Message):
        """The user wants the selects exported."""

    def __init__(self, picks: Picks) -> None:
        super().__init__()
        self._picks = picks
        self._lengths_s: dict[Path, float] = {}
        self._head = Static(classes="picks-head", markup=False)
        self._strip = ReelStrip()
        self._rows = OptionList(markup=False)
        self._nothing = Static(Content(_NOTHING), classes="picks-none")

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._strip
        yield self._rows
        yield self._nothing

    def on_mount(self) -> None:
        if self._picks.problem:
            self.notify(self._picks.problem, severity="warning", markup=False)
        self.refresh_picks()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """With no selects there is only one to be taken back; a still has no points to be moved."""
        if action == "trim" and self.index is not None:
            return self._picks.picks[self.index].kind is not Kind.IMAGE
        return bool(self._picks.picks) if action in _WITH_ONE else True

    def on_resize(self) -> None:
        self.refresh_picks()

    @property
    def taking_focus(self) -> Widget:
        """What of it gets the keys: its rows, if there are any."""
        return self._rows if self._picks.picks else self

    @property
    def index(self) -> int | None:
        """Which select is the current one."""
        return self._rows.highlighted if self._picks.picks else None

    def refresh_picks(self, index: int | None = None) -> None:
        """Show the selects as they are now; `index` becomes the current one."""
        picks = self._picks.picks
        there = self.index if index is None else index
        was_here = self.has_focus or self._rows.has_focus
        self.set_class(not picks, "-empty")
        self._nothing.display = not picks
        self._strip.display = self._rows.display = bool(picks)
        self.can_focus = not picks
        rows = [Option(self._row(number, each)) for number, each in enumerate(picks, 1)]
        with self.prevent(OptionList.OptionHighlighted):
            self._rows.set_options(rows)
            self._rows.highlighted = min(there or 0, len(picks) - 1) if picks else None
        if was_here:
            self.screen.set_focus(self.taking_focus)
        self._show_total()
        self.refresh_bindings()
        unknown = {each.select.path for each in picks if each.kind is not Kind.IMAGE}
        if unknown - self._lengths_s.keys():
            self.work("lengths", self._measure(tuple(unknown - self._lengths_s.keys())))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_total()
        self.refresh_bindings()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_want(Verb.PLAY)

    def on_reel_strip_chosen(self, event: ReelStrip.Chosen) -> None:
        event.stop()
        self._rows.highlighted = event.index
        self._rows.focus()

    def action_want(self, verb: str) -> None:
        if self.index is not None:
            moment = self._picks.picks[self.index].moment
            self.post_message(self.Wanted(Verb(verb), moment, self.index))

    def action_export(self) -> None:
        self.post_message(self.Export())

    def action_step(self, by: int) -> None:
        if self.index is not None:
            self._rows.highlighted = min(max(0, self.index + by), len(self._picks.picks) - 1)

    def action_move(self, by: int) -> None:
        if self.index is not None:
            to = min(max(0, self.index + by), len(self._picks.picks) - 1)
            self._change(lambda index: self._picks.move(index, to), to)

    def action_trim(self, start: int, end: int) -> None:
        self._change(
            lambda index: self._picks.trim(
                index, start, end, self._file_s(self._picks.picks[index])
            )
        )

    def action_remove(self) -> None:
        self._change(self._picks.remove)

    def action_undo(self) -> None:
        try:
            if not self._picks.undo():
                self.notify("nothing to take back", markup=False)
        except RushesError as error:
            self._tell(error)
        self.refresh_picks()

    def _change(self, change: Callable[[int], None], then: int | None = None) -> None:
        if self.index is None:
            return
        try:
            change(self.index)
        except RushesError as error:
            self._tell(error)
        self.refresh_picks(then)

    def _tell(self, error: RushesError) -> None:
        self.notify(str(error), severity="error", markup=False)

    def _row(self, number: int, pick: Pick) -> Content:
        fps = self._picks.reel.rate
        length = str(Timecode(pick.frames(fps, self._file_s(pick)), fps))
        place = _place(pick)
        width = max(20, self.size.width - 5)  # margins, and the scroll bar
        count = f"{number:>{len(str(len(self._picks.picks)))}} "
        if width >= len(count) + 12 + _CODES + _LENGTH + 4:
            room = width - len(count) - _CODES - _LENGTH - 4
            name = shortened(pick.name, room).ljust(room)
            codes = place.rjust(_CODES)
            return Content.assemble(
                (count, "$text-muted"), (name, "bold"), f"  {codes}  ", (length, "$accent")
            )
        name = shortened(pick.name, width - len(count))
        indent = " " * len(count)
        if width >= len(count) + _CODES + _LENGTH + 1:
            below = f"{indent}{place} "
        else:  # where it begins is enough to know it by
            below = f"{indent}{place.split('–')[0]} "
        return Content.assemble(
            (count, "$text-muted"), (name, "bold"), f"\n{below}", (length, "$accent")
        )

    def _show_total(self) -> None:
        reel = self._picks.reel
        picks, fps = reel.picks, reel.rate
        lengths = [each.frames(fps, self._file_s(each)) for each in picks]
        clips = counted(len(picks), "clip")
        total = f"{clips}  {Timecode(sum(lengths), fps)}" if picks else "empty"
        rate = f" at {float(fps):.5g} fps" if picks else ""
        self._head.update(
            Content.assemble(("Selects  ", "bold"), (total, "$accent"), (rate, "$text-muted"))
        )
        clips_shown = [(each.name, frames) for each, frames in zip(picks, lengths, strict=True)]
        self._strip.show(clips_shown, self.index)

    def _file_s(self, pick: Pick) -> float:
        return self._lengths_s.get(pick.select.path, math.inf)

    async def _measure(self, paths: tuple[Path, ...]) -> None:
        """Find out how long files are: no out point lies behind that."""
        for path in paths:
            self._lengths_s[path] = await asyncio.to_thread(_length_s, path)
        self.refresh_picks()


def _place(pick: Pick) -> str:
    if pick.kind is Kind.IMAGE:
        return "still"
    return labels.place(pick.moment) or "from its beginning"


def _length_s(path: Path) -> float:
    """How long a file is; infinite if that is not known, or it is gone."""
    from rushes.media import probe

    try:
        info = probe(path)
    except (RushesError, OSError):
        return math.inf
    video_s = info.video.duration_s if info.video is not None else None
    length_s = video_s or info.duration_s
    return math.inf if length_s is None else length_s
