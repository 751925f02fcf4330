"""How pictures can be drawn in the terminal that Rushes runs in."""

import io
import os
import re
import sys
import time
from collections.abc import Mapping
from typing import Literal

Protocol = Literal["auto", "kitty", "sixel", "blocks", "none"]

_ASKED = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[16t\x1b[c"
"""May you show Kitty's pictures, how large is a cell, what are you? All answer the last."""

_CELL = re.compile(rb"\x1b\[6;(\d+);(\d+)t")
_ANSWERED = re.compile(rb"\x1b\[\?([\d;]*)c")
_PATIENCE_S = 1.0  # a line over SSH across an ocean; what came later would be taken for typing
_SIXEL = b"4"


def protocol_for(wanted: Protocol) -> Protocol:
    """The protocol to use; for "auto" the terminal is asked, so call it before the app starts.

    Multiplexers hand pictures on in part or not at all, and answer for a terminal that may be
    another one tomorrow: inside them "auto" means half blocks.
    """
    if wanted in ("blocks", "none"):
        return wanted
    if wanted == "auto" and (is_multiplexed(os.environ) or sys.platform == "win32"):
        return "blocks"
    answer = b"" if sys.platform == "win32" else _answer()
    protocol = chosen(answer, os.environ) if wanted == "auto" else wanted
    if protocol in ("kitty", "sixel"):
        _import_quietly(_cell_size(answer))
    return protocol


def is_multiplexed(environment: Mapping[str, str]) -> bool:
    """Whether tmux, screen or Zellij is between us and the terminal, here or before SSH."""
    term = environment.get("TERM", "")
    between = any(environment.get(name) for name in ("TMUX", "STY", "ZELLIJ"))
    return between or term.startswith(("tmux", "screen"))


def chosen(answer: bytes, environment: Mapping[str, str]) -> Protocol:
    """What a terminal that answered so can show.

    Kitty's pictures are placed by characters, which few of those know that know the protocol
    (Konsole and WezTerm do not): the two that do are known by name.
    """
    if environment.get("TERM", "") in ("dumb", "linux", "vt100", "vt220"):
        return "blocks"
    known = environment.get("TERM", "") in ("xterm-kitty", "xterm-ghostty")
    if known and b"_Gi=31;OK" in answer:
        return "kitty"
    attributes = _ANSWERED.search(answer)
    if attributes is not None and _SIXEL in attributes[1].split(b";"):
        return "sixel"
    return "blocks"


def _import_quietly(cell: tuple[int, int] | None) -> None:
    """Import textual-image, which would ask the terminal and wait for a tenth of a second only.

    What comes later, as over a slow line, would be taken for typing.
    """
    real, sys.__stdout__ = sys.__stdout__, io.StringIO()  # type: ignore[misc, assignment]
    try:
        import textual_image.widget  # noqa: F401
        from textual_image._terminal import CellSize, get_cell_size
    finally:
        sys.__stdout__ = real  # type: ignore[misc]
    if cell is not None:
        get_cell_size._result = CellSize(*cell)  # type: ignore[attr-defined]


def _cell_size(answer: bytes) -> tuple[int, int] | None:
    """A cell's width and height in pixels, as the terminal or the system says."""
    said = _CELL.search(answer)
    if said is not None and int(said[1]) and int(said[2]):
        return int(said[2]), int(said[1])
    try:
        import fcntl
        import struct
        import termios

        packed = fcntl.ioctl(sys.__stdout__.fileno(), termios.TIOCGWINSZ, b"\0" * 8)  # type: ignore[union-attr]
    except (ImportError, OSError, ValueError, AttributeError):
        return None
    rows, columns, width, height = struct.unpack("4H", packed)
    return (width // columns, height // rows) if width and height and columns and rows else None


def _answer() -> bytes:
    """What the terminal says, all of it: nothing is left to be read as typing."""
    import select
    import termios
    import tty

    answer = b""
    try:
        into, out = sys.__stdin__.fileno(), sys.__stdout__.fileno()  # type: ignore[union-attr]
        if not (os.isatty(into) and os.isatty(out)):
            return answer
        before = termios.tcgetattr(into)
    except (OSError, ValueError, AttributeError, termios.error):
        return answer
    try:
        tty.setcbreak(into, termios.TCSANOW)
        os.write(out, _ASKED.encode())
        until = time.monotonic() + _PATIENCE_S
        while _ANSWERED.search(answer) is None and (left := until - time.monotonic()) > 0:
            if select.select([into], [], [], left)[0]:
                answer += os.read(into, 1024)
    except OSError:
        return b""
    finally:
        termios.tcsetattr(into, termios.TCSANOW, before)
    return answer
