"""The library: its folders, what is in it, what could not be read, and the models."""

import asyncio
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static, TabbedContent, TabPane
from textual.widgets.option_list import Option

from rushes.errors import RushesError
from rushes.models import ModelStore
from rushes.paths import paths
from tui.at_work import AtWork
from tui.desk import Desk
from tui.library_told import Holding, Root, holding
from tui.model_shelf import Shelved, shelf
from tui.setting_values import change, settings_of
from tui.widgets.keys_line import KeysLine
from tui.widgets.scrolled import Scrolled
from tui.work.order import Order

_LOOK_EVERY_S = 1.0
_TABS = ("folders", "failed", "models")
_ON_TAB = {"take_out": "folders", "install": "models"}


class LibraryScreen(Screen[None], AtWork):
    """Three tabs. What changes the library is an order, and can be followed among the jobs."""

    TITLE = "Library"
    CSS_PATH = "library.tcss"
    BINDINGS = [
        Binding("escape", "leave", "Back"),
        Binding("a", "add", "Add folder"),
        Binding("x,delete", "take_out", "Take out"),
        Binding("u", "update", "Update"),
        Binding("w", "watch", "Watch on/off"),
        Binding("enter,i", "install", "Install"),
        Binding("left", "turn(-1)", "Tab before", show=False),
        Binding("right", "turn(1)", "Next tab"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._roots: tuple[Root, ...] = ()
        self._shelf: list[Shelved] = []
        self._open_orders: frozenset[str] | None = None

    def compose(self) -> ComposeResult:
        yield Static("Library", id="head", markup=False)
        with TabbedContent(initial="folders"):
            with TabPane("Folders", id="folders"):
                yield OptionList(id="roots")
                with Scrolled(id="held"):
                    yield Static("reading it …", id="holds", markup=False)
            with TabPane("Not read", id="failed"):
                yield OptionList(id="failures")
            with TabPane("Models", id="models"):
                yield OptionList(id="shelf")
                with Scrolled(id="told"):
                    yield Static(id="model", markup=False)
        yield KeysLine()

    def on_mount(self) -> None:
        self.query_one("#roots").focus()
        self._look()
        self.set_interval(_LOOK_EVERY_S, self._look)

    def on_tabbed_content_tab_activated(self, event: TabbedContent.TabActivated) -> None:
        event.pane.query_one(OptionList).focus()
        self.refresh_bindings()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_list.id == "shelf":
            self._explain(self._shelf[event.option_index])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if event.option_list.id == "shelf":
            self.action_install()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action not in _ON_TAB or not self.is_mounted:
            return True
        if action == "take_out" and not self._roots:
            return False
        return self.query_one(TabbedContent).active == _ON_TAB[action]

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_turn(self, by: int) -> None:
        tabs = self.query_one(TabbedContent)
        tabs.active = _TABS[(_TABS.index(tabs.active) + by) % len(_TABS)]

    def action_add(self) -> None:
        from tui.screens.first_run import FirstRunScreen

        self.app.push_screen(FirstRunScreen(self._desk), self._put_in)

    def action_update(self) -> None:
        there = [root.path for root in self._roots if root.is_there]
        if there:
            self._desk.order_index(there)
            self._tell("the library is brought up to date: F5 shows how far it is")
        else:
            self._tell("no folder of the library is there: add one, or plug in its drive")

    def action_take_out(self) -> None:
        from tui.screens.approve import ApproveScreen

        at = self.query_one("#roots", OptionList).highlighted
        if at is None or at >= len(self._roots):
            return
        root = self._roots[at]
        what = f"Take {root.shown} out of the library (no file is deleted)"

        def answered(yes: bool | None) -> None:
            if yes:
                library = ("--library", str(self._desk.place))
                command = ("roots", "--remove", str(root.path), *library, "--json")
                self._desk.works.add(Order(f"take out {root.shown}", command))

        self.app.push_screen(ApproveScreen(what), answered)

    def action_watch(self) -> None:
        try:
            (watch,) = (each for each in settings_of(self._desk.settings) if each.name == "watch")
            wanted = "off" if self._desk.settings.watch else "on"
            self._desk.settings = change(self._desk.settings, watch, wanted)
        except RushesError as error:
            self.rushes.tell(error)
            return
        if watch.overrides:
            self._tell(watch.overrides)
        self._open_orders = None
        self._look()

    def action_install(self) -> None:
        from tui.screens.approve import ApproveScreen

        at = self.query_one("#shelf", OptionList).highlighted
        if at is None:
            return
        chosen = self._shelf[at]
        if chosen.is_installed or chosen.obstacle:
            self._tell(chosen.obstacle or f"{chosen.name}: installed already")
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._desk.works.add(chosen.order)

        self.app.push_screen(ApproveScreen(chosen.question), answered)

    def _put_in(self, folders: tuple[Path, ...] | None) -> None:
        if folders:
            self._desk.order_index(folders)

    def _look(self) -> None:
        """Read everything again if work has begun or ended since it was last read."""
        works = self._desk.works.standings
        open_orders = frozenset(each.order.id for each in works if each.state.is_open)
        if open_orders != self._open_orders:
            self._open_orders = open_orders
            self.work("library", self._read())

    async def _read(self) -> None:
        self._show_shelf(await asyncio.to_thread(shelf, ModelStore(paths().models)))
        self._show(await asyncio.to_thread(holding, self._desk.library, self._desk.settings.watch))

    def _show(self, held: Holding) -> None:
        self._roots = held.roots
        self.query_one("#head", Static).update(f"Library  {held.place}")
        lines = [Content.assemble(("✓ " if r.is_there else "✗ "), r.told) for r in held.roots]
        _refill(self.query_one("#roots", OptionList), lines, "no folder yet: press a to add one")
        self.query_one("#holds", Static).update("\n".join(held.lines))
        tabs = self.query_one(TabbedContent)
        count = len(held.failed)
        tabs.get_tab("failed").label = Content(f"Not read ({count})" if count else "Not read")
        failures = [
            Content.assemble((path, "bold"), "\n  ", (reason, "$text-muted"))
            for path, reason in held.failed
        ]
        _refill(self.query_one("#failures", OptionList), failures, "every file could be read")
        self.refresh_bindings()

    def _show_shelf(self, shelved: list[Shelved]) -> None:
        self._shelf = shelved
        lines = [_line(each) for each in shelved]
        _refill(self.query_one("#shelf", OptionList), lines, "no models")

    def _explain(self, shelved: Shelved) -> None:
        told = f"{shelved.about}\nlicence: {', '.join(shelved.licences)}"
        if shelved.obstacle:
            told += f"\n{shelved.obstacle}"
        self.query_one("#model", Static).update(told)

    def _tell(self, text: str) -> None:
        self.notify(text, markup=False)


def _line(shelved: Shelved) -> Content:
    mark = "✓" if shelved.is_installed else "·" if shelved.obstacle else " "
    if shelved.is_profile:
        size = "all installed" if shelved.is_installed else f"{shelved.size} to download"
        return Content.assemble((f"{mark} {shelved.name}", "bold $text-primary"), f"  {size}")
    size = "" if shelved.is_installed or not shelved.size_bytes else shelved.size
    return Content.assemble(f"  {mark} ", (f"{size:>7}", "$text-muted"), f"  {shelved.name}")


def _refill(options: OptionList, lines: list[Content], nothing: str) -> None:
    """Put other lines in, and leave the cursor where it was."""
    at = options.highlighted or 0
    options.clear_options()
    options.add_options([Option(each) for each in lines] or [Option(nothing, disabled=True)])
    if lines:
        options.highlighted = min(at, len(lines) - 1)
