"""Electronic books."""

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from indexer.passages import Block, read_blocks
from indexer.readers.decoding import encoding_of
from indexer.readers.guard import check_zip, reading
from indexer.readers.markup import html_blocks
from indexer.segments import Picture, Segment, Tools
from rushes.errors import UnreadableFile

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_PAGES = ("application/xhtml+xml", "text/html", "text/x-oeb1-document")


def read_epub(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """A book's chapters in the order they are read, under their headings.

    Raises:
        UnreadableFile: it is damaged, locked against copying, or is a bomb.
    """
    check_zip(path, "EPUB book", tools.job, dtd=True)
    with reading("EPUB book"), zipfile.ZipFile(path) as book:
        yield from read_blocks(path, _blocks(book), tools)


def _blocks(book: zipfile.ZipFile) -> Iterator[Block]:
    there = set(book.namelist())
    for name in _spine(book):
        if name not in there:
            continue  # the book goes on without a page that is not in it
        page = book.read(name)
        try:
            html = page.decode(encoding_of(page), errors="replace")
        except UnreadableFile:
            if "META-INF/encryption.xml" in there:
                raise UnreadableFile("it is locked against copying (DRM)") from None
            raise
        yield from html_blocks(html)


def _spine(book: zipfile.ZipFile) -> Iterator[str]:
    """The names of the book's pages in reading order."""
    from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

    container = fromstring(book.read("META-INF/container.xml"))
    package_name = container.find(f".//{_CONTAINER}rootfile").get("full-path")
    package = fromstring(book.read(package_name))
    items = {
        item.get("id"): item.get("href", "")
        for item in package.iter(f"{_OPF}item")
        if item.get("media-type") in _PAGES
    }
    folder = posixpath.dirname(package_name)
    for reference in package.iter(f"{_OPF}itemref"):
        if href := items.get(reference.get("idref")):
            yield posixpath.normpath(posixpath.join(folder, unquote(href)))
