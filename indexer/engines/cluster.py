"""Reads files on the machines of a Ray cluster, or by several processes of this one.

Workers read and embed; only this process, which asks them, writes into the library.
"""

import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.batches import Results, in_batches
from indexer.engines import ray_itself
from indexer.engines.supervisor import PATIENCE_S
from indexer.pipeline import unread
from indexer.progress import Tracker
from indexer.pulse import Sign
from indexer.rows import IndexedFile
from indexer.scan import Found
from indexer.setup import Setup
from rushes import __version__
from rushes.errors import RushesError
from rushes.jobs import Job

_ASKED = 2  # files that a worker has: it reads one while the other is on its way
_UNCOMMITTED = 128  # results that may wait
_MODEL_PATIENCE_S = 600.0  # as long as a large model may take, or its loading
_TRIES = 2
_MOST_STARTS = 3  # in a row that nothing came of
_TICK_S = 0.1
_SIGNS_EVERY_S = 0.5


class RayEngine:
    """An `Engine`. Without an address Ray is started here, for this run alone."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._run: _Run | None = None
        self._is_there = False

    def prepare(self) -> None:
        """See that the cluster answers, before a library is changed for nothing."""
        if not self._is_there:
            ray_itself.check_there(self._setup.settings.ray_address)
            self._is_there = True

    def run(self, todo: Sequence[Found], job: Job) -> Iterator[list[IndexedFile]]:
        """As every engine does it."""
        if not todo:
            return
        self.prepare()
        results: Results = queue.SimpleQueue()
        self._run = _Run(self._setup, todo, job, results)
        self._run.start()
        try:
            yield from in_batches(results, len(todo), job)
        finally:
            self.close()

    def close(self) -> None:
        """The workers end, and Ray with them if it was started here."""
        if self._run is not None:
            self._run.stop()
            self._run = None


@dataclass
class _Task:
    """A file that a worker has. `since` is when something last came of it."""

    number: int
    found: Found
    sign: Sign | None = None
    since: float = field(default_factory=time.monotonic)


@dataclass(eq=False)
class _Worker:
    """An actor and what it has to answer: that it is ready, a sign of life, and files in order."""

    actor: Any
    ready: Any
    sign: Any = None
    tasks: dict[Any, _Task] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        return self.ready is None


class _Run:
    """Runs in a thread of its own, so that workers have work while results are committed."""

    def __init__(self, setup: Setup, todo: Sequence[Found], job: Job, results: Results) -> None:
        self._setup = setup
        self._waiting = deque(todo)
        self._job = job
        self._results = results
        self._tracker = Tracker(todo, job)
        self._workers: list[_Worker] = []
        self._wanted = 0
        self._tries: Counter[Path] = Counter()
        self._asked = 0
        self._starts = 0
        self._paused = False
        self._signs_at = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go, name="ray", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _go(self) -> None:
        try:
            with ray_itself.connected(self._setup.settings.ray_address):
                try:
                    self._wanted = min(ray_itself.places(), len(self._waiting))
                    self._watch()
                finally:
                    for worker in self._workers:
                        ray_itself.kill(worker.actor)
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            self._results.put(error)

    def _watch(self) -> None:
        while not (self._over.is_set() or self._job.cancelled):
            if not (self._waiting or any(worker.tasks for worker in self._workers)):
                return
            self._keep_up()
            if self._paused != self._job.paused:
                self._pause()
            if not self._paused:
                self._give_work()
            self._hear()
            self._look_after()

    def _keep_up(self) -> None:
        while len(self._workers) < self._wanted:
            actor = ray_itself.reader(self._setup)
            self._workers.append(_Worker(actor, actor.check.remote(__version__)))
        if not any(worker.is_ready for worker in self._workers):
            self._job.report("waiting for Ray's workers", 0, None)

    def _pause(self) -> None:
        self._paused = self._job.paused
        for worker in self._workers:
            ray_itself.beside(worker.actor.pause).remote(self._paused)

    def _give_work(self) -> None:
        for worker in sorted(self._workers, key=lambda each: len(each.tasks)):
            while worker.is_ready and len(worker.tasks) < _ASKED and self._waiting:
                if self._results.qsize() >= _UNCOMMITTED:  # they are held in memory
                    return
                # What has brought a worker down is tried where nothing else waits.
                if self._tries[self._waiting[0].path] and worker.tasks:
                    break
                found = self._waiting.popleft()
                self._asked += 1
                answer = worker.actor.read.remote(self._asked, found)
                worker.tasks[answer] = _Task(self._asked, found)

    def _hear(self) -> None:
        owners = {
            answer: worker
            for worker in self._workers
            for answer in (worker.ready, worker.sign, *worker.tasks)
            if answer is not None
        }
        for answer in ray_itself.ready(list(owners), _TICK_S):
            worker = owners[answer]
            if worker not in self._workers:  # it went down just now
                continue
            try:
                told = ray_itself.told(answer)
            except ray_itself.WentDown as down:
                self._went_down(worker, f"reading it brought its worker down ({down})")
                continue
            if isinstance(told, RushesError):
                raise type(told)(f"a worker of Ray cannot read: {told}")
            if answer == worker.ready:
                worker.ready = None
            elif answer == worker.sign:
                worker.sign = None
                self._note(worker, told)
            else:
                self._finish(worker.tasks.pop(answer).found, told)
                for task in worker.tasks.values():  # their turn has come
                    task.since = time.monotonic()

    def _note(self, worker: _Worker, told: tuple[int, Sign] | None) -> None:
        for task in worker.tasks.values():
            if told is not None and told[0] == task.number and told[1] != task.sign:
                task.sign, task.since = told[1], time.monotonic()
                self._tracker.watched(task.found, told[1].watched_s)

    def _finish(self, found: Found, file: IndexedFile) -> None:
        self._starts = 0
        self._tracker.finished(found, file.asset.duration_s)
        self._results.put(file)

    def _look_after(self) -> None:
        """Ask for signs of life, and end a worker that gives none."""
        now = time.monotonic()
        if now - self._signs_at < _SIGNS_EVERY_S:
            return
        if self._paused or now - self._signs_at > 10 * _SIGNS_EVERY_S:  # it slept, or waited
            for task in (task for worker in self._workers for task in worker.tasks.values()):
                task.since = now
        self._signs_at = now
        for worker in tuple(self._workers):
            first = next(iter(worker.tasks.values()), None)
            if first is None:
                continue
            in_model = first.sign is None or first.sign.in_model  # or it loads one
            patience_s = _MODEL_PATIENCE_S if in_model else PATIENCE_S
            if now - first.since > patience_s:
                self._went_down(worker, f"nothing came of it for {patience_s:.0f} s")
            elif worker.sign is None:
                worker.sign = ray_itself.beside(worker.actor.sign).remote()

    def _went_down(self, worker: _Worker, reason: str) -> None:
        """Its first file may be why, and is tried once more elsewhere; the others are not."""
        ray_itself.kill(worker.actor)
        self._workers.remove(worker)
        found = [task.found for task in worker.tasks.values()]
        self._starts += 1
        if self._starts > _MOST_STARTS + self._wanted:
            raise RushesError(f"Ray's workers do not stay up ({reason})")
        self._waiting.extendleft(reversed(found[1:]))
        for first in found[:1]:
            self._tries[first.path] += 1
            if self._tries[first.path] < _TRIES:
                self._waiting.append(first)
            else:
                self._finish(first, unread(first, f"{reason}: is it damaged?"))
