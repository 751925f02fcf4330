"""Words that may be longer than their box."""

from textual.containers import VerticalScroll


class Scrolled(VerticalScroll):
    """Takes the focus only if there is something to scroll to: no key leads to it for nothing."""

    DEFAULT_CSS = """
    Scrolled {
        scrollbar-size-vertical: 1;
        &:focus { text-style: bold; background-tint: $foreground 5%; }
    }
    """

    def allow_focus(self) -> bool:
        return self.max_scroll_y > 0
