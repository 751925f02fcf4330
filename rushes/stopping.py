"""What has to be done yet when the program ends in the middle of its work."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_GRACE_S = 1.0
_acts: dict[object, Callable[[], object]] = {}


@contextmanager
def before_stop(act: Callable[[], object]) -> Iterator[None]:
    """If the program ends inside the block, `act` is called. What it raises is passed over."""
    key = object()
    _acts[key] = act
    try:
        yield
    finally:
        _acts.pop(key, None)


def stop() -> None:
    """To be called before the program ends without its threads. It takes a second at most."""
    thread = threading.Thread(target=_act, name="stopping", daemon=True)
    thread.start()
    thread.join(_GRACE_S)


def _act() -> None:
    for act in reversed(tuple(_acts.values())):  # of the last block first
        with suppress(Exception):
            act()
