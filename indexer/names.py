"""File names as words, to be searched like any others."""

import re
import unicodedata
from pathlib import Path

from rushes.text import one_line

_FOLDERS = 3  # the nearest folders say something of a file; the far ones are the same for all


def words_of_path(path: Path) -> str:
    """The words of a file's name and its nearest folders: `IMG_0042 LisbonTram` in five words."""
    parts = [*path.parts[1:][-_FOLDERS - 1 : -1], path.stem]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=\D)(?=\d)|(?<=\d)(?=\D)", " ", " ".join(parts))
    return one_line(re.sub(r"[\W_]+", " ", f"{spaced} {path.suffix}"))


def folded(name: str) -> str:
    """A file's or folder's name as the tables hold it, and as it is asked for."""
    name = re.sub("[\ud800-\udfff]", "\ufffd", name)  # a byte that is no text
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
