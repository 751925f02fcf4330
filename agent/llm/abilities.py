"""What a model can do, by its name: data, in models.toml beside this file."""

import re
import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from agent.llm.protocol import Abilities


def abilities_of(name: str) -> Abilities:
    """Of a file or of what a server calls a model. One that is not known can do little."""
    name = re.sub(r"[:_.\s]", "-", re.split(r"[/\\]", name.strip("/\\"))[-1].casefold())
    return next(abilities for pattern, abilities in _known() if fnmatchcase(name, pattern))


@cache
def _known() -> tuple[tuple[str, Abilities], ...]:
    with Path(__file__).with_name("models.toml").open("rb") as file:
        models = tomllib.load(file)["model"]
    return tuple(
        (pattern, Abilities(**{key: value for key, value in model.items() if key != "names"}))
        for model in models
        for pattern in model["names"]
    )
