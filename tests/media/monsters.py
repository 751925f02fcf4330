"""Files made to be bad: archives in archives, circles, depth without end, lines without end.

None is longer on the disk than a few megabytes, and none has more than some hundred passages:
what is long takes long, and is no monster.
"""

import io
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.media.hostile import billion_laughs_odt, huge_png, locked_pdf
from tests.media.sound import tone, write_audio

_DEEP = 100_000
_SPARSE = 3 << 30
_OFFICE = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
    "%s</office:text></office:body></office:document-content>"
)


def make_monsters(folder: Path) -> list[Path]:
    """Make them all, and say which."""
    folder.mkdir(parents=True)
    made = [*_texts(folder), *_archives(folder), *_pdfs(folder), *_pictures(folder)]
    return [*made, *_sounds(folder), *_sparse(folder)]


def _texts(folder: Path) -> Iterator[Path]:
    texts = {
        "one line.txt": b"gull " * 100_000,
        "no spaces.txt": b"g" * 1_000_000,
        "blank lines.txt": b"\n" * 2_000_000 + b"gull",
        "accents.txt": b"e" + "\u0301".encode() * 400_000,
        "carriage returns.log": b"a\r" * 100_000,
        "nul bytes.txt": b"gull\0" * 20_000,
        "half a letter.txt": "\u4f60".encode() * 87_382 + b"\xe4",
        "odd utf-16.txt": b"\xff\xfe" + "gull ".encode("utf-16-le") * 999 + b"\x41",
        "only a mark.txt": b"\xef\xbb\xbf",
        "only spaces.md": b" \n\t" * 10_000,
        "deep.json": b"[" * _DEEP + b"]" * _DEEP,
        "deep objects.json": b'{"a":' * _DEEP + b"1" + b"}" * _DEEP,
        "long number.json": b"[" + b"9" * 1_000_000 + b"]",
        "many members.json": json.dumps({f"k{n}": n for n in range(50_000)}).encode(),
        "deep lines.jsonl": (b"[" * 5000 + b"\n") * 200,
        "deep.html": b"<div>" * _DEEP + b"gull",
        "deep tables.html": b"<table><tr><td>" * 20_000 + b"gull",
        "attributes.html": b"<p " + b'a="1" ' * 200_000 + b">gull",
        "unclosed.html": b"<!--" + b"gull " * 100_000,
        "entities.html": b"&amp;" * 300_000,
        "deep.md": b"> " * 20_000 + b"gull\n",
        "lists.md": b"".join(b" " * n + b"* gull\n" for n in range(1500)),
        "brackets.md": b"[" * 100_000,
        "emphasis.md": b"*a **a " * 30_000,
        "links.md": b"[a](" * 60_000,
        "wide.csv": b",".join([b"gull"] * 60_000),
        "open quote.csv": b'a,b\n"' + b"gull,\n" * 60_000,
        "quotes.csv": b'"' * 1_000_000,
        "deep.rtf": b"{\\rtf1 " + b"{" * _DEEP + b"gull",
        "controls.rtf": b"{\\rtf1 " + b"\\u-1\\'zz\\bin99999999 " * 50_000 + b"gull}",
        "fonts.rtf": b"{\\rtf1{\\fonttbl" + b"{\\f0" * 20_000 + b"}gull}",
        "laughs.xml": b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>' * 1000,
    }
    for name, data in texts.items():
        (folder / name).write_bytes(data)
        yield folder / name


