"""The library in its storage: three LanceDB tables, thumbnails, and a record of what made them.

A file's words and pictures are written under a fresh id first; the one row in `assets` that
names the id is written last. Rows whose id no asset names are not there for anybody, so a file
is in the library whole or not at all, and what an interrupted run left behind is swept away by
the next.
"""

import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from indexer import indices
from indexer.conditions import any_of, at_or_below, lies_at
from indexer.ownership import THUMBNAILS, is_own, is_picture, is_tables
from indexer.record import RECORD, TABLES, Recipe, Record
from indexer.rows import (
    FACTS,
    SEEN,
    Asset,
    IndexedFile,
    Row,
    arrow,
    asset_of,
    asset_row,
    columns_of,
    facts_of_place,
    frame_rows,
    seen_of,
    segment_rows,
    thumbnails,
)
from indexer.schema import TABLE_NAMES, Dimensions, schemas
from indexer.segments import Origin
from indexer.storage import Storage, storage_at
from indexer.whole import DAMAGE, told_damage
from rushes.errors import LibraryError
from rushes.library_place import LibraryPlace
from rushes.moment import Kind

if TYPE_CHECKING:
    import lancedb

_AT_ONCE = 500  # files in one condition
_ROWS_AT_ONCE = 10_000
_KEEP_VERSIONS = timedelta(seconds=30)  # for a search that began before


