"""One process at a time writes into a library, and says who it is."""

import json
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from rushes.errors import LibraryError
from rushes.text import one_line

_LOOK_EVERY_S = 0.2


def _patiently(held_by: str) -> None:
    """Wait and say nothing."""


@contextmanager
def only_writer(
    folder: Path, wait_s: float = 0.0, waiting: Callable[[str], None] = _patiently
) -> Iterator[None]:
    """Held while a library is written into. The system lets go of it when the process ends.

    While another holds it, `waiting` is told who, several times a second; it may raise to stop.

    Raises:
        LibraryError: another process is writing into the library, for longer than `wait_s`.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder.parent / f".{folder.name}.lock")
    until = time.monotonic() + wait_s
    while True:
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=min(_LOOK_EVERY_S, max(0.0, until - time.monotonic())))
            break
        except Timeout:
            held_by = _holder(folder)
            if time.monotonic() >= until:
                raise LibraryError(
                    f"another `rushes` is writing into {folder} ({held_by}): wait for it, "
                    "or let it be waited for with `rushes index --wait`"
                ) from None
            waiting(held_by)
        except OSError as error:
            raise LibraryError(f"cannot write beside {folder}: {error.strerror}") from None
    try:
        _say_who(folder)
        yield
    finally:
        with suppress(OSError):  # what a crash leaves is only read while another holds the lock
            _note(folder).unlink(missing_ok=True)
        lock.release()


def _say_who(folder: Path) -> None:
    program = Path(sys.argv[0]).name or "python"
    command = shlex.join(["rushes" if "__main__" in program else program, *sys.argv[1:]])
    # A disk that is full does not keep anybody from tidying up.
    with suppress(OSError):
        _note(folder).write_text(
            json.dumps({"pid": os.getpid(), "command": command, "since": time.time()}), "utf-8"
        )


def _holder(folder: Path) -> str:
    """Who writes, as `process 4711 since 14:02, rushes index /films`."""
    try:
        note = json.loads(_note(folder).read_text("utf-8"))
        since = datetime.fromtimestamp(float(note["since"])).strftime("%H:%M")
        return f"process {int(note['pid'])} since {since}, {one_line(str(note['command']))[:120]}"
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return "which has just begun"


def _note(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.holder"
