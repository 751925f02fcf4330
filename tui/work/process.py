"""One order under way, in a process of its own: what crashes there does not end the app."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from rushes.jobs import Progress
from rushes.text import one_line
from tui.work.telling import CANCEL, GO_ON, PAUSE, PROGRESS

_LONGEST_LINE = 1 << 20
_GRACE_S = 10.0
_NICENESS = 10  # of -20 to 19: a tenth of what the app gets where both want all
_OURS = "rushes: "


class Process:
    """`rushes COMMAND` in a folder, and what it tells."""

    def __init__(
        self,
        command: Sequence[str],
        folder: str,
        on_progress: Callable[[Progress], None],
        on_preview: Callable[[Path], None] | None = None,
    ) -> None:
        self._command = tuple(command)
        self._folder = folder
        self._on_progress = on_progress
        self._on_preview = on_preview
        self.was_cancelled = False
        self._process: asyncio.subprocess.Process | None = None
        self._reason = self._last_line = ""

    async def run(self) -> tuple[int, str]:
        """The exit code, and what it printed, or the line that says why it failed.

        Cancelling the task ends the process.
        """
        pipe = asyncio.subprocess.PIPE
        self._process = process = await asyncio.create_subprocess_exec(
            # -P: what lies in the user's folder is footage, never a module of ours.
            sys.executable, "-P", "-m", "tui", *self._command,
            stdin=pipe, stdout=pipe, stderr=pipe, cwd=self._folder,
            env={**os.environ, PROGRESS: "json", "PYTHONPATH": _search_path()},
            limit=_LONGEST_LINE,
            start_new_session=True,  # Ctrl-C in the terminal is the app's
        )  # fmt: skip
        _give_way(process.pid)
        assert process.stdout is not None and process.stderr is not None
        try:
            printed, _ = await asyncio.gather(process.stdout.read(), self._listen(process.stderr))
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if code in (0, 3):
            return code, printed.decode("utf-8", "replace")
        return code, self._reason or self._last_line or _how_it_ended(code)

    def cancel(self) -> None:
        """Ask it to stop; it is ended if it has not in ten seconds."""
        self.was_cancelled = True
        self._say(CANCEL)
        asyncio.get_running_loop().call_later(_GRACE_S, self._kill)

    def pause(self) -> None:
        self._say(PAUSE)

    def go_on(self) -> None:
        self._say(GO_ON)

    def _say(self, word: str) -> None:
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.write(f"{word}\n".encode())

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        while True:
            try:
                line = (await stream.readline()).decode("utf-8", "replace").strip()
            except ValueError:  # longer than any line of ours
                continue
            if not line:
                if stream.at_eof():
                    return
                continue
            if (progress := _progress(line)) is not None:
                self._on_progress(progress)
            elif (picture := _preview(line)) is not None:
                if self._on_preview is not None:
                    self._on_preview(picture)
            elif line.startswith(_OURS):
                self._reason = one_line(line.removeprefix(_OURS))
            else:  # of a native library, as a rule
                self._last_line = one_line(line)


def _progress(line: str) -> Progress | None:
    try:
        told = json.loads(line)
        return Progress(
            one_line(str(told["stage"])),
            float(told["done"]),
            None if told["total"] is None else float(told["total"]),
            one_line(str(told["note"])),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _preview(line: str) -> Path | None:
    try:
        return Path(str(json.loads(line)["preview"]))
    except (ValueError, KeyError, TypeError):
        return None


def _give_way(pid: int) -> None:
    """Let the app, and whatever else the user does, have the processor first."""
    if hasattr(os, "setpriority"):  # not on Windows
        with suppress(OSError):  # it has ended already
            os.setpriority(os.PRIO_PROCESS, pid, _NICENESS)


def _search_path() -> str:
    """Where Python finds Rushes when it is started in another folder."""
    ours = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"the process ended with code {code}"
    try:
        return f"the process was ended by {signal.Signals(-code).name} (is there memory enough?)"
    except ValueError:
        return f"the process was ended by signal {-code}"