class Store:
    """An open library. Reading needs no lock; one process at a time may write."""

    def __init__(self, storage: Storage, record: Record) -> None:
        self.storage = storage
        self.recipe = record.recipe
        self.roots = list(record.roots)
        self.left_out = {root: dict(counts) for root, counts in record.left_out.items()}
        self.drives = list(record.drives)
        self.tables = record.tables  # the folder in which they lie
        self._folders_at: tuple[int, tuple[str, ...]] | None = None  # and the version read
        self._paths_at: tuple[int, tuple[Path, ...]] | None = None
        self._copies_at: tuple[int, dict[Path, str]] | None = None

    @classmethod
    def exists(cls, place: LibraryPlace) -> bool:
        """
        Raises:
            LibraryError: a drive or a server cannot be asked.
        """
        try:
            return storage_at(place).read(RECORD) is not None
        except OSError as error:
            raise LibraryError(f"cannot read {RECORD} of {place}: {error.strerror}") from None

    @classmethod
    def open(cls, place: LibraryPlace) -> "Store":
        """
        Raises:
            LibraryError: there is none, it is of another version, or it cannot be reached.
        """
        storage = storage_at(place)
        try:
            told = storage.read(RECORD)
        except OSError as error:
            raise LibraryError(f"cannot read {RECORD} of {place}: {error.strerror}") from None
        if told is None:
            raise LibraryError(f"no library in {place}: run `rushes index FOLDER` first")
        return cls(storage, Record.from_json(told, place))

    @classmethod
    def create(cls, place: LibraryPlace, recipe: Recipe, dimensions: Dimensions) -> "Store":
        """
        Raises:
            LibraryError: the place holds something else, or cannot be written.
        """
        storage = storage_at(place)
        try:
            # What is our own was left by a library that was being made when the power went.
            if not all(is_own(storage, name) for name in storage.entries()):
                raise LibraryError(
                    f"{place} is not empty and not a library: name another --library"
                )
            store = cls(storage, Record(recipe, tables=TABLES))
            storage.remove_folder(TABLES)
            store._make_tables(dimensions)
            store.save_record()  # last: from now on this is a library
        except OSError as error:
            raise LibraryError(f"cannot make a library in {place}: {error.strerror}") from None
        return store

    def emptied(self, recipe: Recipe, dimensions: Dimensions) -> "Store":
        """The same library with nothing in it but its roots, to be filled by another recipe.

        Stopped on the way, it is what it was.
        """
        folder = f"{TABLES}-{secrets.token_hex(4)}"
        drives = tuple(self.drives)
        record = Record(recipe, tuple(self.roots), self.left_out, folder, drives)
        store = Store(self.storage, record)
        store._make_tables(dimensions)
        store.save_record()
        self.storage.remove_folder(self.tables)
        return store

    @property
    def is_replaced(self) -> bool:
        """Whether another process has made the library anew since it was opened."""
        told = self.storage.read(RECORD)
        return told is None or Record.from_json(told, self.storage.place).tables != self.tables

    def save_record(self) -> None:
        drives = tuple(self.drives)
        record = Record(self.recipe, tuple(self.roots), self.left_out, self.tables, drives)
        self.storage.write({RECORD: record.to_json()})

    def assets(self, found: Iterable[Path] = ()) -> list[Asset]:
        """Every file of the library, those that could not be read too; with the paths `found`."""
        paths = {os.fsencode(path): path for path in found}
        batches = self.table("assets").to_arrow().to_batches(max_chunksize=_ROWS_AT_ONCE)
        return [asset_of(row, paths) for batch in batches for row in batch.to_pylist()]

    def assets_around(self, places: Sequence[Path], sizes: Iterable[int]) -> list[Asset]:
        """The files that lie at or below some places, have copies, or are of one of these sizes.

        Those are all that a run has to know that looks at these places, and found files of these
        sizes there: what holds the same has the same size.
        """
        places, sizes = list(places), sorted(set(sizes))
        if len(places) + len(sizes) > _AT_ONCE:
            return self.assets()
        near = [at_or_below(place) for place in places]
        near += [f"size_bytes IN ({', '.join(map(str, sizes))})"] if sizes else []
        where = " OR ".join((*near, "also_at IS NOT NULL"))
        search = self.table("assets").search().where(where).limit(None)
        return [asset_of(row) for row in search.to_list()]

    def failed(self) -> list[Asset]:
        """The files that could not be read."""
        search = self.table("assets").search().where("error IS NOT NULL").limit(None)
        return [asset_of(row) for row in search.to_list()]

    def seen_by_id(self, ids: Iterable[str]) -> dict[str, Asset]:
        """What a moment tells of its file: see `indexer.rows.SEEN`."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        search = self.table("assets").search().where(any_of("id", wanted)).select(list(SEEN))
        return {row["id"]: seen_of(row) for row in search.limit(len(wanted)).to_list()}

    def assets_by_id(self, ids: Iterable[str]) -> dict[str, Asset]:
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        rows = self.table("assets").search().where(any_of("id", wanted)).limit(len(wanted))
        return {row["id"]: asset_of(row) for row in rows.to_list()}

    def assets_at(self, paths: Sequence[Path]) -> list[Asset]:
        """The files that the library holds under some paths, in the order of the paths.

        One that is asked for under two of its paths is there once, as asked for first.
        """
        wanted = list(dict.fromkeys(paths))
        if not wanted:
            return []
        where = lies_at(wanted)
        if copies := [self._copies[path] for path in wanted if path in self._copies]:
            where = f"({where}) OR {any_of('id', copies)}"
        search = self.table("assets").search().where(where).limit(2 * len(wanted))
        held = {
            copy.path: asset for asset in map(asset_of, search.to_list()) for copy in asset.places
        }
        found = [held[path].seen_at(path) for path in wanted if path in held]
        return list({asset.id: asset for asset in reversed(found)}.values())[::-1]

    def folders(self) -> tuple[str, ...]:
        """Every folder in which a file of the library lies, as the tables hold it."""
        version = self.table("assets").version
        if self._folders_at is None or self._folders_at[0] != version:
            column = self.table("assets").search().select(["folder"]).limit(None).to_arrow()
            self._folders_at = version, tuple(column["folder"].unique().to_pylist())
        return self._folders_at[1]

    def paths(self) -> tuple[Path, ...]:
        """Every file that could be read, in order, a copy of another too."""
        table = self.table("assets")
        if self._paths_at is None or self._paths_at[0] != table.version:
            version = table.version
            search = table.search().where("error IS NULL").select(["path", "also_at"])
            rows = search.limit(None).to_arrow()
            copies = (path for each in rows["also_at"].to_pylist() for path in each or ())
            named = sorted([*rows["path"].to_pylist(), *copies])
            self._paths_at = version, tuple(Path(os.fsdecode(each)) for each in named)
        return self._paths_at[1]

    def commit(self, files: Sequence[IndexedFile]) -> None:
        """Put files in, each in place of what the library held at its path."""
        if not files:
            return
        pictures = {name: each for file in files for name, each in thumbnails(file).items()}
        self.write_thumbnails(pictures)
        segments = [row for file in files for row in segment_rows(file)]
        frames = [row for file in files for row in frame_rows(file)]
        for name, rows in (("segments", segments), ("frames", frames)):
            if rows:
                self.table(name).add(arrow(rows, self.table(name).schema))
        replaced = self._ids_at([f.asset.path for f in files])
        (
            self.table("assets")
            .merge_insert("path")
            .when_matched_update_all()
            .when_not_matched_insert_all()
            .execute(arrow([asset_row(f.asset) for f in files], self.table("assets").schema))
        )
        self._drop_rows(replaced)

    def write_thumbnails(self, named: Mapping[str, bytes]) -> None:
        """Put these under their names, each whole or not at all."""
        self.storage.write({f"{THUMBNAILS}/{name}": each for name, each in named.items()})

    def place(self, assets: Sequence[Asset]) -> None:
        """Note where files lie now. All else that is known of them stays, and their ids do.

        Their times are taken away first, their rows come last: of a run that is stopped between
        the two the next finds them changed, and does it again.
        """
        for i in range(0, len(assets), _ROWS_AT_ONCE):
            some = assets[i : i + _ROWS_AT_ONCE]
            places = [{"asset_id": each.id, **facts_of_place(each)} for each in some]
            self._put("assets", "id", [{"id": each.id, "mtime_ns": 0} for each in some])
            self._put("segments", "asset_id", places)
            self._put("frames", "asset_id", places)
            self._put("assets", "id", [asset_row(each) for each in some])

    def mark(self, assets: Sequence[Asset]) -> None:
        """Note by what files are known wherever they lie."""
        if assets:
            self._put("assets", "id", [{"id": each.id, "content": each.content} for each in assets])

    def read_again(self, assets: Sequence[Asset]) -> None:
        """Let the next run read files anew. What is known of them stays until then."""
        if assets:
            rows = [
                {
                    "id": each.id,
                    "content": None,
                    "mtime_ns": 0,
                    "also_mtimes_ns": [0] * len(each.copies) or None,
                }
                for each in assets
            ]
            self._put("assets", "id", rows)

    def _put(self, name: str, key: str, rows: list[Row]) -> None:
        """Set these columns in every row that has the same key; add none."""
        table = self.table(name)
        merge = table.merge_insert(key).when_matched_update_all()
        merge.execute(arrow(rows, columns_of(table.schema, rows[0])))

    def undescribed(self) -> list[Row]:
        """The pictures of films and stills of which nobody has said what happens, in order."""
        where = f"described_by IS NULL AND kind IN ('{Kind.VIDEO}', '{Kind.IMAGE}')"
        columns = ["asset_id", "thumbnail", "start_s", "end_s", "length_s", *FACTS]
        search = self.table("frames").search().where(where).select(columns)
        rows: list[Row] = search.limit(None).to_list()
        return sorted(rows, key=lambda row: (row["asset_id"], row["start_s"] or 0.0))

    def describe(self, file: IndexedFile, thumbnail: str, by: str) -> None:
        """Put in what happens in the shot that has this thumbnail, and who said so.

        What a run wrote that was killed before the second table was is replaced.
        """
        if rows := segment_rows(file):
            start_s = rows[0]["start_s"]
            place = "start_s IS NULL" if start_s is None else f"start_s = {start_s!r}"
            self.table("segments").delete(
                f"asset_id = '{file.asset.id}' AND origin = '{Origin.DESCRIBED}' AND {place}"
            )
            self.table("segments").add(arrow(rows, self.table("segments").schema))
        # The names of thumbnails are our own: they need no quoting.
        self.table("frames").update(where=f"thumbnail = '{thumbnail}'", values={"described_by": by})

    def remove(self, ids: Sequence[str]) -> None:
        """Take files out."""
        for i in range(0, len(ids), _AT_ONCE):
            some = ids[i : i + _AT_ONCE]
            self.table("assets").delete(any_of("id", some))
            self._drop_rows(some)

    def sweep(self) -> None:
        """Remove what an interrupted run left: rows and thumbnails that no asset names."""
        known = set(self.table("assets").to_arrow()["id"].to_pylist())
        for name in ("segments", "frames"):
            table = self.table(name)
            column = table.search().select(["asset_id"]).limit(None).to_arrow()["asset_id"]
            if lost := sorted(set(column.unique().to_pylist()) - known):
                for i in range(0, len(lost), _AT_ONCE):
                    table.delete(any_of("asset_id", lost[i : i + _AT_ONCE]))
        pictures = self.storage.names(THUMBNAILS)
        lost_pictures = (e for e in pictures if is_picture(e) and _owner_of(e) not in known)
        self.storage.remove(lost_pictures)
        for entry in self.storage.entries():
            if is_tables(entry) and entry != self.tables:
                self.storage.remove_folder(entry)

    def optimize(self) -> None:
        """Join small pieces, drop old versions and bring the indices up to date."""
        for name in TABLE_NAMES:
            # Nobody else writes: what no version names was left by a run that was stopped. Of a
            # bucket that is only almost sure.
            alone = isinstance(self.storage.place, Path)
            self.table(name).optimize(cleanup_older_than=_KEEP_VERSIONS, delete_unverified=alone)
            indices.bring_up_to_date(name, self.table(name))

    @property
    def thumbnails(self) -> Path:
        """The folder of this machine in which those lie that were brought."""
        return self.storage.folder / THUMBNAILS

    def bring(self, pictures: Iterable[Path | None]) -> None:
        """See that thumbnails can be opened."""
        names = (f"{THUMBNAILS}/{each.relative_to(self.thumbnails).as_posix()}"
                 for each in pictures if each is not None)  # fmt: skip
        self.storage.bring(names)

    def table(self, name: str) -> "lancedb.table.Table":
        return self._tables[name]

    @cached_property
    def _tables(self) -> "dict[str, lancedb.table.Table]":
        try:
            with self.storage.failures():
                tables = {name: self.database.open_table(name) for name in TABLE_NAMES}
        except DAMAGE as error:
            raise LibraryError(told_damage(self.storage.place, error)) from None
        for name, wanted in schemas(Dimensions(1, 1)).items():
            if odd := sorted(set(wanted.names) ^ set(tables[name].schema.names)):
                raise LibraryError(
                    f"the library in {self.storage.place} is not as its record says ({name} has "
                    f"other columns: {', '.join(odd)}): run `rushes index --redo`"
                )
        return tables

    @property
    def database(self) -> "lancedb.DBConnection":
        return self.storage.connect(self.tables)

    def _make_tables(self, dimensions: Dimensions) -> None:
        database = self.storage.connect(self.tables)
        with self.storage.failures():
            made = {
                name: database.create_table(name, schema=schema)
                for name, schema in schemas(dimensions).items()
            }
            indices.make_word_indices(made)

    @property
    def _copies(self) -> dict[Path, str]:
        """The file at each place that is not the first of its file."""
        table = self.table("assets")
        if self._copies_at is None or self._copies_at[0] != table.version:
            version = table.version
            search = table.search().where("also_at IS NOT NULL").select(["id", "also_at"])
            self._copies_at = (
                version,
                {
                    Path(os.fsdecode(path)): row["id"]
                    for row in search.limit(None).to_list()
                    for path in row["also_at"]
                },
            )
        return self._copies_at[1]

    def _ids_at(self, paths: Sequence[Path]) -> list[str]:
        search = self.table("assets").search().where(lies_at(paths)).select(["id"])
        return [row["id"] for row in search.limit(len(paths)).to_list()]

    def _drop_rows(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        owned = self.table("frames").search().where(any_of("asset_id", ids))
        named = owned.select(["thumbnail"]).limit(None).to_arrow()["thumbnail"].to_pylist()
        for name in ("segments", "frames"):
            self.table(name).delete(any_of("asset_id", ids))
        self.storage.remove(f"{THUMBNAILS}/{each}" for each in named if each)


def _owner_of(thumbnail: str) -> str:
    """The id of the file that has it."""
    return thumbnail.rpartition("/")[2].split("-")[0]
