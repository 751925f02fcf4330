"""What a library holds, in words."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.errors import RushesError
from rushes.text import lasting, one_line
from tui.labels import home

if TYPE_CHECKING:
    from indexer.library import Library
    from indexer.report import Status

_AWAY = "not there: is the drive plugged in? What is known of it is found all the same"


@dataclass(frozen=True)
class Root:
    """A folder of the library, which may be on a drive that is elsewhere."""

    path: Path
    is_there: bool

    @property
    def shown(self) -> str:
        return home(self.path)

    @property
    def told(self) -> str:
        return self.shown if self.is_there else f"{self.shown}  {_AWAY}"


@dataclass(frozen=True)
class Holding:
    """A library as the screen tells of it. `failed` are paths with the reason, each in one line."""

    place: str
    roots: tuple[Root, ...]
    lines: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


def holding(library: "Library", is_watched: bool) -> Holding:
    """Read it. A library that cannot be read says so in its lines."""
    place = home(library.place)
    try:
        if not library.is_there:
            lines = ("there is no library yet: press a to put a folder in",)
            return Holding(place, (), lines, ())
        held, away = library.status(), library.away()
    except RushesError as error:
        return Holding(place, (), (one_line(str(error)),), ())
    except OSError as error:  # its drive went away
        return Holding(place, (), (f"cannot read {place}: {error.strerror}",), ())
    return Holding(
        place,
        tuple(Root(root, root not in away) for root in held.roots),
        _lines(held, is_watched),
        tuple((one_line(str(each.path)), one_line(each.error or "")) for each in held.failed),
    )


def _lines(held: "Status", is_watched: bool) -> tuple[str, ...]:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(held.files.items()))
    footage = f"; {lasting(held.footage_s)} of footage" if held.footage_s else ""
    watched = "on: what changes in the folders is put in" if is_watched else "off (w switches)"
    return (
        f"files   {kinds or 'none'}{footage}",
        f"index   {held.segments:,} stretches of words, {held.frames:,} pictures, "
        f"{held.size_bytes / 1e6:,.1f} MB",
        f"models  {one_line(', '.join(held.models))}",
        f"watch   {watched}",
    )
