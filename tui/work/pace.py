"""How long a stage still takes, from how fast it went lately."""

import math

from rushes.jobs import Progress

_SOONEST_S = 3.0
_APART_S = 1.0
_MEMORY_S = 30.0


class Pace:
    """Fed with each report of one job; times are seconds on any clock that does not jump.

    The speed is a moving average over half a minute, each second weighing less the longer ago it
    is, so that one file that is quick or slow moves the time left, and does not make it leap.
    """

    def __init__(self) -> None:
        self._stage = ""
        self._began = self._at = 0.0
        self._done = 0.0
        self._speed: float | None = None
        self._resting_since: float | None = None

    def left_s(self, progress: Progress, now: float) -> float | None:
        """Seconds that the stage still takes; None while it cannot be told."""
        self.go_on(now)
        if progress.stage != self._stage or progress.done < self._done:
            self._stage, self._began, self._at = progress.stage, now, now
            self._done, self._speed = progress.done, None
        passed = now - self._at
        if passed >= _APART_S and progress.done > self._done:
            self._learn((progress.done - self._done) / passed, passed)
            self._at, self._done = now, progress.done
        if not progress.total or self._speed is None or now - self._began < _SOONEST_S:
            return None
        # Since the last step that was learned from, work went on that nobody has reported.
        return max(0.0, (progress.total - self._done) / self._speed - (now - self._at))

    def rest(self, now: float) -> None:
        """The job was paused: until the next report, time does not count."""
        if self._resting_since is None:
            self._resting_since = now

    def go_on(self, now: float) -> None:
        """The pause is over."""
        if self._resting_since is not None:
            self._began += now - self._resting_since
            self._at += now - self._resting_since
            self._resting_since = None

    def _learn(self, speed: float, passed: float) -> None:
        weight = 1 - math.exp(-passed / _MEMORY_S)
        # Until the memory is full, all that has been seen weighs the same.
        weight = max(weight, passed / max(passed, self._at + passed - self._began))
        before = speed if self._speed is None else self._speed
        self._speed = before + min(1.0, weight) * (speed - before)
