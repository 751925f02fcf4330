"""Text of files and models as Markdown that shows it as it is."""

import re

from rushes.text import clean

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_MARGIN = re.compile(r"^[^\S\n]+", re.MULTILINE)


def as_markdown(text: str) -> str:
    """The text with nothing in it that Markdown would take for a link, a heading or code, and
    without control characters.
    """
    return _PUNCTUATION.sub(r"\\\1", _MARGIN.sub("", clean(text)))


def with_sources(text: str, numbers: tuple[int, ...]) -> str:
    """The same with links to its sources: `source:1` and so on."""
    links = "".join(f" [\\[{number}\\]](source:{number})" for number in numbers)
    return f"{as_markdown(text)}{links}"


def linked(text: str, numbers: tuple[int, ...]) -> str:
    """A whole reply, whose marks as [1] become links where there is a source of that number."""

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"[\\[{number}\\]](source:{number})" if number in numbers else match[0]

    return re.sub(r"\\\[(\d+)\\\]", link, as_markdown(text))


def source_number(href: str) -> int | None:
    """Which source a link that `with_sources` wrote leads to."""
    match = re.fullmatch(r"source:(\d+)", href)
    return int(match[1]) if match else None
