"""The folders that a library is of, and single files that lie in none of them."""

import os
from collections.abc import Sequence
from pathlib import Path

from indexer.readers import kind_of


def deleted_files(roots: Sequence[Path]) -> list[Path]:
    """The roots that were files and are deleted. A folder that is missing is a drive elsewhere."""
    return [
        root
        for root in roots
        if kind_of(root) is not None and root.parent.is_dir() and not os.path.lexists(root)
    ]


def is_held(path: Path, roots: Sequence[Path]) -> bool:
    """Whether a root is known already, or a file that is found below one that is."""
    if path in roots:
        return True
    below = (path.relative_to(root).parts for root in roots if path.is_relative_to(root))
    return path.is_file() and any(
        not any(name.startswith(".") for name in names) for names in below
    )
