"""Damage done on purpose to finished videos: headers that lie, missing ends, trimmed starts."""

import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

PARENTS = (b"moov", b"trak", b"mdia", b"edts")


def lie_about_length(path: Path, factor: float) -> None:
    """Make every header of an mp4, mov or mkv say `factor` times its true length.

    FFmpeg sets an mp4 right from its sample table, and believes a mkv.
    """
    data = bytearray(path.read_bytes())
    if path.suffix == ".mkv":
        # Duration: identifier 0x4489, then its size, then a double.
        at = data.index(b"\x44\x89\x88") + 3
        struct.pack_into(">d", data, at, struct.unpack_from(">d", data, at)[0] * factor)
    for kind, body in _boxes(bytes(data)):
        if kind in (b"mvhd", b"mdhd", b"tkhd", b"elst"):
            at = body + {b"mvhd": 16, b"mdhd": 16, b"tkhd": 20, b"elst": 8}[kind]
            length = struct.unpack_from(">I", data, at)[0]
            struct.pack_into(">I", data, at, round(length * factor))
    path.write_bytes(data)


def trim_start(path: Path, seconds: Fraction) -> None:
    """Have an mp4's edit list skip its first `seconds`, as phones and editors trim clips."""
    data = bytearray(path.read_bytes())
    movie_scale = 1
    edit = 0
    for kind, body in _boxes(bytes(data)):
        if kind == b"mvhd":
            movie_scale = struct.unpack_from(">I", data, body + 12)[0]
            length = struct.unpack_from(">I", data, body + 16)[0]
            struct.pack_into(">I", data, body + 16, length - round(seconds * movie_scale))
        elif kind == b"elst":
            edit = body + 8
        elif kind == b"mdhd":  # comes after the track's edit list
            scale = struct.unpack_from(">I", data, body + 12)[0]
            length, start = struct.unpack_from(">Ii", data, edit)
            length -= round(seconds * movie_scale)
            struct.pack_into(">Ii", data, edit, length, start + round(seconds * scale))
    path.write_bytes(data)


def cut_off(path: Path, keep: float) -> None:
    """Keep only the first part of a file, as an interrupted copy does.

    With `{"movflags": "faststart"}` an mp4 has its header in front and still opens.
    """
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * keep)])


def _boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int]]:
    """The boxes of an mp4 and where each one's body begins, parents before children."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if size < 8:  # none of ours: the last box, or a 64-bit size
            return
        yield kind, start + 8
        if kind in PARENTS:
            yield from _boxes(data, start + 8, start + size)
        start += size
