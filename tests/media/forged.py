"""Damage that knows its format, and gets past the first look: lengths and checksums are right.

Each takes the bytes of a good file and a seeded chance, and gives back other bytes.
"""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from random import Random

from tests.media.damage import DAMAGES, Damage
from tests.media.hostile import png_chunk

_HUGE = (0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x10000000, 0xFFFF, 1 << 20, 1, 0)
_DIGITS = re.compile(rb"(?<![\w.])\d{1,9}(?![\w.])")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_HOLDS_BOXES = frozenset(
    b"moov trak mdia minf stbl edts udta dinf meta iprp ipco stsd moof traf mvex".split()
)


def zip_part(data: bytes, chance: Random) -> bytes:
    """One part of an archive damaged, missing, empty or twice there; the archive is whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    hit = chance.randrange(len(parts))
    name, body = parts[hit]
    match chance.randrange(9):
        case 0:
            parts.pop(hit)
        case 1:
            parts[hit] = (name, b"")
        case 2:
            parts.insert(hit, (name + "x", body))
        case 3:
            parts[hit] = (name, parts[chance.randrange(len(parts))][1])
        case 4:
            parts[hit] = (name, _nested(body, chance))
        case 5:
            parts[hit] = (name, numbers(body, chance))
        case 6:
            parts[hit] = (name, without_attributes(body, chance))
        case _:
            parts[hit] = (name, chance.choice(list(DAMAGES.values()))(body, chance))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts:
            archive.writestr(zipfile.ZipInfo(name), body)
    return held.getvalue()


def zip_table(data: bytes, chance: Random) -> bytes:
    """The table of an archive: sizes, places, methods and how many parts there are."""
    lied = bytearray(data)
    entries = [found.start() for found in re.finditer(rb"PK\x01\x02", data)]
    field = chance.choice((8, 10, 16, 20, 24, 28, 30, 42))
    end = data.rfind(b"PK\x05\x06")
    at = chance.choice(entries) + field if chance.random() < 0.7 else end + chance.choice((10, 16))
    if 0 <= at <= len(data) - 4:
        struct.pack_into("<I", lied, at, chance.choice(_HUGE))
    return bytes(lied)


def numbers(data: bytes, chance: Random) -> bytes:
    """Numbers written as digits: a page count, a column, a size in points."""
    lies = (b"99999999999", b"4294967295", b"2147483648", b"-1", b"0", b"1e400")
    found = list(_DIGITS.finditer(data))
    for match in sorted(chance.sample(found, min(len(found), 3)), key=lambda m: -m.start()):
        data = data[: match.start()] + chance.choice(lies) + data[match.end() :]
    return data


def references(data: bytes, chance: Random) -> bytes:
    """A PDF whose objects lead to each other in circles, or to what is none of the kind."""
    objects = max((int(m[1]) for m in _REFERENCE.finditer(data)), default=1)
    share = chance.choice((0.1, 0.3, 1.0))

    def elsewhere(match: re.Match[bytes]) -> bytes:
        if chance.random() > share:
            return match[0]
        return b"%d 0 R" % chance.randrange(1, objects + 2)

    return _REFERENCE.sub(elsewhere, data)


def without_attributes(data: bytes, chance: Random) -> bytes:
    """XML in which some attributes and elements have other names."""
    names = sorted(set(re.findall(rb"[\w:]+(?==\")|(?<=<)[\w:]+", data)))
    for name in chance.sample(names, min(2, len(names))):
        data = data.replace(name, b"x" + name)
    return data


def png_chunks(data: bytes, chance: Random) -> bytes:
    """Chunks of a PNG with lying fields, in another order or twice; their checksums are right."""
    chunks = list(_png_chunks(data))
    hit = chance.randrange(len(chunks))
    kind, body = chunks[hit]
    match chance.randrange(4):
        case 0:
            chance.shuffle(chunks)
        case 1:
            chunks[hit:hit] = [chunks[hit]] * chance.randrange(1, 9)
        case 2:
            kind, header = chunks[0]
            lied = bytearray(header)
            struct.pack_into(">I", lied, chance.choice((0, 4)), chance.choice(_HUGE))
            chunks[0] = (kind, bytes(lied))
        case _:
            chunks[hit] = (kind, chance.choice(list(DAMAGES.values()))(body, chance))
    return data[:8] + b"".join(png_chunk(kind, body) for kind, body in chunks)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + 8 + size]
        at += 12 + size


def boxes(data: bytes, chance: Random) -> bytes:
    """A box of an MP4, HEIC or AVIF that lies about its size, or a table about its entries."""
    found = list(_boxes(data, 0, len(data)))
    start, size, kind = chance.choice(found)
    if kind == b"mdat" and chance.random() < 0.8:
        start, size, kind = chance.choice(found)
    lied = bytearray(data)
    match chance.randrange(4):
        case 0:
            struct.pack_into(">I", lied, start, chance.choice((*_HUGE, 8, size + 8, size - 8)))
        case 1:
            lied[start + 4 : start + 8] = chance.choice(found)[2]
        case _:
            for _ in range(chance.randrange(1, 4)):
                if size >= 16:
                    at = start + 8 + 4 * chance.randrange((size - 8) // 4)
                    struct.pack_into(">I", lied, at, chance.choice(_HUGE))
    return bytes(lied)


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if not 8 <= size <= end - start:
            return
        yield start, size, kind
        if kind in _HOLDS_BOXES:
            skipped = {b"meta": 12, b"stsd": 16}.get(kind, 8)
            yield from _boxes(data, start + skipped, start + size)
        start += size


def riff(data: bytes, chance: Random) -> bytes:
    """A chunk of a WAV, AVI or WebP that lies: its size, or what stands in its first fields."""
    found = [
        m.start() for m in re.finditer(rb"(?:RIFF|LIST|fmt |data|avih|strh|strf|idx1|VP8)", data)
    ]
    return _lied(data, chance, found, "<I", 60)


def aiff(data: bytes, chance: Random) -> bytes:
    """A chunk of an AIFF, likewise."""
    return _lied(data, chance, [m.start() for m in re.finditer(rb"FORM|COMM|SSND", data)], ">I", 26)


def ebml(data: bytes, chance: Random) -> bytes:
    """An element of a Matroska file: its size, or what stands in it."""
    marks = rb"\x1a\x45\xdf\xa3|\x18\x53\x80\x67|\x15\x49\xa9\x66|\x16\x54\xae\x6b|\x1f\x43\xb6\x75"
    fields = rb"\xb0|\xba|\xb5|\xe1|\x9f|\x44\x89|\x2a\xd7\xb1|\x63\xa2|\x23\xe3\x83|\xa3|\x55\xb0"
    found = [m.start() for m in re.finditer(marks + b"|" + fields, data[:2000])]
    lied = bytearray(data)
    for start in chance.sample(found, min(len(found), chance.randrange(1, 4))):
        at = start + chance.randrange(1, 12)
        lie = chance.choice((b"\x01" + b"\xff" * 7, b"\x08\xff\xff\xff\xff", b"\xff", b"\x80"))
        lied[at : at + len(lie)] = lie
    return bytes(lied)


def tiff(data: bytes, chance: Random) -> bytes:
    """An entry of a TIFF's directory, or where the next directory is: also a circle."""
    order = "<" if data[:2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, first)
    lied = bytearray(data)
    match chance.randrange(4):
        case 0:
            struct.pack_into(f"{order}I", lied, first + 2 + 12 * count, first)
        case 1:
            struct.pack_into(f"{order}H", lied, first, chance.choice((0, 1, 1000, 0xFFFF)))
        case _:
            for _ in range(chance.randrange(1, 4)):
                at = first + 2 + 12 * chance.randrange(count)
                field, form = chance.choice(((0, "H"), (2, "H"), (4, "I"), (8, "I"), (8, "I")))
                mask = 0xFFFF if form == "H" else 0xFFFFFFFF
                lie = chance.choice((*_HUGE, first, chance.randrange(20))) & mask
                struct.pack_into(order + form, lied, at + field, lie)
    return bytes(lied)


