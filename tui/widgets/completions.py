"""Suggestions above the prompt."""

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Region
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.completing import NOTHING, Completion, Suggestion

_MOST_ROWS = 8
_BORDER = 2


class Completions(OptionList, can_focus=False):
    """Floats over what is above the prompt, which keeps the focus and moves the cursor here."""

    DEFAULT_CSS = """
    Completions {
        position: absolute;
        overlay: screen;
        display: none;
        height: auto;
        max-height: 10;
        border: round $primary;
        background: $surface;
        padding: 0 1;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, on_click: Callable[[Suggestion], None]) -> None:
        super().__init__(markup=False)
        self._on_click_one = on_click
        self.completion = NOTHING
        self.moved = False

    @property
    def is_open(self) -> bool:
        return bool(self.display)

    @property
    def chosen(self) -> Suggestion | None:
        """The one under the cursor."""
        if not self.is_open or self.highlighted is None:
            return None
        return self.completion.suggestions[self.highlighted]

    def show(self, completion: Completion, over: Region) -> None:
        """Float over a region of the screen, with the first one under the cursor."""
        self.completion = completion
        self.moved = False
        suggestions = completion.suggestions
        rows = min(len(suggestions), _MOST_ROWS, over.y - _BORDER)
        if rows < 1:
            self.close()
            return
        width = max(len(each.shown) for each in suggestions)
        self.clear_options()
        self.add_options(Option(_line(each, min(width, 40))) for each in suggestions)
        self.highlighted = 0
        self.styles.max_height = rows + _BORDER
        self.styles.width = min(over.width, 100)
        self.styles.offset = (over.x, over.y - rows - _BORDER)
        self.display = True

    def close(self) -> None:
        self.completion = NOTHING
        self.display = False

    def move(self, by: int) -> None:
        """Move the cursor, round the ends."""
        if self.highlighted is not None:
            self.moved = True
            self.highlighted = (self.highlighted + by) % self.option_count

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self.is_open and event.option_index < len(self.completion.suggestions):
            self._on_click_one(self.completion.suggestions[event.option_index])


def _line(suggestion: Suggestion, width: int) -> Content:
    return Content.assemble(suggestion.shown.ljust(width), "  ", (suggestion.about, "dim"))
