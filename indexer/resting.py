"""Files that change, until they have come to rest."""

import stat
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_LATEST = 3  # times the rest, after which nothing is waited for with what is gone


@dataclass(frozen=True)
class _State:
    """What is looked at to tell whether something still changes: of a folder its time alone."""

    size_bytes: int
    mtime_ns: int


class Resting:
    """What was touched, each until its size and time have stayed the same for `rest_s`.

    What is gone rests, too, once it has stayed away so long, and as long as anything else waits, up
    to three times that: a file that is moved leaves one place and appears in another, and both are
    to be looked at together. Safe to use from several threads.
    """

    def __init__(self, rest_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest_s = rest_s
        self._clock = clock
        self._since: dict[Path, tuple[_State | None, float]] = {}
        self._at_work = threading.Lock()

    def __bool__(self) -> bool:
        """Whether anything is waited for."""
        return bool(self._since)

    def touch(self, paths: Iterable[Path]) -> None:
        """Something has happened to them, or may happen yet."""
        with self._at_work:
            for path in paths:
                state = _state(path)
                known = self._since.get(path)
                if known is None or known[0] != state:
                    self._since[path] = state, self._clock()

    def rested(self) -> list[Path]:
        """What has come to rest, in order of its name; it is told once."""
        done: list[Path] = []
        gone: list[tuple[Path, float]] = []
        others_wait = False
        with self._at_work:
            now = self._clock()
            for path, (before, since) in self._since.items():
                state = _state(path)
                if state != before:
                    self._since[path] = state, now
                    others_wait |= state is not None
                elif now - since < self._rest_s:
                    others_wait |= state is not None
                elif state is None:
                    gone.append((path, now - since))
                else:
                    done.append(path)
            latest_s = _LATEST * self._rest_s
            done += [path for path, away_s in gone if not others_wait or away_s >= latest_s]
            for path in done:
                del self._since[path]
        return sorted(done)


def _state(path: Path) -> _State | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    if stat.S_ISDIR(status.st_mode):
        return _State(0, status.st_mtime_ns)
    return _State(status.st_size, status.st_mtime_ns)
