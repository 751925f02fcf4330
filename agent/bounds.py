"""Where the agent may read and write: the library's folders, and one folder for what it makes."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from rushes.errors import RushesError
from rushes.paths import expanded
from rushes.text import one_line


@dataclass(frozen=True)
class Bounds:
    """`roots` may be read from, `output` written to. Links are followed before it is decided."""

    roots: tuple[Path, ...]
    output: Path

    def readable(self, text: str) -> Path:
        """The file that is meant: an absolute path, or one below a root or the output folder.

        Raises:
            RushesError: it is not there, or lies elsewhere.
        """
        path = path_of(text)
        places = (*self.roots, self.output)
        candidates = [path] if path.is_absolute() else [place / path for place in places]
        for candidate in candidates:
            if _lies_in(candidate, places) and _exists(candidate):
                return candidate
        if not any(_lies_in(candidate, places) for candidate in candidates):
            raise RushesError(f"{_shown(text)} is outside the library's folders")
        raise RushesError(f"there is no {_shown(text)} in the library's folders")

    def writable(self, text: str) -> Path:
        """The file that is to be made, below the output folder.

        Raises:
            RushesError: it would lie elsewhere.
        """
        path = path_of(text)
        candidate = path if path.is_absolute() else self.output / path
        if not _lies_in(candidate, (self.output,)):
            raise RushesError(f"{_shown(text)} is outside {one_line(str(self.output))}")
        return candidate


def path_text(path: Path) -> str:
    """A path as text that any program can read: a name that is no text as a file: address."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return path.as_uri()
    return str(path)


def path_of(text: str) -> Path:
    """What `path_text` wrote, or a path as a person types it.

    Raises:
        RushesError: it cannot be a path.
    """
    if "\0" in text or not text.strip():
        raise RushesError("no file is named")
    if text.startswith("file://"):
        text = os.fsdecode(unquote_to_bytes(urlsplit(text).path))
    return expanded(text)


def _lies_in(path: Path, places: Iterable[Path]) -> bool:
    try:
        real = path.resolve()
        return any(real.is_relative_to(place.resolve()) for place in places)
    except (OSError, RuntimeError, ValueError):  # a loop of links, a name that is too long
        return False


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _shown(text: str) -> str:
    return one_line(text)[:120]
