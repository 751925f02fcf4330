"""The words of a script out of its text: prose, Markdown, a screenplay, or subtitles."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.lines import SHORTEST_S
from indexer.passages import sentences
from rushes.text import clean, one_line

_WRAPPED = 60  # letters: a shorter line of a file ended where its writer wanted it to
_MOST_CAPITALS = 0.5  # of the lines: beyond it capitals say nothing
_LONG_CUE_S = 6.0  # from here on a cue is not joined with the next, though its sentence goes on

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*\n", re.DOTALL)
_FENCED = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.DOTALL | re.MULTILINE)
_REMARK = re.compile(r"/\*.*?\*/|\[\[.*?\]\]|<!--.*?-->", re.DOTALL)
_UNDERLINED = re.compile(r"^[^\n]+\n[ \t]*(?:={3,}|-{3,})[ \t]*$", re.MULTILINE)
_HEADING = re.compile(
    r"#|={1,6}\s|>\s?[^<]*TO:|(?:INT|EXT|EST|INT\./EXT|I/E)[. ]|(?:[-*_=~]\s*){3,}$"
    r"|(?:title|credit|author|source|draft date|contact|copyright)s?:",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^(?:[-*+•–]|\d{1,3}[.)]|>)\s+")
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}")
_ASIDE = re.compile(r"\[[^\]]{0,80}\]|^\([^)]{0,80}\)\s*|[♪♫#]+")
_SPEAKER = re.compile(
    r"^(?:narrator|narration|voice[- ]?over|v\.?o\.?|host|speaker|presenter)"
    r"(?:\s*\([^)]{0,40}\))?\s*:\s*",
    re.IGNORECASE,
)

_TIME = r"((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})"
_CUE = re.compile(
    rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*\n(.*?)(?=\n[ \t]*\n|\Z)", re.M | re.S
)
_TAG = re.compile(r"<[^>]{0,200}>|\{\\[^}]{0,80}\}")


@dataclass(frozen=True)
class Timed:
    """Words and when they are heard, in seconds."""

    text: str
    start_s: float
    end_s: float


def spoken_lines(text: str) -> list[str]:
    """What is read aloud of a script, a sentence each.

    Headings, scene headings, names of speakers, remarks and markup are left out.
    """
    text = _FRONT_MATTER.sub("", clean(text))
    for pattern in (_FENCED, _REMARK, _UNDERLINED):
        text = pattern.sub("\n", text)
    paragraphs = [
        [line.strip() for line in paragraph.split("\n") if line.strip()]
        for paragraph in re.split(r"\n[ \t]*\n", text)
    ]
    capitals = [line.isupper() for lines in paragraphs for line in lines]
    speakers = sum(capitals) <= _MOST_CAPITALS * len(capitals)
    found: list[str] = []
    for lines in paragraphs:
        kept = [line for line in lines if not _is_heading(line, speakers)]
        for piece in _unwrapped(kept):
            found += [line for each in sentences(piece) if (line := words_said(each))]
    return found


def words_said(text: str) -> str:
    """One sentence without markup, who says it, and what is only noted; "" if nothing is left."""
    text = _SPEAKER.sub("", _ASIDE.sub(" ", _MARKUP.sub(r"\1", _BULLET.sub("", text))).strip())
    text = one_line(text)
    return text if re.search(r"\w", text) else ""


def subtitles(text: str) -> list[Timed]:
    """The cues of SubRip or WebVTT, in the order of their times; none if the text is neither."""
    found = []
    for match in _CUE.finditer(clean(text)):
        start_s, end_s = _seconds(match[1]), _seconds(match[2])
        words = words_said(html.unescape(_TAG.sub("", match[3])).replace("\n", " "))
        if words and end_s > start_s:
            found.append(Timed(words, start_s, end_s))
    return sorted(found, key=lambda cue: cue.start_s)


def in_sentences(pieces: Sequence[Timed]) -> list[Timed]:
    """Pieces of speech joined until a sentence ends or enough is said for a shot.

    Each lasts until the next begins, and the first from zero, so that pictures cut to them stay
    beside the voice.
    """
    joined: list[Timed] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if before is not None and _goes_on(before):
            joined[-1] = Timed(f"{before.text} {piece.text}", before.start_s, piece.end_s)
        else:
            joined.append(piece)
    starts = [
        0.0,
        *(each.start_s for each in joined[1:]),
        max((p.end_s for p in pieces), default=0),
    ]
    return [
        Timed(each.text, start_s, end_s)
        for each, (start_s, end_s) in zip(joined, pairwise(starts), strict=True)
        if end_s > start_s
    ]


def _goes_on(said: Timed) -> bool:
    length_s = said.end_s - said.start_s
    if length_s < SHORTEST_S:
        return True
    return length_s < _LONG_CUE_S and not said.text.endswith((".", "!", "?", "…", "。", "！", "？"))


def _is_heading(line: str, speakers: bool) -> bool:
    """Whether a line is not read aloud. `speakers`: capitals name who speaks, or a scene."""
    if _HEADING.match(line):
        return True
    return speakers and line.isupper() and line[-1] not in ".!?" and len(line.split()) <= 8


def _unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """The lines of a paragraph, those joined that were only broken to fit a page."""
    held = ""
    for line in lines:
        wrapped = len(held) >= _WRAPPED and held[-1] not in ".!?:…" and line[0].islower()
        if held and not wrapped:
            yield held
            held = ""
        held = f"{held} {line}" if held else line
    if held:
        yield held


def _seconds(text: str) -> float:
    seconds = 0.0
    for part in text.replace(",", ".").split(":"):
        seconds = 60 * seconds + float(part)
    return seconds
