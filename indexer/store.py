"""The library on disk: three LanceDB tables, thumbnails, and a record of what made them.

A file's words and pictures are written under a fresh id first; the one row in `assets` that
names the id is written last. Rows whose id no asset names are not there for anybody, so a file
is in the library whole or not at all, and what an interrupted run left behind is swept away by
the next.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from indexer import indices
from indexer.rows import (
    FACTS,
    Asset,
    IndexedFile,
    Row,
    arrow,
    asset_of,
    asset_row,
    columns_of,
    facts_of_place,
    frame_rows,
    segment_rows,
    thumbnails,
)
from indexer.schema import SCHEMA_VERSION, Dimensions, schemas
from indexer.segments import Origin
from rushes.errors import LibraryError
from rushes.moment import Kind

if TYPE_CHECKING:
    import lancedb

_RECORD = "library.json"
_TABLES = ("assets", "segments", "frames")
_OWN_NAMES = {"tables", "tables.new", "tables.old", "thumbnails", f"{_RECORD}.part"}
_AT_ONCE = 500  # files in one condition
_ROWS_AT_ONCE = 10_000
_KEEP_VERSIONS = timedelta(seconds=30)  # for a search that began before


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


class Store:
    """An open library. Reading needs no lock; one process at a time may write."""

    def __init__(
        self,
        folder: Path,
        recipe: Recipe,
        roots: Sequence[Path],
        left_out: Mapping[Path, dict[str, int]] | None = None,
    ) -> None:
        self.folder = folder
        self.recipe = recipe
        self.roots = list(roots)
        self.left_out: dict[Path, dict[str, int]] = dict(left_out or {})
        self._folders_at: tuple[int, tuple[str, ...]] | None = None  # and the version read
        self._paths_at: tuple[int, tuple[Path, ...]] | None = None
        self._copies_at: tuple[int, dict[Path, str]] | None = None

    @classmethod
    def exists(cls, folder: Path) -> bool:
        return (folder / _RECORD).is_file()

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """
        Raises:
            LibraryError: there is none, or it is of another version.
        """
        if not cls.exists(folder):
            raise LibraryError(f"no library in {folder}: run `rushes index FOLDER` first")
        try:
            record = json.loads((folder / _RECORD).read_text("utf-8"))
            version = record["schema"]
            if version != SCHEMA_VERSION:
                raise LibraryError(
                    f"the library in {folder} has format {version}, this Rushes reads "
                    f"{SCHEMA_VERSION}: index again into a new --library, or use the other Rushes"
                )
            roots = [_path_of(root) for root in record["roots"]]
            left_out = {_path_of(root): counts for root, counts in record["left_out"].items()}
            return cls(folder, Recipe(**record["recipe"]), roots, left_out)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LibraryError(f"cannot read {folder / _RECORD}: {error}") from None

    @classmethod
    def create(cls, folder: Path, recipe: Recipe, dimensions: Dimensions) -> "Store":
        """
        Raises:
            LibraryError: the folder holds something else, or cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # What is our own was left by a library that was being made when the power went.
            if {child.name for child in folder.iterdir()} - _OWN_NAMES:
                raise LibraryError(
                    f"{folder} is not empty and not a library: name another --library"
                )
            store = cls(folder, recipe, [])
            store._set_tables_aside()
            store._make_tables(dimensions)
            store.save_record()  # last: from now on this is a library
        except OSError as error:
            raise LibraryError(f"cannot make a library in {folder}: {error.strerror}") from None
        return store

    def emptied(self, recipe: Recipe, dimensions: Dimensions) -> "Store":
        """The same library with nothing in it but its roots, to be filled by another recipe.

        Stopped on the way, it has a record and no tables: `has_tables` tells.
        """
        self._set_tables_aside()
        store = Store(self.folder, recipe, self.roots, self.left_out)
        store.save_record()
        store._make_tables(dimensions)
        return store

    @property
    def has_tables(self) -> bool:
        """False if making the library anew was stopped half way."""
        return (self.folder / "tables").is_dir()

    def save_record(self) -> None:
        record = {
            "schema": SCHEMA_VERSION,
            "recipe": asdict(self.recipe),
            # Bytes in hexadecimal: a folder's name need not be text.
            "roots": [os.fsencode(root).hex() for root in self.roots],
            # Nobody can count it without looking through the folders again.
            "left_out": {os.fsencode(r).hex(): dict(n) for r, n in self.left_out.items()},
        }
        partial = self.folder / f"{_RECORD}.part"
        partial.write_text(json.dumps(record, indent=1), "utf-8")
        partial.replace(self.folder / _RECORD)

    def assets(self) -> list[Asset]:
        """Every file of the library, those that could not be read too."""
        batches = self.table("assets").to_arrow().to_batches(max_chunksize=_ROWS_AT_ONCE)
        return [asset_of(row) for batch in batches for row in batch.to_pylist()]

    def failed(self) -> list[Asset]:
        """The files that could not be read."""
        search = self.table("assets").search().where("error IS NOT NULL").limit(None)
        return [asset_of(row) for row in search.to_list()]

    def assets_by_id(self, ids: Iterable[str]) -> dict[str, Asset]:
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        rows = self.table("assets").search().where(_any_of("id", wanted)).limit(len(wanted))
        return {row["id"]: asset_of(row) for row in rows.to_list()}

    def assets_at(self, paths: Sequence[Path]) -> list[Asset]:
        """The files that the library holds under some paths, in the order of the paths.

        One that is asked for under two of its paths is there once, as asked for first.
        """
        wanted = list(dict.fromkeys(paths))
        if not wanted:
            return []
        literals = ", ".join(f"X'{os.fsencode(path).hex()}'" for path in wanted)
        where = f"path IN ({literals})"
        if copies := [self._copies[path] for path in wanted if path in self._copies]:
            where = f"({where}) OR {_any_of('id', copies)}"
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
        for file in files:  # before the rows that name them
            self._write_thumbnails(thumbnails(file))
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

    def _write_thumbnails(self, named: Mapping[str, bytes]) -> None:
        for name, picture in named.items():
            path = self.thumbnails / name
            path.parent.mkdir(exist_ok=True, parents=True)
            partial = path.with_suffix(".part")
            partial.write_bytes(picture)
            partial.replace(path)

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
            self.table("assets").delete(_any_of("id", some))
            self._drop_rows(some)

    def sweep(self) -> None:
        """Remove what an interrupted run left: rows and thumbnails that no asset names."""
        known = set(self.table("assets").to_arrow()["id"].to_pylist())
        for name in ("segments", "frames"):
            table = self.table(name)
            column = table.search().select(["asset_id"]).limit(None).to_arrow()["asset_id"]
            if lost := sorted(set(column.unique().to_pylist()) - known):
                for i in range(0, len(lost), _AT_ONCE):
                    table.delete(_any_of("asset_id", lost[i : i + _AT_ONCE]))
        for thumbnail in self.thumbnails.glob("*/*"):
            if thumbnail.name.split("-")[0] not in known:
                thumbnail.unlink(missing_ok=True)

    def optimize(self) -> None:
        """Join small pieces, drop old versions and bring the indices up to date."""
        for name in _TABLES:
            self.table(name).optimize(cleanup_older_than=_KEEP_VERSIONS)
            indices.bring_up_to_date(name, self.table(name))

    @property
    def thumbnails(self) -> Path:
        return self.folder / "thumbnails"

    def table(self, name: str) -> "lancedb.table.Table":
        return self._tables[name]

    @cached_property
    def _tables(self) -> "dict[str, lancedb.table.Table]":
        if not self.has_tables:
            raise LibraryError(
                f"making the library in {self.folder} anew was stopped: run `rushes index`"
            )
        try:
            return {name: self._db.open_table(name) for name in _TABLES}
        except (ValueError, OSError, RuntimeError) as error:
            raise LibraryError(f"the library in {self.folder} is damaged: {error}") from None

    @cached_property
    def _db(self) -> "lancedb.DBConnection":
        _set_up_lance()
        import lancedb

        # Looks each time whether another process has written: old versions do not stay for long.
        return lancedb.connect(self.folder / "tables", read_consistency_interval=timedelta(0))

    def _make_tables(self, dimensions: Dimensions) -> None:
        """Make empty tables with their indices, all of them or none."""
        _set_up_lance()
        import lancedb

        draft = self.folder / "tables.new"
        shutil.rmtree(draft, ignore_errors=True)
        database = lancedb.connect(draft)
        made = {
            name: database.create_table(name, schema=schema)
            for name, schema in schemas(dimensions).items()
        }
        indices.make_word_indices(made)
        draft.rename(self.folder / "tables")
        shutil.rmtree(self.folder / "tables.old", ignore_errors=True)

    def _set_tables_aside(self) -> None:
        if self.has_tables:
            aside = self.folder / "tables.old"
            shutil.rmtree(aside, ignore_errors=True)
            (self.folder / "tables").rename(aside)

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
        wanted = {os.fsencode(path) for path in paths}
        table = self.table("assets").search().select(["id", "path"]).limit(None).to_arrow()
        return [
            identity
            for identity, path in zip(
                table["id"].to_pylist(), table["path"].to_pylist(), strict=True
            )
            if path in wanted
        ]

    def _drop_rows(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        for name in ("segments", "frames"):
            self.table(name).delete(_any_of("asset_id", ids))
        for identity in ids:
            for thumbnail in (self.thumbnails / identity[:2]).glob(f"{identity}-*"):
                thumbnail.unlink(missing_ok=True)


def _path_of(text: str) -> Path:
    return Path(os.fsdecode(bytes.fromhex(text)))


def _set_up_lance() -> None:
    """Say what Lance reads once, when it is first imported."""
    # It keeps two processors free for reading files: of two, that left one for everything else.
    os.environ.setdefault("LANCE_CPU_THREADS", str(max(2, (os.cpu_count() or 2) - 2)))
    # It warns of every part of an index in which a new file has no row.
    os.environ.setdefault("LANCEDB_LOG", "error")


def _any_of(column: str, ids: Sequence[str]) -> str:
    """An SQL condition. Ids are our own hexadecimal digits, so they need no quoting."""
    return f"{column} IN ({', '.join(repr(each) for each in ids)})"
