"""The first line: which library, what it holds, and what answers."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from rushes.text import one_line

if TYPE_CHECKING:
    from indexer.report import Status

_NAMES = (
    ("video", "film"),
    ("image", "picture"),
    ("audio", "recording"),
    ("pdf", "PDF"),
    ("slides", "slide show"),
    ("document", "document"),
)


class TopLine(Static):
    """Rushes, the library's name, and how much of each kind is in it."""

    DEFAULT_CSS = """
    TopLine { height: 1; padding: 0 1; background: $panel; text-wrap: nowrap; }
    """

    has_files = False
    """Whether it tells of any."""

    def show(self, held: "Status | None") -> None:
        """Tell what the library holds."""
        self.has_files = held is not None and bool(held.files)
        told: list[str | tuple[str, str]] = [("Rushes", "bold $primary"), "  "]
        if held is None:
            told.append(("no library yet", "$text-muted"))
        else:
            told.append((one_line(held.place.name), "bold"))
            told.append((f"  {contents(held)}", "$text-muted"))
            if held.failed:
                told.append((f"  {len(held.failed)} could not be read", "$text-warning"))
        self.update(Content.assemble(*told))


def contents(held: "Status") -> str:
    """The files by kind, and the length of what plays."""
    files = {str(kind): count for kind, count in held.files.items()}
    told = [_count(files[kind], name) for kind, name in _NAMES if files.get(kind)]
    if held.footage_s:
        minutes = held.footage_s / 60
        told.append(f"{minutes:.0f} min" if minutes >= 1 else f"{held.footage_s:.0f} s")
    return ", ".join(told) or "nothing yet"


def _count(number: int, name: str) -> str:
    return f"{number} {name}" + ("" if number == 1 else "s")