def bmp(data: bytes, chance: Random) -> bytes:
    """Width, height, depth, packing and palette of a bitmap."""
    return _fields(data, chance, "<I", (2, 10, 14, 18, 22, 26, 30, 34, 46, 50))


def gif(data: bytes, chance: Random) -> bytes:
    """The screen of a GIF, and the places and sizes of its frames."""
    frames = [m.start() for m in re.finditer(rb"\x2c....", data, re.DOTALL)][:4]
    places = (6, 8, 10, *(start + step for start in frames for step in (1, 3, 5, 7, 9)))
    return _fields(data, chance, "<H", places)


def jpeg(data: bytes, chance: Random) -> bytes:
    """The size of a JPEG, its tables, and the lengths of its segments."""
    found = [m.start() for m in re.finditer(rb"\xff[\xc0-\xc4\xda\xdb\xdd\xe0-\xe2]", data)]
    start = chance.choice(found)
    return _fields(data, chance, ">H", tuple(start + step for step in (2, 4, 5, 7, 9, 11)))


def flac(data: bytes, chance: Random) -> bytes:
    """The block sizes, the rate and the number of samples of a FLAC."""
    start = max(0, data.find(b"fLaC"))
    return _fields(data, chance, ">I", tuple(range(start + 4, start + 40, 2)))


