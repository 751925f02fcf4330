"""Word, Excel, OpenDocument text, EPUB and RTF: made here, read back, and attacked."""

import datetime
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from indexer.readers import guard
from indexer.readers.epub import read_epub
from indexer.readers.odf import read_odt
from indexer.readers.office import read_docx, read_xlsx
from indexer.readers.rtf import read_rtf
from tests.indexer.read import DocumentReader, refusal, segments, text

ZIPPED = [read_docx, read_xlsx, read_odt, read_epub]
LAUGHS = "".join(
    ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))]
)


def zipped(path: Path, **parts: str | bytes) -> Path:
    """A zip of parts; in their names `__` stands for a slash."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def with_part(source: Path, target: Path, name: str, content: bytes) -> Path:
    """A copy of a zip with one part replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for other in old.namelist():
            new.writestr(other, content if other == name else old.read(other))
    return target


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A Word document of a heading, text, a table, and a header."""
    import docx

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Rain Films"
    document.add_section().header.is_linked_to_previous = True
    document.add_heading("The shoot", 1)
    document.add_paragraph("We meet at dawn.")
    table = document.add_table(3, 2)
    for row, cells in zip(
        table.rows, [("Who", "What"), ("Ana", "camera"), ("Bo", "")], strict=True
    ):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    document.add_paragraph("Bring rope.")
    document.add_heading("Money", 2)
    document.add_paragraph("There is none.")
    document.save(str(tmp_path / "letter.docx"))
    return tmp_path / "letter.docx"


def test_a_word_document_is_read_in_order_under_its_headings(letter: Path) -> None:
    assert [(s.heading, s.text) for s in segments(read_docx, letter)] == [
        ("The shoot", "The shoot\nWe meet at dawn.\nWho: Ana; What: camera\nWho: Bo\nBring rope."),
        ("Money", "Money\nThere is none."),
        (None, "Rain Films"),
    ]


def test_insertions_and_controls_count_and_deletions_do_not(letter: Path, tmp_path: Path) -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        f'<w:document xmlns:w="{w}"><w:body><w:p><w:r><w:t xml:space="preserve">It is </w:t></w:r>'
        '<w:ins w:id="1"><w:r><w:t xml:space="preserve">very </w:t></w:r></w:ins>'
        '<w:del w:id="2"><w:r><w:delText>not </w:delText></w:r></w:del>'
        "<w:r><w:t>good</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>and chosen.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "</w:body></w:document>"
    )
    file = with_part(letter, tmp_path / "tracked.docx", "word/document.xml", body.encode())
    assert text(read_docx, file) == "It is very good\nand chosen."


def test_a_workbook_row_says_what_it_means(tmp_path: Path) -> None:
    import openpyxl  # type: ignore[import-untyped]

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Budget"
    for row in (
        ["Costs of the film"],
        ["Item", "Price", "Due", "Paid"],
        ["Lens", 1234.5, datetime.datetime(2026, 3, 1), True],
        [None, None, None, None],
        ["Rope", 7, None, False],
    ):
        sheet.append(row)
    book.create_sheet("Cast").append(["Ana"])
    book.save(tmp_path / "costs.xlsx")
    assert [(s.heading, s.text) for s in segments(read_xlsx, tmp_path / "costs.xlsx")] == [
        (
            "Budget",
            "Costs of the film\n"
            "Item: Lens; Price: 1234.5; Due: 2026-03-01; Paid: yes\n"
            "Item: Rope; Price: 7; Paid: no",
        ),
        ("Cast", "Ana"),
    ]


ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
    "<office:body><office:text>%s</office:text></office:body></office:document-content>"
)


def test_an_opendocument_text_is_read_in_order(tmp_path: Path) -> None:
    cell = "<table:table-cell><text:p>%s</text:p></table:table-cell>"
    row = "<table:table-row>" + cell * 2 + "</table:table-row>"
    content = ODT % (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:h text:outline-level="1">The shoot</text:h>'
        "<text:p>We<text:s/>meet <text:span>at</text:span> dawn.</text:p>"
        "<text:list><text:list-item><text:p>rope</text:p></text:list-item></text:list>"
        f"<table:table>{row % ('Who', 'What')}{row % ('Ana', 'camera')}</table:table>"
    )
    file = zipped(tmp_path / "letter.odt", content__xml="", **{"content.xml": content})
    assert [(s.heading, s.text) for s in segments(read_odt, file)] == [
        ("The shoot", "The shoot\nWe meet at dawn.\nrope\nWho: Ana; What: camera")
    ]


def test_an_encrypted_opendocument_says_that_it_has_a_password(tmp_path: Path) -> None:
    manifest = "<manifest><encryption-data/></manifest>"
    file = zipped(tmp_path / "a.odt", META_INF="", **{"META-INF/manifest.xml": manifest})
    assert "password" in refusal(read_odt, file)


def book(path: Path, package: str = "", **pages: str | bytes) -> Path:
    """An EPUB whose pages are read in the order of their names, last first."""
    items = "".join(
        f'<item id="{name}" href="my%20text/{name}.xhtml" media-type="application/xhtml+xml"/>'
        for name in pages
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in sorted(pages, reverse=True))
    opf = (
        f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest>'
        f"<spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    )
    parts = {"META-INF/container.xml": container, "OPS/book.opf": package or opf}
    return zipped(
        path, **parts, **{f"OPS/my text/{name}.xhtml": page for name, page in pages.items()}
    )


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    page = '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html><body>%s</body></html>'
    file = book(
        tmp_path / "book.epub",
        a=page % "<h1>Two</h1><p>He leaves – für immer.</p>",
        b=page % "<h1>One</h1><p>She arrives.</p>",
    )
    assert [(s.heading, s.text) for s in segments(read_epub, file)] == [
        ("One", "One\nShe arrives."),
        ("Two", "Two\nHe leaves – für immer."),
    ]


def test_rich_text_gives_its_words(tmp_path: Path) -> None:
    file = tmp_path / "note.rtf"
    file.write_bytes(
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}}\f0 Hello \b world\b0 .\par "
        rb"{\pict\pngblip " + b"89504e47" * 1000 + rb"}{\field{\*\fldinst{HYPERLINK "
        rb'"http://x.org"}}{\fldrslt caf\'e9}} costs \u8364?5.\par}'
    )
    assert text(read_rtf, file) == "Hello world.\ncafé costs €5."


def test_rich_text_whose_first_letters_are_damaged_is_read(tmp_path: Path) -> None:
    file = tmp_path / "note.rtf"
    file.write_bytes(rb"{\Rtf1\ansi Eleven gulls.\par}")
    assert "Eleven gulls." in text(read_rtf, file)


@pytest.mark.parametrize("unit", [r"{\field{\*\fldinst{HYPERLINK ", r"\f1\fcharset0 ", "{", "}"])
def test_rich_text_made_to_take_forever_does_not(tmp_path: Path, unit: str) -> None:
    file = tmp_path / "slow.rtf"
    file.write_text(r"{\rtf1 {\fonttbl{\f0 A;}}start " + unit * 20_000)
    segments(read_rtf, file)


def test_a_font_table_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "fonts.rtf"
    file.write_text(r"{\rtf1 {\fonttbl " + r"\f1\fcharset0 " * 20_000)
    assert "fonts" in refusal(read_rtf, file)


@pytest.mark.parametrize("reader", [*ZIPPED, read_rtf])
def test_an_empty_document_says_so(tmp_path: Path, reader: DocumentReader) -> None:
    (tmp_path / "void").touch()
    assert refusal(reader, tmp_path / "void") == "it is empty"


@pytest.mark.parametrize("reader", [*ZIPPED, read_rtf])
def test_a_picture_that_is_called_a_document_is_named(
    tmp_path: Path, reader: DocumentReader
) -> None:
    (tmp_path / "photo").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "but a PNG picture" in refusal(reader, tmp_path / "photo")


@pytest.mark.parametrize("reader", ZIPPED)
def test_plain_text_that_is_called_a_document_is_refused(
    tmp_path: Path, reader: DocumentReader
) -> None:
    (tmp_path / "letter").write_text("Dear Ana, see you at dawn.")
    assert "not a whole zip archive" in refusal(reader, tmp_path / "letter")


@pytest.mark.parametrize("reader", ZIPPED)
def test_a_zip_of_something_else_is_refused(tmp_path: Path, reader: DocumentReader) -> None:
    assert "it is not a whole" in refusal(reader, zipped(tmp_path / "other", hello="world"))


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_half_a_word_document_is_refused(letter: Path, kept: float) -> None:
    whole = letter.read_bytes()
    letter.write_bytes(whole[: int(len(whole) * kept)])
    assert "cut off" in refusal(read_docx, letter)


def test_a_word_document_with_a_flipped_byte_is_refused(letter: Path) -> None:
    with zipfile.ZipFile(letter) as archive:
        offset = archive.getinfo("word/document.xml").header_offset
    data = bytearray(letter.read_bytes())
    data[offset + 200] ^= 0xFF
    letter.write_bytes(data)
    assert "it is not a whole Word document" in refusal(read_docx, letter)


def test_a_word_document_with_a_password_says_so(tmp_path: Path) -> None:
    (tmp_path / "locked.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))
    assert "password" in refusal(read_docx, tmp_path / "locked.docx")


def test_a_document_that_unpacks_to_far_too_much_is_refused(letter: Path, tmp_path: Path) -> None:
    bomb = with_part(letter, tmp_path / "a.docx", "word/document.xml", bytes(80 * guard.MIB))
    assert bomb.stat().st_size < 200_000
    assert "unpacks to over 64 MB" in refusal(read_docx, bomb)
    bomb = with_part(letter, tmp_path / "b.docx", "word/document.xml", bytes(40 * guard.MIB))
    assert "zip bomb" in refusal(read_docx, bomb)


def test_a_document_that_lies_about_its_size_is_refused(letter: Path, tmp_path: Path) -> None:
    """The central directory claims 1,000 bytes, with the checksum of just those."""
    name = "word/document.xml"
    bomb = with_part(letter, tmp_path / "lie.docx", name, bytes(7 * guard.MIB))
    data = bytearray(bomb.read_bytes())
    entry = data.rindex(name.encode()) - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, entry + 16, zlib.crc32(bytes(1000)))
    struct.pack_into("<I", data, entry + 24, 1000)
    bomb.write_bytes(data)
    assert "its sizes are lies" in refusal(read_docx, bomb)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_that_multiply_are_refused(letter: Path, tmp_path: Path, encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [{LAUGHS}]>'
    word = f"{xml}<x>&a9;</x>".encode(encoding)
    file = with_part(letter, tmp_path / "laughs.docx", "word/document.xml", word)
    assert "declares a document type" in refusal(read_docx, file)
    odt = (xml + ODT % "<text:p>&a9;</text:p>").encode(encoding)
    file = zipped(tmp_path / "laughs.odt", **{"content.xml": odt})
    assert "declares a document type" in refusal(read_odt, file)


def test_a_book_may_declare_its_type_but_no_entities(tmp_path: Path) -> None:
    package = f"<?xml version='1.0'?><!DOCTYPE package [{LAUGHS}]><package>&a9;</package>"
    assert "declares entities" in refusal(read_epub, book(tmp_path / "laughs.epub", package))
    page = f"<!DOCTYPE html [{LAUGHS}]><html><body><p>&a9; quiet</p></body></html>"
    assert text(read_epub, book(tmp_path / "page.epub", a=page)).endswith("&a9; quiet")


def test_a_locked_book_says_so(tmp_path: Path) -> None:
    file = book(tmp_path / "drm.epub", a=bytes(range(256)) * 8)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("META-INF/encryption.xml", "<encryption/>")
    assert "DRM" in refusal(read_epub, file)


def test_deeply_nested_xml_does_not_exhaust_the_stack(letter: Path, tmp_path: Path) -> None:
    deep = ("<x>" * 50_000 + "</x>" * 50_000).encode()
    assert "nested deeper" in refusal(
        read_docx, with_part(letter, tmp_path / "deep.docx", "word/document.xml", deep)
    )
    nested = "<text:span>" * 50_000 + "deep" + "</text:span>" * 50_000
    file = zipped(tmp_path / "deep.odt", **{"content.xml": ODT % f"<text:p>{nested}</text:p>"})
    assert text(read_odt, file) == "deep"


def test_a_sheet_that_claims_a_million_rows_is_read_for_what_it_holds(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "first"
    book.active["XFD90000"] = "last"
    book.save(tmp_path / "wide.xlsx")
    assert text(read_xlsx, tmp_path / "wide.xlsx") == "first\nlast"
