"""Pictures of what is being made, from the command that makes it to the app: small files."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.paths import paths

if TYPE_CHECKING:
    from rushes.encoding import Picture

WIDTH = 480
"""Pixels: more than half blocks can show, and a few kilobytes."""

_LEFT_BEHIND_S = 86_400.0


@contextmanager
def previewing(tell: Callable[[Path], None]) -> Iterator["Callable[[Picture], None]"]:
    """What writes a picture into the cache, and calls `tell` with its path.

    Each has a name of its own, and goes when the next but one comes, the last with the block.
    Those that a killed command left behind go as well.
    """
    folder = paths().cache / "previews"
    _sweep(folder)
    written: list[Path] = []

    def show(picture: "Picture") -> None:
        path = folder / f"{os.getpid()}-{time.monotonic_ns()}.webp"
        try:
            _write(picture, path)
        except OSError:  # a preview is not worth a film
            return
        written.append(path)
        _remove(written, keep=2)
        tell(path)

    try:
        yield show
    finally:
        _remove(written, keep=0)


def _write(picture: "Picture", path: Path) -> None:
    import numpy as np

    from rushes.media import save_thumbnail

    eight_bits = picture if picture.dtype == np.uint8 else picture >> 8
    save_thumbnail(np.ascontiguousarray(eight_bits, np.uint8), path, WIDTH)


def _remove(written: list[Path], keep: int) -> None:
    while len(written) > keep:
        with suppress(OSError):
            written.pop(0).unlink()


def _sweep(folder: Path) -> None:
    with suppress(OSError):
        for path in folder.glob("*.webp"):
            if time.time() - path.stat().st_mtime > _LEFT_BEHIND_S:
                path.unlink()
