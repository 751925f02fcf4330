"""What a library says of itself: what made it, of which folders it is, and where its tables lie."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from indexer.schema import SCHEMA_VERSION
from rushes.errors import LibraryError
from rushes.library_place import LibraryPlace

RECORD = "library.json"
TABLES = "tables"
"""Where they lie if the record does not say, and what every folder of tables begins with."""


@dataclass(frozen=True)
class Recipe:
    """What makes a library what it is. Two libraries of unlike recipes cannot be mixed."""

    text: str
    pictures: str | None
    speech: str | None
    ocr: str | None
    passage_words: int
    frame_every_s: float

    def differences(self, other: "Recipe") -> list[str]:
        """What differs, as "speech: whisper-tiny-en, now whisper-small"."""
        mine, theirs = asdict(self), asdict(other)
        return [
            f"{name.replace('_', ' ')}: {mine[name] or 'none'}, now {theirs[name] or 'none'}"
            for name in mine
            if mine[name] != theirs[name]
        ]


@dataclass(frozen=True)
class Record:
    """`left_out` counts by reason what the last run did not take of each root.

    `tables` is the folder of the tables in use. Written at once with all else, it is what makes
    others of them the library's: nothing needs to be renamed, which a bucket cannot do. `drives`
    are the places in the roots where a drive was mounted when it was last looked there.
    """

    recipe: Recipe
    roots: tuple[Path, ...] = ()
    left_out: Mapping[Path, Mapping[str, int]] = field(default_factory=dict)
    tables: str = TABLES
    drives: tuple[Path, ...] = ()

    @classmethod
    def from_json(cls, text: bytes, place: LibraryPlace) -> "Record":
        """
        Raises:
            LibraryError: it is of another format, or damaged. `place` is where it was read.
        """
        try:
            told = json.loads(text)
            version = told["schema"]
            if version != SCHEMA_VERSION:
                raise LibraryError(
                    f"the library in {place} has format {version}, this Rushes reads "
                    f"{SCHEMA_VERSION}: index again into a new --library, or use the other Rushes"
                )
            return cls(
                Recipe(**told["recipe"]),
                tuple(_path_of(root) for root in told["roots"]),
                {_path_of(root): counts for root, counts in told["left_out"].items()},
                tables_of(told),
                tuple(_path_of(drive) for drive in told.get("drives", ())),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LibraryError(f"cannot read {RECORD} of {place}: {error}") from None

    def to_json(self) -> bytes:
        told = {
            "schema": SCHEMA_VERSION,
            "recipe": asdict(self.recipe),
            "tables": self.tables,
            # Bytes in hexadecimal: a folder's name need not be text.
            "roots": [os.fsencode(root).hex() for root in self.roots],
            "drives": [os.fsencode(drive).hex() for drive in self.drives],
            # Nobody can count it without looking through the folders again.
            "left_out": {os.fsencode(r).hex(): dict(n) for r, n in self.left_out.items()},
        }
        return json.dumps(told, indent=1).encode()


def tables_of(told: Mapping[str, Any]) -> str:
    """The folder of the tables that a record of any format names.

    Raises:
        ValueError: it is none of a library's.
    """
    name = told.get("tables", TABLES)
    if not isinstance(name, str) or not name.startswith(TABLES) or "/" in name or "\\" in name:
        raise ValueError(f"it has no tables {name!r}")
    return name


def _path_of(text: str) -> Path:
    return Path(os.fsdecode(bytes.fromhex(text)))
