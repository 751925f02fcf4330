"""The store: which models are on this machine, each file checked before it is loaded."""

import contextlib
import importlib.util
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from rushes.errors import ModelMissing, RushesError
from rushes.jobs import Job
from rushes.models.catalogue import HubSource, Model, PackageSource, PlannedSource
from rushes.models.record import Record, read_record, take_record, touched, write_record

RECORD = "rushes-model.json"
DERIVED = "derived"


class ModelDamaged(RushesError):
    """A file of a model is not the one that was installed. It must not be loaded."""


class ModelStore:
    """The folder of installed models, `<root>/<id>/` each. Looking one up creates nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, model: Model) -> Path | None:
        """The folder of the model's files, or None if it is not here, or is another version.

        Looks at the record and at names only: call `path` before loading a file.
        """
        folder = self.folder(model)
        if folder is None:
            return None
        if isinstance(model.source, PackageSource):
            wanted: Iterable[str] = [file.path for file in model.files]
        elif (record := self._record(model)) is not None:
            wanted = record.files
        else:
            return None
        return folder if all((folder / path).is_file() for path in wanted) else None

    def is_installed(self, model: Model) -> bool:
        """Whether every file of the model is here."""
        return self.find(model) is not None

    def path(self, model: Model) -> Path:
        """The folder of the model's files, each of them known to be the right one.

        Raises:
            ModelMissing: the model is not installed. The text says how to get it.
            ModelDamaged: a file has changed since it was installed.
        """
        folder = self._found(model)
        record = self._record(model)
        if record is None or touched(folder, record):
            self._check(model, folder, record, Job())
        return folder

    def verify(self, model: Model, job: Job | None = None) -> None:
        """Hash every file again, whatever the record says of its time.

        Raises:
            ModelMissing: the model is not installed. The text says how to get it.
            ModelDamaged: a file has changed since it was installed.
            Cancelled: the job was cancelled.
        """
        folder = self._found(model)
        self._check(model, folder, self._record(model), job or Job())

    def revision(self, model: Model) -> str | None:
        """The commit that was installed, for a model from the hub."""
        record = self._record(model)
        return record.revision if record else None

    def derived(self, model: Model) -> Path:
        """Where files made from the model go (an ONNX export). Neither created nor verified.

        It goes when the model is installed anew or removed.
        """
        return self.root / model.id / DERIVED

    def remove(self, model: Model) -> None:
        """Delete the model's files and what was derived from them. A library's own files stay."""
        (self.root / model.id / RECORD).unlink(missing_ok=True)
        shutil.rmtree(self.root / model.id, ignore_errors=True)

    def folder(self, model: Model) -> Path | None:
        """Where the model's files are or will be. None if its library is not installed."""
        source = model.source
        if isinstance(source, PlannedSource):
            return None
        if not isinstance(source, PackageSource):
            return self.root / model.id
        spec = importlib.util.find_spec(source.module)
        if spec is None or spec.origin is None:
            return None
        return Path(spec.origin).parent / source.folder

    def _found(self, model: Model) -> Path:
        folder = self.find(model)
        if folder is None:
            raise ModelMissing(_how_to_get(model))
        return folder

    def _record(self, model: Model) -> Record | None:
        """The record of this version of the model. One of another version counts as none."""
        record = read_record(self.root / model.id / RECORD)
        return record if record is not None and _is_of(record, model) else None

    def _check(self, model: Model, folder: Path, record: Record | None, job: Job) -> None:
        """Compare every file's hash with the catalogue's, else the record's; note the times."""
        paths = list(record.files) if record else [file.path for file in model.files]
        try:
            now = hash_files(model, record.revision if record else None, folder, paths, job)
        except OSError as error:
            raise ModelDamaged(
                f"cannot read {error.filename}: {error.strerror} ({_how_to_repair(model)})"
            ) from None
        right = {path: was.sha256 for path, was in record.files.items()} if record else {}
        right |= {file.path: file.sha256 for file in model.files if file.sha256}
        for path, file in now.files.items():
            if file.sha256 != right.get(path, file.sha256):
                raise ModelDamaged(
                    f"{folder / path} is not the file that belongs to {model.name}: "
                    f"{_how_to_repair(model)}"
                )
        if now != record:
            # Only saves the next hashing: a data folder that cannot be written is no obstacle.
            with contextlib.suppress(OSError):
                write_record(self.root / model.id / RECORD, now)


def hash_files(
    model: Model, revision: str | None, folder: Path, paths: Sequence[str], job: Job
) -> Record:
    """The record of these files as they are now, reporting bytes.

    Raises:
        OSError: a file cannot be read.
        Cancelled: the job was cancelled.
    """
    total = sum((folder / path).stat().st_size for path in paths)
    hashed = 0

    def count(size: int) -> None:
        nonlocal hashed
        job.check_cancelled()
        hashed += size
        job.report("check", hashed, total, model.name)

    return take_record(model.id, revision, folder, paths, count)


def _is_of(record: Record, model: Model) -> bool:
    """Whether the catalogue still names the version that was installed."""
    pinned = model.source.revision if isinstance(model.source, HubSource) else None
    if pinned is not None and record.revision != pinned:
        return False
    return all(
        file.path in record.files and file.sha256 in (None, record.files[file.path].sha256)
        for file in model.files
    )


def _how_to_get(model: Model) -> str:
    source = model.source
    if isinstance(source, PlannedSource):
        return f"{model.name} is not part of this version of Rushes: {source.note}"
    if isinstance(source, PackageSource):
        return f"{model.name} is not here: run `pip install {source.package}=={source.version}`"
    return f"{model.name} is not installed: run `rushes models install {model.profiles[0]}`"


def _how_to_repair(model: Model) -> str:
    if isinstance(model.source, PackageSource):
        name, version = model.source.package, model.source.version
        return f"run `pip install --force-reinstall --no-deps {name}=={version}`"
    return f"run `rushes models install {model.profiles[0]}` to fetch it again"
