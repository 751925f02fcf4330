"""What models are told, one file a prompt."""

from functools import cache
from importlib.resources import files


@cache
def prompt(name: str) -> str:
    """The text of `name`.md in this folder."""
    return (files(__name__) / f"{name}.md").read_text("utf-8").strip()
