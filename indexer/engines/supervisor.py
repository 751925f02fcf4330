"""Looks after a worker: gives it files, and gives up on those that bring it down or to a halt."""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from indexer.batches import Results
from indexer.engines.messages import (
    Begin,
    Begun,
    Broken,
    Done,
    Logged,
    Measure,
    Measured,
    Pause,
    Read,
    Signs,
    Told,
)
from indexer.engines.process import Process
from indexer.pipeline import unread
from indexer.progress import Tracker
from indexer.pulse import Sign
from indexer.rows import IndexedFile
from indexer.scan import Found
from indexer.setup import Setup
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.moment import Kind

PATIENCE_S = 30.0
"""For so long nothing may come of a file."""

MOST_BYTES = 2_400_000_000
"""What reading may take, the models included that the starter profile has."""

_MODEL_PATIENCE_S = 600.0  # a large model on a slow processor, with minutes of speech
_QUIET_S = 5.0  # a worker that lives shows signs several times a second
_TICK_S = 0.1
_READ_AHEAD = 16  # files that the worker has, so that it never waits for one
_MEASURE_AHEAD = 16
_UNCOMMITTED = 128  # results that may wait
_MOST_STARTS = 3  # in a row that nothing came of

log = logging.getLogger(__name__)


@dataclass
class _Task:
    """A file that the worker has. `begun` tells that it may be why the worker went down.

    `alone` tells that it may have been before, and has the worker for itself.
    """

    number: int
    found: Found
    measure: bool = False
    alone: bool = False
    begun: bool = False
    sign: Sign = field(default=Sign(0, 0.0, False))
    silent_s: float = 0.0

    @property
    def patience_s(self) -> float:
        return _MODEL_PATIENCE_S if self.sign.in_model else PATIENCE_S

    @property
    def is_over(self) -> bool:
        return self.silent_s > self.patience_s


