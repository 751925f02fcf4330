"""A worker process as its run sees it: asked, listened to, looked after, ended."""

import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress

from indexer.engines.messages import Asked, Told, receive, send
from indexer.setup import Setup

_COMMAND = (sys.executable, "-P", "-m", "indexer.engines.worker")


class Process:
    """One worker. It begins to load what it will need as soon as it is made."""

    def __init__(self) -> None:
        self.setup: Setup | None = None
        self.told: queue.SimpleQueue[Told | None] = queue.SimpleQueue()
        """What it says; None, once, when it has ended."""
        self._popen = subprocess.Popen(
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        threading.Thread(target=self._listen, name="indexer-worker", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_alive(self) -> bool:
        return self._popen.poll() is None

    def ask(self, message: Asked) -> None:
        """One that has ended hears nothing: `told` says so."""
        assert self._popen.stdin is not None
        with suppress(OSError, ValueError):
            send(self._popen.stdin, message)  # type: ignore[arg-type]

    def resident_bytes(self) -> int:
        """How much memory it takes now, 0 if it has ended."""
        import psutil

        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def end(self) -> None:
        """Whatever it is at. One that the system does not let go of is left to the system."""
        self._popen.kill()
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(0.5)

    def why_ended(self) -> str:
        """As "SIGSEGV", or "exit status 1"."""
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(0.5)
        status = self._popen.returncode
        if status is None or status >= 0:
            return f"exit status {status}"
        try:
            return signal.Signals(-status).name
        except ValueError:
            return f"signal {-status}"

    def _listen(self) -> None:
        assert self._popen.stdout is not None
        with suppress(EOFError, OSError, ValueError):
            while True:
                self.told.put(receive(self._popen.stdout))  # type: ignore[arg-type]
        self.told.put(None)
