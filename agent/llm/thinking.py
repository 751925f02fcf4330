"""What a model thinks before it answers is not for the reader: it is left out of the stream."""

import re
from collections.abc import Iterable, Iterator

_NAMES = ("think", "thinking", "thought", "reasoning")
_TAG = re.compile(rf"<(/?)({'|'.join(_NAMES)})\b[^<>]{{0,80}}>", re.IGNORECASE)
# A tag of which only the first letters are here yet.
_BEGUN = re.compile(
    "<(?:/?(?:"
    + "|".join(
        sorted({name[:end] for name in _NAMES for end in range(len(name))}, key=len, reverse=True)
    )
    + rf")|/?(?:{'|'.join(_NAMES)})(?:\s[^<>]{{0,80}})?)?$",
    re.IGNORECASE,
)


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces without what stands between tags as `<think>` and `</think>`.

    A tag may be split between pieces. Thoughts that never end are left out to the end of the
    reply. White space before the first word goes, too.
    """
    waiting, thinking, begun = "", False, False
    for piece in pieces:
        waiting += piece
        told = ""
        while match := _TAG.search(waiting):
            if not thinking:
                told += waiting[: match.start()]
            waiting = waiting[match.end() :]
            thinking = not match[1]
        begin = _BEGUN.search(waiting)
        end = begin.start() if begin else len(waiting)
        if not thinking:
            told += waiting[:end]
        waiting = waiting[end:]
        told = told if begun else told.lstrip()
        if told:
            begun = True
            yield told
    if waiting and not thinking:
        yield waiting if begun else waiting.lstrip()
