"""PDF: the words of its pages, and the pages as pictures."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexer.passages import Block, read_blocks
from indexer.readers.guard import beginning, looks_like, reading
from indexer.segments import Image, Picture, Segment, Tools
from rushes.errors import UnreadableFile

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

PICTURE_SIDE = 1000
OCR_SIDE = 2000
"""About 170 dots an inch on A4, which RapidOCR reads footnotes at."""
_FEW_LETTERS = 20
"""A page with fewer has no text layer to speak of: a page number, a stamp."""
_BLANK = 2.0
"""Standard deviation of grey below which a page is empty."""
_WRONG_PASSWORD = 4

_FULL, _TITLE = 0.85, 0.6
"""A last line of a paragraph, and a title, are shorter than that part of the longest line."""
_BEGINS = re.compile(r"[\d•·▪*“\"(–-]|[^\W\d_a-z]")

_pdfium = threading.Lock()
"""PDFium is not thread-safe at all: everything that calls it holds this, and nothing is yielded
while it is held."""


def read_pdf(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """Each page's passages, then the page as a picture. Scanned pages are read by OCR.

    Raises:
        UnreadableFile: it is damaged, has a password, or none of its pages can be read.
    """
    with reading("PDF"):
        document, pages = _open(path)
        try:
            failed = 0
            for index in range(pages):
                tools.job.check_cancelled()
                try:
                    text, picture = _page(document, index, tools)
                except _pdfium_error():
                    failed += 1
                    continue
                number = index + 1
                blocks = [Block(each, page=number) for each in paragraphs(text)]
                yield from read_blocks(path, blocks, tools)
                yield Picture(picture, page=number)
            if failed == pages:
                raise UnreadableFile("none of its pages can be read (is it a damaged copy?)")
        finally:
            with _pdfium:
                document.close()


def paragraphs(text: str) -> list[str]:
    """A page's text cut where a line ends early: after titles and at the ends of paragraphs.

    PDF knows lines only. A line that is cut wrongly parts a sentence, so one that does not end
    one must be much shorter than the longest, and what follows must begin as a sentence does.
    """
    lines = [line.strip() for line in text.splitlines()]
    longest = max(map(len, lines), default=0)
    found: list[str] = []
    last = ""
    for line in lines:
        if not last or (_BEGINS.match(line) and _ends_early(last, longest)):
            found.append(line)
        else:
            found[-1] = f"{found[-1]}\n{line}"
        last = line
    return [each for each in found if each.strip()]


def _ends_early(line: str, longest: int) -> bool:
    if line[-1:] in ",;(-–—":
        return False
    return len(line) < longest * (_FULL if line[-1:] in ".!?:" else _TITLE)


def _pdfium_error() -> type[Exception]:
    from pypdfium2 import PdfiumError

    error: type[Exception] = PdfiumError
    return error


def _open(path: Path) -> "tuple[PdfDocument, int]":
    import pypdfium2

    head = beginning(path)
    try:
        with _pdfium:
            document = pypdfium2.PdfDocument(path)
            return document, len(document)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _WRONG_PASSWORD:
            raise UnreadableFile("it has a password (save a copy without one)") from None
        other = looks_like(head)
        if other and b"%PDF-" not in head:
            raise UnreadableFile(
                f"it is not a PDF but {other} (give it the right ending)"
            ) from None
        raise UnreadableFile("it is not a whole PDF (is it a copy that was cut off?)") from None


def _page(document: "PdfDocument", index: int, tools: Tools) -> tuple[str, Image]:
    """A page's words and its picture."""
    with _pdfium:
        text = _text_layer(document, index)
        picture = _render(document, index, PICTURE_SIDE)
    letters = sum(letter.isalnum() for letter in text)
    if letters >= _FEW_LETTERS or tools.ocr is None or picture.std() < _BLANK:
        return text, picture
    with _pdfium:
        large = _render(document, index, OCR_SIDE)
    seen = tools.ocr.read_page(large)
    return (seen if len(seen) > len(text) else text), picture


def _text_layer(document: "PdfDocument", index: int) -> str:
    page = document[index]
    try:
        textpage = page.get_textpage()
        try:
            # A hyphen at a line's end comes as U+FFFE, which `clean` drops.
            return str(textpage.get_text_range())
        finally:
            textpage.close()
    finally:
        page.close()


def _render(document: "PdfDocument", index: int, side: int) -> Image:
    """The page in RGB, its longer side `side` pixels long, however large it is on paper."""
    page = document[index]
    try:
        scale = side / max(*page.get_size(), 1.0)
        bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
        try:
            return np.array(bitmap.to_numpy()[:, :, :3], dtype=np.uint8)
        finally:
            bitmap.close()
    finally:
        page.close()
