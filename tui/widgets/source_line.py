"""A source of an answer: its file, the place in it, and its exact words."""

from textual.content import Content
from textual.message import Message

from agent.events import Citation
from rushes.text import one_line
from tui.labels import where
from tui.widgets.openable import Openable

_QUOTED = 400  # characters: what is longer is read in the file


class SourceLine(Openable):
    """Opens the file at its page or second."""

    class Opened(Message):
        """The user wants to see it."""

        def __init__(self, citation: Citation) -> None:
            super().__init__()
            self.citation = citation

    def __init__(self, citation: Citation) -> None:
        super().__init__(_told(citation), classes="source")
        self.citation = citation

    def opened(self) -> Message:
        return self.Opened(self.citation)


def _told(citation: Citation) -> Content:
    place = where(citation.page, citation.start_s, citation.end_s)
    quote = one_line(citation.quote)
    if len(quote) > _QUOTED:
        quote = f"{quote[: _QUOTED - 1]}…"
    return Content.assemble(
        (f"[{citation.n}] ", "$text-accent"),
        (one_line(citation.path.name), "bold"),
        (f"  {place}" if place else "", "$text-accent"),
        f"\n“{quote}”",
    )
