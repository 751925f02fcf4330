"""HTML as blocks of words, for web pages, Markdown and EPUB."""

import contextlib
from collections.abc import Iterator

from indexer.passages import Block
from indexer.readers.tables import rows_as_text

_HEADINGS = frozenset({"title", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset({"script", "style", "template", "svg", "math", "object", "iframe", "noscript"})
# fmt: off
_INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data",
    "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark",
    "meter", "o", "output", "picture", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "source", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
])
# fmt: on
_FED_AT_ONCE = 1 << 16


def html_blocks(html: str, heading: str | None = None) -> Iterator[Block]:
    """The words of a page a reader would see, under its headings; its title is the first.

    libxml2's event parser takes linear time and no depth of the stack on any input; tree
    builders (selectolax) took minutes on 200,000 nested tags.
    """
    from lxml import etree  # type: ignore[import-untyped]

    page = _Page(heading)
    parser = etree.HTMLParser(target=page, huge_tree=True)
    html = html.lstrip("\ufeff").replace("\0", "")
    if html.startswith("<?xml"):
        # lxml refuses text that declares an encoding.
        html = html.partition("?>")[2]
    for start in range(0, len(html), _FED_AT_ONCE):
        parser.feed(html[start : start + _FED_AT_ONCE])
        yield from page.take()
    with contextlib.suppress(etree.XMLSyntaxError):  # there was no element at all
        parser.close()
    yield from page.take()


class _Page:
    """Takes lxml's events and gathers the words between two block elements."""

    def __init__(self, heading: str | None) -> None:
        self._heading = heading
        self._blocks: list[Block] = []
        self._words: list[str] = []
        self._unseen: list[str] = []
        self._rows: list[list[str]] = []
        self._tables = 0
        self._pre = 0

    def take(self) -> list[Block]:
        """The blocks complete so far."""
        blocks, self._blocks = self._blocks, []
        return blocks

    def start(self, tag: str, attrib: dict[str, str]) -> None:
        if self._unseen or tag in _UNSEEN:
            if tag in _UNSEEN:
                self._unseen.append(tag)
        elif tag == "img":
            self._words.append(f" {attrib.get('alt') or ''} ")
        elif tag == "br":
            self._words.append("\n")
        elif tag == "table":
            self._end_block()
            self._tables += 1
        elif self._tables and tag == "tr":
            self._end_stray_words()
            self._rows.append([])
        elif self._tables and tag in ("td", "th"):
            self._end_stray_words()
        elif tag not in _INLINE:
            self._end_block()
            self._pre += tag == "pre"

    def end(self, tag: str) -> None:
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.pop()
        elif tag == "table" and self._tables:
            self._tables -= 1
            if not self._tables:
                self._end_table()
        elif self._tables and tag in ("td", "th"):
            if self._rows:
                self._rows[-1].append(self._taken())
        elif tag in _HEADINGS and not self._tables:
            title = self._taken()
            if title:
                self._heading = title
                self._blocks.append(Block(title, title))
        elif tag not in _INLINE and tag != "br":
            self._end_block()
            self._pre -= tag == "pre"

    def data(self, text: str) -> None:
        if not self._unseen:
            self._words.append(text)

    def comment(self, text: str) -> None:
        """Comments are not seen."""

    def close(self) -> None:
        if self._tables:
            self._tables = 0
            self._end_table()
        self._end_block()

    def _taken(self) -> str:
        text = "".join(self._words).strip()
        self._words.clear()
        return " ".join(text.split())

    def _end_stray_words(self) -> None:
        """Words outside the innermost cells: a caption, or what precedes a table in a cell."""
        if text := self._taken():
            self._rows.append([text])

    def _end_block(self) -> None:
        if self._tables:
            self._words.append(" ")
            return
        text = "".join(self._words)
        self._words.clear()
        lines = text.split("\n") if self._pre else [text.strip()]
        self._blocks.extend(Block(line.rstrip(), self._heading) for line in lines if line.strip())

    def _end_table(self) -> None:
        self._end_stray_words()
        rows, self._rows = self._rows, []
        self._blocks.extend(Block(row, self._heading) for row in rows_as_text(rows))
