"""Which folder to put into the library: asked when there is none yet, and for one more."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from rich.text import Text, TextType
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal
from textual.screen import Screen
from textual.suggester import Suggester
from textual.widgets import Button, DirectoryTree, Input, Static

from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.paths import paths
from rushes.text import one_line
from tui.at_work import AtWork
from tui.desk import Desk
from tui.first_look import completed, folder_of, refusal, told
from tui.model_shelf import Shelved, missing_starter
from tui.widgets.keys_line import KeysLine
from tui.widgets.scrolled import Scrolled
from tui.work.order import Order

_SETTLED_S = 0.4  # after the last key, before a folder is looked through


class FirstRunScreen(Screen[tuple[Path, ...] | None], AtWork):
    """Gives the folders to index, None if the user would rather not.

    If no models are installed, those of the starter profile are ordered, before the folders.
    """

    TITLE = "A folder"
    CSS_PATH = "first_run.tcss"
    BINDINGS = [
        Binding("escape", "leave", "Not now"),
        Binding("ctrl+o", "go", "Index it", priority=True),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._missing: Shelved | None = None
        self._looking: Job | None = None
        self._chosen: Path | None = None

    def compose(self) -> ComposeResult:
        yield Static("Which folder is your footage in?", id="head")
        yield Input(
            placeholder="a folder, as ~/Footage; → completes it",
            suggester=FolderSuggester(),
            compact=True,
        )
        with Container(id="panes"):
            yield FolderTree(Path.home())
            with Scrolled(id="look"):
                yield Static(id="found", markup=False)
                yield Static(id="models", markup=False)
        with Horizontal(id="buttons"):
            yield Button("Index it", variant="primary", id="go", compact=True, disabled=True)
            yield Button("Not now", id="no", compact=True)
        yield KeysLine()

    async def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._say(
            "Nothing is copied or changed: Rushes reads your files, and keeps what it finds on "
            "this machine."
        )
        self._missing = await asyncio.to_thread(missing_starter, ModelStore(paths().models))
        if self._missing is not None:
            self.query_one("#models", Static).update(
                f"The {self._missing.name} are installed first: {self._missing.size} from PyPI, "
                f"under {', '.join(self._missing.licences)}. Indexing accepts that."
            )
            self.query_one("#go", Button).label = "Install and index"

    def on_unmount(self) -> None:
        self._stop_looking()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._begin_look(folder_of(event.value))

    def on_input_submitted(self) -> None:
        self.action_go()

    def on_directory_tree_directory_selected(self, event: DirectoryTree.DirectorySelected) -> None:
        self.query_one(Input).value = str(event.path)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "go":
            self.action_go()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_go(self) -> None:
        folder = self._chosen
        if folder is None:
            self.notify("choose a folder first", markup=False)
            return
        if self._missing is not None:
            # In the lane of the index, which needs them: it waits its turn.
            install = self._missing.order
            self._desk.works.add(Order(install.title, install.command))
        self.dismiss((folder,))

    def _begin_look(self, folder: Path | None) -> None:
        """Say what is wrong with a folder at once, and what is in it in a moment."""
        self._stop_looking()
        refused = "" if folder is None else refusal(folder, self._desk.folder)
        self._chosen = None if refused else folder
        self.query_one("#go", Button).disabled = self._chosen is None
        self.query_one("#found", Static).set_class(bool(refused), "-refused")
        self._say(refused and f"✗ {refused}")
        if self._chosen is not None:
            self.work("look", self._look(self._chosen))

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    async def _look(self, folder: Path) -> None:
        from indexer.forecast import forecast
        from rushes.errors import Cancelled, RushesError

        self._say("…")
        await asyncio.sleep(_SETTLED_S)
        self._looking = job = Job()
        try:
            look = await asyncio.to_thread(forecast, folder, self._desk.settings, job)
        except Cancelled:
            return
        except RushesError as error:
            self._refuse(str(error))
            return
        lines = told(look)
        if not look.files:
            self._refuse(lines[0])
        else:
            self._say("\n".join(lines))

    def _refuse(self, reason: str) -> None:
        self._chosen = None
        self.query_one("#go", Button).disabled = True
        self.query_one("#found", Static).set_class(True, "-refused")
        self._say(f"✗ {reason}")

    def _say(self, text: str) -> None:
        self.query_one("#found", Static).update(text)


class FolderTree(DirectoryTree):
    """Folders only, none that is hidden."""

    ICON_NODE = "▶ "
    ICON_NODE_EXPANDED = "▼ "
    BINDINGS = [Binding("backspace", "parent", "Folder above")]

    def action_parent(self) -> None:
        self.path = Path(self.path).parent

    def process_label(self, label: TextType) -> Text:
        """A folder's name is data: it reaches the terminal as one line without control codes."""
        return Text(one_line(str(label)))

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        return [path for path in paths if not path.name.startswith(".") and path.is_dir()]


class FolderSuggester(Suggester):
    """Completes a path while it is typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(completed, value)
