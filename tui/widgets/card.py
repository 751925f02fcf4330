"""One found moment on the contact sheet."""

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from rushes.moment import Kind, Moment
from tui.captions import caption, found_words
from tui.sheet_layout import SheetLayout, View
from tui.terminal_pictures import Protocol
from tui.verbs import Verb
from tui.widgets.picture import Picture


class Card(Container):
    """A thumbnail, or the words found, and what there is to say of it."""

    DEFAULT_CSS = """
    Card {
        layout: vertical;
        width: 1fr;
        height: 1fr;
        padding: 0 1;
        Picture { width: 1fr; }
        .caption { width: 1fr; height: auto; text-wrap: nowrap; }
        &.-beside {
            layout: horizontal;
            padding: 0;
            Picture { margin-right: 1; }
            .caption { height: 1fr; }
        }
        &.-cursor { background: $primary 30%; }
        &.-rejected Picture { text-opacity: 50%; }
    }
    """

    def __init__(self, protocol: Protocol) -> None:
        super().__init__()
        self.picture = Picture(protocol)
        self._caption = Static(classes="caption", markup=False)
        self._told: tuple[object, ...] = ()
        self._plan: SheetLayout | None = None

    def compose(self) -> ComposeResult:
        yield self.picture
        yield self._caption

    def lay_out(self, layout: SheetLayout) -> None:
        """Make room for the picture and the lines of words."""
        if layout == self._plan:
            return
        self._plan = layout
        width, height = layout.picture
        self.set_class(layout.view is View.LIST, "-beside")
        self.picture.display = bool(width)
        self.picture.styles.width = width if layout.view is View.LIST else "1fr"
        self.picture.styles.height = height or "1fr"
        self._caption.styles.height = layout.lines
        self._told = ()

    def show(
        self, number: int, moment: Moment | None, marks: frozenset[Verb], cursor: bool
    ) -> None:
        """Show a moment, or nothing. `marks` are what the user made of it."""
        told = (number, moment, marks, cursor)
        if told == self._told or self._plan is None:
            return
        self._told = told
        if (moment is not None) != self.visible:
            self.visible = moment is not None
        if cursor != self.has_class("-cursor"):
            self.set_class(cursor, "-cursor")
        if moment is None:
            return
        layout = self._plan
        width = layout.width - 2
        if layout.view is View.LIST:
            width = layout.width - (layout.picture[0] + 1 if layout.picture[0] else 0)
        words = found_words(moment, *layout.picture) if layout.picture[0] else Content()
        # A page of print is a grey patch at this size: its words say more.
        printed = moment.kind is Kind.PDF and moment.text
        self.picture.show(None if printed else moment.thumbnail, words)
        lines = caption(moment, number, max(4, width), layout.lines, marks, cursor)
        self._caption.update(lines, layout=False)
