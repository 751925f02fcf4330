"""`rushes roots`: the folders of a library, listed and taken out."""

from collections.abc import Sequence
from pathlib import Path

from indexer.library import Library
from rushes.text import one_line
from tui.progress import run_with_progress
from tui.show import print_json


def show_roots(library: Library, as_json: bool) -> None:
    """
    Raises:
        LibraryError: there is a library that cannot be read.
    """
    roots, away = library.roots(), library.away()
    if as_json:
        print_json([{"path": str(root), "is_there": root not in away} for root in roots])
        return
    for root in roots:
        told = "  (not there: is the drive plugged in?)" if root in away else ""
        print(f"{one_line(str(root))}{told}")
    if not roots:
        print("no folder yet: run `rushes index FOLDER`")


def remove_roots(library: Library, roots: Sequence[Path], as_json: bool) -> None:
    """
    Raises:
        RushesError: one is not a folder of the library, or it cannot be written.
    """
    count = run_with_progress(lambda job: library.remove_roots(roots, job))
    if as_json:
        print_json({"removed": count})
    else:
        print(f"{count} files taken out of the library; none was deleted")
