"""The tools of the agent: the only way in which a model, or another assistant, does anything."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from agent import background
from agent.approval import Approve, Effect, Request, asked_for
from agent.bounds import Bounds
from agent.forms import Form, Outcome
from agent.llm.protocol import LanguageModel
from agent.long_work import LongWork
from indexer.library import Library
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.text import one_line

In = TypeVar("In", bound=Form)
Out = TypeVar("Out", bound=Outcome)


class Declined(RushesError):
    """The user was asked, and did not say yes."""


@dataclass(frozen=True)
class Kit:
    """What tools work with. `words` are the user's own, of this turn."""

    library: Library
    bounds: Bounds
    approve: Approve
    long_work: LongWork
    model: LanguageModel | None = None
    words: str = ""


@dataclass(frozen=True)
class Tool(Generic[In, Out]):
    """One thing that can be done. `what` is for a model, in a sentence.

    `request` says what a use of it that has an effect would do; before it is known, nothing is
    written. `run` blocks, reports to its job and may be stopped through it.
    """

    name: str
    what: str
    takes: type[In]
    gives: type[Out]
    run: Callable[[Kit, In, Job], Out]
    effect: Effect = Effect.NONE
    request: Callable[[Kit, In], Request] | None = None

    def read(self, arguments: dict[str, Any]) -> In:
        """Arguments as a model gave them.

        Raises:
            RushesError: they are not those of the tool. The text says which.
        """
        try:
            return self.takes.model_validate(arguments)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "arguments"
            raise RushesError(f"{self.name}: {where}: {one_line(first['msg'])}") from None

    async def use(self, kit: Kit, form: In, job: Job) -> Out:
        """Do it, beside the event loop, after the user approved what has an effect.

        Raises:
            Declined: the user did not approve.
            RushesError: it cannot be done.
            Cancelled: the user asked to stop.
        """
        if self.request is not None:
            request = self.request(kit, form)
            if not asked_for(kit.words, request) and not await kit.approve(request):
                raise Declined(f"not done, since it was not approved: {request.what}")
        return await background.run(job, lambda: self.run(kit, form, job))
