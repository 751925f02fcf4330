"""What was installed: every file of a model with its size, modification time and SHA-256.

The hash is taken when a model is installed. Later it is taken again only where size or time
differ from the record, so that a search does not hash 90 MB before it answers.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from rushes.errors import RushesError

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class FileRecord:
    """What one file was when it was checked."""

    size_bytes: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True)
class Record:
    """One installation. `revision` is the commit of a model that came from the hub."""

    model_id: str
    revision: str | None
    files: Mapping[str, FileRecord]


def take_record(
    model_id: str,
    revision: str | None,
    folder: Path,
    paths: Iterable[str],
    each_chunk: Callable[[int], None] = lambda size: None,
) -> Record:
    """Hash the files of `folder`. `each_chunk` is called with the bytes read, and may raise."""
    files = {}
    for path in paths:
        stat = (folder / path).stat()
        digest = sha256_of(folder / path, each_chunk)
        files[path] = FileRecord(stat.st_size, stat.st_mtime_ns, digest)
    return Record(model_id, revision, files)


def touched(folder: Path, record: Record) -> list[str]:
    """The files whose size or time is no longer the recorded one, the lost ones included."""
    paths = []
    for path, was in record.files.items():
        try:
            stat = (folder / path).stat()
        except OSError:
            paths.append(path)
            continue
        if (stat.st_size, stat.st_mtime_ns) != (was.size_bytes, was.mtime_ns):
            paths.append(path)
    return paths


def sha256_of(path: Path, each_chunk: Callable[[int], None] = lambda size: None) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            each_chunk(len(chunk))
    return digest.hexdigest()


def inside(folder: Path, name: str) -> Path:
    """Where a file named by a wheel or by the hub goes: below `folder`, on every system.

    Raises:
        RushesError: the name would lead out of the folder.
    """
    path = PurePosixPath(name)
    strange = any(char in name for char in "\\:") or not name.isprintable()
    if strange or not path.parts or path.is_absolute() or ".." in path.parts:
        raise RushesError(f"refused a file whose name would leave its folder: {ascii(name)}")
    return folder / path


def read_record(path: Path) -> Record | None:
    """The record in that file, or None if there is none that can be read."""
    try:
        data = json.loads(path.read_text("utf-8"))
        files = {name: FileRecord(**entry) for name, entry in data["files"].items()}
        return Record(data["model_id"], data["revision"], files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_record(path: Path, record: Record) -> None:
    """Write the record in one step: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(json.dumps(asdict(record), indent=1), "utf-8")
    draft.replace(path)
