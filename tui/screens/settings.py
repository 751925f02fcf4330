"""Every setting, what it is for, and where its value comes from."""

from dataclasses import replace

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from rushes.errors import RushesError
from tui.desk import Desk
from tui.screens.setting import SettingScreen
from tui.setting_values import Setting, file_shown, settings_of
from tui.widgets.keys_line import KeysLine
from tui.widgets.scrolled import Scrolled


class SettingsScreen(Screen[None]):
    """Changes are in config.toml at once; work that is begun afterwards goes by them."""

    TITLE = "Settings"
    CSS_PATH = "settings.tcss"
    BINDINGS = [
        Binding("escape", "leave", "Back"),
        Binding("enter,e", "edit", "Change"),
        Binding("d,delete", "default", "Default"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._settings: list[Setting] = []

    def compose(self) -> ComposeResult:
        yield Static(f"Settings  {file_shown()}", classes="head", markup=False)
        with Container(id="panes"):
            yield OptionList(id="settings")
            with Scrolled(id="about"):
                yield Static(id="explained", markup=False)
        yield KeysLine()

    def on_mount(self) -> None:
        self._fill()
        self.query_one(OptionList).focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self._explain(self._settings[event.option_index])
        self.refresh_bindings()

    def on_option_list_option_selected(self) -> None:
        self.action_edit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What has its default value needs no key for it."""
        if action != "default" or not self.is_mounted:
            return True
        chosen = self._chosen()
        return chosen is not None and not chosen.is_default

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_edit(self) -> None:
        if (setting := self._chosen()) is None:
            return
        if setting.name == "theme":
            setting = replace(setting, choices=tuple(sorted(self.app.available_themes)))
        self.app.push_screen(SettingScreen(setting, self._desk.change_setting), self._changed)

    def action_default(self) -> None:
        if (setting := self._chosen()) is None:
            return
        try:
            self._desk.change_setting(setting, "")
        except RushesError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self._changed(True)

    def _changed(self, has_changed: bool | None) -> None:
        if has_changed:
            self._fill()
            theme = self._desk.settings.theme
            if theme in self.app.available_themes:
                self.app.theme = theme

    def _chosen(self) -> Setting | None:
        at = self.query_one(OptionList).highlighted
        return None if at is None else self._settings[at]

    def _fill(self) -> None:
        try:
            self._settings = settings_of(self._desk.settings)
        except RushesError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        options = self.query_one(OptionList)
        at = options.highlighted or 0
        options.clear_options()
        options.add_options(Option(_line(each)) for each in self._settings)
        options.highlighted = at
        self._explain(self._settings[at])
        self.refresh_bindings()

    def _explain(self, setting: Setting) -> None:
        told: list[str | tuple[str, str]] = [(setting.name, "bold $text-primary"), "\n"]
        told.append(f"{setting.about}\n")
        if setting.choices:
            told.append((f"One of: {', '.join(setting.choices)}\n", "$text-muted"))
        told.append((f"Value: {setting.value or 'none'}  ({setting.origin})\n", "$text-muted"))
        told.append((f"Default: {setting.default or 'none'}", "$text-muted"))
        if setting.is_later:
            told.append(("\nA change is in force when Rushes is opened again.", "$text-muted"))
        if setting.overrides:
            told.append((f"\n{setting.overrides}", "$text-warning"))
        self.query_one("#explained", Static).update(Content.assemble(*told))


def _line(setting: Setting) -> Content:
    """Its name, its value, and a mark if the user has chosen it."""
    mark = ("  ", "") if setting.is_default else ("● ", "$text-accent")
    style = "$text-muted" if setting.is_default else "bold"
    value = (setting.value or "none", style)
    origin = "" if setting.is_default else f"  {setting.origin}"
    return Content.assemble(mark, f"{setting.name:<18}", value, (origin, "$text-muted"))
