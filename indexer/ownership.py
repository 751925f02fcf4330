"""What in a library's place is its own, told by the shape of its names: no more is ever touched."""

import re

from indexer.record import RECORD, TABLES
from indexer.storage import Storage

THUMBNAILS = "thumbnails"
"""The folder of pictures, each named by the id of its file and its number."""

_TABLES = re.compile(rf"{TABLES}(-[0-9a-f]{{8}})?")
_ROWS = re.compile(rf"{_TABLES.pattern}/\w+\.lance/.*")
_PICTURE = re.compile(rf"{THUMBNAILS}/[0-9a-f]{{2}}/[0-9a-f]{{32}}-\d{{5,}}\.webp(\.part)?")
_AT_TOP = re.compile(rf"{re.escape(RECORD)}\.part|writer\.json")


def is_tables(entry: str) -> bool:
    """Whether a folder at the top holds tables, in use or not."""
    return _TABLES.fullmatch(entry) is not None


def is_picture(name: str) -> bool:
    """Whether a file is a thumbnail, or one that was being written."""
    return _PICTURE.fullmatch(name) is not None


def is_own(storage: Storage, entry: str) -> bool:
    """Whether a file or a folder at the top, with all that is in it, was written by a library."""
    if names := storage.names(entry):
        return all(is_picture(name) or _ROWS.fullmatch(name) for name in names)
    return is_tables(entry) or entry == THUMBNAILS or _AT_TOP.fullmatch(entry) is not None
