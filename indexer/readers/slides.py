"""PowerPoint presentations."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.passages import Block, passages
from indexer.readers.embedded import decode_picture
from indexer.readers.guard import check_zip, reading
from indexer.readers.tables import rows_as_text
from indexer.segments import Picture, Segment, Tools

if TYPE_CHECKING:
    from pptx.chart.chart import Chart
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide

_WORDS_A_SLIDE = 1000
"""A slide with more becomes several segments."""


def read_pptx(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """A presentation: one segment a slide, with title, body and notes, and its pictures.

    Raises:
        UnreadableFile: it is damaged, has a password, or is a bomb.
    """
    check_zip(path, "PowerPoint presentation", tools.job)
    with reading("PowerPoint presentation"):
        import pptx

        seen: set[bytes] = set()
        for number, slide in enumerate(pptx.Presentation(str(path)).slides, 1):
            tools.job.check_cancelled()
            yield from _slide(slide, number, tools)
            yield from _pictures(slide, number, seen)


def slide_segments(
    page: int, title: str, body: Iterable[str], notes: Iterable[str], tools: Tools
) -> Iterator[Segment]:
    """One segment of a slide's words, its title as the heading; none if it has no words."""
    heading = title or None
    blocks = [Block(text, heading, page) for text in (title, *body, *notes)]
    return passages(blocks, max(_WORDS_A_SLIDE, tools.passage_words))


def _slide(slide: "Slide", number: int, tools: Tools) -> Iterator[Segment]:
    titled = slide.shapes.title
    title = titled.text_frame.text if titled is not None else ""
    body = (
        line
        for shape in _shapes(slide.shapes)
        if titled is None or shape.shape_id != titled.shape_id
        for line in _lines(shape)
    )
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    yield from slide_segments(number, title, body, [notes.text] if notes else [], tools)


def _shapes(shapes: "Iterable[BaseShape]") -> "Iterator[BaseShape]":
    """The shapes, those in groups too."""
    from pptx.shapes.group import GroupShape

    for shape in shapes:
        if isinstance(shape, GroupShape):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _lines(shape: "BaseShape") -> Iterator[str]:
    from pptx.shapes.autoshape import Shape
    from pptx.shapes.graphfrm import GraphicFrame

    if isinstance(shape, Shape):
        yield from (paragraph.text for paragraph in shape.text_frame.paragraphs)
    elif isinstance(shape, GraphicFrame) and shape.has_table:
        rows = ([cell.text for cell in row.cells] for row in shape.table.rows)
        yield from rows_as_text(rows)
    elif isinstance(shape, GraphicFrame) and shape.has_chart:
        yield from _chart(shape.chart)


def _chart(chart: "Chart") -> Iterator[str]:
    """A chart's title, categories and the names of its series."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield chart.chart_title.text_frame.text
    for plot in chart.plots:
        yield ", ".join(str(category) for category in plot.categories)
        yield ", ".join(str(series.name) for series in plot.series)


def _pictures(slide: "Slide", number: int, seen: set[bytes]) -> Iterator[Picture]:
    """The slide's pictures that no slide before it has shown."""
    from pptx.shapes.picture import Picture as PictureShape

    for shape in _shapes(slide.shapes):
        if not isinstance(shape, PictureShape):
            continue
        try:
            data = shape.image.blob
        except (KeyError, ValueError, AttributeError):
            continue  # it is linked, not embedded, or its part is missing
        key = hashlib.sha256(data).digest()
        if key in seen:
            continue
        seen.add(key)
        picture = decode_picture(data)
        if picture is not None:
            yield Picture(picture, page=number)
