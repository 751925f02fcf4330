"""A library looked through from end to end: what is in it that should not be, and what is not.

Nothing is changed. What it means for a user is said by indexer/health.py, and mended by
indexer/mending.py.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer import indices
from indexer.ownership import THUMBNAILS, is_picture
from indexer.rows import Asset
from indexer.schema import TABLE_NAMES
from indexer.store import Store
from indexer.whole import DAMAGE, batches, reason
from rushes.jobs import Job
from rushes.moment import Kind

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.table import Table

_HAVE_PICTURES = (Kind.IMAGE, Kind.PDF)  # and films that have a width


@dataclass
class Survey:
    """What a library holds, and what is wrong with it. Files are told by their ids.

    `damaged` says of tables why they cannot be read through; if it holds any, the rest is empty.
    `orphans` counts rows that no file names, by table. `crowded` are places at which more than one
    file is said to lie. `hollow` files lack rows that their kind must have, `blank` ones hold
    nothing that can be found. `lost_thumbnails` are by file the names of those that are missing or
    cut off, `spare_thumbnails` files that no row names. `broken_indices` are (table, column).
    """

    assets: list[Asset] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    damaged: dict[str, str] = field(default_factory=dict)
    orphans: dict[str, int] = field(default_factory=dict)
    crowded: dict[Path, list[str]] = field(default_factory=dict)
    hollow: set[str] = field(default_factory=set)
    blank: set[str] = field(default_factory=set)
    odd_vectors: set[str] = field(default_factory=set)
    lost_thumbnails: dict[str, list[str]] = field(default_factory=dict)
    spare_thumbnails: list[str] = field(default_factory=list)
    broken_indices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def can_be_read(self) -> bool:
        return not self.damaged

    @property
    def waiting(self) -> set[str]:
        """The files that the next run reads again, whatever is wrong with them now."""
        return {asset.id for asset in self.assets if waits(asset)}

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to mend."""
        wrong = (self.orphans, self.crowded, self.hollow, self.odd_vectors, self.lost_thumbnails,
                 self.spare_thumbnails, self.broken_indices)  # fmt: skip
        return self.can_be_read and not any(wrong)


def waits(asset: Asset) -> bool:
    """Whether a file is to be read again (`Store.read_again`)."""
    return asset.mtime_ns == 0 and asset.error is None


def survey(store: Store, job: Job) -> Survey:
    """Read all of an open library.

    Raises:
        LibraryError: a table of it cannot be opened at all.
        Cancelled: the user asked to stop.
    """
    found = Survey()
    for name in TABLE_NAMES:
        job.report("reading the library", len(found.rows), len(TABLE_NAMES), name)
        _read_through(name, store.table(name), found, job)
    if not found.can_be_read:
        return found
    found.assets = store.assets()
    found.crowded = _crowded(found.assets)
    judged = {each.id: each for each in found.assets if not waits(each)}
    words = _owners(store, "segments", found, judged, job)
    pictures = _owners(store, "frames", found, judged, job)
    for asset in judged.values():
        if asset.error is not None or not asset.size_bytes or asset.id in pictures:
            continue
        if asset.kind in _HAVE_PICTURES or (asset.kind is Kind.VIDEO and asset.width):
            found.hollow.add(asset.id)
        elif asset.id not in words:
            found.blank.add(asset.id)
    _look_at_thumbnails(store, found, judged, job)
    for name in TABLE_NAMES:
        found.broken_indices += _broken_indices(name, store.table(name), job)
    return found


def _read_through(name: str, table: "Table", found: Survey, job: Job) -> None:
    found.rows[name] = table.count_rows()
    try:
        for _ in batches(table):
            job.check_cancelled()
    except DAMAGE as error:
        found.damaged[name] = reason(error)


def _crowded(assets: list[Asset]) -> dict[Path, list[str]]:
    counted = Counter(copy.path for asset in assets for copy in asset.places)
    return {
        path: [a.id for a in assets if any(copy.path == path for copy in a.places)]
        for path, count in counted.items()
        if count > 1
    }


def _owners(
    store: Store, name: str, found: Survey, judged: Mapping[str, Asset], job: Job
) -> set[str]:
    """The files that have rows in a table. Notes the rows that have none, and odd vectors."""
    known = {asset.id for asset in found.assets}
    owners: set[str] = set()
    orphans = 0
    for batch in batches(store.table(name), ["asset_id", "vector"]):
        job.check_cancelled()
        ids = batch["asset_id"].to_pylist()
        orphans += sum(each not in known for each in ids)
        owners.update(ids)
        found.odd_vectors.update({ids[i] for i in _odd(batch["vector"])} & judged.keys())
    if orphans:
        found.orphans[name] = orphans
    return owners


def _odd(vectors: "pa.FixedSizeListArray") -> list[int]:
    """Which vectors hold what is no number. Missing ones are not odd."""
    values = vectors.flatten().to_numpy(zero_copy_only=False).reshape(-1, vectors.type.list_size)
    there = np.flatnonzero(vectors.is_valid().to_numpy(zero_copy_only=False))
    return [int(each) for each in there[~np.isfinite(values).all(axis=1)]]


def _look_at_thumbnails(store: Store, found: Survey, judged: Mapping[str, Asset], job: Job) -> None:
    pictures = filter(is_picture, store.storage.names(THUMBNAILS))
    kept = {each.partition("/")[2] for each in pictures}
    on_this_machine = isinstance(store.storage.place, Path)
    known = {asset.id for asset in found.assets}
    named: set[str] = set()
    for batch in batches(store.table("frames"), ["asset_id", "thumbnail"]):
        job.check_cancelled()
        rows = zip(batch["asset_id"].to_pylist(), batch["thumbnail"].to_pylist(), strict=True)
        for owner, name in rows:
            if name is None or owner not in known:
                continue
            named.add(name)
            whole = name in kept and (not on_this_machine or _is_whole(store.thumbnails / name))
            if owner in judged and not whole:
                found.lost_thumbnails.setdefault(owner, []).append(name)
        job.report("looking at thumbnails", len(named), max(len(kept), len(named)))
    found.spare_thumbnails = sorted(kept - named)


def _is_whole(path: Path) -> bool:
    """Whether a WebP is as long as it says: to decode a million of them would take an hour."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
            length = os.fstat(file.fileno()).st_size
    except OSError:
        return False
    says = int.from_bytes(head[4:8], "little") + 8
    return head[:4] == b"RIFF" and head[8:] == b"WEBP" and length == says


def _broken_indices(name: str, table: Any, job: Job) -> Iterator[tuple[str, str]]:
    """The indices that cannot be loaded, and those of words that are not there."""
    there = {index.columns[0]: index.name for index in table.list_indices()}
    if name in indices.WORDS and indices.WORDS[name] not in there:
        yield name, indices.WORDS[name]
    for column, index in there.items():
        job.check_cancelled()
        try:
            table.prewarm_index(index)
        except DAMAGE:
            yield name, column
