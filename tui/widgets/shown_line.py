"""What a turn put on the contact sheet, in a line: it can be put there again."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message

from rushes.moment import Moment
from tui.widgets.openable import Openable

if TYPE_CHECKING:
    from agent.broll import Reel


class ShownLine(Openable):
    """Moments or a reel of a turn."""

    class Opened(Message):
        """The user wants them on the sheet again."""

        def __init__(self, moments: tuple[Moment, ...], nearest: bool, reel: "Reel | None") -> None:
            super().__init__()
            self.moments = moments
            self.nearest = nearest
            self.reel = reel

    def __init__(
        self, moments: tuple[Moment, ...], nearest: bool = False, reel: "Reel | None" = None
    ) -> None:
        super().__init__(Content(_told(moments, nearest, reel)), classes="shown")
        self._opened = self.Opened(moments, nearest, reel)

    def opened(self) -> Message:
        shown = self._opened
        return self.Opened(shown.moments, shown.nearest, shown.reel)


def _told(moments: tuple[Moment, ...], nearest: bool, reel: "Reel | None") -> str:
    if reel is not None:
        count = len(reel.picks)
        return f"▶ {count} clip{'s' * (count != 1)} of the reel on the sheet"
    if nearest:
        return f"▶ nothing fits; the nearest {len(moments)} are on the sheet"
    return f"▶ {len(moments)} moment{'s' * (len(moments) != 1)} on the sheet"
