"""Text files: plain text, source code, Markdown, web pages, tables and data."""

import csv
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

from indexer.passages import MAX_CHARS, Block, read_blocks, say_cut
from indexer.readers.decoding import declared_encoding, encoding_of
from indexer.readers.guard import MIB, beginning, reading
from indexer.readers.markup import html_blocks
from indexer.readers.tables import rows_as_text
from indexer.segments import Picture, Segment, Tools

_SAMPLE = 256 * 1024
_MAX_LINE = 64 * 1024
_MAX_PARAGRAPH = 16 * 1024
_MAX_WHOLE = 32 * MIB
"""Of a file that is parsed at once."""
_MAX_MARKDOWN = 4 * MIB

_UNDERLINE = re.compile(r"([=\-~^\"'#*+`:._])\1{2,}")
_BULLET = re.compile(r"\s*(?:[-*+•–]|\d{1,3}[.)])\s+\S")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)


def read_text(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """Plain text and reStructuredText: paragraphs, under headings that are underlined.

    Raises:
        UnreadableFile: it is empty or no text.
    """
    with reading("text file"):
        yield from read_blocks(path, _paragraphs(_lines(path)), tools)


def read_code(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """Source code, logs and settings: every line for itself.

    Raises:
        UnreadableFile: it is empty or no text.
    """
    with reading("text file"):
        yield from read_blocks(path, (Block(line) for line in _lines(path)), tools)


def read_markdown(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """Markdown: what a reader of the page would see. Beyond 4 MB it is taken as plain text.

    Raises:
        UnreadableFile: it is empty or no text.
    """
    with reading("Markdown file"):
        if path.stat().st_size > _MAX_MARKDOWN:
            yield from read_blocks(path, _paragraphs(_lines(path)), tools)
        else:
            yield from read_blocks(path, _markdown_blocks(_whole(path, tools)), tools)


def read_html(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """A web page: the words a reader would see, under its headings.

    Raises:
        UnreadableFile: it is empty or no text.
    """
    with reading("web page"):
        yield from read_blocks(path, html_blocks(_whole(path, tools, is_page=True)), tools)


def read_csv(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """A table as text (commas, semicolons, tabs or bars): each row with its column titles.

    Raises:
        UnreadableFile: it is empty or no text.
    """
    with reading("table"):
        yield from read_blocks(path, map(Block, rows_as_text(_csv_rows(path))), tools)


def read_json(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """JSON or JSON Lines: each object's names and values. What does not parse is read as text.

    Raises:
        UnreadableFile: it is empty or no text.
    """
    with reading("JSON file"):
        yield from read_blocks(path, _json_blocks(path, tools), tools)


def _lines(path: Path) -> Iterator[str]:
    """The lines of a text file, without their ends; very long ones in parts."""
    encoding = encoding_of(beginning(path, _SAMPLE))
    with path.open(encoding=encoding, errors="replace") as file:
        while line := file.readline(_MAX_LINE):
            yield line.rstrip("\n")


def _whole(path: Path, tools: Tools, is_page: bool = False) -> str:
    sample = beginning(path, _SAMPLE)
    encoding = encoding_of(sample)
    if is_page and encoding not in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        encoding = declared_encoding(sample) or encoding
    with path.open("rb") as file:
        data = file.read(_MAX_WHOLE)
        if file.read(1):
            say_cut(path, tools, f"{_MAX_WHOLE // MIB} MB")
    text = data.decode(encoding, errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _paragraphs(lines: Iterator[str]) -> Iterator[Block]:
    """Paragraphs end at blank lines and before list items."""
    heading: str | None = None
    gathered: list[str] = []
    for line in lines:
        text = line.strip()
        if _UNDERLINE.fullmatch(text):
            title = gathered[0].strip() if len(gathered) == 1 else ""
            if title and len(text) >= len(title):
                heading = title
                yield Block(title, heading)
                gathered = []
            elif not gathered:
                continue  # a rule, or the line above a title
        elif not text or _BULLET.match(line) or sum(map(len, gathered)) > _MAX_PARAGRAPH:
            if gathered:
                yield Block("\n".join(gathered), heading)
            gathered = [text] if text else []
        else:
            gathered.append(text)
    if gathered:
        yield Block("\n".join(gathered), heading)


def _markdown_blocks(text: str) -> Iterator[Block]:
    from markdown_it import MarkdownIt

    text = text.lstrip("\ufeff")
    if front := _FRONT_MATTER.match(text):
        yield from map(Block, front[1].split("\n"))
        text = text[front.end() :]
    yield from html_blocks(MarkdownIt("commonmark").enable("table").render(text))


def _csv_rows(path: Path) -> Iterator[list[str]]:
    lines = _lines(path)
    first = list(itertools.islice(lines, 20))
    try:
        delimiter = csv.Sniffer().sniff("\n".join(first)[:4096], delimiters=",;\t|").delimiter
    except csv.Error:
        delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    # A quotation mark that is never closed makes one long cell of the rest, not an error.
    csv.field_size_limit(MAX_CHARS)
    with_ends = (f"{line}\n" for line in itertools.chain(first, lines))
    return csv.reader(with_ends, delimiter=delimiter)


Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def _json_blocks(path: Path, tools: Tools) -> Iterator[Block]:
    if path.stat().st_size > _MAX_WHOLE:
        yield from map(Block, _lines(path))
        return
    text = _whole(path, tools).lstrip("\ufeff")
    try:
        yield from _values(json.loads(text))
    except (ValueError, RecursionError):
        for line in text.split("\n"):
            yield from _json_line(line)


def _json_line(line: str) -> Iterator[Block]:
    try:
        yield from _values(json.loads(line))
    except (ValueError, RecursionError):
        yield Block(line)


def _values(root: Json) -> Iterator[Block]:
    """Every object's plain values as "name: value; name: value", outer objects first."""
    waiting: list[tuple[str, Json]] = [("", root)]
    while waiting:
        name, node = waiting.pop()
        if isinstance(node, dict):
            members = list(node.items())
        elif isinstance(node, list):
            members = [(name, member) for member in node]
        else:
            members = [(name, node)]
        plain = [(key, value) for key, value in members if not isinstance(value, dict | list)]
        said = [(key, str(value)) for key, value in plain if value is not None and value != ""]
        if said and isinstance(node, list):
            label = f"{name}: " if name else ""
            yield Block(label + ", ".join(value for _, value in said))
        elif said:
            yield Block("; ".join(f"{key}: {value}" if key else value for key, value in said))
        nested = [(key, value) for key, value in members if isinstance(value, dict | list)]
        waiting.extend(reversed(nested))
