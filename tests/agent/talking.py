"""How tests talk: a turn to its end, and models that do as they are told."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from agent.approval import Approve
from agent.conversation import Conversation
from agent.events import Event, Reply
from agent.llm.protocol import Abilities, JsonSchema, Message
from rushes.jobs import Job


def say(talk: Conversation, text: str, job: Job | None = None) -> Reply:
    """The reply to a turn."""
    last = events(talk, text, job)[-1]
    assert isinstance(last, Reply)
    return last


def events(talk: Conversation, text: str, job: Job | None = None) -> list[Event]:
    async def follow() -> list[Event]:
        return [event async for event in talk.turn(text, job or Job())]

    return asyncio.run(follow())


def answering(answer: bool) -> Approve:
    """A user who says yes, or no, to everything."""

    async def approve(request: object) -> bool:
        del request
        return answer

    return approve


class Scripted:
    """A model that writes what a test has it write, a word at a time."""

    name = "scripted"

    def __init__(self, *replies: str, plans: bool = False) -> None:
        self.abilities = Abilities(context_tokens=4096, plans=plans)
        self.replies = list(replies)
        self.asked: list[Sequence[Message]] = []
        self.before_each: Callable[[], object] = lambda: None

    def write(
        self,
        messages: Sequence[Message],
        job: Job,
        *,
        max_tokens: int,
        schema: JsonSchema | None = None,
    ) -> Iterator[str]:
        self.asked.append(messages)
        for word in self.replies.pop(0).split(" "):
            self.before_each()
            job.check_cancelled()
            yield f"{word} "

    def count_tokens(self, text: str) -> int:
        return len(text) // 4
