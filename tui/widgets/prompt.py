"""Where the user types."""

import asyncio
from collections.abc import Iterable
from functools import partial

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from agent.requests import LONGEST
from rushes.errors import RushesError
from rushes.text import clean
from tui.at_work import AtWork
from tui.completing import NOTHING, Completer, Completion, Suggestion
from tui.widgets.completions import Completions

_NEW_LINE = ("shift+enter", "alt+enter", "ctrl+enter", "ctrl+j")
_REMEMBERED = 500
_BLINKS_S = 10.0  # after the last key, as terminals do: each blink draws the line anew


class Prompt(TextArea, AtWork):
    """A question, words to look for, or a command that begins with a slash.

    One line, which grows with what is in it. Enter sends.
    """

    DEFAULT_CSS = """
    Prompt {
        height: auto;
        max-height: 10;
        border: round $border-blurred;
        padding: 0 1;
        background: $background;
        scrollbar-size-vertical: 1;
        border-subtitle-color: $text-muted;

        &:focus { border: round $primary; }
    }
    .-low Prompt, .-low Prompt:focus { max-height: 3; border: none; background: $boost; }
    """
    BINDINGS = [
        Binding("ctrl+j", "new_line", "New line", show=False),
        Binding("ctrl+u", "empty", "Clear it", show=False),
    ]

    class Sent(Message):
        """The user pressed Enter on something."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, completer: Completer | None = None) -> None:
        super().__init__(
            placeholder="ask, search, or / for commands",
            highlight_cursor_line=False,
        )
        self.completer = completer or Completer()
        self._popup = Completions(self._clicked)
        self._looked_at = ""
        self._closed_at = ""
        self._past: list[str] = []
        self._at: int | None = None
        self._draft = ""

    def on_mount(self) -> None:
        self.screen.mount(self._popup)
        self._still = self.set_interval(_BLINKS_S, self._hold_still)

    @property
    def value(self) -> str:
        return self.text

    @value.setter
    def value(self, text: str) -> None:
        self.load_text(text[:LONGEST])
        self.move_cursor(self.document.end)

    def begin(self, text: str) -> None:
        """Put the cursor here, after `text`."""
        self.value = text
        self.screen.set_focus(self)

    def remember(self, texts: Iterable[str]) -> None:
        """What was sent before, the oldest first: up and down walk through it."""
        self._past = [*texts, *self._past][-_REMEMBERED:]

    def on_key(self, event: events.Key) -> None:
        self.cursor_blink = True
        self._still.reset()
        if event.key == "enter":
            self._enter()
        elif event.key in _NEW_LINE:
            self.insert("\n")
        elif event.key == "tab" and self._fitting is not None:
            self._take(self._fitting)
        elif event.key == "escape" and self._popup.is_open:
            self._closed_at = self._before
            self._popup.close()
        elif event.is_printable and len(self.text) >= LONGEST:
            self._say_too_long()
        else:
            return
        event.stop()
        event.prevent_default()

    def action_cursor_up(self, select: bool = False) -> None:
        if self._popup.is_open and not select:
            self._popup.move(-1)
        elif not select and self.cursor_at_first_line:
            self._walk(-1)
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if self._popup.is_open and not select:
            self._popup.move(1)
        elif not select and self.cursor_at_last_line:
            self._walk(1)
        else:
            super().action_cursor_down(select)

    def action_new_line(self) -> None:
        self.insert("\n")

    def action_empty(self) -> None:
        """All of it, however much was pasted; undo brings it back."""
        self.clear()

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        start, end = self.selection
        room = max(0, LONGEST - len(self.text) + len(self.selected_text))
        looked_at = 2 * LONGEST  # some of it may not be there to be read
        text = clean(event.text[:looked_at]).replace("\t", " ")
        if len(text) > room or len(event.text) > looked_at:
            text = text[:room]
            self._say_too_long()
        result = self.replace(text, start, end, maintain_selection_offset=False)
        self.move_cursor(result.end_location)

    def on_text_area_changed(self) -> None:
        self._complete()

    def on_text_area_selection_changed(self) -> None:
        self._complete()

    def on_blur(self) -> None:
        self._popup.close()

    def on_resize(self) -> None:
        self._popup.close()

    def _hold_still(self) -> None:
        self.cursor_blink = False

    def _clicked(self, suggestion: Suggestion) -> None:
        self._take(suggestion)
        self.focus()

    def _enter(self) -> None:
        chosen = self._fitting
        completion = self._popup.completion
        if chosen is not None and (self._popup.moved or not completion.is_free):
            typed = self._before[completion.start :]
            if typed.rstrip() != chosen.text.rstrip() or not self._is_whole(chosen):
                self._take(chosen)
                if not chosen.final:
                    return
        text = self.text.strip()
        if not text:
            return
        self._popup.close()
        if not self._past or self._past[-1] != text:
            self._past = [*self._past, text][-_REMEMBERED:]
        self._at = None
        self.value = ""
        self.post_message(self.Sent(text))

    def _is_whole(self, suggestion: Suggestion) -> bool:
        """Whether it can be sent as it was typed."""
        return suggestion.final or suggestion.text.startswith("@")

    def _take(self, suggestion: Suggestion) -> None:
        """Put a suggestion in the place of what was typed."""
        start = self._popup.completion.start
        before = self._before
        after = self.text[len(before) :]
        if suggestion.text.endswith(" "):
            after = after.lstrip(" ")
        head = f"{before[:start]}{suggestion.text}"
        self._popup.close()
        self.load_text(f"{head}{after}"[:LONGEST])
        self.move_cursor((head.count("\n"), len(head.rpartition("\n")[2])))

    def _walk(self, by: int) -> None:
        """Go to what was sent before or after; beyond the last is what was being typed."""
        if not self._past:
            return
        if self._at is None:
            if by > 0:
                return
            self._draft, self._at = self.text, len(self._past)
        at = min(max(0, self._at + by), len(self._past))
        if at == self._at:
            return
        self._at = None if at == len(self._past) else at
        self.value = self._draft if self._at is None else self._past[self._at]
        self._closed_at = self._before
        self._popup.close()

    @property
    def _before(self) -> str:
        """What stands before the cursor."""
        return self.get_text_range((0, 0), self.cursor_location)

    @property
    def _fitting(self) -> Suggestion | None:
        """The suggestion under the cursor, if it is for what now stands there."""
        return self._popup.chosen if self._looked_at == self._before else None

    def _complete(self) -> None:
        before = self._before
        if before == self._closed_at or not self.has_focus:
            return
        self._closed_at = ""
        if not before.startswith("/") and "@" not in before:
            self._popup.close()
            return
        if before != self._looked_at or not self._popup.is_open:
            self.work("completing", partial(self._suggest, before))

    async def _suggest(self, before: str) -> None:
        try:
            found = await asyncio.to_thread(self.completer.suggest, before)
        except RushesError:  # whoever asks for it will be told
            found = NOTHING
        self._show(before, found)

    def _show(self, before: str, found: Completion) -> None:
        if before != self._before or not self.has_focus:
            return
        self._looked_at = before
        if found.suggestions:
            self._popup.show(found, self.region)
        else:
            self._popup.close()

    def _say_too_long(self) -> None:
        self.notify(
            f"cut to {LONGEST:,} characters: no question can be longer",
            severity="warning",
            markup=False,
        )
