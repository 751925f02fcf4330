"""The conversation: its turns, the newest last."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.widgets.shown_line import ShownLine
from tui.widgets.source_line import SourceLine
from tui.widgets.turn_view import TurnView

if TYPE_CHECKING:
    from agent.history import KeptTurn

__all__ = ["Chat", "ShownLine", "SourceLine", "TurnView"]

_MOST = 100  # turns that are drawn: the older ones are in the history

_HINT = """\
Ask for a shot, for what someone said, or for b-roll:

  wide shots of the harbour, no people
  what did Ana say about the budget?
  b-roll about a rainy morning, 30 seconds

/ commands   @ files and moments   F1 help"""


class Chat(VerticalScroll):
    """Stays at its end, unless it was scrolled away from there."""

    DEFAULT_CSS = """
    Chat { scrollbar-size-vertical: 1; }
    Chat .hint { color: $text-muted; padding: 1 2; }
    """

    def compose(self) -> ComposeResult:
        yield Static(Content(_HINT), classes="hint")

    def begin(self, question: str) -> TurnView:
        """A new turn, at the end."""
        self.query(".hint").remove()
        turns = list(self.query(TurnView))
        for turn in turns[: max(0, len(turns) - _MOST + 1)]:
            turn.remove()
        turn = TurnView(question)
        self.mount(turn)
        self.anchor()
        return turn

    async def clear(self) -> None:
        """Take all turns away."""
        await self.remove_children()
        await self.mount(Static(Content(_HINT), classes="hint"))

    async def resume(self, turns: "Sequence[KeptTurn]") -> None:
        """Show an earlier conversation instead, its oldest turn first."""
        await self.clear()
        for kept in turns:
            view = self.begin(kept.question)
            await view.show_kept(kept)
