"""What is told of a library: what a run did to it, and what it holds."""

from dataclasses import dataclass, field
from pathlib import Path

from indexer.rows import Asset
from rushes.library_place import LibraryPlace
from rushes.moment import Kind


@dataclass
class Report:
    """What an indexing run did. `failed` are the files that could not be read, and why.

    `moved` are known by their content and lie elsewhere now, `copies` lie beside another that is
    the same: nothing of either was read again. `restless` were changed a moment ago and may still
    grow: they were left as they are, and so was all that lies on drives that are `away`.
    """

    indexed: int = 0
    unchanged: int = 0
    moved: int = 0
    copies: int = 0
    removed: int = 0
    footage_s: float = 0.0
    took_s: float = 0.0
    failed: list[Asset] = field(default_factory=list)
    restless: list[Path] = field(default_factory=list)
    away: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Status:
    """What a library holds. `left_out` counts by reason what the last run did not take."""

    place: LibraryPlace
    roots: tuple[Path, ...]
    files: dict[Kind, int]
    footage_s: float
    segments: int
    frames: int
    size_bytes: int
    models: tuple[str, ...]
    failed: tuple[Asset, ...]
    left_out: dict[str, int] = field(default_factory=dict)
    tidiness: str = ""  # when it was tidied up, and what of that is to be done
