"""Passages cut into what can be shown as a source: sentences, lines of slides, rows of tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.names import words_of_path
from indexer.passages import sentences
from indexer.reading import Passage
from indexer.segments import Origin
from rushes.text import one_line

_ROW = re.compile(r"^[^:;]{1,80}: [^;]*(?:; [^:;]{1,80}: [^;]*)+$")
_SIGN_WORDS = 30
"""The words in a picture belong together up to so many; a page of print is read line by line."""

_TITLE_WORDS = 12
_CONTEXT_WORDS = 25


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage, word for word but on one line, with what it stands in.

    `before` is what goes before it, "" for a row of a table: each row is about its own thing.
    `about` is the heading and the words of the file's name. `is_title` is a heading itself.
    """

    passage: Passage
    text: str
    before: str
    about: str
    start_s: float | None
    end_s: float | None
    is_row: bool = False
    is_title: bool = False


def sentences_of(passages: Sequence[Passage]) -> list[Sentence]:
    """The sentences of passages, each text once, in the order of files and places.

    What is said goes on from passage to passage; pages and slides begin anew.
    """
    found: dict[tuple[Path, str, float | None], Sentence] = {}
    before: tuple[str, ...] = ()
    last: Passage | None = None
    for passage in sorted(passages, key=_place):
        if not (last and _goes_on(last, passage)):
            before = ()
        for sentence in _cut(passage, before):
            found.setdefault((passage.path, sentence.text, sentence.start_s), sentence)
            before = (*before[-1:], sentence.text)
        last = passage
    return list(found.values())


def _cut(passage: Passage, before: tuple[str, ...]) -> Iterator[Sentence]:
    pieces = [piece for piece in _pieces(passage) if piece.strip()]
    title = _title(passage, pieces)
    about = one_line(f"{title or ''} {words_of_path(passage.path)}")
    at = 0
    for piece in pieces:
        text = one_line(piece)
        count = len(piece.split())
        is_row = _ROW.match(text) is not None
        is_title = text == title and len(pieces) > 1
        start_s, end_s = _times(passage, at, count)
        context = "" if is_row else _recent(before)
        yield Sentence(passage, text, context, about, start_s, end_s, is_row, is_title)
        at += count
        before = () if is_title else (*before[-1:], text)


def _title(passage: Passage, pieces: Sequence[str]) -> str | None:
    """The heading, or the first line of a page if it looks like one."""
    if passage.heading:
        return one_line(passage.heading)
    first = one_line(pieces[0]) if len(pieces) > 1 else ""
    is_line = passage.text.lstrip().startswith(pieces[0].strip() + "\n") if pieces else False
    looks_like_one = first and first[-1] not in ".!?…;," and len(first.split()) <= _TITLE_WORDS
    if passage.origin is Origin.WRITTEN and is_line and looks_like_one and not _ROW.match(first):
        return first
    return None


def _recent(before: tuple[str, ...]) -> str:
    """The sentence before, and the one before it too if both are short."""
    both = " ".join(before)
    return both if len(both.split()) <= _CONTEXT_WORDS else before[-1]


def _pieces(passage: Passage) -> Iterator[str]:
    if passage.origin is Origin.ON_SCREEN and len(passage.text.split()) <= _SIGN_WORDS:
        yield passage.text
        return
    for line in passage.text.split("\n"):
        if _ROW.match(line):
            yield line
        else:
            yield from sentences(line)


def _times(passage: Passage, at: int, count: int) -> tuple[float | None, float | None]:
    """When words `at` to `at + count` are spoken."""
    words = passage.words[at : at + count]
    if not words:
        return passage.start_s, passage.end_s
    return words[0].start_s, words[-1].end_s


def _place(passage: Passage) -> tuple[str, str, int, float]:
    return str(passage.path), passage.origin, passage.page or 0, passage.start_s or 0.0


def _goes_on(last: Passage, passage: Passage) -> bool:
    return (
        last.path == passage.path
        and last.origin is passage.origin
        and last.page == passage.page
        and last.heading == passage.heading
        and passage.origin is not Origin.ON_SCREEN
    )
