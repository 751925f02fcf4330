"""What a library holds of a file, and how it lies in the tables."""

import os
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indexer.embed.encoders import Tag
from indexer.names import folded, words_of_path
from indexer.segments import Origin
from rushes.facts import Colour, Facts, Move, ShotSize, Sound
from rushes.moment import Kind

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]
"""A row as LanceDB takes and gives it."""


@dataclass(frozen=True)
class Copy:
    """A place of a file, and when it was changed there."""

    path: Path
    mtime_ns: int


@dataclass(frozen=True)
class Asset:
    """One file of the library. `error` says why it could not be read; then it has no rows.

    `synthetic` is True if it says that a machine made it: what says nothing may have been, too.
    `content` is the mark by which it is known wherever it lies (indexer/content.py), and `copies`
    are its places beside the first.
    """

    id: str
    path: Path
    kind: Kind | None
    size_bytes: int
    mtime_ns: int
    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    fps: Fraction | None = None
    created: str | None = None
    synthetic: bool | None = None
    error: str | None = None
    content: str | None = None
    copies: tuple[Copy, ...] = ()

    @property
    def places(self) -> tuple[Copy, ...]:
        """Wherever it lies; there is one place at least."""
        return (Copy(self.path, self.mtime_ns), *self.copies)

    def at(self, places: Sequence[Copy]) -> "Asset":
        """The same file with these places."""
        first, *others = places
        return replace(self, path=first.path, mtime_ns=first.mtime_ns, copies=tuple(others))

    def seen_at(self, path: Path) -> "Asset":
        """The same file with this one of its places as the first."""
        return self.at(sorted(self.places, key=lambda copy: copy.path != path))

    @property
    def at_hand(self) -> "Asset":
        """The same file with a place first at which it is now: a copy's drive may be elsewhere."""
        if not self.copies or os.path.lexists(self.path):
            return self
        there = (copy.path for copy in self.copies if os.path.lexists(copy.path))
        return self.seen_at(next(there, self.path))


@dataclass(frozen=True)
class SegmentRow:
    """Words with their place. `word_times` holds start and end of each word of `text`, in s.

    `facts` are those of the shot in which most of it lies, `length_s` is that shot's length; of
    a recording without pictures, its own.
    """

    text: str
    origin: Origin
    vector: NDArray[np.float32]
    start_s: float | None = None
    end_s: float | None = None
    page: int | None = None
    heading: str | None = None
    word_times: Sequence[float] = ()
    facts: Facts = field(default=Facts())
    length_s: float | None = None


@dataclass(frozen=True)
class FrameRow:
    """A picture with its place. `thumbnail` is what is shown of it, a small WebP.

    `shot` is the number of its shot in the film, from 0; a long shot has several frames.
    `likeness` is what near duplicates are told by (indexer/likeness.py).
    """

    vector: NDArray[np.float32] | None
    tags: Sequence[Tag] = ()
    start_s: float | None = None
    end_s: float | None = None
    at_s: float | None = None
    page: int | None = None
    thumbnail: bytes | None = None
    facts: Facts = field(default=Facts())
    length_s: float | None = None
    shot: int | None = None
    likeness: bytes | None = None


@dataclass(frozen=True)
class IndexedFile:
    """Everything that is known of one file."""

    asset: Asset
    segments: Sequence[SegmentRow] = field(default=())
    frames: Sequence[FrameRow] = field(default=())


def new_id() -> str:
    return uuid.uuid4().hex


def asset_row(asset: Asset) -> Row:
    return {
        "id": asset.id,
        "path": os.fsencode(asset.path),
        "name_words": " ".join(dict.fromkeys(words_of_path(c.path) for c in asset.places)),
        **_file_facts(asset),
        "length_s": asset.duration_s,
        "rate": str(asset.fps) if asset.fps else None,
        "size_bytes": asset.size_bytes,
        "mtime_ns": asset.mtime_ns,
        "created": asset.created,
        "error": asset.error,
        "content": asset.content,
        "also_at": [os.fsencode(copy.path) for copy in asset.copies] or None,
        "also_mtimes_ns": [copy.mtime_ns for copy in asset.copies] or None,
    }


def asset_of(row: Row, paths: Mapping[bytes, Path] = MappingProxyType({})) -> Asset:
    """The file of a row. `paths` are some that there are already: making one costs more than all
    the rest, and comparing two that are not one object does, too.
    """
    return Asset(
        id=row["id"],
        path=paths.get(row["path"]) or Path(os.fsdecode(row["path"])),
        kind=Kind(row["kind"]) if row["kind"] else None,
        size_bytes=row["size_bytes"],
        mtime_ns=row["mtime_ns"],
        duration_s=row["length_s"],
        width=row["width"],
        height=row["height"],
        fps=Fraction(row["rate"]) if row["rate"] else None,
        created=row["created"],
        synthetic=row["synthetic"],
        error=row["error"],
        content=row["content"],
        copies=tuple(
            Copy(Path(os.fsdecode(path)), mtime_ns)
            for path, mtime_ns in zip(
                row["also_at"] or (), row["also_mtimes_ns"] or (), strict=True
            )
        ),
    )


SEEN = ("id", "path", "kind", "rate", "synthetic", "also_at", "also_mtimes_ns")
"""The columns of a file of which a moment tells; each more takes a read for each file."""

_UNSEEN: Row = {
    "size_bytes": 0, "mtime_ns": 0, "length_s": None, "width": None, "height": None,
    "created": None, "error": None, "content": None,
}  # fmt: skip


