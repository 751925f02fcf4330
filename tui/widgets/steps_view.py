"""What is being done for a turn: a line a step, folded away when it is over."""

import time

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Collapsible, Static

from agent.events import StepBegan, StepEnded
from rushes.jobs import Progress
from rushes.text import one_line

_BAR = 12  # cells


class StepsView(Collapsible):
    """Not there until the first step begins."""

    DEFAULT_CSS = """
    StepsView {
        border: none;
        background: transparent;
        padding: 0;
        display: none;
        color: $text-muted;

        &.-begun { display: block; }
        Contents { padding: 0 0 0 2; }
        CollapsibleTitle { color: $text-muted; padding: 0; text-style: none; }
        CollapsibleTitle:focus { text-style: bold reverse; }
        Vertical { height: auto; }
        Static { text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    def __init__(self) -> None:
        self._lines = Vertical()
        super().__init__(self._lines, title="", collapsed=False)
        self._began_s = time.monotonic()
        self._step_began_s = self._began_s
        self._doing = ""

    async def begin(self, step: StepBegan) -> None:
        """A step began."""
        self.add_class("-begun")
        self._step_began_s = time.monotonic()
        self._doing = one_line(f"{step.tool} {step.about}")
        self._set_title(f"{self._doing[:80]} …")
        await self._lines.mount(Static(Content(f"● {self._doing}")))

    def progress(self, progress: Progress) -> None:
        """How far the step under way is."""
        if self._lines.children and self._doing:
            told = progress_line(progress)
            self._update(Content(f"● {self._doing}\n  {told}"))
            self._set_title(f"{self._doing[:40]}: {told}")

    def end(self, step: StepEnded) -> None:
        """The step under way ended."""
        if not self._lines.children:
            return
        took_s = time.monotonic() - self._step_began_s
        mark, style = ("✗", "$text-error") if step.failed else ("✓", "")
        outcome = one_line(f"{step.tool}: {step.outcome}")
        about = self._doing.removeprefix(step.tool)
        self._update(
            Content.assemble(
                (f"{mark} {outcome}", style), f"  {took_s:.1f} s", (f"  {about}", "dim")
            )
        )
        self._doing = ""

    def fold(self, stopped: bool = False) -> str:
        """All is done. Returns what was under way, if it was stopped in the middle of it."""
        under_way, self._doing = self._doing, ""
        count, took_s = len(self._lines.children), time.monotonic() - self._began_s
        if under_way and stopped:
            self._update(Content(f"– {under_way}  stopped"))
        self._set_title(f"{count} step{'s' * (count != 1)} · {took_s:.1f} s")
        self.collapsed = True
        return under_way

    def _update(self, told: Content) -> None:
        line = self._lines.children[-1]
        if isinstance(line, Static):
            line.update(told)

    def _set_title(self, told: str) -> None:
        self.title = Content(told)  # type: ignore[assignment]  # as text it would be markup


def progress_line(progress: Progress) -> str:
    """A stage and how far it is, as far as that is known."""
    told = one_line(f"{progress.stage} {progress.note}")[:60]
    if not progress.total:
        return f"{told} {progress.done:g}" if progress.done else told
    part = min(1.0, max(0.0, progress.done / progress.total))
    full = round(part * _BAR)
    return f"{told} {'━' * full}{'─' * (_BAR - full)} {part:.0%}"
