"""Words in, passages out: stretches of about as many words as a search result can show."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.segments import Origin, Segment, Tools
from rushes.text import clean, one_line

MAX_CHARS = 20_000_000
"""Of one file: about thirty novels, or 15,000 passages."""
MAX_HEADING = 200
_SLACK = 1.25
"""A passage may be so much longer where that keeps a paragraph whole."""
_CHARS_A_WORD = 20
"""No word counts less than its letters: what has no spaces is cut all the same."""

# Chinese, Japanese, Thai, Lao, Burmese, Khmer: no spaces between words of about two letters.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
_SENTENCE_END = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)"
    r"|[。！？｡]++[\"'”’」』）]*+"
    r"|[।۔؟](?=\s)"
)
_ABBREVIATIONS = re.compile(
    "mr|mrs|ms|dr|prof|st|sr|jr|vs|cf|al|approx|dept|eds?|est|figs?|gen|gov|inc|ltd|nos?|op|pp?|"
    "rev|sec|vol|ca|bzw|ggf|nr|str|usw|vgl|art|bd|hrsg|mme|mlle|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"(?:\w\.)*\w")
_PIECE = re.compile(r"\s*\S{1,40}")


@dataclass(frozen=True)
class Block:
    """Words that belong together: a paragraph, a row of a table, a line of code.

    Its own line breaks mean nothing. A heading is a block whose text is the heading.
    """

    text: str
    heading: str | None = None
    page: int | None = None


def read_blocks(path: Path, blocks: Iterable[Block], tools: Tools) -> Iterator[Segment]:
    """The passages of one file. Stops where the user asks to, and at `MAX_CHARS`.

    Raises:
        Cancelled: the user asked to stop.
    """
    return passages(_bounded(path, blocks, tools), tools.passage_words)


def _bounded(path: Path, blocks: Iterable[Block], tools: Tools) -> Iterator[Block]:
    chars = 0
    for block in blocks:
        tools.job.check_cancelled()
        room = MAX_CHARS - chars
        if len(block.text) > room:
            yield Block(block.text[:room], block.heading, block.page)
            say_cut(path, tools, "20 million letters")
            return
        yield block
        chars += len(block.text)


def say_cut(path: Path, tools: Tools, kept: str) -> None:
    """Tell the screen that only the beginning of a file is indexed."""
    note = f"{one_line(path.name)}: only the first {kept} are indexed"
    tools.job.report("reading", 1, 1, note)


def passages(blocks: Iterable[Block], words: int) -> Iterator[Segment]:
    """Blocks gathered into passages of about `words` words.

    A passage ends between two paragraphs where that leaves it at least half full, else between
    two sentences; a sentence longer than a passage is cut between words. No passage spans two
    pages or two headings, but headings without words of their own go with what follows.
    """
    gathered = _Gathered()
    for block in blocks:
        text = clean(block.text).strip("\n")
        if not text.strip():
            continue
        heading = one_line(block.heading)[:MAX_HEADING] if block.heading else None
        if (gathered.has_body and heading != gathered.heading) or block.page != gathered.page:
            yield from gathered.flush()
        gathered.heading, gathered.page = heading, block.page
        is_body = heading is None or one_line(text)[:MAX_HEADING] != heading
        yield from _place(text, is_body, gathered, words)
    yield from gathered.flush()


class _Gathered:
    """The passage in the making."""

    def __init__(self) -> None:
        self.heading: str | None = None
        self.page: int | None = None
        self.size = 0.0
        self.has_body = False
        self._lines: list[str] = []

    def add(self, text: str, size: float, is_body: bool) -> None:
        self._lines.append(_without_soft_breaks(text))
        self.size += size
        self.has_body |= is_body

    def flush(self) -> Iterator[Segment]:
        text = "\n".join(line for line in self._lines if line)
        if text:
            yield Segment(text, Origin.WRITTEN, page=self.page, heading=self.heading)
        self._lines, self.size, self.has_body = [], 0.0, False


def _place(text: str, is_body: bool, gathered: _Gathered, words: int) -> Iterator[Segment]:
    """Add a block to the passage in the making; yield the passages that this fills."""
    left = _size(text)
    most = words * _SLACK
    if gathered.size + left > most and gathered.size >= words / 2:
        yield from gathered.flush()
    if gathered.size + left <= most:
        gathered.add(text, left, is_body)
    else:
        taken, taken_size = "", 0.0
        for sentence in _pieces(text, words):
            size = _size(sentence)
            so_far = gathered.size + taken_size
            if so_far and so_far + size > words and so_far + left > most:
                gathered.add(taken, taken_size, is_body)
                yield from gathered.flush()
                taken, taken_size = "", 0.0
            taken += sentence if taken else sentence.lstrip()
            taken_size += size
            left -= size
        gathered.add(taken, taken_size, is_body)
    if gathered.size >= words:
        yield from gathered.flush()


def _size(text: str) -> float:
    """How many words the text holds, roughly, in any script."""
    return max(len(text.split()) + len(_UNSPACED.findall(text)) / 2, len(text) / _CHARS_A_WORD)


def _without_soft_breaks(text: str) -> str:
    """Runs of white space as one space, but for the indent."""
    return re.sub(r"(?<=\S)\s+", " ", text).strip("\n").rstrip()


def _pieces(text: str, words: int) -> Iterator[str]:
    """The sentences, each with the space before it; those too long cut between words."""
    for sentence in sentences(text):
        if _size(sentence) <= words:
            yield sentence
        else:
            yield from _cut(sentence, words)


def sentences(text: str) -> Iterator[str]:
    """The text cut after its sentences; joined again they are the text.

    A full stop after an abbreviation, an initial or a short number ends none, nor does one
    before a small letter.
    """
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if _ends_sentence(text, match):
            yield text[start : match.end()]
            start = match.end()
    if start < len(text):
        yield text[start:]


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    if match[0][0] in "。！？｡।۔؟":
        return True
    if text[match.end() : match.end() + 20].lstrip()[:1].islower():
        return False
    if match[0] != ".":
        return True
    before = re.split(r"[\s(\[\"'“‘«-]", text[max(0, match.start() - 20) : match.start()])[-1]
    if before.isdigit():
        return len(before) > 2
    return not _ABBREVIATIONS.fullmatch(before) and not _INITIALS.fullmatch(before)


def _cut(sentence: str, words: int) -> Iterator[str]:
    """Pieces of a sentence without end: at a line's end once over half full, else when full."""
    start, size = 0, 0.0
    for match in _PIECE.finditer(sentence):
        piece = _size(match[0])
        at_line_end = "\n" in match[0][: len(match[0]) - len(match[0].lstrip())]
        if size and (size + piece > words or (at_line_end and size > words / 2)):
            yield sentence[start : match.start()]
            start, size = match.start(), 0.0
        size += piece
    yield sentence[start:]
