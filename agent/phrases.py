"""Plain wishes as queries: "wide shots of the harbour" is `harbour shot:wide,...`."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ASKS = re.compile(
    r"^(?:(?:can|could|would|will) you |please |now )*"
    r"(?:i(?:'m| am) looking for|i (?:need|want)|(?:find|show|get|give)(?: me)?|look for"
    r"|search(?: for)?|do (?:i|we) have|have (?:i|we) got|is there|are there"
    r"|where(?: is| are|'s)|(?:which|what) (?:clips?|shots?|films?|videos?|photos?|pictures?)"
    r" (?:shows?|have|has|contains?))\b\s*",
    re.I,
)
_SOME = re.compile(
    r"^(?:all |any |some |a few |a |an |the |my |more |something |anything |everything )+"
    r"(?:(?:like|with|of|about) )?",
    re.I,
)
_LEADING = re.compile(r"^(?:of|with|showing|about|from|for|where)\b\s*", re.I)
_THINGS = (
    (r"(?:video )?(?:clips?|footage|videos?|films?|takes?)", "kind:video"),
    (r"(?:photos?|photographs?|pictures?|images?|stills?)", "kind:image"),
    (r"(?:recordings?|audio)", "kind:audio,video"),
    (r"(?:slides?|presentations?|decks?)", "kind:slides"),
    (r"pdfs?", "kind:pdf"),
    (r"(?:documents?|notes?|papers?)", "kind:document,pdf,slides"),
    (r"(?:moments?|ones?|things?|parts?|shots?|scenes?)", ""),
)
_JOINED = r"(?: (?:of|with|where|showing|in which|that shows?|about|from|for))?\b"


@dataclass(frozen=True)
class _Phrase:
    said: re.Pattern[str]
    filter: str
    narrows: bool


def as_query(wish: str) -> str:
    """A wish in plain words, as words and filters of the query language.

    What already is in that language stays as it is.
    """
    words = _ASKS.sub("", " ".join(wish.split()).rstrip("?!. "))
    words, filters = _filters_in(words, narrowing=False)
    words = _SOME.sub("", words)
    for thing, kind in _THINGS:
        match = re.match(rf"{thing}{_JOINED}\s*", words, re.I) or re.search(
            rf"(?<=\w )\b{thing}$", words, re.I
        )
        if match and (kind or match.end() < len(words)):
            words = words[: match.start()] + words[match.end() :]
            filters += [kind] if kind else []
            break
    words = _SOME.sub("", _LEADING.sub("", words)).strip(" ,")
    return " ".join(filter(None, (words, *filters)))


def as_narrowing(wish: str) -> str:
    """What follows "only": filters for what has one, words for the rest."""
    words = re.sub(
        r"^(?:the |those |that are |which are )+", "", wish.strip().rstrip("?!. "), flags=re.I
    )
    words = re.sub(r"\b(?:ones?|shots?|clips?|moments?)\s*$", "ones", words, flags=re.I)
    words, filters = _filters_in(words, narrowing=True)
    words = re.sub(r"\b(?:the|ones|with|in|at|are|that|and|a|an)\b", " ", words, flags=re.I)
    for thing, kind in _THINGS:
        if kind and re.fullmatch(rf"\s*{thing}\s*", words, re.I):
            words = ""
            filters.append(kind)
    return " ".join(filter(None, (" ".join(words.split()), *filters)))


def _filters_in(words: str, narrowing: bool) -> tuple[str, list[str]]:
    """The words without those that have a filter, and the filters."""
    filters: dict[str, None] = {}
    for phrase in _phrases():
        if phrase.narrows and not narrowing:
            continue
        match = phrase.said.search(words)
        if match is None or any(name == phrase.filter.split(":")[0] for name in _names(filters)):
            continue
        filters[phrase.filter.format(**{k: v.casefold() for k, v in match.groupdict().items()})] = (
            None
        )
        words = " ".join((words[: match.start()] + " " + words[match.end() :]).split())
    return words, list(filters)


def _names(filters: dict[str, None]) -> list[str]:
    return [each.split(":")[0] for each in filters]


@cache
def _phrases() -> tuple[_Phrase, ...]:
    entries = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["phrase"]
    return tuple(
        _Phrase(
            re.compile(rf"(?<![\w:\"-])(?:{entry['said']})(?![\w:\"-])", re.I),
            entry["filter"],
            entry.get("narrows", False),
        )
        for entry in entries
    )
