"""Who writes into a library, as others are told."""

import json
import os
import shlex
import socket
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from rushes.text import one_line


@dataclass(frozen=True)
class Writer:
    """A process, and what it was started as. `since` is in seconds since 1970."""

    pid: int
    host: str
    command: str
    since: float

    @classmethod
    def from_json(cls, text: str | bytes) -> "Writer":
        """
        Raises:
            ValueError: it is something else.
        """
        try:
            told = json.loads(text)
            host, command = str(told.get("host") or _host()), str(told["command"])
            return cls(int(told["pid"]), host, command, float(told["since"]))
        except (KeyError, TypeError, AttributeError, OverflowError, UnicodeDecodeError) as error:
            raise ValueError(f"not a writer: {error}") from None

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @property
    def told(self) -> str:
        """`process 4711 since 14:02, rushes index /films`; of another machine, where it runs."""
        elsewhere = f" on {one_line(self.host)[:60]}" if self.host != _host() else ""
        try:
            since = f"{datetime.fromtimestamp(self.since):%H:%M}"
        except (OverflowError, ValueError, OSError):
            since = "some time"
        return f"process {self.pid}{elsewhere} since {since}, {one_line(self.command)[:120]}"


def this_process() -> Writer:
    """Itself, from now on."""
    program = Path(sys.argv[0]).name or "python"
    command = shlex.join(["rushes" if "__main__" in program else program, *sys.argv[1:]])
    return Writer(os.getpid(), _host(), command, time.time())


def _host() -> str:
    return socket.gethostname()
