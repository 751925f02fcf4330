"""Documents in many formats, from words alone."""

import csv
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

Cell = str | int
Chapter = tuple[str, str]
"""A heading and a paragraph."""


def write_csv(path: Path, rows: Sequence[Sequence[Cell]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def write_xlsx(path: Path, rows: Sequence[Sequence[Cell]], sheet: str = "Costs") -> None:
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook()
    page = book.create_sheet(sheet, 0)
    for row in rows:
        page.append(list(row))
    book.save(path)


def write_docx(path: Path, parts: Sequence[tuple[str, int]]) -> None:
    """Paragraphs in order: (text, heading level), where level 0 is plain text."""
    from docx import Document

    document = Document()
    for text, level in parts:
        if level:
            document.add_heading(text, level)
        else:
            document.add_paragraph(text)
    document.save(str(path))


def write_pptx(path: Path, slides: Sequence[tuple[str, tuple[str, ...], str]]) -> None:
    """Slides as (title, bullets, notes)."""
    from pptx import Presentation

    deck = Presentation()
    for title, bullets, notes in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text_frame.text = "\n".join(bullets)
        slide.notes_slide.notes_text_frame.text = notes
    deck.save(str(path))


def write_pdf(path: Path, pages: Sequence[tuple[str, str]]) -> None:
    """A PDF with a text layer, one page for each (heading, paragraph)."""
    from reportlab.lib.utils import simpleSplit  # type: ignore[import-untyped]
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

    canvas = Canvas(str(path), invariant=True)
    for heading, paragraph in pages:
        canvas.setFont("Helvetica-Bold", 20)
        canvas.drawString(72, 760, heading)
        text = canvas.beginText(72, 720)
        text.setFont("Helvetica", 12)
        for line in simpleSplit(paragraph, "Helvetica", 12, 450):
            text.textLine(line)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()


def write_scan(path: Path, text: str) -> None:
    """A PDF without a text layer: a typed page as a scanner at 150 dpi sees it, grey and noisy."""
    width, height = 1240, 1754
    page = PillowImage.new("L", (width, height), 235)
    ImageDraw.Draw(page).multiline_text(
        (120, 160), text, 40, font=ImageFont.load_default(40), spacing=26
    )
    page = page.rotate(0.4, PillowImage.Resampling.BICUBIC, fillcolor=235)
    grain = np.random.default_rng(0).normal(0, 6, (height, width))
    noisy = np.clip(np.asarray(page) + grain, 0, 255).astype(np.uint8)
    PillowImage.fromarray(noisy).save(path, resolution=150)


def write_rtf(path: Path, paragraphs: Sequence[str]) -> None:
    """A rich text document of plain paragraphs in ASCII."""
    text = "".join(rf"{paragraph}\par " for paragraph in paragraphs)
    path.write_text(rf"{{\rtf1\ansi{{\fonttbl{{\f0 Arial;}}}}\f0 {text}}}", encoding="ascii")


def write_odt(path: Path, chapters: Sequence[Chapter]) -> None:
    """An OpenDocument text of headings and paragraphs."""
    body = "".join(
        f'<text:h text:outline-level="1">{escape(heading)}</text:h>'
        f"<text:p>{escape(paragraph)}</text:p>"
        for heading, paragraph in chapters
    )
    _write_open_document(path, "text", f"<office:text>{body}</office:text>")


def write_odp(path: Path, slides: Sequence[tuple[str, tuple[str, ...], str]]) -> None:
    """An OpenDocument presentation of slides as (title, bullets, notes)."""

    def frame(kind: str, lines: Sequence[str]) -> str:
        words = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
        box = f"<draw:text-box>{words}</draw:text-box>"
        return f'<draw:frame presentation:class="{kind}">{box}</draw:frame>'

    pages = "".join(
        f"<draw:page>{frame('title', [title])}{frame('outline', bullets)}"
        f"<presentation:notes>{frame('notes', [notes])}</presentation:notes></draw:page>"
        for title, bullets, notes in slides
    )
    body = f"<office:presentation>{pages}</office:presentation>"
    _write_open_document(path, "presentation", body)


def write_epub(path: Path, chapters: Sequence[Chapter]) -> None:
    """An e-book, one page a chapter."""
    names = [f"chapter-{number}.xhtml" for number, _ in enumerate(chapters, 1)]
    pages = {
        name: f"<html><body><h1>{escape(heading)}</h1><p>{escape(paragraph)}</p></body></html>"
        for name, (heading, paragraph) in zip(names, chapters, strict=True)
    }
    items = "".join(
        f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in names
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    package = (
        f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest>'
        f"<spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book.opf"/></rootfiles></container>'
    )
    parts = {"META-INF/container.xml": container, "book.opf": package, **pages}
    _write_zip(path, "application/epub+zip", parts)


def _write_open_document(path: Path, form: str, body: str) -> None:
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (
            ("office", "office"),
            ("text", "text"),
            ("draw", "drawing"),
            ("presentation", "presentation"),
        )
    )
    content = (
        f"<office:document-content {spaces}><office:body>{body}</office:body>"
        "</office:document-content>"
    )
    _write_zip(path, f"application/vnd.oasis.opendocument.{form}", {"content.xml": content})


def _write_zip(path: Path, mimetype: str, parts: Mapping[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {"mimetype": mimetype, **parts}.items():
            archive.writestr(zipfile.ZipInfo(name), content)
