"""Found moments as a contact sheet. Only the cards that can be seen are there."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Grid, Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from rushes.moment import Moment
from rushes.text import one_line
from tui.sheet_layout import ZOOMS, SheetLayout, View, lay_out
from tui.taken import Taken
from tui.terminal_pictures import Protocol
from tui.verbs import Verb
from tui.widgets.card import Card
from tui.widgets.position import Position

_WITH_ONE = frozenset({"want", "takes", "step", "row", "page", "to"})
NOTHING = "Nothing here yet: what you look for appears here."


class ContactSheet(Widget, can_focus=True):
    """A grid or a list over any number of moments: its cards are filled anew as it scrolls."""

    DEFAULT_CSS = """
    ContactSheet {
        .head {
            height: 1; padding: 0 1; color: $text-muted;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
        .nothing { padding: 1 2; color: $text-muted; height: auto; }
        Grid { width: 1fr; height: 1fr; grid-gutter: 0; }
        Horizontal { height: 1fr; }
        &:focus .head { color: $text; text-style: bold; }
    }
    """
    BINDINGS = [
        Binding("left,j", "step(-1)", "Before", show=False),
        Binding("right,l", "step(1)", "Next", show=False),
        Binding("up", "row(-1)", "Up", show=False),
        Binding("down", "row(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "to(0)", "First", show=False),
        Binding("end", "to(-1)", "Last", show=False),
        Binding("space,k", "want('preview')", "Preview", key_display="space"),
        Binding("enter", "want('play')", "Play"),
        Binding("s", "want('select')", "Select"),
        Binding("x", "want('reject')", "Reject"),
        Binding("u", "want('up')", "Right", show=False),
        Binding("d", "want('down')", "Wrong", show=False),
        Binding("equals_sign", "want('like')", "Like", key_display="="),
        Binding("g", "want('generate')", "Generate"),
        Binding("t", "takes", "Takes", show=False),
        Binding("v", "view", "Grid/list"),
        Binding("plus,ctrl+up", "zoom(1)", "Larger", show=False),
        Binding("minus,ctrl+down", "zoom(-1)", "Smaller", show=False),
    ]

    class Wanted(Message):
        """The user wants something done with the moment at `index`."""

        def __init__(self, verb: Verb, moment: Moment, index: int) -> None:
            super().__init__()
            self.verb = verb
            self.moment = moment
            self.index = index

    def __init__(self, protocol: Protocol) -> None:
        super().__init__()
        self._protocol = protocol
        self._taken = Taken()
        self._title = ""
        self._cursor = 0
        self._first = 0
        self._view = View.GRID
        self._zoom = 0
        self._plan: SheetLayout = lay_out(1, 1, View.GRID, 0)
        self._grid = Grid()
        self._position = Position()
        self._head = Static(classes="head", markup=False)
        self._nothing = Static(NOTHING, classes="nothing", markup=False)

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._nothing
        with Horizontal():
            yield self._grid
            yield self._position

    @property
    def current(self) -> Moment | None:
        """The moment under the cursor."""
        return self.moments[self._cursor] if self.moments else None

    @property
    def index(self) -> int:
        """The place of the moment under the cursor; 0 if there is none."""
        return self._cursor

    @property
    def moments(self) -> tuple[Moment, ...]:
        """What is on the sheet, opened takes included."""
        return self._taken.moments

    @property
    def view(self) -> View:
        return self._view

    def marks(self, index: int) -> frozenset[Verb]:
        """What the user made of a moment: SELECT or REJECT, UP or DOWN."""
        return self._taken.marks(self.moments[index])

    def show(self, moments: Sequence[Moment], title: str) -> None:
        """Put these on the sheet; the cursor is on the first. What was marked stays marked."""
        self._taken.show(moments)
        self._title = one_line(title)
        self._cursor = self._first = 0
        self._nothing.display = not moments
        self._rearrange()
        self.refresh_bindings()

    def replace(self, index: int, moment: Moment) -> None:
        """Put a moment in another's place, as when it was trimmed; it keeps its marks."""
        self._taken.replace(index, moment)
        self._fill()

    def mark(self, verb: Verb | None, *indices: int) -> None:
        """Mark moments as selected or rejected, right or wrong (UP, DOWN); None clears them."""
        for index in indices:
            self._taken.mark(self.moments[index], verb)
        self._fill()

    def on_resize(self) -> None:
        self._rearrange()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be done with an empty sheet."""
        return bool(self.moments) if action in _WITH_ONE else True

    def action_want(self, verb: str) -> None:
        if self.current is not None:
            self.post_message(self.Wanted(Verb(verb), self.current, self._cursor))

    def action_step(self, by: int) -> None:
        self._go(self._cursor + by)

    def action_row(self, by: int) -> None:
        to = self._cursor + by * self._plan.columns
        if 0 <= to < len(self.moments) or by * self._plan.columns == by:
            self._go(to)
        elif by > 0 and self._cursor // self._plan.columns < self._last // self._plan.columns:
            self._go(self._last)  # the last row may be shorter

    def action_page(self, by: int) -> None:
        self._go(self._cursor + by * self._plan.cards)

    def action_to(self, index: int) -> None:
        """Move the cursor to a moment; -1 is the last."""
        self._go(self._last if index == -1 else index)

    def action_takes(self) -> None:
        """Open or close the near duplicates of the moment under the cursor."""
        if self.moments:
            self._cursor = self._taken.toggle(self._cursor)
            self._fill()

    def action_view(self) -> None:
        self._view = View.LIST if self._view is View.GRID else View.GRID
        self._rearrange()

    def action_zoom(self, by: int) -> None:
        before = self._plan
        while self._plan == before and self._zoom + by in ZOOMS:
            self._zoom += by
            self._rearrange()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-1)

    def on_position_wanted(self, event: Position.Wanted) -> None:
        event.stop()
        self._go(round(event.part * self._last))

    def on_click(self, event: events.Click) -> None:
        node = event.widget
        while node is not None and not isinstance(node, Card):
            node = node.parent if isinstance(node.parent, Widget) else None
        if node is None:
            return
        self._go(self._first + self._grid.children.index(node))
        if event.chain == 2:
            self.action_want(Verb.PREVIEW)

    @property
    def _last(self) -> int:
        return max(0, len(self.moments) - 1)

    def _rearrange(self) -> None:
        """Lay the cards out anew, with the cursor where it can be seen."""
        pictures = self._protocol != "none"
        width, height = self.content_size.width - 1, self.content_size.height - 1
        count = len(self.moments) or None
        self._plan = plan = lay_out(width, height, self._view, self._zoom, pictures, count)
        self._grid.styles.grid_size_columns = plan.columns
        self._grid.styles.grid_rows = str(plan.height)
        with self.app.batch_update():
            there = len(self._grid.children)
            if plan.cards > there:
                self._grid.mount_all([Card(self._protocol) for _ in range(plan.cards - there)])
            for number, card in enumerate(self._grid.query_children(Card)):
                card.display = number < plan.cards
                card.lay_out(plan)
            self._first = self._first // plan.columns * plan.columns
            self._fill()

    def _go(self, index: int) -> None:
        if not self.moments:
            return
        self._cursor = min(max(0, index), self._last)
        self._fill()

    def _scroll(self, by: int) -> None:
        """Move the sheet by a row, and the cursor only so far that it is seen."""
        plan = self._plan
        first = self._first + by * plan.columns
        if not 0 <= first <= max(0, self._last // plan.columns + 1 - plan.rows) * plan.columns:
            return
        self._first = first
        column = self._cursor % plan.columns
        row = min(max(self._cursor // plan.columns, first // plan.columns),
                  first // plan.columns + plan.rows - 1)  # fmt: skip
        self._go(row * plan.columns + column)

    def _fill(self) -> None:
        plan, moments = self._plan, self.moments
        row, top = self._cursor // plan.columns, self._first // plan.columns
        top = max(min(top, row), row - plan.rows + 1)
        self._first = top * plan.columns
        cards = self._grid.query_children(Card)
        for offset, card in enumerate(cards[: plan.cards]):
            index = self._first + offset
            if index < len(moments):
                marks = self._taken.marks(moments[index])
                card.show(index + 1, moments[index], marks, index == self._cursor)
            else:
                card.show(index + 1, None, frozenset(), False)
        self._position.show(top, plan.rows, -(-len(moments) // plan.columns))
        self._tell()

    def _tell(self) -> None:
        count = len(self.moments)
        told = [self._title] if self._title else []
        if count > self._plan.cards:
            last = min(count, self._first + self._plan.cards)
            told.append(f"{self._first + 1}–{last} of {count}")
        told += [f"{number} {name}" for name, number in self._taken.counts() if number]
        self._head.update(Content(" · ".join(told)), layout=False)