def seen_of(row: Row) -> Asset:
    """The file of a row of which only `SEEN` was read: all else is as if it were not known."""
    return asset_of({**_UNSEEN, **row})


def segment_rows(file: IndexedFile) -> list[Row]:
    about = _file_facts(file.asset)
    return [
        {
            **about,
            **_place(file.asset, row),
            "origin": row.origin,
            "heading": row.heading,
            "text": row.text,
            "word_times": list(row.word_times) or None,
            "vector": row.vector,
        }
        for row in file.segments
    ]


def thumbnails(file: IndexedFile) -> dict[str, bytes]:
    """The thumbnails of a file by their names, which are paths below a library's folder of them."""
    return {
        thumbnail_name(file.asset, number): row.thumbnail
        for number, row in enumerate(file.frames)
        if row.thumbnail is not None
    }


def thumbnail_name(asset: Asset, number: int) -> str:
    return f"{asset.id[:2]}/{asset.id}-{number:05d}.webp"


def frame_rows(file: IndexedFile) -> list[Row]:
    about = _file_facts(file.asset)
    return [
        {
            **about,
            **_place(file.asset, row),
            "at_s": row.at_s,
            "shot": row.shot,
            "thumbnail": thumbnail_name(file.asset, i) if row.thumbnail is not None else None,
            "labels": [tag.label.casefold() for tag in row.tags] or None,
            "label_scores": [tag.score for tag in row.tags] or None,
            "likeness": row.likeness,
            "described_by": None,
            "vector": row.vector,
        }
        for i, row in enumerate(file.frames)
    ]


FACTS = (
    "size", "moves", "speed", "people", "sound", "colours", "sharpness", "exposure", "shake",
    "brightness", "warmth", "motion", "usable_start_s", "usable_end_s", "synthetic",
)  # fmt: skip
"""The columns that `facts_of` needs."""


def facts_of(row: Mapping[str, Any]) -> Facts:
    """The facts in a row of `segments` or `frames`."""
    usable = (row["usable_start_s"], row["usable_end_s"])
    return Facts(
        size=ShotSize(row["size"]) if row["size"] else None,
        moves=tuple(Move(each) for each in row["moves"] or ()),
        speed=row["speed"],
        people=row["people"],
        sound=tuple(Sound(each) for each in row["sound"] or ()),
        colours=tuple(Colour(each) for each in row["colours"] or ()),
        sharpness=row["sharpness"],
        exposure=row["exposure"],
        shake=row["shake"],
        brightness=row["brightness"],
        warmth=row["warmth"],
        motion=row["motion"],
        usable_s=None if None in usable else usable,
        synthetic=row["synthetic"],
    )


def arrow(rows: list[Row], schema: "pa.Schema") -> "pa.Table":
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=schema)


def columns_of(schema: "pa.Schema", row: Row) -> "pa.Schema":
    """The columns of a table that a row has."""
    import pyarrow as pa

    return pa.schema([schema.field(name) for name in row])


def _file_facts(asset: Asset) -> Row:
    """What is known of a whole file and can be asked for of each of its moments."""
    return {
        "kind": asset.kind,
        **facts_of_place(asset),
        "fps": float(asset.fps) if asset.fps else None,
        "width": asset.width,
        "height": asset.height,
        "synthetic": asset.synthetic,
    }


def facts_of_place(asset: Asset) -> Row:
    """What is known of a file by where it lies.

    Several folders stand side by side, as `/a//b/`, and so do several names, as `a.mov/b.mov`:
    no folder has two slashes in a row, and no name has one.
    """
    folders = [folded(copy.path.parent.as_posix()).rstrip("/") + "/" for copy in asset.places]
    return {
        "folder": "/".join(dict.fromkeys(folders)).replace("///", "//"),
        "file_name": "/".join(dict.fromkeys(folded(copy.path.name) for copy in asset.places)),
        "created_s": _created_s(asset),
    }


def _created_s(asset: Asset) -> int:
    """When a file was taken, or else changed: the local clock's seconds since 1970-01-01."""
    for told in (_taken, _changed):
        # A year like 10000 or 0 comes from damage: it is as if nothing were said.
        with suppress(ValueError, OverflowError, OSError):
            if (at := told(asset)) is not None:
                return int(at.replace(tzinfo=UTC).timestamp())
    return 0


def _taken(asset: Asset) -> datetime | None:
    taken = datetime.fromisoformat(asset.created) if asset.created else None
    if taken is None or taken.tzinfo is None:
        return taken
    return taken.astimezone().replace(tzinfo=None)


def _changed(asset: Asset) -> datetime:
    return datetime.fromtimestamp(asset.mtime_ns / 1e9)


def _place(asset: Asset, row: SegmentRow | FrameRow) -> Row:
    """What the rows of both tables say of the stretch that they stand for."""
    usable_start_s, usable_end_s = row.facts.usable_s or (None, None)
    return {
        "asset_id": asset.id,
        "start_s": row.start_s,
        "end_s": row.end_s,
        "page": row.page,
        "length_s": row.length_s,
        "size": row.facts.size,
        "moves": list(row.facts.moves) or None,
        "speed": row.facts.speed,
        "people": row.facts.people,
        "sound": list(row.facts.sound) or None,
        "colours": list(row.facts.colours) or None,
        "sharpness": row.facts.sharpness,
        "exposure": row.facts.exposure,
        "shake": row.facts.shake,
        "brightness": row.facts.brightness,
        "warmth": row.facts.warmth,
        "motion": row.facts.motion,
        "usable_start_s": usable_start_s,
        "usable_end_s": usable_end_s,
    }
