"""OpenDocument: texts and presentations of LibreOffice and others."""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.passages import Block, read_blocks
from indexer.readers.embedded import decode_picture
from indexer.readers.guard import check_zip, reading
from indexer.readers.slides import slide_segments
from indexer.readers.tables import rows_as_text
from indexer.segments import Picture, Segment, Tools
from rushes.errors import UnreadableFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT = _NAMESPACE % "text"
_TABLE = _NAMESPACE % "table"
_DRAW = _NAMESPACE % "drawing"
_OFFICE = _NAMESPACE % "office"
_SHOW = _NAMESPACE % "presentation"
_LINK = "{http://www.w3.org/1999/xlink}href"
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_UNREAD = frozenset({f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_OFFICE}forms"})
_FURNITURE = frozenset({"footer", "date-time", "page-number", "header"})


def read_odt(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """A text document in reading order, under its headings.

    Raises:
        UnreadableFile: it is damaged, has a password, or is a bomb.
    """
    check_zip(path, "OpenDocument text", tools.job)
    with reading("OpenDocument text"), zipfile.ZipFile(path) as archive:
        body = _body(archive, "text")
        yield from read_blocks(path, _blocks(body), tools)


def read_odp(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """A presentation: one segment a slide, with title, body and notes, and its pictures.

    Raises:
        UnreadableFile: it is damaged, has a password, or is a bomb.
    """
    check_zip(path, "OpenDocument presentation", tools.job)
    with reading("OpenDocument presentation"), zipfile.ZipFile(path) as archive:
        seen: set[bytes] = set()
        for number, page in enumerate(_body(archive, "presentation").iter(f"{_DRAW}page"), 1):
            tools.job.check_cancelled()
            yield from _slide(page, number, tools)
            yield from _pictures(archive, page, number, seen)


def _body(archive: zipfile.ZipFile, kind: str) -> "Element":
    from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

    # An encrypted document's parts are listed as such; its content is no XML then.
    manifest = "META-INF/manifest.xml"
    if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
        raise UnreadableFile("it has a password (save a copy without one)")
    content: Element = fromstring(archive.read("content.xml"), forbid_dtd=True)
    body = content.find(f"{_OFFICE}body/{_OFFICE}{kind}")
    if body is None:
        raise UnreadableFile(f"it holds no {kind} (does its name end as it should?)")
    return body


def _blocks(parent: "Element") -> Iterator[Block]:
    heading: str | None = None
    for element in _parts(parent):
        if element.tag == f"{_TABLE}table":
            yield from (Block(row, heading) for row in rows_as_text(_rows(element)))
            continue
        text = _words(element).strip()
        if element.tag == f"{_TEXT}h" and text:
            heading = text
        yield Block(text, heading)


def _parts(root: "Element") -> "Iterator[Element]":
    """The paragraphs, headings and tables below, in order. Not recursive: depth has no bound."""
    waiting = list(reversed(root))
    while waiting:
        element = waiting.pop()
        if element.tag in _PARAGRAPHS or element.tag == f"{_TABLE}table":
            yield element
        elif element.tag not in _UNREAD:
            waiting.extend(reversed(element))


def _words(root: "Element") -> str:
    """The text inside, in order, with the spaces and breaks that are elements here."""
    words: list[str] = []
    waiting: list[Element | str] = [root]
    while waiting:
        element = waiting.pop()
        if isinstance(element, str):
            words.append(element)
            continue
        if element.tag in (f"{_TEXT}s", f"{_TEXT}tab"):
            words.append(" ")
        elif element.tag == f"{_TEXT}line-break" or element.tag in _PARAGRAPHS:
            words.append("\n")
        if element.tag in _UNREAD:
            continue
        for child in reversed(element):
            waiting.append(child.tail or "")
            waiting.append(child)
        waiting.append(element.text or "")
    return "".join(words)


def _rows(table: "Element") -> Iterator[list[str]]:
    """A row that is repeated counts once: repetitions fill sheets with nothing."""
    for row in table.iter(f"{_TABLE}table-row"):
        yield [_words(cell) for cell in row if cell.tag == f"{_TABLE}table-cell"]


def _slide(page: "Element", number: int, tools: Tools) -> Iterator[Segment]:
    title, body, notes = "", list[str](), list[str]()
    for shape in _shapes(page):
        kind = shape.get(f"{_SHOW}class")
        lines = [block.text for block in _blocks(shape)]
        if kind in _FURNITURE:
            continue
        if kind == "title" and not title:
            title = " ".join(lines).strip()
        else:
            body += lines
    for shape in page.iterfind(f"{_SHOW}notes/{_DRAW}frame"):
        if shape.get(f"{_SHOW}class") not in _FURNITURE:
            notes += [block.text for block in _blocks(shape)]
    yield from slide_segments(number, title, body, notes, tools)


def _shapes(page: "Element") -> "Iterator[Element]":
    waiting = list(reversed(page))
    while waiting:
        shape = waiting.pop()
        if shape.tag == f"{_DRAW}g":
            waiting.extend(reversed(shape))
        elif shape.tag != f"{_SHOW}notes":
            yield shape


def _pictures(
    archive: zipfile.ZipFile, page: "Element", number: int, seen: set[bytes]
) -> Iterator[Picture]:
    there = set(archive.namelist())
    for image in page.iter(f"{_DRAW}image"):
        name = image.get(_LINK, "").removeprefix("./")
        if name not in there:
            continue  # a picture elsewhere
        data = archive.read(name)
        key = hashlib.sha256(data).digest()
        if key in seen:
            continue
        seen.add(key)
        picture = decode_picture(data)
        if picture is not None:
            yield Picture(picture, page=number)
