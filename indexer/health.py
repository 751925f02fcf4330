"""How a library is, told: what was looked at, whether it is as it should be, and what to do."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from indexer.migration import bring_up_to_date
from indexer.parts import chosen_by
from indexer.record import Recipe
from indexer.roots import is_away
from indexer.rows import Asset
from indexer.schema import TABLE_NAMES
from indexer.storage import storage_at
from indexer.store import Store
from indexer.survey import Survey, survey
from indexer.upkeep import upkeep_of
from rushes.errors import LibraryError, RushesError
from rushes.jobs import Job
from rushes.library_place import LibraryPlace
from rushes.models import ModelStore
from rushes.text import counted

_REPAIR = "`rushes doctor --library --repair` puts it right"
_NOUNS = {"assets": "file", "segments": "passage", "frames": "picture"}


class State(StrEnum):
    """How something is. A hint is nothing wrong: it says what there is to do."""

    FINE = "fine"
    HINT = "hint"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at in a library, in a line, and what to do about it."""

    name: str
    state: State
    told: str
    advice: str = ""


def examine(place: LibraryPlace, models: ModelStore, job: Job) -> list[Finding]:
    """Look at all of a library. Nothing is changed, but one of an older format is brought up to
    date, with a backup.

    A library that cannot be opened is one finding, which says why.

    Raises:
        Cancelled: the user asked to stop.
    """
    try:
        bring_up_to_date(storage_at(place))
        store = Store.open(place)
        with store.storage.failures():
            found = survey(store, job)
    except LibraryError as error:
        return [Finding("library", State.WRONG, str(place), str(error))]
    return [
        *_tables(found),
        *(_contents(store, found, job) if found.can_be_read else ()),
        *_models(store.recipe, models, job),
    ]


def _tables(found: Survey) -> Iterator[Finding]:
    for name in TABLE_NAMES:
        told = counted(found.rows[name], _NOUNS[name])
        if why := found.damaged.get(name):
            told = f"{told}, but not all of them can be read: {why}"
            advice = f"{_REPAIR}; the files are then to be read again"
        else:
            yield Finding(f"{_NOUNS[name]}s", State.FINE, told)
            continue
        yield Finding(f"{_NOUNS[name]}s", State.WRONG, told, advice)


def _contents(store: Store, found: Survey, job: Job) -> Iterator[Finding]:
    orphans = sum(found.orphans.values())
    yield _counted("orphans", orphans, "row", "that no file names (a run was stopped)")
    yield _counted("places", len(found.crowded), "place", "with more than one file")
    yield _counted("rows", len(found.hollow), "file", "without the pictures that it must have")
    yield _counted("vectors", len(found.odd_vectors), "file", "with a vector that is no number")
    yield _thumbnails(found)
    broken = [f"{name}.{column}" for name, column in found.broken_indices]
    what = f"cannot be read: {', '.join(broken)}"
    yield _counted("indices", len(broken), "column", f"whose index {what}")
    yield _tidiness(store)
    yield from _to_do(store, found, job)


def _counted(name: str, wrong: int, noun: str, what: str) -> Finding:
    if not wrong:
        return Finding(name, State.FINE, "as they should be")
    return Finding(name, State.WRONG, f"{counted(wrong, noun)} {what}", _REPAIR)


def _thumbnails(found: Survey) -> Finding:
    lost = sum(map(len, found.lost_thumbnails.values()))
    counts = {"missing or damaged": lost, "that no picture names": len(found.spare_thumbnails)}
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    if not told:
        return Finding("thumbnails", State.FINE, "as they should be")
    return Finding("thumbnails", State.WRONG, told, _REPAIR)


def _tidiness(store: Store) -> Finding:
    upkeep = upkeep_of(store)
    return Finding("tidiness", State.FINE, upkeep.told)


def _to_do(store: Store, found: Survey, job: Job) -> Iterator[Finding]:
    """What the next run will do, and what cannot be helped."""
    if failed := sum(asset.error is not None for asset in found.assets):
        told = f"{counted(failed, 'file')} could not be read"
        yield Finding("unread", State.HINT, told, "`rushes status` says why")
    if found.blank:
        yield Finding(
            "blank",
            State.FINE,
            f"{counted(len(found.blank), 'file')} with nothing in it to be found",
        )
    if waiting := found.waiting:
        told = f"{counted(len(waiting), 'file')} to be read again"
        yield Finding("waiting", State.HINT, told, "run `rushes index`")
    away = [root for root in store.roots if is_away(root, store.drives)]
    for root in away:
        yield Finding("folder", State.HINT, f"{root} is not there", "is the drive plugged in?")
    counts = Counter(_on_disk(found.assets, away, job))
    if changed := ", ".join(f"{count} {how}" for how, count in sorted(counts.items())):
        told = f"{changed} since they were indexed"
        yield Finding("on disk", State.HINT, told, "run `rushes index`")


def _on_disk(assets: list[Asset], away: list[Path], job: Job) -> Iterator[str]:
    """What became of each place of the library that is not as it was."""
    for number, asset in enumerate(assets):
        if number % 500 == 0:
            job.check_cancelled()
            job.report("looking at the files", number, len(assets))
        for copy in asset.places:
            if not copy.mtime_ns or any(copy.path.is_relative_to(root) for root in away):
                continue
            try:
                now = copy.path.stat()
            except OSError:
                yield "gone"
                continue
            if (now.st_size, now.st_mtime_ns) != (asset.size_bytes, copy.mtime_ns):
                yield "changed"


def _models(recipe: Recipe, models: ModelStore, job: Job) -> Iterator[Finding]:
    """Whether what made the library is here, each file the one that was installed."""
    try:
        choice = chosen_by(recipe)
    except RushesError as error:
        yield Finding("models", State.WRONG, "made by a model that this Rushes lacks", str(error))
        return
    for model in (choice.text, choice.pictures, choice.speech, choice.ocr):
        if model is None:
            continue
        try:
            models.verify(model, job)
        except RushesError as error:
            yield Finding(model.id, State.WRONG, f"{model.job}: {model.name}", str(error))
        else:
            revision = models.revision(model)
            told = f"{model.job}: {model.name}" + (f", {revision[:12]}" if revision else "")
            yield Finding(model.id, State.FINE, told)
