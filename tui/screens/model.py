"""Which language model answers in this session."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.language import LanguageChoice


class ModelScreen(ModalScreen[LanguageChoice | None]):
    """Shows what there is; `current` is the name of the one that answers now."""

    CSS_PATH = "model.tcss"
    BINDINGS = [Binding("escape", "leave", "Back")]

    def __init__(self, choices: Sequence[LanguageChoice], current: str) -> None:
        super().__init__()
        self._choices = choices
        self._current = current

    def compose(self) -> ComposeResult:
        with Vertical(id="models"):
            yield OptionList(*(Option(self._line(each)) for each in self._choices), markup=False)
            yield Static(
                "For this session. Others: /model FILE.gguf, or install one in the settings.",
                markup=False,
            )

    def on_mount(self) -> None:
        self.query_one("#models").border_title = "Language model"
        names = [each.name for each in self._choices]
        at = names.index(self._current) if self._current in names else 0
        self.query_one(OptionList).highlighted = at
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index])

    def action_leave(self) -> None:
        self.dismiss(None)

    def _line(self, choice: LanguageChoice) -> Content:
        mark = "●" if choice.name == self._current else " "
        return Content.assemble(f"{mark} {choice.name}", (f"  {choice.about}", "dim"))
