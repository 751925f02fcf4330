"""The folders that a library is of, and single files that lie in none of them."""

import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from indexer.readers import kind_of


def deleted_files(roots: Sequence[Path]) -> list[Path]:
    """The roots that were files and are deleted. A folder that is missing is a drive elsewhere."""
    return [
        root
        for root in roots
        if kind_of(root) is not None and root.parent.is_dir() and not os.path.lexists(root)
    ]


def is_away(root: Path, drives: Collection[Path]) -> bool:
    """Whether a folder is not there, or is the empty place of one of the drives, unplugged."""
    if not root.exists():
        return True
    if root not in drives or not root.is_dir() or root.is_mount():
        return False
    with suppress(OSError), os.scandir(root) as entries:
        return next(entries, None) is None
    return False


def is_held(path: Path, roots: Sequence[Path]) -> bool:
    """Whether a root is known already, or a file that is found below one that is."""
    if path in roots:
        return True
    below = (path.relative_to(root).parts for root in roots if path.is_relative_to(root))
    return path.is_file() and any(
        not any(name.startswith(".") for name in names) for names in below
    )
