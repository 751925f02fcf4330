"""One process at a time writes into a library, and says who it is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from indexer.storage import Lock, Storage
from rushes.errors import LibraryError
from rushes.stopping import before_stop

_LOOK_EVERY_S = 0.1
_BRIEFLY_S = 0.5  # what describes shots holds it for a moment at a time


def _patiently(held_by: str) -> None:
    """Wait and say nothing."""


@contextmanager
def only_writer(
    storage: Storage, wait_s: float = 0.0, waiting: Callable[[str], None] = _patiently
) -> Iterator[Lock]:
    """Held while a library is written into.

    While another holds it, `waiting` is told who, several times a second; it may raise to stop.
    Whether another that wrote into a bucket lives is only known after some seconds: for these it
    is waited in any case.

    Raises:
        LibraryError: another process is writing into the library, for longer than `wait_s`.
    """
    lock = storage.lock()
    until = time.monotonic() + max(wait_s, _BRIEFLY_S)
    while (holder := lock.attempt()) is not None:
        if holder.lives and time.monotonic() >= until:
            raise LibraryError(
                f"another `rushes` is writing into {storage.place} ({holder.who}): wait for it, "
                "or let it be waited for with `rushes index --wait`"
            )
        waiting(holder.who)
        time.sleep(_LOOK_EVERY_S)
    try:
        with before_stop(lock.release):
            yield lock
    finally:
        lock.release()
