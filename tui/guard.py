"""The screen belongs to the app: what native libraries print goes into the log."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tui.plain_letters import PLAIN, register_plain


@contextmanager
def guarded(log: Path, only_ascii: bool = False) -> Iterator[None]:
    """Inside the block file descriptors 1 and 2 lead into `log`, and Textual draws as before.

    torch, llama.cpp and FFmpeg write to descriptors and know nothing of `sys.stderr`. Textual draws
    through `sys.__stderr__` or `sys.__stdout__`, by the platform, which get descriptors of their
    own. `only_ascii`: the terminal shows no more than that, and gets what comes nearest.
    """
    outer = sys.__stdout__, sys.__stderr__
    if None in outer:
        yield
        return
    sink = _open(log)
    kept = [os.dup(fd) for fd in (1, 2)]
    inner = [_drawn(os.dup(fd), only_ascii) for fd in (1, 2)]
    try:
        for fd in (1, 2):
            os.dup2(sink, fd)
        sys.__stdout__, sys.__stderr__ = inner  # type: ignore[assignment, misc]
        yield
    finally:
        sys.__stdout__, sys.__stderr__ = outer  # type: ignore[misc]
        for stream in inner:
            stream.close()
        for fd, before in zip((1, 2), kept, strict=True):
            os.dup2(before, fd)
            os.close(before)
        os.close(sink)


def _drawn(fd: int, only_ascii: bool) -> TextIO:
    if not only_ascii:
        return os.fdopen(fd, "w", encoding="utf-8", errors="replace")
    register_plain()
    return os.fdopen(fd, "w", encoding="ascii", errors=PLAIN)


def _open(log: Path) -> int:
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        return os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    except OSError:  # a log that cannot be written must not stop the app
        return os.open(os.devnull, os.O_WRONLY)
