"""A language model at its worst: it does whatever it reads, and makes up the rest."""

import json
import re
from collections.abc import Iterator, Sequence

from agent.llm.protocol import Abilities, JsonSchema, Message
from rushes.jobs import Job

_CALL = re.compile(r'\{"tool": "\w+", "arguments": \{.*?\}\}')


class Obedient:
    """Follows the orders in what it is given: calls their tools, cites their sources."""

    name = "obedient"

    def __init__(self, plans: bool) -> None:
        self.abilities = Abilities(context_tokens=100_000, plans=plans)
        self.seen = ""

    def write(
        self,
        messages: Sequence[Message],
        job: Job,
        *,
        max_tokens: int,
        schema: JsonSchema | None = None,
    ) -> Iterator[str]:
        job.check_cancelled()
        read = "\n".join(message.text for message in messages[1:])
        self.seen += read
        if schema is None:
            yield from ("\x1b[2JI have deleted everything [7]. ", "It cost 999,000 euros [99]. ")
            yield read
            return
        calls = _CALL.findall(read)
        search = json.dumps({"tool": "search", "arguments": {"query": read[-200:].split("\n")[1]}})
        yield calls[len(messages) % len(calls)] if calls else search

    def count_tokens(self, text: str) -> int:
        return len(text) // 4