def _archives(folder: Path) -> Iterator[Path]:
    yield billion_laughs_odt(folder / "laughs.odt")
    deep = f"{'<text:span>' * _DEEP}gull{'</text:span>' * _DEEP}"
    for name, body in {
        "deep.odt": deep,
        "wide.odt": "<text:p>gull</text:p>" * 40_000,
        "spaces.odt": '<text:p><text:s text:c="2147483647"/>gull</text:p>',
        "repeats.odt": "<text:p>a</text:p>",
    }.items():
        yield _zip(folder / name, {"content.xml": (_OFFICE % body).encode()})
    held = b"the innermost"
    for _ in range(40):
        held = _zipped({"archive.zip": held, "word/document.xml": b"<a/>"})
    for end in ("docx", "odt", "epub", "pptx", "xlsx"):
        path = folder / f"forty archives.{end}"
        path.write_bytes(held)
        yield path
    many = {f"part{n}.xml": b"<a/>" for n in range(25_000)}
    yield _zip(folder / "many parts.docx", many)
    same = _zipped({f"content{n:02}xml": (_OFFICE % "gull").encode() for n in range(50)})
    (folder / "same name.odt").write_bytes(re.sub(rb"content..xml", b"content1.xml", same))
    yield folder / "same name.odt"
    yield _zip(folder / "climbs.epub", {"../../etc/passwd": b"x", "/abs": b"y"})
    yield overlapping_archive(folder / "overlapping.xlsx")
    (folder / "only an end.docx").write_bytes(b"PK\x05\x06" + bytes(18))
    yield folder / "only an end.docx"
    bomb = _zipped({"word/document.xml": bytes(40 << 20)})
    (folder / "bomb.docx").write_bytes(bomb)
    yield folder / "bomb.docx"


def _pdfs(folder: Path) -> Iterator[Path]:
    yield locked_pdf(folder / "locked.pdf")
    page = "<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<<%s>>>>"
    kids = "<</Type/Pages/Kids[%s]/Count %s>>"
    words = "BT /F1 12 Tf 20 20 Td (gull) Tj ET"
    font = "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    form = "/XObject<</X 4 0 R>>"
    pages: dict[str, tuple[str, str, str]] = {
        "kids in a circle": (kids % ("2 0 R 3 0 R", 2), page % ("0 0 200 200", font), words),
        "a billion pages": (kids % ("3 0 R", 1_000_000_000), page % ("0 0 200 200", font), words),
        "minus one page": (kids % ("3 0 R", -1), page % ("0 0 200 200", font), words),
        "same page again": (kids % ("3 0 R " * 300, 300), page % ("0 0 200 200", font), words),
        "vast page": (kids % ("3 0 R", 1), page % ("0 0 1e9 1e9", font), words),
        "thin page": (kids % ("3 0 R", 1), page % ("0 0 0.001 99999", font), words),
        "page inside out": (kids % ("3 0 R", 1), page % ("900 900 -1e38 1e38", font), words),
        "form in itself": (kids % ("3 0 R", 1), page % ("0 0 200 200", form), "/X Do " * 50),
        "saved states": (kids % ("3 0 R", 1), page % ("0 0 200 200", font), "q " * 300_000 + words),
        "deep lists": (kids % ("3 0 R", 1), page % ("0 0 200 200", font), "[" * 50_000 + words),
        "many lines": (kids % ("3 0 R", 1), page % ("0 0 9 9", font), "0 0 m 9 9 l S " * 150_000),
        "much text": (kids % ("3 0 R", 1), page % ("0 0 9 9", font), words * 20_000),
    }
    for name, (tree, leaf, content) in pages.items():
        path = folder / f"{name}.pdf"
        path.write_bytes(_pdf(["<</Type/Catalog/Pages 2 0 R>>", tree, leaf], content.encode()))
        yield path
    bomb = _pdf(["<</Type/Catalog/Pages 2 0 R>>", kids % ("3 0 R", 1), page % ("0 0 9 9", font)])
    packed = bytes(400 << 20)
    for _ in range(2):
        packed = zlib.compress(packed, 9)
    stream = b"4 0 obj<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(packed)
    (folder / "packed twice.pdf").write_bytes(bomb + stream + packed + b"\nendstream endobj\n")
    yield folder / "packed twice.pdf"
    loop = b"%PDF-1.5\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 1/Prev 9>>\n"
    (folder / "table in a circle.pdf").write_bytes(loop + b"startxref\n9\n%%EOF")
    yield folder / "table in a circle.pdf"


