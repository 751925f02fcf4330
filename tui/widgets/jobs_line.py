"""One line about the work that is under way; nothing is there when there is none."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from tui.work.order import Standing
from tui.work.saying import line


class JobsLine(Static):
    """`▶ index media · 12 of 40 files · 3 min left · 1 waiting`. A click opens the jobs."""

    DEFAULT_CSS = """
    JobsLine {
        height: 1;
        padding: 0 1;
        background: $surface;
        color: $text-muted;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        display: none;
    }
    JobsLine.-shown { display: block; }
    """

    async def on_click(self) -> None:
        await self.run_action("app.go('jobs')")

    def show(self, standings: Sequence[Standing]) -> None:
        """Tell where all orders stand."""
        told = line(standings)
        self.set_class(not told.is_empty, "-shown")
        parts: list[str | tuple[str, str]] = []
        if told.alert:  # first: it must not fall off the end of a narrow terminal
            parts.append((f"{told.alert}: press F5", "bold $text-error"))
        if told.alert and told.told:
            parts.append("  ")
        parts.append(told.told)
        self.update(Content.assemble(*parts))
