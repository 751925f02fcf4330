"""The preview: a moment looked at closely, scrubbed, and trimmed."""

import asyncio
import time
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rushes.moment import Kind, Moment
from rushes.text import one_line
from tui import labels
from tui.at_work import AtWork
from tui.captions import lit, matched, pattern_of, shortened
from tui.desk import Desk
from tui.footage import Footage
from tui.playhead import Playhead
from tui.verbs import Verb
from tui.widgets.keys_line import KeysLine
from tui.widgets.picture import Picture
from tui.widgets.scrubber import Scrubber
from tui.widgets.seeking import Sought
from tui.widgets.transcript import Transcript
from tui.widgets.waveform import Waveform

_TICK_S = 1 / 24
_IN_TIME = frozenset({"step", "second", "shuttle", "cut", "nudge", "to", "word"})


@dataclass(frozen=True)
class Previewed:
    """What came of a preview: the moment, its in and out points as trimmed, and what is wanted."""

    moment: Moment
    verb: Verb | None = None


class PreviewScreen(ModalScreen[Previewed | None], AtWork):
    """Plays as fast as the terminal manages. None if nothing was trimmed and nothing is wanted."""

    CSS_PATH = "preview.tcss"
    BINDINGS = [
        Binding("escape,space", "close", "Close", key_display="space"),
        Binding("left", "step(-1)", "Frame", key_display="← →"),
        Binding("right", "step(1)", "Frame", show=False),
        Binding("shift+left,comma", "second(-1)", "A second back", show=False),
        Binding("shift+right,full_stop", "second(1)", "A second on", show=False),
        Binding("j", "shuttle(-1)", "Shuttle", key_display="j k l"),
        Binding("k", "shuttle(0)", "Stop", show=False),
        Binding("l", "shuttle(1)", "Play", show=False),
        Binding("i", "cut('in')", "In", key_display="i"),
        Binding("o", "cut('out')", "Out", key_display="o"),
        Binding("left_square_bracket", "nudge('in', -1)", "In −1", show=False),
        Binding("right_square_bracket", "nudge('in', 1)", "In +1", show=False),
        Binding("left_curly_bracket", "nudge('out', -1)", "Out −1", show=False),
        Binding("right_curly_bracket", "nudge('out', 1)", "Out +1", show=False),
        Binding("home", "to('in')", "To in", show=False),
        Binding("end", "to('out')", "To out", show=False),
        Binding("w", "word(1)", "Next word", show=False),
        Binding("b", "word(-1)", "Word before", show=False),
        Binding("up", "scroll(-1)", "Up", show=False),
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("enter", "want('play')", "Play"),
        Binding("s", "want('select')", "Select"),
        Binding("x", "want('reject')", "Reject", show=False),
        Binding("u", "want('up')", "Right", show=False),
        Binding("d", "want('down')", "Wrong", show=False),
        Binding("equals_sign", "want('like')", "Like", show=False),
        Binding("g", "want('generate')", "Generate", show=False),
    ]

    def __init__(self, desk: Desk, moment: Moment) -> None:
        super().__init__()
        self._desk = desk
        self._moment = moment
        self._recorded = moment.start_s is not None and moment.end_s is not None
        self.playhead = Playhead(moment)
        self.footage = Footage(desk, moment)
        self._picture = Picture(desk.pictures)
        self._transcript = Transcript()
        self._waveform = Waveform()
        self._scrubber = Scrubber()
        self._words = Static(markup=False)
        self._drawing = False
        self._shown: int | None = None
        self._begun = (0.0, 0)
        self._failure = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="preview"):
            yield Static(self._head(), id="head", markup=False)
            with Horizontal(id="stage"):
                yield self._picture
                yield self._transcript
                with VerticalScroll(id="words", can_focus=False):
                    yield self._words
            yield self._waveform
            yield self._scrubber
        yield KeysLine()

    def failed(self, error: BaseException) -> None:
        """What cannot be read stays where it is: it is said once, not for every frame."""
        self._stop()
        if str(error) != self._failure:
            self._failure = str(error)
            super().failed(error)

    def on_mount(self) -> None:
        moves = self._moment.kind is Kind.VIDEO
        for each in (self._transcript, self._waveform, self._scrubber):
            each.display = self._recorded
        self.query_one("#words").display = False
        self._picture.display = moves or self._moment.thumbnail is not None
        if self._recorded:
            self._picture.show(self._moment.thumbnail)
            self._tell()
            self.work("preview", self._open())
            self._clock = self.set_interval(_TICK_S, self._tick, pause=True)
        else:
            whole = self._moment.path if self._moment.kind is Kind.IMAGE else None
            self._picture.show(whole or self._moment.thumbnail)
            self.work("words", self._read())

    def on_unmount(self) -> None:
        self.footage.close()

    def on_resize(self) -> None:
        self._shown = None
        self.call_after_refresh(self._draw)

    def on_sought(self, event: Sought) -> None:
        event.stop()
        self._go(self.playhead.go_to(event.seconds))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What moves in time is for recordings, scrolling for words."""
        if action in _IN_TIME:
            return self._recorded
        return not self._recorded if action == "scroll" else True

    def action_close(self) -> None:
        trimmed = self.playhead.trimmed if self._recorded else self._moment
        self.dismiss(None if trimmed is self._moment else Previewed(trimmed))

    def action_want(self, verb: str) -> None:
        moment = self.playhead.trimmed if self._recorded else self._moment
        self.dismiss(Previewed(moment, Verb(verb)))

    def action_step(self, by: int) -> None:
        self._stop()
        self._go(self.playhead.go(self.playhead.at + by))

    def action_second(self, by: int) -> None:
        self._go(self.playhead.go(self.playhead.at + round(by * self.playhead.fps)))

    def action_to(self, point: str) -> None:
        self._stop()
        head = self.playhead
        self._go(head.go(head.first if point == "in" else head.last - 1))

    def action_cut(self, point: str) -> None:
        """Put the in or the out point at the playhead; the frame that is seen is in the cut."""
        head = self.playhead
        (head.set_in if point == "in" else head.set_out)(head.at)
        self._tell()

    def action_nudge(self, point: str, by: int) -> None:
        """Move the in or the out point by a frame, and look at it."""
        self._stop()
        head = self.playhead
        if point == "in":
            head.set_in(head.first + by)
        else:
            head.set_out(head.last - 1 + by)
        self._go(head.go(head.first if point == "in" else head.last - 1))

    def action_word(self, by: int) -> None:
        seconds = self._transcript.beside(by)
        if seconds is not None:
            self._go(self.playhead.go_to(seconds))

    def action_scroll(self, by: int) -> None:
        self.query_one("#words", VerticalScroll).scroll_relative(y=by, animate=False)

    def action_shuttle(self, way: int) -> None:
        self.playhead.shuttle(way)
        if self.playhead.speed:
            self._begin()
            self._clock.resume()
        else:
            self._clock.pause()
        self._tell()

    def _stop(self) -> None:
        if self.playhead.speed:
            self.action_shuttle(0)

    def _begin(self) -> None:
        self._begun = (time.monotonic(), self.playhead.at)

    def _tick(self) -> None:
        """The clock moves the playhead: what cannot be drawn in time is left out."""
        head = self.playhead
        since, frame = self._begun
        to = frame + int((time.monotonic() - since) * head.speed * head.fps)
        if to != head.at:
            others = head.go(to)
            if head.at != to:
                self._stop()
            self._go(others, sought=False)

    def _go(self, others: bool, sought: bool = True) -> None:
        if sought and self.playhead.speed:
            self._begin()
        self._tell()
        self._draw()
        if others:
            self._load()

    def _tell(self) -> None:
        head = self.playhead
        times = (head.window, head.at_s, head.seconds(head.first), head.seconds(head.last))
        self._waveform.show(*times)
        self._scrubber.show(*times)
        self._transcript.follow(head.at_s)
        length_s = head.seconds(head.last - head.first)
        pace = f"{'▶' if head.speed > 0 else '◀'} {abs(head.speed)}× " if head.speed else ""
        self._scrubber.tell(
            f"in {head.written(head.first)}",
            f"{pace}{head.written(head.at)}",
            f"out {head.written(head.last)}  {length_s:.2f} s",
        )

    async def _open(self) -> None:
        recording = await asyncio.to_thread(self.footage.open)
        if recording.duration_s is not None:
            self.playhead.last_known(recording.duration_s)
        self._waveform.display = recording.has_sound
        self._picture.display = recording.aspect is not None
        self._tell()
        self.call_after_refresh(self._draw)
        self._load()

    def _load(self) -> None:
        self.work("sound", self._load_sound())

    async def _load_sound(self) -> None:
        """The words and the waveform of the seconds that are shown."""
        window = self.playhead.window
        words = await asyncio.to_thread(self.footage.words, *window)
        self._transcript.put(words, pattern_of(matched(self._moment)))
        self._transcript.follow(self.playhead.at_s)
        self._transcript.display = bool(words) or not self._picture.display
        self._shown = None
        self.call_after_refresh(self._draw)
        if self.footage.has_sound:
            self._waveform.put(None)
            self._waveform.put(await asyncio.to_thread(self.footage.peaks, *window))

    def _draw(self) -> None:
        if self._recorded and not self._drawing and self.footage.has_pictures:
            self._drawing = True
            self.work("frames", self._draw_latest())

    async def _draw_latest(self) -> None:
        """Draw the frame under the playhead until it stays there. Those passed are left out."""
        try:
            while self._shown != (number := self.playhead.at):
                wish = self._picture.wish
                if wish is None:
                    return
                self._shown = number
                self._picture.put(await asyncio.to_thread(self.footage.drawn, number, wish))
        finally:
            self._drawing = False

    async def _read(self) -> None:
        """The words of a page, or in a still."""
        text = await asyncio.to_thread(self.footage.page)
        words = self.query_one("#words", VerticalScroll)
        words.display = bool(text)
        self._words.update(lit(text, matched(self._moment)))
        pattern = pattern_of(matched(self._moment))
        found = pattern.search(text) if pattern is not None else None
        if found is not None:
            line = text.count("\n", 0, found.start())
            words.call_after_refresh(words.scroll_to, y=max(0, line - 2), animate=False)

    def _head(self) -> Content:
        moment = self._moment
        place = labels.place(moment)
        name = shortened(labels.title(moment), 48)
        known = one_line(labels.facts(moment))
        why = "  ".join(part for part in (place, labels.reasons(moment), known) if part)
        return Content.assemble((name, "bold"), "  ", (why, "$foreground 60%"))