def _pdf(objects: list[str], content: bytes | None = None) -> bytes:
    """Objects numbered from 1, the content as the one after; without a table of places."""
    body = "".join(f"{number} 0 obj{each}endobj\n" for number, each in enumerate(objects, 1))
    data = b"%PDF-1.5\n" + body.encode()
    if content is not None:
        # A form as well as a page's content.
        form = b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<</X 4 0 R>>>>"
        data += b"4 0 obj<<%s/Length %d>>stream\n%s\n" % (form, len(content), content)
        data += b"endstream endobj\n"
    return data + b"trailer<</Root 1 0 R/Size 5>>\n"


def _pictures(folder: Path) -> Iterator[Path]:
    yield huge_png(folder / "huge.png")
    yield huge_png(folder / "just allowed.png", 13_000, 13_000)
    yield huge_png(folder / "a line.png", 150_000_000, 1)
    vast = struct.pack("<2sIHHI", b"BM", 54, 0, 0, 54)
    for name, (width, height, bits) in {
        "vast.bmp": (0x7FFFFFFF, 0x7FFFFFFF, 24),
        "allowed.bmp": (12_000, 12_000, 32),
        "upside down.bmp": (100, -0x80000000, 1),
    }.items():
        header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, 0, 0, 0, 0, 0)
        (folder / name).write_bytes(vast + header + bytes(64))
        yield folder / name
    frame = b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x4c\x01\0"
    (folder / "many frames.gif").write_bytes(b"GIF89a\xff\xff\xff\xff\0\0\0" + frame * 3000 + b";")
    yield folder / "many frames.gif"
    entry = struct.pack("<HHII", 256, 4, 1, 9)
    circle = b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + struct.pack("<I", 8)
    (folder / "circle.tif").write_bytes(circle)
    yield folder / "circle.tif"


def _sounds(folder: Path) -> Iterator[Path]:
    good = folder / "says four gigabytes.wav"
    write_audio(good, tone(0.5).samples, 48_000)
    data = bytearray(good.read_bytes())
    struct.pack_into("<I", data, 4, 0xFFFFFFFF)
    struct.pack_into("<I", data, data.index(b"data") + 4, 0xFFFFFFFF)
    good.write_bytes(data)
    yield good
    for name, at, lie in (
        ("no rate.wav", 24, 0),
        ("all rate.wav", 24, 0x7FFFFFFF),
        ("one hertz.wav", 24, 1),
        ("channels.wav", 20, 0xFFFF0001),
    ):
        lied = bytearray(data)
        struct.pack_into("<I", lied, at, lie)
        (folder / name).write_bytes(lied)
        yield folder / name


def _sparse(folder: Path) -> Iterator[Path]:
    """Three gigabytes of nothing behind a beginning that promises something."""
    beginnings = {
        "sparse.txt": b"gull\n",
        "sparse.json": b"[",
        "sparse.csv": b"a,b\n",
        "sparse.html": b"<html>",
        "sparse.pdf": b"%PDF-1.7\n",
        "sparse.rtf": b"{\\rtf1 gull",
        "sparse.docx": b"PK\x03\x04",
        "sparse.png": b"\x89PNG\r\n\x1a\n",
        "sparse.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        "sparse.mp4": b"\0\0\0\x18ftypisom\0\0\0\0isommp42",
        "sparse.mkv": b"\x1a\x45\xdf\xa3",
        "sparse.mp3": b"ID3\x04\0\0\0\0\0\0\xff\xfb\x90\0",
        "sparse.mts": b"G\x40\0\x10",
    }
    for name, data in beginnings.items():
        (folder / name).write_bytes(data)
        os.truncate(folder / name, _SPARSE)
        yield folder / name


def overlapping_archive(path: Path) -> Path:
    """An archive whose parts are all the same bytes, as in bombs that need no depth."""
    data = bytearray(_zipped({"xl/workbook.xml": bytes(4 << 20)}))
    table = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry, count = bytes(data[table:end]), 500
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, count, count, len(entry) * count)
    path.write_bytes(bytes(data[:table]) + entry * count + bytes(tail))
    return path


def _zip(path: Path, parts: dict[str, bytes]) -> Path:
    path.write_bytes(_zipped(parts))
    return path


def _zipped(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return held.getvalue()
