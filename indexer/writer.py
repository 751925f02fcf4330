"""One process at a time writes into a library."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rushes.errors import LibraryError


@contextmanager
def only_writer(folder: Path, wait_s: float = 0.0) -> Iterator[None]:
    """
    Raises:
        LibraryError: another process is writing into the library, for longer than `wait_s`.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder.parent / f".{folder.name}.lock", timeout=wait_s)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise LibraryError(f"another `rushes index` is at work on {folder}: wait for it") from None
    except OSError as error:
        raise LibraryError(f"cannot write beside {folder}: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()
