"""Presentations: one segment a slide, its notes, and its pictures."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indexer.readers.embedded import MAX_SIDE, decode_picture
from indexer.readers.odf import read_odp
from indexer.readers.slides import read_pptx
from tests.indexer.read import pictures, refusal, segments


def png(color: str, size: tuple[int, int] = (120, 80), **options: object) -> bytes:
    data = io.BytesIO()
    Image.new("RGBA", size, color).save(data, "PNG", **options)
    return data.getvalue()


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """Three slides: text, table and notes; a group, a chart and pictures; a picture again."""
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    deck = Presentation()
    one, two, three = (deck.slides.add_slide(deck.slide_layouts[n]) for n in (1, 5, 6))
    one.shapes.title.text = "The budget"
    one.placeholders[1].text = "Nine hundred\nNo more"
    table = one.shapes.add_table(2, 2, 0, 0, 99999, 99999).table
    for cell, words in zip(table.iter_cells(), ["Who", "What", "Ana", "camera"], strict=True):
        cell.text = words
    one.notes_slide.notes_text_frame.text = "Say it slowly."

    two.shapes.title.text = "Places"
    inner = two.shapes.add_group_shape().shapes.add_group_shape()
    inner.shapes.add_textbox(0, 0, 9999, 9999).text_frame.text = "in the harbour"
    data = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["May", "June"]
    data.add_series("Rainy days", (3, 4))  # type: ignore[no-untyped-call]
    chart = two.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, 99999, 99999, data).chart
    chart.chart_title.text_frame.text = "Weather"
    two.shapes.add_picture(io.BytesIO(png("red")), 0, 0)
    two.shapes.add_picture(io.BytesIO(png("blue", (32, 32))), 0, 0)  # a logo

    three.shapes.add_picture(io.BytesIO(png("red")), 0, 0)
    three.shapes.add_group_shape().shapes.add_picture(io.BytesIO(png("lime")), 0, 0)
    deck.save(str(tmp_path / "talk.pptx"))
    return tmp_path / "talk.pptx"


def test_a_slide_is_one_segment_of_title_body_and_notes(talk: Path) -> None:
    assert [(s.page, s.heading, s.text) for s in segments(read_pptx, talk, words=40)] == [
        (
            1,
            "The budget",
            "The budget\nNine hundred\nNo more\nWho: Ana; What: camera\nSay it slowly.",
        ),
        (2, "Places", "Places\nin the harbour\nWeather\nMay, June\nRainy days"),
    ]


def test_pictures_come_once_with_their_slide_and_logos_do_not(talk: Path) -> None:
    found = [(p.page, p.image.shape, p.image[0, 0].tolist()) for p in pictures(read_pptx, talk)]
    assert found == [(2, (80, 120, 3), [255, 0, 0]), (3, (80, 120, 3), [0, 255, 0])]


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.98])
def test_half_a_presentation_is_refused(talk: Path, kept: float) -> None:
    whole = talk.read_bytes()
    talk.write_bytes(whole[: int(len(whole) * kept)])
    assert "cut off" in refusal(read_pptx, talk)


def test_bad_files_say_what_is_wrong(tmp_path: Path) -> None:
    for reader in (read_pptx, read_odp):
        (tmp_path / "void").write_bytes(b"")
        assert refusal(reader, tmp_path / "void") == "it is empty"
        (tmp_path / "photo").write_bytes(png("red"))
        assert "but a PNG picture" in refusal(reader, tmp_path / "photo")


ODP = (
    "<office:document-content "
    + " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{whole}:1.0"'
        for name, whole in [
            ("office", "office"),
            ("text", "text"),
            ("draw", "drawing"),
            ("presentation", "presentation"),
        ]
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:presentation>%s'
    "</office:presentation></office:body></office:document-content>"
)


def frame(kind: str, *lines: str) -> str:
    inside = "".join(f"<text:p>{line}</text:p>" for line in lines)
    return (
        f'<draw:frame presentation:class="{kind}"><draw:text-box>{inside}'
        "</draw:text-box></draw:frame>"
    )


def test_an_opendocument_presentation_reads_the_same(tmp_path: Path) -> None:
    picture = '<draw:frame><draw:image xlink:href="Pictures/a.png"/></draw:frame>'
    slides = (
        "<draw:page>"
        + frame("outline", "Nine hundred", "No more")
        + frame("title", "The budget")
        + frame("footer", "Rain Films")
        + "<draw:g><draw:custom-shape><text:p>in a group</text:p></draw:custom-shape>"
        + f"{picture}</draw:g>"
        + f"<presentation:notes>{frame('notes', 'Say it slowly.')}</presentation:notes></draw:page>"
        + f"<draw:page>{picture}{frame('', 'The end')}</draw:page>"
    )
    file = tmp_path / "talk.odp"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", ODP % slides)
        archive.writestr("Pictures/a.png", png("red"))
    assert [(s.page, s.heading, s.text) for s in segments(read_odp, file)] == [
        (1, "The budget", "The budget\nNine hundred\nNo more\nin a group\nSay it slowly."),
        (2, None, "The end"),
    ]
    assert [(p.page, p.image.shape) for p in pictures(read_odp, file)] == [(1, (80, 120, 3))]


def test_a_picture_is_turned_upright_and_laid_on_white() -> None:
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side: turn a quarter clockwise
    photo = Image.new("RGB", (200, 100), "black")
    photo.paste((255, 255, 255), (0, 0, 100, 100))
    photo.save(data, "JPEG", exif=exif)
    upright = decode_picture(data.getvalue())
    assert upright is not None and upright.shape == (200, 100, 3)
    assert upright[10].mean() > 250 and upright[190].mean() < 5

    clear = decode_picture(png("#00000000"))
    assert clear is not None and (clear == 255).all()


def test_a_large_picture_is_reduced_and_an_absurd_one_passed_over() -> None:
    large = decode_picture(png("red", (4000, 1000)))
    assert large is not None and large.shape == (MAX_SIDE // 4, MAX_SIDE, 3)
    assert large.dtype == np.uint8
    bomb = png("red").replace(b"\0\0\0\x78\0\0\0\x50", b"\0\1\x86\xa0\0\1\x86\xa0")
    assert decode_picture(bomb) is None
    assert decode_picture(png("red")[:60]) is None
    assert decode_picture(b"") is None