def lines(data: bytes, chance: Random) -> bytes:
    """Text whose lines, cells, brackets or encoding go wrong."""
    text = data.decode("utf-8")
    match chance.randrange(8):
        case 0:
            text = text.replace("\n", " ") * 200
        case 1:
            text = re.sub("[\"'>}]", "", text)
        case 2:
            text = chance.choice(("[", '{"a":', "<div>", "> ", "* ", "(", "```\n")) * 20_000 + text
        case 3:
            return data.decode("utf-8").encode(chance.choice(("utf-16", "utf-16-le", "utf-32")))
        case 4:
            return (
                chance.choice((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0\0")) + data
            )
        case 5:
            text = text.replace("a", chance.choice(("a" + "\u0301" * 3000, "\u202e\0", "\x1b[2J")))
        case 6:
            text = text.replace("utf-8", chance.choice(("utf-16", "utf-7", "idna", "hex", "cp037")))
        case _:
            return text.encode(chance.choice(("cp1252", "cp1251", "shift-jis")), "replace")
    return text.encode("utf-8")


def _nested(body: bytes, chance: Random) -> bytes:
    """Elements or words so deep in each other that a parser runs out of stack."""
    opened = re.findall(rb"<[\w:]+(?: [^<>]*)?(?<!/)>", body) or [b"<a>"]
    one: bytes = chance.choice(opened)
    name: bytes = re.split(rb"[ >]", one[1:])[0]
    depth = chance.choice((300, 5_000))
    at = body.find(one) + len(one) if one in body else 0
    return body[:at] + one * depth + (b"</" + name + b">") * depth + body[at:]


def _lied(data: bytes, chance: Random, found: list[int], form: str, reach: int) -> bytes:
    starts = chance.sample(found, min(len(found), chance.randrange(1, 4)))
    return _fields(data, chance, form, tuple(at + chance.randrange(4, reach, 2) for at in starts))


def _fields(data: bytes, chance: Random, form: str, places: tuple[int, ...]) -> bytes:
    lied = bytearray(data)
    mask = 0xFFFF if form.endswith("H") else 0xFFFFFFFF
    for at in chance.sample(places, min(len(places), chance.randrange(1, 4))):
        if at + struct.calcsize(form) <= len(lied):
            struct.pack_into(form, lied, at, chance.choice(_HUGE) & mask)
    return bytes(lied)


_BOXES = ("mp4", "m4v", "mov", "m4a", "heic", "heif", "avif")
_ZIPS = ("docx", "xlsx", "pptx", "odt", "odp", "epub")


def forgeries(end: str, data: bytes) -> dict[str, Damage]:
    """What can be forged of a file with this ending."""
    if end in _ZIPS:
        return {"part of archive": zip_part, "table of archive": zip_table}
    if end in _BOXES:
        return {"boxes": boxes}
    if end == "pdf":
        return {"references": references, "numbers": numbers}
    if data[:4] == b"RIFF":
        return {"chunks": riff}
    named: dict[str, Callable[[bytes, Random], bytes]] = {
        "png": png_chunks,
        "tif": tiff,
        "tiff": tiff,
        "bmp": bmp,
        "gif": gif,
        "jpg": jpeg,
        "jpeg": jpeg,
        "flac": flac,
        "aif": aiff,
        "aiff": aiff,
        "mkv": ebml,
        "webm": ebml,
        "rtf": numbers,
    }
    if end in named:
        return {"fields": named[end]}
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return {}
    return {"lines": lines, "numbers": numbers}