class Supervisor:
    """Runs in a thread of its own, so that the worker has work while results are committed."""

    def __init__(
        self,
        process: Process,
        setup: Setup,
        todo: Sequence[Found],
        job: Job,
        tracker: Tracker,
        results: Results,
    ) -> None:
        self._process = process
        self._setup = setup
        self._job = job
        self._tracker = tracker
        self._results = results
        self._waiting = deque(todo)
        self._unmeasured = deque(each for each in todo if _has_length(each))
        self._suspects: deque[Found] = deque()  # of bringing the worker down: tried one at a time
        self._tasks: dict[int, _Task] = {}
        self._asked = 0
        self._starts = 0
        self._quiet_s = 0.0  # since the worker has said anything
        self._paused = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> Process | None:
        """Returns the worker, if it is at rest; else it is ended."""
        self._over.set()
        self._thread.join(1.0)
        if not self._tasks and self._process.is_alive and not self._paused:
            return self._process
        self._process.end()
        return None

    def _run(self) -> None:
        try:
            self._process.ask(Begin(self._setup))
            self._watch()
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            self._results.put(error)

    def _watch(self) -> None:
        looked = time.monotonic()
        while not (self._over.is_set() or self._job.cancelled):
            if self._paused != self._job.paused:
                self._paused = self._job.paused
                self._process.ask(Pause(self._paused))
            if not self._paused:
                self._give_work()
            if not (self._tasks or self._waiting or self._suspects):
                return
            try:
                self._hear(self._process.told.get(timeout=_TICK_S))
                while True:
                    self._hear(self._process.told.get_nowait())
            except queue.Empty:
                pass
            if (passed_s := time.monotonic() - looked) >= _TICK_S:
                looked += passed_s
                # Not more than it seems: this process may have been stopped, or the machine.
                self._look_after(0.0 if self._paused else min(passed_s, 2 * _TICK_S))

    def _give_work(self) -> None:
        if self._suspects:
            if not self._tasks:
                self._ask(self._suspects.popleft(), alone=True)
            return
        reading = sum(not task.measure for task in self._tasks.values())
        while self._unmeasured and len(self._tasks) - reading < _MEASURE_AHEAD:
            self._ask(self._unmeasured.popleft(), measure=True)
        # What nobody has committed yet is held in memory.
        while self._waiting and reading < _READ_AHEAD and self._results.qsize() < _UNCOMMITTED:
            self._ask(self._waiting.popleft())
            reading += 1

    def _ask(self, found: Found, measure: bool = False, alone: bool = False) -> None:
        self._asked += 1
        self._tasks[self._asked] = _Task(self._asked, found, measure, alone)
        self._process.ask((Measure if measure else Read)(self._asked, found))

    def _hear(self, message: Told | None) -> None:
        self._quiet_s = 0.0
        match message:
            case None:
                self._went_down()
            case Begun(number):
                self._tasks[number].begun = True
            case Signs(of):
                for number, sign in of.items():
                    self._note(number, sign)
            case Measured(number, duration_s):
                self._starts = 0
                self._tracker.measured(self._tasks.pop(number).found, duration_s)
            case Logged(logger, level, text):
                logging.getLogger(logger).log(level, "%s", text)
            case Done(number, file):
                self._starts = 0
                self._finish(self._tasks.pop(number).found, file)
            case Broken(error):
                raise error

    def _note(self, number: int, sign: Sign) -> None:
        task = self._tasks.get(number)
        if task is None or task.sign == sign:  # it was done just before
            return
        if sign.watched_s != task.sign.watched_s:
            self._tracker.watched(task.found, sign.watched_s)
        task.sign, task.silent_s = sign, 0.0

    def _finish(self, found: Found, file: IndexedFile) -> None:
        self._tracker.finished(found, file.asset.duration_s)
        self._results.put(file)

    def _look_after(self, passed_s: float) -> None:
        self._quiet_s += passed_s
        begun = [task for task in self._tasks.values() if task.begun]
        for task in begun:
            if not task.sign.waits or self._quiet_s > _QUIET_S:
                task.silent_s += passed_s
        if silent := [task for task in begun if task.is_over]:
            self._process.end()
            reason = f"nothing came of it for {silent[0].patience_s:.0f} s (is it damaged?)"
            # One that holds up all others shows as all of them.
            self._blame(silent, reason, is_sure=len(silent) == 1)
        elif begun and self._process.resident_bytes() > self._most_bytes:
            self._process.end()
            needs = f"reading it takes more than {self._most_bytes / 1e9:.1f} GB of memory"
            self._blame(begun, f"{needs} (is it damaged?)")

    @property
    def _most_bytes(self) -> int:
        choice = self._setup.choice
        named = (choice.text, choice.pictures, choice.speech, choice.ocr)
        larger = [each for each in named if each and "starter" not in each.profiles]
        return MOST_BYTES + 2 * sum(each.size_bytes for each in larger)

    def _went_down(self) -> None:
        why = self._process.why_ended()
        log.warning("the process that reads files went down: %s", why)
        begun = [task for task in self._tasks.values() if task.begun]
        if self._tasks and not begun:  # without a task it was at rest for long: tables are joined
            self._starts += 1
        if self._starts > _MOST_STARTS:
            raise RushesError(
                f"the process that reads files does not stay up ({why}): `rushes doctor` may "
                "say what is missing"
            )
        self._blame(begun, f"reading it brought its decoder down ({why}): is it damaged?")

    def _blame(self, suspected: Sequence[_Task], reason: str, is_sure: bool = False) -> None:
        """Begin anew with another worker, and without the files that are surely to blame.

        Those that may be are tried again, each by itself.
        """
        self._hear_out()
        accused = [each for each in suspected if self._tasks.get(each.number) is each]
        pending = {task.found.path for task in self._tasks.values() if not task.measure}
        pending.update(found.path for found in self._waiting)
        others = [each for each in self._tasks.values() if each not in accused]
        self._tasks.clear()
        for task in accused:
            if task.found.path not in pending:
                continue  # only its length was asked for, when all else of it was known
            pending.remove(task.found.path)
            with suppress(ValueError):
                self._waiting.remove(task.found)
            if is_sure or task.alone:
                self._finish(task.found, unread(task.found, reason))
            else:
                self._suspects.append(task.found)
        for task in reversed(others):
            if task.measure:
                self._unmeasured.appendleft(task.found)
            elif task.found.path in pending:
                (self._suspects if task.alone else self._waiting).appendleft(task.found)
        self._process = Process()
        self._process.ask(Begin(self._setup))
        self._paused = False

    def _hear_out(self) -> None:
        """What the worker said before it ended."""
        with suppress(queue.Empty):
            while (message := self._process.told.get(timeout=0.5)) is not None:
                self._hear(message)


def _has_length(found: Found) -> bool:
    return found.kind in (Kind.AUDIO, Kind.VIDEO) and not found.error and found.size_bytes > 0
