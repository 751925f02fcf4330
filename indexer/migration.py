"""Bringing a library of an older format up to date, in place, with a backup beside it."""

import json
from typing import Any

from indexer.record import RECORD, tables_of
from indexer.schema import SCHEMA_VERSION, Dimensions, schemas
from indexer.storage import Storage
from indexer.writer import only_writer
from rushes.errors import LibraryError

# What each format lacks of the next: columns of what is then unknown of every file.
_ADDED: dict[int, dict[str, tuple[str, ...]]] = {
    2: {"assets": ("synthetic",), "segments": ("synthetic",), "frames": ("synthetic",)},
    3: {"assets": ("content", "also_at", "also_mtimes_ns")},
}


def bring_up_to_date(storage: Storage) -> None:
    """As `migrate`, if there is anything to do.

    Raises:
        LibraryError: it cannot be done, or another process is writing into the library.
    """
    if _is_older(_record_of(storage)):
        with only_writer(storage):
            migrate(storage)


def migrate(storage: Storage) -> None:
    """Give an older library what this format has. Others are left alone.

    Its tables and record stay as they were in `backup-of-format-N`, which may be deleted. Their
    files are linked, not copied, where the disk can. Stopped on the way, it begins again. To be
    called by the only writer.

    Raises:
        LibraryError: it cannot be done; the library is as it was.
    """
    record = _record_of(storage)
    if not _is_older(record):
        return
    old = record["schema"]
    try:
        tables = tables_of(record)
        if not storage.names(tables):
            return  # it is made anew when it is next indexed
        back_up(storage, tables, f"backup-of-format-{old}")
        with storage.failures():
            _add_columns(storage, tables, old)
        record = {"left_out": {}, **record, "schema": SCHEMA_VERSION}
        storage.write({RECORD: json.dumps(record, indent=1).encode()})
    except (OSError, ValueError, RuntimeError) as error:
        raise LibraryError(
            f"cannot bring the library in {storage.place} from format {old} to "
            f"{SCHEMA_VERSION}: {error}"
        ) from None


def _record_of(storage: Storage) -> dict[str, Any]:
    try:
        told = json.loads(storage.read(RECORD) or b"{}")
    except (OSError, ValueError):
        return {}  # what is wrong with it is said when it is opened
    return told if isinstance(told, dict) else {}


def _is_older(record: dict[str, Any]) -> bool:
    version = record.get("schema")
    return isinstance(version, int) and version in _ADDED


def back_up(storage: Storage, tables: str, backup: str) -> None:
    """Keep the tables and the record of a library as they are in a folder of it.

    The record is copied last: a backup that has none is not whole.
    """
    if storage.read(f"{backup}/{RECORD}") is None:
        storage.remove_folder(backup)
        storage.copy(storage.names(tables), backup)  # Lance never writes into a file again
        storage.write({f"{backup}/{RECORD}": storage.read(RECORD) or b""})


def _add_columns(storage: Storage, folder: str, old: int) -> None:
    database = storage.connect(folder)
    tables = {name: database.open_table(name) for name in ("assets", "segments", "frames")}
    lengths = (
        tables[name].schema.field("vector").type.list_size for name in ("segments", "frames")
    )
    wanted = schemas(Dimensions(*lengths))
    for name, table in tables.items():
        added = [
            column for step in range(old, SCHEMA_VERSION) for column in _ADDED[step].get(name, ())
        ]
        missing = [wanted[name].field(each) for each in added if each not in table.schema.names]
        if missing:
            table.add_columns(missing)
        if set(table.schema.names) != set(wanted[name].names):
            raise ValueError(f"its table {name} has other columns than it should: index it anew")
