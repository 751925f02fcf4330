"""A stage of the line: a model with a short queue before it, fed by all files that are read."""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from rushes.errors import Cancelled, RushesError

In = TypeVar("In")
Out = TypeVar("Out")

_LOOK_EVERY_S = 0.1


class Stage(Generic[In, Out]):
    """What waits goes through the model together, whichever file it is of.

    `work` takes up to `at_once` things and gives as many results, in their order. It runs in
    `threads` threads of its own, which end with the process. No more than `waiting` things wait:
    who brings more is held up, so that memory stays flat.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Sequence[In]], Sequence[Out]],
        at_once: int,
        waiting: int,
        threads: int = 1,
    ) -> None:
        self._name = name
        self._work = work
        self._at_once = at_once
        self._waiting: queue.Queue[tuple[In, Future[Out]]] = queue.Queue(waiting)
        self._threads = threads
        self._starting = threading.Lock()
        self._started = False

    def put(self, thing: In, check: Callable[[], None]) -> "Future[Out]":
        """Hand something in. `check` is called while the queue is full and may raise to stop."""
        self._start()
        future: Future[Out] = Future()
        while True:
            try:
                self._waiting.put((thing, future), timeout=_LOOK_EVERY_S)
            except queue.Full:
                check()
            else:
                return future

    def _start(self) -> None:
        with self._starting:
            if not self._started:
                self._started = True
                for number in range(self._threads):
                    name = f"{self._name}-{number}"
                    threading.Thread(target=self._run, name=name, daemon=True).start()

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            try:
                while len(batch) < self._at_once:
                    batch.append(self._waiting.get_nowait())
            except queue.Empty:
                pass
            self._pass(batch)

    def _pass(self, batch: "list[tuple[In, Future[Out]]]") -> None:
        try:
            results = self._work([thing for thing, _ in batch])
        except Exception as error:  # noqa: BLE001  # raised again where the result is asked for
            if len(batch) > 1 and not isinstance(error, (RushesError, Cancelled)):
                for each in batch:  # one file's picture is not to fail those of others
                    self._pass([each])
                return
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)
