"""One setting, changed: a value is chosen or typed, and what is wrong with it is said here."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from rushes.errors import RushesError
from tui.setting_values import Setting


class SettingScreen(ModalScreen[bool]):
    """True if it was saved. `save` gets what was typed, and raises a RushesError to refuse it."""

    TITLE = "A setting"
    CSS_PATH = "setting.tcss"
    BINDINGS = [Binding("escape", "leave", "Back")]

    def __init__(self, setting: Setting, save: Callable[[Setting, str], None]) -> None:
        super().__init__()
        self._setting = setting
        self._save = save
        self._theme = ""

    def compose(self) -> ComposeResult:
        setting = self._setting
        with Vertical(id="setting"):
            yield Static(setting.name, classes="name", markup=False)
            yield Static(setting.about, classes="about", markup=False)
            if setting.choices:
                # Content by way of Option: what looks like markup in a name is none.
                yield OptionList(*(Option(each) for each in setting.choices), markup=False)
            else:
                yield Input(setting.value, placeholder=setting.default or "none", compact=True)
            yield Static(setting.overrides, id="refused", markup=False)

    def on_mount(self) -> None:
        self._theme = self.app.theme
        if self._setting.choices:
            options = self.query_one(OptionList)
            if self._setting.value in self._setting.choices:
                options.highlighted = self._setting.choices.index(self._setting.value)
            options.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if self._setting.name == "theme":  # seen before it is chosen
            self.app.theme = self._setting.choices[event.option_index]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._try(self._setting.choices[event.option_index])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._try(event.value)

    def action_leave(self) -> None:
        self.app.theme = self._theme
        self.dismiss(False)

    def _try(self, text: str) -> None:
        try:
            self._save(self._setting, text)
        except RushesError as error:
            self.query_one("#refused", Static).update(str(error))
        else:
            self.dismiss(True)
