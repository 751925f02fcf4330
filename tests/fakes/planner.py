"""A language model that plans, and whose every reply is the same."""

from collections.abc import Iterator, Sequence

from agent.llm.protocol import Abilities, JsonSchema, Message
from rushes.jobs import Job


class Planner:
    """Writes `reply`, whatever it is asked, and keeps the question in `asked`."""

    name = "planner"

    def __init__(self, reply: str, plans: bool = True) -> None:
        self.abilities = Abilities(context_tokens=8000, plans=plans)
        self.asked: list[str] = []
        self._reply = reply

    def write(
        self,
        messages: Sequence[Message],
        job: Job,
        *,
        max_tokens: int,
        schema: JsonSchema | None = None,
    ) -> Iterator[str]:
        job.check_cancelled()
        assert schema is not None
        self.asked.append(messages[-1].text)
        yield self._reply

    def count_tokens(self, text: str) -> int:
        return len(text) // 4
