"""Bringing a library of an older format up to date, in place, with a backup beside it."""

import json
import os
import shutil
from pathlib import Path

from indexer.schema import SCHEMA_VERSION, Dimensions, schemas
from indexer.writer import only_writer
from rushes.errors import LibraryError

_RECORD = "library.json"
# What each format lacks of the next: columns of what is then unknown of every file.
_ADDED: dict[int, dict[str, tuple[str, ...]]] = {
    2: {"assets": ("synthetic",), "segments": ("synthetic",), "frames": ("synthetic",)},
    3: {"assets": ("content", "also_at", "also_mtimes_ns")},
}


def bring_up_to_date(folder: Path) -> None:
    """As `migrate`, if there is anything to do.

    Raises:
        LibraryError: it cannot be done, or another process is writing into the library.
    """
    if _format_of(folder) in _ADDED:
        with only_writer(folder):
            migrate(folder)


def migrate(folder: Path) -> None:
    """Give an older library what this format has. Others are left alone.

    Its tables and record stay as they were in `backup-of-format-N`, which may be deleted. Their
    files are linked, not copied, where the disk can. Stopped on the way, it begins again. To be
    called by the only writer.

    Raises:
        LibraryError: it cannot be done; the library is as it was.
    """
    old = _format_of(folder)
    if old not in _ADDED or not (folder / "tables").is_dir():
        return
    try:
        _back_up(folder, folder / f"backup-of-format-{old}")
        _add_columns(folder, old)
        record = json.loads((folder / _RECORD).read_text("utf-8"))
        record["schema"] = SCHEMA_VERSION
        record.setdefault("left_out", {})
        partial = folder / f"{_RECORD}.part"
        partial.write_text(json.dumps(record, indent=1), "utf-8")
        partial.replace(folder / _RECORD)
    except (OSError, ValueError, RuntimeError) as error:
        raise LibraryError(
            f"cannot bring the library in {folder} from format {old} to {SCHEMA_VERSION}: {error}"
        ) from None


def _format_of(folder: Path) -> int | None:
    try:
        return int(json.loads((folder / _RECORD).read_text("utf-8"))["schema"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # what is wrong with it is said when it is opened


def _back_up(folder: Path, backup: Path) -> None:
    if backup.exists():
        return
    draft = backup.with_name(f"{backup.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    # Lance never writes into a file again.
    shutil.copytree(folder / "tables", draft / "tables", copy_function=_link)
    shutil.copy2(folder / _RECORD, draft)
    draft.rename(backup)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _add_columns(folder: Path, old: int) -> None:
    import lancedb

    database = lancedb.connect(folder / "tables")
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
