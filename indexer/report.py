"""What is told of a library: what a run did to it, and what it holds."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from indexer.rows import Asset
from indexer.store import Store
from indexer.upkeep import upkeep_of
from rushes.library_place import LibraryPlace
from rushes.moment import Kind


@dataclass
class Report:
    """What an indexing run did. `failed` are the files that could not be read, and why.

    `moved` are known by their content and lie elsewhere now, `copies` lie beside another that is
    the same: nothing of either was read again. `restless` were changed a moment ago and may still
    grow: they were left as they are, and so was all that lies on drives that are `away`.
    """

    indexed: int = 0
    unchanged: int = 0
    moved: int = 0
    copies: int = 0
    removed: int = 0
    footage_s: float = 0.0
    took_s: float = 0.0
    failed: list[Asset] = field(default_factory=list)
    restless: list[Path] = field(default_factory=list)
    away: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Status:
    """What a library holds. `left_out` counts by reason what the last run did not take."""

    place: LibraryPlace
    roots: tuple[Path, ...]
    files: dict[Kind, int]
    footage_s: float
    segments: int
    frames: int
    size_bytes: int
    models: tuple[str, ...]
    failed: tuple[Asset, ...]
    left_out: dict[str, int] = field(default_factory=dict)
    tidiness: str = ""  # when it was tidied up, and what of that is to be done


def status_of(store: Store) -> Status:
    """What a library holds, counted without reading its files' rows one by one."""
    recipe = store.recipe
    search = store.table("assets").search().where("error IS NULL")
    whole = search.select(["kind", "length_s"]).limit(None).to_arrow()
    kinds = whole["kind"].drop_null().value_counts().to_pylist()
    return Status(
        place=store.storage.place,
        roots=tuple(store.roots),
        files={Kind(each["values"]): each["counts"] for each in kinds},
        footage_s=sum(whole["length_s"].drop_null().to_pylist()),
        segments=store.table("segments").count_rows(),
        frames=store.table("frames").count_rows(),
        size_bytes=store.storage.size_bytes(),
        models=tuple(
            name for name in (recipe.text, recipe.pictures, recipe.speech, recipe.ocr) if name
        ),
        failed=tuple(sorted(store.failed(), key=lambda asset: asset.path)),
        left_out=dict(sum(map(Counter, store.left_out.values()), Counter[str]())),
        tidiness=upkeep_of(store).told,
    )
