"""The process that reads files for an indexing run. What brings it down costs no run.

It is told on standard input what to read, and writes what it found to standard output. It ends
with the process that started it, and by itself when nothing has been asked of it for a while.
"""

import faulthandler
import importlib
import logging
import os
import queue
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

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
    receive,
    send,
)
from indexer.pulse import Pulse
from indexer.setup import Setup
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job

if TYPE_CHECKING:
    from indexer.pipeline import Finish, Line

IDLE_S = 60.0
"""For so long it waits with its models loaded for another run."""

_SIGNS_EVERY_S = 0.25
_STUCK_S = 120  # in native code that lets no other thread run, and so hears of nothing
_READERS = 2  # at once; more only compete, since decoders and models use every core
_SOON_NEEDED = ("av", "cv2", "PIL.Image", "onnxruntime", "tokenizers", "indexer.pipeline")


class Worker:
    """Reads what it is asked to: some files are read while others are finished by the models."""

    def __init__(self, told: BinaryIO) -> None:
        self._told = told
        self._telling = threading.Lock()
        self._job = Job()
        self._setup: Setup | None = None
        self._line: Line | None = None
        self._under_way: dict[int, Pulse] = {}
        self._reading: queue.SimpleQueue[Read] = queue.SimpleQueue()
        self._finishing: queue.SimpleQueue[tuple[int, Finish]] = queue.SimpleQueue()
        self._measuring: queue.SimpleQueue[Measure] = queue.SimpleQueue()
        self._idle_since = time.monotonic()

    def run(self, asked: BinaryIO) -> None:
        """Until the run that asks is gone."""
        logging.basicConfig(handlers=[_Logged(self._tell)], format="%(message)s")
        for name, work in (
            ("imports", self._import_soon_needed),
            ("signs", self._show_signs),
            ("measure", self._measure),
            ("finish", self._finish),
            *((f"read-{number}", self._read) for number in range(_READERS)),
        ):
            threading.Thread(target=work, name=name, daemon=True).start()
        while True:
            try:
                message = receive(asked)
            except EOFError:
                return
            self._idle_since = time.monotonic()
            match message:
                case Begin(setup):
                    if setup != self._setup:
                        self._setup, self._line = setup, setup.line()
                case Pause(paused):
                    (self._job.pause if paused else self._job.go_on)()
                case Read():
                    self._reading.put(message)
                case Measure():
                    self._measuring.put(message)

    def _import_soon_needed(self) -> None:
        for name in _SOON_NEEDED:
            with suppress(ImportError):  # said by what needs it
                importlib.import_module(name)

    def _tell(self, message: Told) -> None:
        with self._telling, suppress(OSError):  # nobody listens: `run` hears of that, too
            send(self._told, message)

    def _show_signs(self) -> None:
        silence = Path(os.devnull).open("w")  # noqa: SIM115  # for as long as the process lives
        while True:
            faulthandler.dump_traceback_later(_STUCK_S, exit=True, file=silence)
            time.sleep(_SIGNS_EVERY_S)
            under_way = dict(self._under_way)
            if under_way:
                self._idle_since = time.monotonic()
                self._tell(Signs({number: pulse.sign for number, pulse in under_way.items()}))
            elif time.monotonic() - self._idle_since > IDLE_S:
                os._exit(0)

    def _measure(self) -> None:
        from indexer.pipeline import duration_of

        while True:
            asked = self._measuring.get()
            self._begin(asked.number)
            duration_s = duration_of(asked.found)
            self._end(asked.number)
            self._tell(Measured(asked.number, duration_s))

    def _read(self) -> None:
        while True:
            asked = self._reading.get()
            assert self._line is not None  # it is set up before anything is asked of it
            pulse = self._begin(asked.number)
            with self._telling_why(asked.number):
                finish = self._line.read(asked.found, pulse)
                pulse.wait()
                self._finishing.put((asked.number, finish))

    def _finish(self) -> None:
        while True:
            number, finish = self._finishing.get()
            self._under_way[number].go_ahead()
            with self._telling_why(number):
                file = finish()
                self._end(number)
                self._tell(Done(number, file))

    @contextmanager
    def _telling_why(self, number: int) -> Iterator[None]:
        """Inside the block, what ends the run ends only the work on this file here."""
        try:
            yield
        except (RushesError, Cancelled) as error:
            self._end(number)
            self._tell(Broken(error))

    def _begin(self, number: int) -> Pulse:
        self._tell(Begun(number))
        pulse = self._under_way[number] = Pulse(self._job)
        return pulse

    def _end(self, number: int) -> None:
        del self._under_way[number]


class _Logged(logging.Handler):
    """Hands on what is logged: the run has the log."""

    def __init__(self, tell: Callable[[Told], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(Logged(record.name, record.levelno, self.format(record)))


def main() -> None:
    # Ctrl-C is for the run, which then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked, told = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # Nothing here asks the network; what tries at its import whether it could (urllib3) need not.
    socket.has_ipv6 = False
    # Libraries print to the descriptors: nothing of theirs may be taken for a message.
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    Worker(told).run(asked)
    os._exit(0)  # at once, whatever the readers are at


if __name__ == "__main__":
    main()
