"""Opens a file in the player or viewer that the system has, where something was found."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from rushes.errors import RushesError
from rushes.moment import clock
from rushes.text import one_line

_DOCUMENTS = frozenset({".pdf"})


def open_at(path: Path, start_s: float | None = None, page: int | None = None) -> str:
    """Open a file at a second or on a page, as well as what is installed can.

    What was opened is said in one line: `mpv: bikes.mp4 at 00:00:03`. It runs on its own.

    Raises:
        RushesError: the file is gone, or there is nothing that opens it.
    """
    name = one_line(path.name)
    if not path.exists():
        raise RushesError(f"cannot open {name}: the file is gone (is its drive connected?)")
    path = path.absolute()  # no name begins with a dash then
    for program, arguments, goes_there in _ways(path, start_s, page):
        found = shutil.which(program)
        if found is None:
            continue
        try:
            _start([found, *arguments])
        except OSError:
            continue
        return f"{program}: {name}{_where(start_s, page) if goes_there else ''}"
    if sys.platform == "win32":
        os.startfile(path)
        return f"{name}, with its own program"
    raise RushesError(f"cannot open {name}: no player found (install mpv or VLC)")


_Way = tuple[str, list[str], bool]


def _ways(path: Path, start_s: float | None, page: int | None) -> Iterator[_Way]:
    """Programs with their arguments, the best first; and whether they go to the place."""
    file = str(path)
    if path.suffix.lower() in _DOCUMENTS and page is not None:
        for program, of_page in _VIEWERS.items():
            yield program, of_page(file, page), True
    elif start_s is not None:
        for program, of_second in _PLAYERS.items():
            yield program, of_second(file, f"{max(0.0, start_s):.3f}"), True
    placed = start_s is None and page is None
    if sys.platform == "darwin":
        yield "open", [file], placed
    elif sys.platform != "win32":
        yield "xdg-open", [file], placed
        yield "gio", ["open", file], placed


_PLAYERS: dict[str, Callable[[str, str], list[str]]] = {
    "mpv": lambda file, start: [f"--start={start}", "--force-window=yes", "--", file],
    "iina": lambda file, start: [f"--mpv-start={start}", file],
    "vlc": lambda file, start: [f"--start-time={start}", file],
    "ffplay": lambda file, start: ["-loglevel", "error", "-ss", start, "-i", file],
}
_VIEWERS: dict[str, Callable[[str, int], list[str]]] = {
    "evince": lambda file, page: ["-i", str(page), file],
    "okular": lambda file, page: ["-p", str(page), file],
    "zathura": lambda file, page: ["-P", str(page), file],
    "mupdf": lambda file, page: [file, str(page)],
}


def _start(command: list[str]) -> None:
    """Without a terminal: what a player prints or reads must not come between us and ours."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Somebody has to take note of its end.
    threading.Thread(target=process.wait, name="player", daemon=True).start()


def _where(start_s: float | None, page: int | None) -> str:
    if page is not None:
        return f", page {page}"
    return "" if start_s is None else f" at {clock(max(0.0, start_s))}"
