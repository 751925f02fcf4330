"""A disk that is full while a library is written: said in one sentence, wherever it is noticed."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from rushes.errors import LibraryError
from rushes.library_place import LibraryPlace

_FULL = {errno.ENOSPC, errno.EDQUOT}
# Lance gives the system's number in its text: of Linux and macOS, and of Windows.
_FULL_TOLD = re.compile(r"os error (?:28|69|122|112|39)\)|no space left on device", re.IGNORECASE)


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
