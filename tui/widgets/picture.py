"""A picture in the terminal: Kitty's protocol, Sixel, half blocks, or none."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.segment import Segment
from textual.app import ComposeResult
from textual.content import Content
from textual.filter import ANSIToTruecolor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.legible import Legible
from tui.terminal_pictures import Protocol
from tui.thumbnails import THUMBNAILS, Drawn, Wish


class Picture(Widget):
    """One picture, fitted and centred. Words stand in its place where there is none.

    With "auto" it is half blocks: the terminal was not asked (tui/terminal_pictures.py).
    """

    DEFAULT_CSS = """
    Picture { width: 1fr; height: 1fr; align: center middle; overflow: hidden hidden; }
    Picture > * { width: auto; height: auto; }
    """

    def __init__(self, protocol: Protocol) -> None:
        super().__init__()
        self.protocol: Protocol = "blocks" if protocol == "auto" else protocol
        self._path: Path | None = None
        self._words = Content()
        self._wish: Wish | None = None
        self._told: Callable[[Drawn | None], None] = self._put  # once it is drawn
        self._drawn: Drawn | None = None

    def compose(self) -> ComposeResult:
        if self.protocol in ("kitty", "sixel"):
            yield image_widget(self.protocol)

    @property
    def drawn(self) -> Drawn | None:
        """What is on the screen."""
        return self._drawn

    @property
    def wish(self) -> Wish | None:
        """The box that it has, for pictures that come from no file."""
        if not self.content_size.area or self.protocol == "none":
            return None
        return Wish(Path(), *self.content_size, self.protocol, cell_size(self.protocol))

    def show(self, path: Path | None, words: Content = Content()) -> None:  # noqa: B008  # frozen
        """Show the picture of a file, or `words` if there is none that can be read."""
        self._path = path
        self._words = words
        self._ask()

    def put(self, drawn: Drawn | None) -> None:
        """Show what was made ready elsewhere, from no file."""
        self._path = self._wish = None
        self._put(drawn)

    def on_resize(self) -> None:
        if self._path is not None:
            self._ask()

    def render(self) -> Content:
        return self._words

    def render_lines(self, crop: Region) -> list[Strip]:
        """Half blocks as they were drawn: going over their colours again takes most of a step."""
        if self._drawn is None or not self._drawn.lines:
            return super().render_lines(crop)
        lines = [self._line(self._drawn, y) for y in range(crop.y, crop.bottom)]
        for each in self.app.get_line_filters():
            if not isinstance(each, ANSIToTruecolor | Legible):
                background = self.background_colors[1]
                lines = [line.apply_filter(each, background) for line in lines]
        if (crop.x, crop.right) != (0, self.size.width):
            return [line.crop(crop.x, crop.right) for line in lines]
        return lines

    def _line(self, drawn: Drawn, y: int) -> Strip:
        left, top = self._corner(drawn)
        width = self.size.width
        blank = self.visual_style.rich_style
        if not top <= y < top + len(drawn.lines):
            return Strip.blank(width, blank)
        line = drawn.lines[y - top]
        before = [Segment(" " * left, blank)] if left else []
        rest = width - left - line.cell_length
        after = [Segment(" " * rest, blank)] if rest > 0 else []
        strip = Strip([*before, *line, *after], left + line.cell_length + max(0, rest))
        return strip.crop(0, width) if rest < 0 else strip

    def _corner(self, drawn: Drawn) -> tuple[int, int]:
        width, height = self.content_size
        return max(0, (width - drawn.columns) // 2), max(0, (height - drawn.rows) // 2)

    def _ask(self) -> None:
        box = self.wish
        if self._path is None or box is None:
            self._wish = None
            self._put(None)
            return
        wish = Wish(self._path, box.columns, box.rows, box.protocol, box.cell)
        if wish == self._wish:
            self.refresh()
            return
        if self._wish is not None:
            THUMBNAILS.forget(self._wish, self._told)
        self._wish = wish
        kept = THUMBNAILS.kept(wish)
        if kept is not None:
            self._put(kept[0])
            return
        self._put(None)
        self._told = partial(self._came, wish)
        THUMBNAILS.draw(wish, self._told)

    def _came(self, wish: Wish, drawn: Drawn | None) -> None:
        if wish == self._wish and self.is_attached:
            self._put(drawn)

    def _put(self, drawn: Drawn | None) -> None:
        if self.protocol in ("kitty", "sixel") and self.children:
            child = self.children[0]
            image = None if drawn is None else drawn.image
            child.display = image is not None
            if drawn is not self._drawn:
                child.image = image  # type: ignore[attr-defined]
        self._drawn = drawn
        self.refresh()


def image_widget(protocol: Protocol) -> Widget:
    """textual-image's widget for a protocol."""
    from textual_image import widget

    return widget.TGPImage() if protocol == "kitty" else widget.SixelImage()


def cell_size(protocol: Protocol) -> tuple[int, int]:
    """A cell's width and height in pixels, as the terminal says."""
    if protocol == "blocks":
        return (2, 4)  # a little more than is drawn
    from textual_image._terminal import get_cell_size

    return tuple(get_cell_size())  # type: ignore[return-value]
