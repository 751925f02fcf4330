"""Damage that any file can take: from its bytes and a seeded chance to other bytes."""

from collections.abc import Callable
from random import Random

Damage = Callable[[bytes, Random], bytes]

HEADER = 512
"""Bytes: what most formats say of themselves stands before."""
_LIES = (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80\0\0\0", b"\0\0\0\0")


def cut_tail(data: bytes, chance: Random) -> bytes:
    """An interrupted copy."""
    return data[: chance.randrange(1, max(2, len(data)))]


def cut_head(data: bytes, chance: Random) -> bytes:
    return data[chance.randrange(1, max(2, len(data))) :]


def cut_middle(data: bytes, chance: Random) -> bytes:
    """A block that was never written: what follows moved up."""
    first, last = _stretch(data, chance)
    return data[:first] + data[last:]


def stub(data: bytes, chance: Random) -> bytes:
    """So little that not even a header is whole."""
    return data[: chance.randrange(1, 64)]


def flip_few(data: bytes, chance: Random) -> bytes:
    return _flipped(data, chance, chance.randrange(1, 9), len(data))


def flip_many(data: bytes, chance: Random) -> bytes:
    return _flipped(data, chance, max(8, len(data) // chance.choice((20, 100, 500))), len(data))


def flip_header(data: bytes, chance: Random) -> bytes:
    return _flipped(data, chance, chance.randrange(1, 25), HEADER)


def flip_end(data: bytes, chance: Random) -> bytes:
    """Where zip archives, PDF and QuickTime keep their tables."""
    return _flipped(data[::-1], chance, chance.randrange(1, 25), HEADER)[::-1]


def zeroed(data: bytes, chance: Random) -> bytes:
    """A stretch that a disk gave back empty."""
    first, last = _stretch(data, chance)
    return data[:first] + bytes(last - first) + data[last:]


def noise(data: bytes, chance: Random) -> bytes:
    first, last = _stretch(data, chance)
    return data[:first] + chance.randbytes(last - first) + data[last:]


def repeated(data: bytes, chance: Random) -> bytes:
    first, last = _stretch(data, chance)
    return data[:last] + data[first:last] * chance.randrange(1, 6) + data[last:]


def huge_numbers(data: bytes, chance: Random) -> bytes:
    """Numbers of the header, wherever they are, made as large, small or negative as they go."""
    lied = bytearray(data)
    for _ in range(chance.randrange(1, 5)):
        size = chance.choice((1, 2, 4, 4, 8))
        at = chance.randrange(max(1, min(len(data), HEADER) - size))
        lied[at : at + size] = (chance.choice(_LIES) * 2)[:size]
    return bytes(lied[: len(data)])


def spliced(data: bytes, other: bytes, chance: Random) -> bytes:
    """The beginning of one file and the end of another."""
    first = chance.randrange(1, max(2, len(data)))
    return data[:first] + other[chance.randrange(max(1, len(other))) :]


DAMAGES: dict[str, Damage] = {
    "cut tail": cut_tail,
    "cut head": cut_head,
    "cut middle": cut_middle,
    "stub": stub,
    "few bits flipped": flip_few,
    "many bits flipped": flip_many,
    "header flipped": flip_header,
    "end flipped": flip_end,
    "zeroes": zeroed,
    "noise": noise,
    "repeated": repeated,
    "huge numbers": huge_numbers,
}


def _flipped(data: bytes, chance: Random, count: int, before: int) -> bytes:
    flipped = bytearray(data)
    for _ in range(count if data else 0):
        flipped[chance.randrange(min(before, len(data)))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _stretch(data: bytes, chance: Random) -> tuple[int, int]:
    first = chance.randrange(max(1, len(data)))
    return first, min(len(data), first + chance.randrange(1, max(2, len(data) // 3)))
