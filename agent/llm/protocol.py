"""What the agent asks of a language model, whichever runs it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from rushes.jobs import Job

JsonSchema = Mapping[str, Any]
"""A JSON schema without references: small models' grammars know none."""


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True)
class Message:
    """One part of what a model is given."""

    role: Role
    text: str


@dataclass(frozen=True)
class Abilities:
    """What a model can do. `plans`: it may choose its own steps through the tools.

    `context_tokens` is how much it takes in and gives out together. `thinks`: it writes what it
    thinks between tags before it answers.
    """

    context_tokens: int
    plans: bool = False
    thinks: bool = False


class LanguageModel(Protocol):
    """Writes. One call at a time; safe to be called from another thread than it was made in."""

    @property
    def name(self) -> str: ...

    @property
    def abilities(self) -> Abilities: ...

    def write(
        self,
        messages: Sequence[Message],
        job: Job,
        *,
        max_tokens: int,
        schema: JsonSchema | None = None,
    ) -> Iterator[str]:
        """The reply, in pieces as they come; what a model thinks is left out.

        With a `schema` the whole of it is one JSON document, which the caller validates: not
        every server keeps to it. It ends after `max_tokens`, whatever the model makes of it.

        Raises:
            ModelMissing: the model or the server is not there, or is none.
            RushesError: it failed on the way; what came before holds.
            Cancelled: the user asked to stop; within half a second.
        """

    def count_tokens(self, text: str) -> int:
        """How many tokens a text takes; an estimate where only the server knows."""
