"""Pictures made ready for the screen, off its thread, the last used kept."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui.half_blocks import CELL, fitted, half_blocks
from tui.terminal_pictures import Protocol

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage
    from textual.strip import Strip

_KEPT_CELLS = 60_000
"""About 30 MB: ten screens full of pictures."""


@dataclass(frozen=True)
class Wish:
    """A file's picture in a box of cells. `cell` is a cell's width and height in pixels."""

    path: Path
    columns: int
    rows: int
    protocol: Protocol
    cell: tuple[int, int]


@dataclass(frozen=True)
class Drawn:
    """A picture that fills `columns` × `rows` cells: `lines` of half blocks, or `image`, scaled."""

    columns: int
    rows: int
    lines: "tuple[Strip, ...]" = ()
    image: "PillowImage | None" = None


class Thumbnails:
    """Draws what is asked for in two threads, the newest wish first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Wish, Drawn | None] = OrderedDict()
        self._cells = 0
        self._pool: ThreadPoolExecutor | None = None
        self._waiting: OrderedDict[Wish, list[Callable[[Drawn | None], None]]] = OrderedDict()
        self._lock = threading.Lock()

    def kept(self, wish: Wish) -> "tuple[Drawn | None] | None":
        """What it came to, None if the file has no picture; or nothing, if it was not drawn yet."""
        if wish not in self._kept:
            return None
        self._kept.move_to_end(wish)
        return (self._kept[wish],)

    def draw(self, wish: Wish, told: Callable[[Drawn | None], None]) -> None:
        """Draw in a thread; `told` is called in the loop, with None if there is no picture."""
        with self._lock:
            if wish in self._waiting:
                self._waiting[wish].append(told)
                self._waiting.move_to_end(wish)
                return
            self._waiting[wish] = [told]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(2, thread_name_prefix="thumbnails")
        self._pool.submit(self._work, asyncio.get_running_loop())

    def forget(self, wish: Wish, told: Callable[[Drawn | None], None]) -> None:
        """What nobody looks at any more is not drawn: one that asked for it does no longer."""
        with self._lock:
            waiting = self._waiting.get(wish, [])
            if told in waiting:
                waiting.remove(told)
            if not waiting:
                self._waiting.pop(wish, None)

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            if not self._waiting:
                return
            wish, told = self._waiting.popitem()
        drawn = draw(wish)
        try:
            loop.call_soon_threadsafe(self._hand_over, wish, drawn, told)
        except RuntimeError:  # the app has ended
            return

    def _hand_over(
        self, wish: Wish, drawn: Drawn | None, told: list[Callable[[Drawn | None], None]]
    ) -> None:
        if wish not in self._kept:
            self._kept[wish] = drawn
            self._cells += wish.columns * wish.rows
        while self._cells > _KEPT_CELLS and len(self._kept) > 1:
            oldest, _ = self._kept.popitem(last=False)
            self._cells -= oldest.columns * oldest.rows
        for each in told:
            each(drawn)


def draw(wish: Wish) -> Drawn | None:
    """Read a file's picture and make it ready; None if there is none that can be read."""
    image = read_picture(wish.path, max(wish.columns * wish.cell[0], wish.rows * wish.cell[1]))
    if image is None:
        return None
    return drawn_of(image, image.width / image.height, wish)


def drawn_of(image: "PillowImage", aspect: float, wish: Wish) -> Drawn:
    """A picture made ready for a box, in `aspect`: its pixels need not be square."""
    if wish.protocol == "blocks":
        columns, rows = fitted(aspect, wish.columns, wish.rows, CELL)
        return Drawn(columns, rows, lines=tuple(half_blocks(image, columns, rows)))
    width, height = wish.cell
    columns, rows = fitted(aspect, wish.columns, wish.rows, height / width)
    return Drawn(columns, rows, image=image.resize((columns * width, rows * height)))


def read_picture(path: Path, side: int) -> "PillowImage | None":
    """A file's picture, upright, in RGB, about as large as `side` needs it at least."""
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as opened:
            opened.draft("RGB", (side, side))
            opened.thumbnail((side * 2, side * 2), reducing_gap=2.0)
            return ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


THUMBNAILS = Thumbnails()
