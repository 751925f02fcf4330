"""The app: `rushes` alone opens it."""

import asyncio
import locale
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import App
from textual.binding import Binding
from textual.command import Provider
from textual.filter import LineFilter
from textual.screen import ModalScreen

from rushes.errors import RushesError
from rushes.paths import paths
from rushes.settings import Settings, load_settings
from rushes.text import one_line
from tui.at_work import AtWork
from tui.desk import Desk
from tui.guard import guarded
from tui.legible import Legible
from tui.screens.main import MainScreen
from tui.terminal_pictures import Protocol, protocol_for
from tui.work.order import Standing

if TYPE_CHECKING:
    from tui.screens.jobs import JobsScreen
    from tui.screens.library import LibraryScreen
    from tui.screens.settings import SettingsScreen

log = logging.getLogger(__name__)
_SCREENS = ("jobs", "library", "settings")
_LEGIBLE = Legible()


def _everywhere(key: str, action: str, does: str) -> Binding:
    """A key that works wherever the user is: text fields have uses of their own for some."""
    return Binding(key, action, does, priority=True)


class RushesApp(App[None], AtWork):
    """Holds the desk and the screens. What fails is told where the user looks, and it stays up."""

    TITLE = "Rushes"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (160, "-vast")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]
    COMMANDS = App.COMMANDS | {lambda: _command_hits()}
    BINDINGS = [
        _everywhere("f1", "keys", "Keys"),
        _everywhere("f5", "go('jobs')", "Jobs"),
        _everywhere("f6", "go('library')", "Library"),
        _everywhere("f7", "go('settings')", "Settings"),
        _everywhere("ctrl+q", "leave", "Quit"),
        Binding("question_mark", "keys", "Keys", show=False),
    ]

    def __init__(self, settings: Settings, pictures: Protocol | None = None) -> None:
        super().__init__()
        self.desk = Desk(settings, self._approve, self._on_work, pictures)
        self.main = MainScreen(self.desk)

    def on_mount(self) -> None:
        self.use_theme(self.desk.settings.theme)
        self.push_screen(self.main)
        # Once the screen is drawn: what is imported for it would only hold it up.
        self.call_after_refresh(lambda: self.work("watching", self._watch()))

    async def _watch(self) -> None:
        watch = await asyncio.to_thread(self.desk.watch)
        await watch.run()

    async def on_unmount(self) -> None:
        await self.desk.works.close()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), _LEGIBLE]

    def tell(self, error: BaseException | str) -> None:
        """Say what went wrong, in one line, as text that is never markup."""
        text = one_line(str(error))
        if isinstance(error, BaseException) and not isinstance(error, RushesError):
            log.error("the app failed at something", exc_info=error)
            text = one_line(f"{type(error).__name__}: {error}")[:300]
        self.notify(text, severity="error", markup=False)

    def use_theme(self, name: str) -> bool:
        """Take on the colours of that name; whether there are such."""
        if name in self.available_themes:
            self.theme = name
        return name in self.available_themes

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A question that is open wants its answer before another screen opens."""
        return not (action == "go" and isinstance(self.screen, ModalScreen))

    def action_change_theme(self) -> None:
        """Choose a theme, which is seen before it is chosen, and kept."""
        from tui.screens.setting import SettingScreen
        from tui.setting_values import settings_of

        try:
            theme = next(each for each in settings_of(self.desk.settings) if each.name == "theme")
        except RushesError as error:
            self.tell(error)
            return
        names = tuple(sorted(self.available_themes))
        self.push_screen(SettingScreen(replace(theme, choices=names), self.desk.change_setting))

    def action_keys(self) -> None:
        """Show the keys of the screen that is open."""
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_go(self, name: str) -> None:
        """Open a screen, or close it if it is the one that is open."""
        there = _screen(name)
        before = self.screen
        if isinstance(before, tuple(map(_screen, _SCREENS))):  # one in the place of another
            before.dismiss(None)
        if not isinstance(before, there):
            self.push_screen(there(self.desk), lambda _: self.main.look_again())

    def action_leave(self) -> None:
        """Quit; where work is under way, ask first."""
        from tui.screens.quit import QuitScreen

        if not isinstance(self.screen, QuitScreen):  # one that asks already waits for its answer
            self.work("leaving", self._leave())

    async def action_quit(self) -> None:
        """Of Textual's own, as in its palette."""
        self.action_leave()

    async def _leave(self) -> None:
        from tui.screens.quit import QuitScreen

        if not self.desk.works.is_busy or await self.push_screen_wait(QuitScreen(self.desk)):
            self.exit()

    async def _approve(self, request: object) -> bool:
        from agent.approval import Request
        from tui.screens.approve import ApproveScreen

        assert isinstance(request, Request)
        return await self.push_screen_wait(ApproveScreen(one_line(request.what)))

    def _on_work(self, standing: Standing) -> None:
        self.main.show_work(standing)


def run_app(library: str | None) -> int:
    """Open the app on a library, the one of the settings if none is named."""
    settings = load_settings(library=library)
    shows_all = _has_unicode()
    # The terminal is asked now: later its answer would be taken for typing.
    pictures = protocol_for(settings.pictures) if shows_all else "none"
    app = RushesApp(settings, pictures)
    with guarded(paths().log / "rushes.log", only_ascii=not shows_all):
        app.run()
    return app.return_code or 0


def _screen(name: str) -> "type[JobsScreen | LibraryScreen | SettingsScreen]":
    from tui.screens.jobs import JobsScreen
    from tui.screens.library import LibraryScreen
    from tui.screens.settings import SettingsScreen

    match name:
        case "jobs":
            return JobsScreen
        case "library":
            return LibraryScreen
        case _:
            return SettingsScreen


def _command_hits() -> type[Provider]:
    from tui.palette import CommandHits

    return CommandHits


def _has_unicode() -> bool:
    """Whether the terminal can be expected to show more than ASCII."""
    return sys.platform == "win32" or "UTF" in locale.setlocale(locale.LC_CTYPE, None).upper()
