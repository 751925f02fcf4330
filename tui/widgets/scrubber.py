"""The bar under a preview: where the playhead is, and what is between in and out."""

from rich.segment import Segment
from textual.strip import Strip

from tui.widgets.seeking import Seeking


class Scrubber(Seeking):
    """A bar with [ and ] at the in and out points and ● at the playhead; times below it."""

    DEFAULT_CSS = """
    Scrubber { height: 2; width: 1fr; }
    Scrubber > .scrubber--outside { color: $foreground 50%; }
    Scrubber > .scrubber--inside { color: $accent; text-style: bold; }
    Scrubber > .scrubber--head { color: $foreground; text-style: bold reverse; }
    """
    COMPONENT_CLASSES = {"scrubber--outside", "scrubber--inside", "scrubber--head"}

    def __init__(self) -> None:
        super().__init__()
        self._told = ("", "", "")

    def tell(self, left: str, middle: str, right: str) -> None:
        """The words under the bar. What there is no room for on the left or right is left out."""
        if (left, middle, right) != self._told:
            self._told = (left, middle, right)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        return self._bar() if y == 0 else self._words() if y == 1 else Strip.blank(self.size.width)

    def _bar(self) -> Strip:
        width = self.size.width
        first, last = self.column(self.in_s), max(self.column(self.in_s), self.column(self.out_s))
        head = min(max(0, self.column(self.at_s)), width - 1)
        styles = {name: self.get_component_rich_style(f"scrubber--{name}")
                  for name in ("outside", "inside", "head")}  # fmt: skip
        segments = []
        for column in range(width):
            inside = first <= column <= last
            glyph = "━" if inside else "─"
            glyph = "[" if column == first else "]" if column == last else glyph
            name = "head" if column == head else "inside" if inside else "outside"
            segments.append(Segment("●" if column == head else glyph, styles[name]))
        return Strip(segments, width).simplify()

    def _words(self) -> Strip:
        width = self.size.width
        left, middle, right = self._told
        begins = max(0, (width - len(middle)) // 2)
        if len(left) >= begins:
            left = ""
        if len(right) >= width - begins - len(middle):
            right = ""
        muted = self.get_component_rich_style("scrubber--outside")
        bold = self.visual_style.rich_style
        line = [
            Segment(left.ljust(begins), muted),
            Segment(middle, bold),
            Segment(right.rjust(width - begins - len(middle)), muted),
        ]
        return Strip(line).adjust_cell_length(width, muted)
