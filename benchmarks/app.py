"""The app in a terminal: first paint, typing while it indexes, searching, scrolling, at rest."""

import asyncio
import fcntl
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contact_sheet import many, measure
from benchmarks.place import Place
from indexer.library import Library
from rushes.settings import load_settings

_SIZE = (40, 120)  # rows, columns
_DEADLINE_S = 60.0
_KEYS = 40
_REST_S = 20.0
_ASKED = re.compile(rb"\x1b\[c")  # what are you? A terminal answers at once
_PAINTED = b"or / for commands"
_RUSHES = (sys.executable, "-m", "tui")
_A_BARE_APP = """
from textual.app import App
from textual.widgets import Header, Input, Footer
class Bare(App):
    def compose(self):
        yield from (Header(), Input(placeholder="bare", id="bare"), Footer())
Bare().run()
"""
_BARE = ((sys.executable, "-c", _A_BARE_APP), b"bare")


def run(place: Place) -> None:
    """Over a library of the benchmarks' footage and a few hundred notes."""
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch) / "library"
        place.rushes("index", place.media / "footage", "--library", library)
        os.environ["RUSHES_HOME"] = str(place.home)  # where the models are
        starts, bare = (
            statistics.median(_first_paint(command, sign) for _ in range(5))
            for command, sign in (((*_RUSHES, "--library", str(library)), _PAINTED), _BARE)
        )
        print(f"  first paint           {starts:.2f} s (limit 1.0), ", end="")
        print(f"{starts / bare:.2f} times a bare Textual app's ({bare:.2f} s)")
        with Terminal(*_RUSHES, "--library", str(library)) as app:
            app.wait_for(_PAINTED)
            time.sleep(14.0)  # models are loaded beside, and then the cursor holds still
            print(f"  at rest               {100 * app.load(_REST_S):.1f} % of a core (limit 1)")
            print(f"  a key, at rest        {_told(app.keys(_KEYS))}")
            app.type("/search people riding bicycles\r")
            app.wait_for(b"found")
            print(f"  memory after a search {app.memory_mb():.0f} MB (limit 600)")
            app.type("\x1bOQ")  # F2: back to the prompt
            redo = ["index", "--redo", "--library", str(library)]
            busy = subprocess.Popen(
                [sys.executable, "-m", "tui", *redo],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={**os.environ, "RUSHES_PROGRESS": "json"},  # as the app runs it
            )  # fmt: skip
            time.sleep(3.0)
            print(f"  a key, while indexing {_told(app.keys(_KEYS))} (limit 50)")
            busy.kill()
            busy.wait()
        place.rushes("index", place.media / "footage", "--library", library)
        held = Library(load_settings(library=library))
        held.search("warm", limit=1)
        took = []
        for question in ("a bicycle", "kind:video", "people in the street", "taxi", "red"):
            before = time.perf_counter()
            held.search(question, limit=500)
            took.append(1000 * (time.perf_counter() - before))
        print(f"  a search, warm        {statistics.median(took):.0f} ms (limit 150)")
        steps = asyncio.run(measure(many(held, 10_000)))
        print(
            f"  10,000 moments        {steps.step_ms:.0f} ms a step, {steps.row_ms:.0f} ms a row, "
            f"worst {max(steps.step_worst_ms, steps.row_worst_ms):.0f} ms"
        )


class Terminal:
    """The app in a pseudo terminal, which answers what it is asked."""

    def __init__(self, *command: str) -> None:
        self._seen = bytearray()
        self._grew = threading.Condition()
        self._command = command

    def __enter__(self) -> "Terminal":
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
        plain = {key: value for key, value in os.environ.items() if key not in ("TMUX", "STY")}
        self._fd = ours
        self._process = subprocess.Popen(
            self._command,
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            env={**plain, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        )  # fmt: skip
        os.close(theirs)
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._fd)

    def type(self, text: str) -> int:
        """Type, and return how much had been drawn before."""
        with self._grew:
            drawn = len(self._seen)
        os.write(self._fd, text.encode())
        return drawn

    def wait_for(self, what: bytes, after: int = 0) -> None:
        deadline = time.monotonic() + _DEADLINE_S
        with self._grew:
            while what not in self._seen[after:]:
                left = deadline - time.monotonic()
                if left <= 0 or not self._grew.wait(left):
                    raise TimeoutError(f"{what!r} was not drawn")

    def keys(self, count: int) -> list[float]:
        """Milliseconds until each of so many keys is on the screen."""
        took = []
        for number in range(count):
            letter = chr(ord("a") + number % 26)
            before = time.perf_counter()
            drawn = self.type(letter)
            self.wait_for(letter.encode(), drawn)
            took.append(1000 * (time.perf_counter() - before))
            time.sleep(0.05)
        for _ in range(count):
            self.type("\x7f")
        time.sleep(0.5)
        return took

    def load(self, seconds: float) -> float:
        """The part of a core that it uses."""
        before = self._processor_s()
        time.sleep(seconds)
        return (self._processor_s() - before) / seconds

    def memory_mb(self) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (kilobytes,) = re.findall(r"VmRSS:\s+(\d+) kB", status)
        return int(kilobytes) / 1000

    def _processor_s(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _read(self) -> None:
        while True:
            try:
                select.select([self._fd], [], [])
                data = os.read(self._fd, 1 << 16)
            except OSError:  # it is closed
                return
            if _ASKED.search(data):
                os.write(self._fd, b"\x1b[?62;22c")
            with self._grew:
                self._seen += data
                self._grew.notify_all()


def _first_paint(command: Sequence[str], sign: bytes) -> float:
    before = time.perf_counter()
    with Terminal(*command) as app:
        app.wait_for(sign)
        return time.perf_counter() - before


def _told(took: list[float]) -> str:
    return f"{statistics.median(took):.0f} ms, worst {max(took):.0f} ms"
