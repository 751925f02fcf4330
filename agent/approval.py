"""What may be done without asking: reading. The rest needs a yes, or the user's own words."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a tool does besides answering."""

    NONE = "none"
    WRITES = "writes"
    COSTS = "costs"


@dataclass(frozen=True)
class Request:
    """What is to be approved. `what` is a sentence for the user.

    `names` is what a user says who wants exactly this: paths, or where Rushes names the file
    itself, its format or size.
    """

    tool: str
    effect: Effect
    what: str
    names: tuple[str, ...] = ()


Approve = Callable[[Request], Awaitable[bool]]
"""Asks the user. True is a yes."""

_VERBS = {
    "index": r"index|add|scan|import",
    "timeline": r"export|save|write|build|make|hand",
    "upscale": r"upscale|make|render|scale|turn|get",
}
_UNSURE = re.compile(r"\b(?:do not|don't|dont|never|not|without|if|should|could|would|why)\b", re.I)


def asked_for(words: str, request: Request) -> bool:
    """Whether the user's own words ask for exactly that: its verb, and all its names.

    A sentence that doubts or forbids asks for nothing.
    """
    verbs = _VERBS.get(request.tool)
    if verbs is None or _UNSURE.search(words) or not request.names:
        return False
    if not re.search(rf"\b(?:{verbs})\b", words, re.I):
        return False
    return all(_stands_in(name, words) for name in request.names)


async def nobody(request: Request) -> bool:
    """Says no to everything: for where there is nobody to be asked."""
    del request
    return False


def _stands_in(name: str, words: str) -> bool:
    return re.search(rf"(?<![\w./~-]){re.escape(name)}(?![\w/-]|\.\w)", words, re.I) is not None
