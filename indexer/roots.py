"""The folders that a library is of, and single files that lie in none of them."""

import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.readers import kind_of

if TYPE_CHECKING:
    from indexer.store import Store


def deleted_files(roots: Sequence[Path], drives: Collection[Path], store: "Store") -> list[Path]:
    """The roots of a library that were files and are deleted, not on a drive that is elsewhere.

    A folder that is missing is one that is elsewhere.
    """
    missing = [root for root in roots if kind_of(root) is not None and _is_missing(root, drives)]
    files = {copy.path for each in store.assets_at(missing) if each.kind for copy in each.places}
    return [root for root in missing if root in files]


def _is_missing(path: Path, drives: Collection[Path]) -> bool:
    """Whether the folder of a file is there without it."""
    try:
        path.lstat()
    except FileNotFoundError:
        return not any(is_away(each, drives) for each in path.parents)
    except OSError:
        pass  # nobody can tell
    return False


def is_away(root: Path, drives: Collection[Path]) -> bool:
    """Whether a folder is not there, or is the empty place of one of the drives, unplugged."""
    try:
        if not root.exists():
            return True
        if root not in drives or not root.is_dir() or root.is_mount():
            return False
    except OSError:  # a mount whose server is gone
        return True
    with suppress(OSError), os.scandir(root) as entries:
        return next(entries, None) is None
    return False
