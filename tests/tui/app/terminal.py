"""The real program in a real terminal: tmux's, with a server of its own."""

import os
import shlex
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.tui.home import RUSHES

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOK_EVERY_S = 0.05
_ENDED = "ended with code "


class Terminal:
    """One pane in which `rushes` runs. What is on it stays when the program has ended."""

    def __init__(self, server: str) -> None:
        self._server = server

    def tmux(self, *words: str) -> str:
        """Run a command of tmux. Returns what it prints."""
        return _tmux(self._server, *words)

    def screen(self) -> str:
        """What is to be read now."""
        return self.tmux("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        self.tmux("send-keys", "-l", text)

    def paste(self, file: Path) -> None:
        """Paste a file's text, in brackets if the program asks for that."""
        self.tmux("load-buffer", str(file))
        self.tmux("paste-buffer", "-p")

    def until(self, is_so: str | Callable[[str], object], seconds: float = 60.0) -> str:
        """Wait for a text, or for something that is so of the screen. Returns the screen.

        Raises:
            TimeoutError: it never was. The text is the screen.
        """
        end_s = time.monotonic() + seconds
        while True:
            screen = self.screen()
            if is_so in screen if isinstance(is_so, str) else is_so(screen):
                return screen
            if time.monotonic() > end_s:
                raise TimeoutError(f"not in {seconds} s: {is_so}\n{screen}")
            time.sleep(_LOOK_EVERY_S)

    def ended(self, seconds: float = 30.0) -> int:
        """Wait for the program's end. Returns its exit code."""
        screen = self.until(_ENDED, seconds)
        return int(screen.partition(_ENDED)[2].split()[0])

    @property
    def is_clean(self) -> bool:
        """Whether the terminal is as programs leave it: the usual screen, with a cursor."""
        state = self.tmux(
            "display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}"
        )
        return state.split() == ["0", "1", "0"]


@contextmanager
def terminal(
    environment: Mapping[str, str],
    folder: Path,
    command: Sequence[str] = RUSHES,
    size: tuple[int, int] = (120, 40),
) -> "Iterator[Terminal]":
    """A command in a terminal of some columns and rows."""
    server = f"rushes-test-{uuid4().hex[:12]}"
    kept = {name: each for name, each in environment.items() if name not in ("TMUX", "COLUMNS")}
    line = f"{shlex.join(command)}; printf '\\n{_ENDED}%d\\n' $?; exec cat"
    columns, rows = map(str, size)
    try:
        _tmux(
            server, "-u", "-f", os.devnull, "new-session", "-d", "-x", columns, "-y", rows,
            "-c", str(folder), "sh", "-c", line,
            environment={**kept, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        yield Terminal(server)
    finally:
        subprocess.run(["tmux", "-L", server, "kill-server"], capture_output=True, check=False)


def _tmux(server: str, *words: str, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        ["tmux", "-L", server, *words],
        capture_output=True, encoding="utf-8", env=environment, timeout=30, check=True,
    )  # fmt: skip
    return done.stdout
