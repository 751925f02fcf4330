"""An app that holds one screen, for tests of what that screen does."""

from pathlib import Path
from typing import Any

from textual.app import App
from textual.screen import Screen

from rushes.settings import load_settings
from rushes.text import one_line
from tui.app import RushesApp
from tui.desk import Desk


class Host(App[None]):
    """A desk, and the sizes and the errors of the real app; `answers` is what screens gave."""

    HORIZONTAL_BREAKPOINTS = RushesApp.HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = RushesApp.VERTICAL_BREAKPOINTS

    def __init__(self, library: Path | None = None) -> None:
        super().__init__()
        self.desk = Desk(load_settings(library=library), self._no, lambda standing: None)
        self.answers: list[Any] = []
        self.told: list[str] = []

    async def on_unmount(self) -> None:
        await self.desk.works.close()

    async def open(self, screen: Screen[Any]) -> None:
        await self.push_screen(screen, self.answers.append)

    def tell(self, error: BaseException | str) -> None:
        self.told.append(one_line(str(error)))

    async def _no(self, request: object) -> bool:
        return False
