"""What the app says of a folder before it is put into the library."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.paths import expanded
from rushes.text import lasting, one_line, sized

if TYPE_CHECKING:
    from indexer.forecast import Forecast

_NAMES = (
    ("video", "film", "films"),
    ("audio", "recording", "recordings"),
    ("image", "picture", "pictures"),
    ("pdf", "PDF", "PDFs"),
    ("slides", "slide show", "slide shows"),
    ("document", "document", "documents"),
)


def folder_of(text: str) -> Path | None:
    """The folder that was typed, None if nothing was."""
    typed = text.strip()
    if not typed:
        return None
    return expanded(typed).absolute()


def refusal(folder: Path, library: Path) -> str:
    """Why a folder cannot be put into a library, in one line; "" if it can."""
    try:
        if not folder.exists():
            return "there is no such folder (is the drive plugged in?)"
        if not folder.is_dir():
            return "that is a file: name the folder that it is in"
        if not os.access(folder, os.R_OK | os.X_OK):
            return "it may not be read: check its permissions"
        if folder.resolve().is_relative_to(expanded(library).resolve()):
            return "that is where the library itself lies: choose another folder"
    except OSError as error:
        return f"it cannot be looked at: {error.strerror}"
    return ""


def told(look: "Forecast") -> list[str]:
    """What lies in a folder and how long it takes, in lines."""
    files = {str(kind): count for kind, count in look.files.items()}
    counts = [
        f"{files[kind]:,} {one if files[kind] == 1 else many}"
        for kind, one, many in _NAMES
        if files.get(kind)
    ]
    if not counts:
        lines = ["there is nothing in it that Rushes reads"]
    else:
        lines = [", ".join(counts)]
        about = "about " if look.is_guessed else ""
        size = sized(look.size_bytes)
        lines.append(
            f"{about}{lasting(look.footage_s)} of footage, {size}" if look.footage_s else size
        )
        lines.append(_takes(look.takes_s))
    if look.closed:
        lines.append(f"{look.closed:,} may not be read or are links elsewhere")
    return lines


def completed(text: str) -> str | None:
    """What was typed, completed to the first folder that begins so, None if there is none."""
    if not text.strip():
        return None
    head, separator, begun = text.rpartition(os.sep)
    try:
        place = expanded(f"{head}{separator}" or ".")
        with os.scandir(place) as entries:
            names = sorted(
                entry.name
                for entry in entries
                if entry.name.startswith(begun)
                and (begun or not entry.name.startswith("."))
                and entry.is_dir()
            )
    except (OSError, RuntimeError, ValueError):
        return None
    names = [name for name in names if one_line(name) == name]
    return f"{head}{separator}{names[0]}{os.sep}" if names else None


def _takes(takes_s: tuple[float, float] | None) -> str:
    if takes_s is None:
        return "how long it takes can be told once it has begun"
    least, most = map(lasting, takes_s)
    number, unit = least.split()
    shared = number if unit == most.split()[1] else least
    span = least if least == most else f"{shared} to {most}"
    return f"takes about {span}; you can search meanwhile"
