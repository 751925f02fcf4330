"""What a file is, wherever it lies: a mark of its content, and comparing two files byte by byte."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from rushes.moment import Kind

SAMPLE_BYTES = 64 * 1024
"""Read at the head, in the middle and at the tail of a file; a shorter one is read whole."""

_BLOCK_BYTES = 4 * 1024 * 1024
_READ_ALIKE = frozenset((Kind.IMAGE, Kind.AUDIO, Kind.VIDEO))  # whatever the ending


def mark_of(path: Path, kind: Kind | None, size_bytes: int) -> str | None:
    """A mark that two files share if they hold the same and are read alike; None if unreadable.

    It is a hash of the size, three samples, and how the file is read: a document's ending says
    so, a recording or picture does itself. Long files that differ between the samples share it
    too: see `is_sampled`.
    """
    manner = kind if kind in _READ_ALIKE else path.suffix.lower()
    digest = hashlib.blake2b(f"{manner} {size_bytes} ".encode(), digest_size=16)
    starts = [0]
    if is_sampled(size_bytes):
        starts = [0, (size_bytes - SAMPLE_BYTES) // 2, size_bytes - SAMPLE_BYTES]
    try:
        with path.open("rb") as file:
            for start in starts:
                file.seek(start)
                digest.update(file.read(SAMPLE_BYTES if len(starts) > 1 else size_bytes))
    except OSError:
        return None  # what is wrong with it is said when it is read
    return digest.hexdigest()


def is_sampled(size_bytes: int) -> bool:
    """Whether the mark of a file of that size leaves parts of it out."""
    return size_bytes > 3 * SAMPLE_BYTES


def are_equal(one: Path, other: Path, check: Callable[[], None]) -> bool:
    """Whether two files hold the same, False if one cannot be read. `check` may raise to stop."""
    try:
        with one.open("rb") as first, other.open("rb") as second:
            while True:
                check()
                block = first.read(_BLOCK_BYTES)
                if block != second.read(_BLOCK_BYTES):
                    return False
                if not block:
                    return True
    except OSError:
        return False
