"""The sound of a stretch, drawn: loud is high."""

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

from tui.widgets.seeking import Seeking

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_QUIET = 0.5  # an exponent: what is quiet is seen, too


class Waveform(Seeking):
    """Bars of loudness, what is between in and out lit, and a line at the playhead."""

    DEFAULT_CSS = """
    Waveform { height: 3; width: 1fr; }
    Waveform > .waveform--outside { color: $foreground 35%; }
    Waveform > .waveform--inside { color: $success; }
    Waveform > .waveform--head { color: $foreground; text-style: bold; }
    """
    COMPONENT_CLASSES = {"waveform--outside", "waveform--inside", "waveform--head"}

    def __init__(self) -> None:
        super().__init__()
        self._peaks: NDArray[np.float32] | None = None
        self._heights: tuple[tuple[int, int], list[int]] = ((0, 0), [])

    @property
    def has_peaks(self) -> bool:
        return self._peaks is not None and len(self._peaks) > 0

    def put(self, peaks: "NDArray[np.float32] | None") -> None:
        """The amplitudes, 0 to 1, of equal parts of the window; None while they are unknown."""
        self._peaks = peaks
        self._heights = ((0, 0), [])
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        heights = self._in_eighths(width, height)
        styles = {name: self.get_component_rich_style(f"waveform--{name}")
                  for name in ("outside", "inside", "head")}  # fmt: skip
        first, last, head = map(self.column, (self.in_s, self.out_s, self.at_s))
        below = (height - 1 - y) * 8
        segments = []
        for column in range(width):
            if column == head:
                segments.append(Segment("│", styles["head"]))
                continue
            level = min(8, max(0, heights[column] - below)) if heights else 0
            inside = first <= column <= last
            segments.append(Segment(_EIGHTHS[level], styles["inside" if inside else "outside"]))
        return Strip(segments, width).simplify()

    def _in_eighths(self, width: int, height: int) -> list[int]:
        if self._heights[0] != (width, height):
            self._heights = ((width, height), self._scaled(width, height))
        return self._heights[1]

    def _scaled(self, width: int, height: int) -> list[int]:
        import numpy as np

        if self._peaks is None or not len(self._peaks) or not width:
            return []
        edges = np.linspace(0, len(self._peaks), width + 1).astype(int)[:-1]
        loud = np.maximum.reduceat(self._peaks, np.minimum(edges, len(self._peaks) - 1))
        loudest = max(float(loud.max()), 0.05)
        high = (loud / loudest) ** _QUIET * height * 8
        scaled: list[int] = np.ceil(high - 0.2).astype(int).tolist()
        return scaled
