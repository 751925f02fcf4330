"""The steps of a turn: each told when it begins and when it ends, and counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agent.events import Event, StepBegan, StepEnded
from agent.tools import In, Kit, Out, Tool
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.text import one_line

MOST = 6
"""Steps of one turn."""


@dataclass
class Step:
    """A step under way; `outcome` is one line."""

    outcome: str = ""


class Steps:
    """What is done in a turn; `tell` hears of each step when it begins and when it ends."""

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self.done: list[StepEnded] = []
        self._tell = tell
        self._count = 0

    async def use(self, tool: Tool[In, Out], kit: Kit, form: In, about: str, job: Job) -> Out:
        """Use a tool as a step.

        Raises:
            RushesError, Cancelled: as the tool does.
        """
        with self.step(tool.name, about) as step:
            result = await tool.use(kit, form, job)
            step.outcome = result.summary
            return result

    @contextmanager
    def step(self, name: str, about: str) -> Iterator[Step]:
        """
        Raises:
            RushesError: there were too many steps already; or as the block does.
        """
        if self._count >= MOST:
            raise RushesError(f"stopped after {MOST} steps")
        self._count += 1
        number, step = self._count, Step()
        self._tell(StepBegan(number, name, one_line(about)[:200]))
        try:
            yield step
        except RushesError as error:
            self._end(StepEnded(number, name, one_line(str(error)), failed=True))
            raise
        self._end(StepEnded(number, name, one_line(step.outcome)))

    def _end(self, ended: StepEnded) -> None:
        self.done.append(ended)
        self._tell(ended)
