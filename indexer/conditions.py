"""Conditions of SQL over the tables of a library, for ids and for paths."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path


def any_of(column: str, ids: Sequence[str]) -> str:
    """Ids are our own hexadecimal digits, so they need no quoting."""
    return f"{column} IN ({', '.join(repr(each) for each in ids)})"


def lies_at(paths: Iterable[Path]) -> str:
    """A path is one of these. Its bytes are written in hexadecimal: it need not be text."""
    return f"path IN ({', '.join(_literal(os.fsencode(path)) for path in paths)})"


def at_or_below(place: Path) -> str:
    """A path is this one, or begins with it and a separator."""
    path, separator = os.fsencode(place), os.fsencode(os.sep)
    after = bytes([separator[0] + 1])
    return (
        f"path = {_literal(path)} OR "
        f"(path > {_literal(path + separator)} AND path < {_literal(path + after)})"
    )


def _literal(content: bytes) -> str:
    return f"X'{content.hex()}'"
