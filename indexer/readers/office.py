"""Word documents and Excel workbooks."""

import datetime
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.passages import Block, read_blocks
from indexer.readers.guard import MIB, check_zip, reading
from indexer.readers.tables import rows_as_text
from indexer.segments import Picture, Segment, Tools

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element  # type: ignore[import-untyped]

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}cr": "\n"}
_MAX_SHEET = 512 * MIB
"""Of the XML of one sheet, which is read row by row."""


def read_docx(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """A Word document in reading order under its headings; each header and footer once, last.

    Tracked insertions, text boxes and fields count as text, deletions do not.

    Raises:
        UnreadableFile: it is damaged, has a password, or is a bomb.
    """
    check_zip(path, "Word document", tools.job)
    with reading("Word document"):
        import docx

        yield from read_blocks(path, _docx_blocks(docx.Document(str(path))), tools)


def _docx_blocks(document: "Document") -> Iterator[Block]:
    heading: str | None = None
    levels = _heading_styles(document)
    # python-docx's own walk passes over content controls and tracked insertions.
    for element in _paragraphs_and_tables(document.element.body):
        if element.tag == f"{_WORD}tbl":
            yield from (Block(row, heading) for row in rows_as_text(_table_rows(element)))
            continue
        text = _words(element).strip()
        style = element.find(f"{_WORD}pPr/{_WORD}pStyle")
        if text and style is not None and style.get(f"{_WORD}val") in levels:
            heading = text
        yield Block(text, heading)
    yield from _headers_and_footers(document)


def _heading_styles(document: "Document") -> frozenset[str]:
    """The ids of the styles of titles and headings; their names are English in every language."""
    return frozenset(
        style.style_id
        for style in document.styles
        if style.name and style.name.casefold().startswith(("heading", "title"))
    )


def _headers_and_footers(document: "Document") -> Iterator[Block]:
    seen: set[str] = set()
    for section in document.sections:
        for part in (section.header, section.footer):
            if part.is_linked_to_previous:
                continue
            text = "\n".join(_words(paragraph._p) for paragraph in part.paragraphs).strip()
            if text not in seen:
                seen.add(text)
                yield Block(text)


def _paragraphs_and_tables(parent: "_Element") -> "Iterator[_Element]":
    for child in parent:
        if child.tag in (f"{_WORD}p", f"{_WORD}tbl"):
            yield child
        elif child.tag != f"{_WORD}del":
            yield from _paragraphs_and_tables(child)


def _table_rows(table: "_Element") -> Iterator[list[str]]:
    for row in table.iter(f"{_WORD}tr"):
        cells = (cell for cell in row.iter(f"{_WORD}tc") if _row_of(cell) is row)
        yield [_words(cell) for cell in cells]


def _row_of(cell: "_Element") -> "_Element | None":
    return next(cell.iterancestors(f"{_WORD}tr"), None)


def _words(element: "_Element") -> str:
    """The text inside, in order; a space where a paragraph ends."""
    words: list[str] = []
    for child in element:
        if child.tag == f"{_WORD}t":
            words.append(child.text or "")
        elif child.tag in _BREAKS:
            words.append(_BREAKS[child.tag])
        elif child.tag not in (_FALLBACK, f"{_WORD}del", f"{_WORD}tbl"):
            words.append(_words(child))
    if element.tag == f"{_WORD}p":
        words.append("\n")
    return "".join(words)


def read_xlsx(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """A workbook: each row with its column titles, under its sheet's name; values, no formulas.

    Raises:
        UnreadableFile: it is damaged, has a password, or is a bomb.
    """
    check_zip(path, "Excel workbook", tools.job, max_part=_MAX_SHEET)
    with reading("Excel workbook"):
        import openpyxl  # type: ignore[import-untyped]

        # It warns on standard error of every style and validation that it does not know.
        warnings.filterwarnings("ignore", module="openpyxl")
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            for sheet in workbook.worksheets:
                sheet.reset_dimensions()  # what the file says of its size may be a lie
                rows = (_cells(row, tools) for row in sheet.iter_rows(values_only=True))
                blocks = (Block(row, sheet.title) for row in rows_as_text(rows))
                yield from read_blocks(path, blocks, tools)
        finally:
            workbook.close()


def _cells(row: Iterable[object], tools: Tools) -> list[str]:
    tools.job.check_cancelled()  # also where a million rows are empty
    return [_shown(value) for value in row]


def _shown(value: object) -> str:
    """A cell's value about as a person sees it."""
    if value is None or (isinstance(value, str) and value.startswith("#") and value.isupper()):
        return ""  # empty, or #REF! and its like
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)
