"""What a library's disk, files or server fail at, said in one sentence wherever it is noticed."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from indexer.storage import Storage
from indexer.whole import DAMAGE, told_damage
from rushes.errors import LibraryError
from rushes.library_place import LibraryPlace

_FULL = {errno.ENOSPC, errno.EDQUOT}
# Lance gives the system's number in its text: of Linux and macOS, and of Windows.
_FULL_TOLD = re.compile(r"os error (?:28|69|122|112|39)\)|no space left on device", re.IGNORECASE)


@contextmanager
def in_a_sentence(storage: Storage) -> Iterator[None]:
    """Inside, a full disk, damaged files and a server that fails are told as a LibraryError."""
    with told_if_damaged(storage.place), told_if_full(storage.place), storage.failures():
        yield


@contextmanager
def told_if_full(place: LibraryPlace) -> Iterator[None]:
    """Inside, a disk that is full is told as a LibraryError. What was committed is whole.

    Raises:
        LibraryError: the disk on which the library lies is full.
    """
    try:
        yield
    except Exception as error:
        if not is_full(error):
            raise
        raise LibraryError(
            f"the disk is full: make room where {place} lies and run it again "
            "(what was finished is in the library)"
        ) from None


def is_full(error: BaseException) -> bool:
    """Whether a write failed because there is no room: Python's or Lance's error."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return isinstance(error, (OSError, RuntimeError)) and bool(_FULL_TOLD.search(str(error)))


@contextmanager
def told_if_damaged(place: LibraryPlace) -> Iterator[None]:
    """Inside, what Lance says of damaged files is told as a LibraryError.

    Raises:
        LibraryError: a file of the library is missing, cut off or garbled.
    """
    try:
        yield
    except DAMAGE as error:
        if not any(mark in str(error) for mark in ("lance error", "Lance file")):
            raise
        raise LibraryError(told_damage(place, error)) from None
