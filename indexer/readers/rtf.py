"""Rich text documents."""

import re
from collections.abc import Iterator
from pathlib import Path

from indexer.passages import Block, read_blocks, say_cut
from indexer.readers.guard import MIB, beginning, looks_like, reading
from indexer.segments import Picture, Segment, Tools
from rushes.errors import UnreadableFile

_MAX_READ = 128 * MIB
_MAX_SOURCE = 4 * MIB
"""Without its pictures; striprtf takes about two seconds for it."""
_MAX_FONTS = 64 * 1024
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
_MOST_CONTROLS = 2
"""In a paragraph: text has none, packed data one in ten."""
_HEX = re.compile(r"[0-9a-fA-F\s]{512,}")


def read_rtf(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """A rich text document's paragraphs. RTF has no headings to speak of.

    Raises:
        UnreadableFile: it is no RTF.
    """
    with reading("rich text document"):
        head = beginning(path)
        if not head.lstrip().lower().startswith(b"{\\rtf"):  # one letter of it may be damaged
            other = looks_like(head) or "something else"
            raise UnreadableFile(
                f"it is not a rich text document but {other} (give it the right ending)"
            )
        yield from read_blocks(path, _blocks(path, tools), tools)


def _blocks(path: Path, tools: Tools) -> Iterator[Block]:
    from striprtf.striprtf import font_table_group, rtf_to_text

    with path.open("rb") as file:
        source = _HEX.sub(" ", file.read(_MAX_READ).decode("latin-1"))
    if len(source) > _MAX_SOURCE:
        say_cut(path, tools, f"{_MAX_SOURCE // MIB} MB")
        source = source[:_MAX_SOURCE]
    # Two of striprtf's expressions take quadratic time: on links, which a space keeps it from
    # seeing and which read the same without, and on the table of fonts.
    source = re.sub(r"(\\field)(?=\{)", r"\1 ", source, flags=re.IGNORECASE)
    fonts = font_table_group(source)  # type: ignore[no-untyped-call]
    if len(fonts) > _MAX_FONTS:
        raise UnreadableFile("its table of fonts is too long to be true")
    text: str = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]
    for line in text.split("\n"):
        if len(_CONTROLS.findall(line)) > _MOST_CONTROLS:
            continue  # pictures, or another file, run into the words of a damaged one
        yield Block(line.replace("|", " | ").strip(" |"))
