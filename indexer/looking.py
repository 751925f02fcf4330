"""Where a run of the indexer looks: whole folders of a library, or only some places in them."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.choosing import Chooser, Why
from indexer.roots import is_away
from indexer.rows import Asset
from indexer.scan import Found, scan
from rushes.errors import RushesError
from rushes.jobs import Job

if TYPE_CHECKING:
    from indexer.store import Store

_CLOCKS_DIFFER_S = 60.0  # that of a server and ours, at most


@dataclass
class Looked:
    """What was found below `places`, but for what lies on drives that are `away`.

    `left_out` counts by reason, for each folder of the library that was looked through whole.
    `held` are those of the places that are files and that a folder of the library lets in.
    `drives` are the folders there at which one is mounted. `restless` are files that were changed
    a moment ago and may still grow: as if nobody had looked.
    """

    places: tuple[Path, ...]
    away: tuple[Path, ...] = ()
    found: dict[Path, Found] = field(default_factory=dict)
    left_out: dict[Path, Counter[str]] = field(default_factory=dict)
    restless: set[Path] = field(default_factory=set)
    drives: set[Path] = field(default_factory=set)
    held: set[Path] = field(default_factory=set)

    def assets_of(self, store: "Store") -> list[Asset]:
        """The files of a library that what was found has to be compared with."""
        if self.left_out:
            return store.assets(self.found)
        sizes = (found.size_bytes for found in self.found.values())
        return store.assets_around(self.places, sizes)

    def drives_now(self, before: Iterable[Path]) -> list[Path]:
        """Where drives are mounted, or were when it was last looked there."""
        kept = (drive for drive in before if drive in self.away or not self.covers(drive))
        return sorted(self.drives.union(kept))

    def covers(self, path: Path) -> bool:
        """Whether a file that lies there would have been found."""
        if path in self.restless or is_below(self.away, path):
            return False
        return is_below(self.places, path)


@dataclass(frozen=True)
class Look:
    """How a run looks. `passed_over` is the library itself, `roots` are the folders that it is of.

    `drives` are places at which one was mounted: it may be unplugged. A file that was changed less
    than `rest_s` ago is left for later, unless it is named itself.
    """

    passed_over: Path
    chooser: Chooser
    job: Job
    rest_s: float = 0.0
    roots: Sequence[Path] = ()
    drives: Sequence[Path] = ()

    def through(self, roots: Sequence[Path], deleted: Sequence[Path] = ()) -> Looked:
        """Everything below some folders, or files; `deleted` are files that are there no more.

        Raises:
            RushesError: one of them is not there, or cannot be read.
            Cancelled: the user asked to stop.
        """
        away = self._away((*roots, *self.roots, *self.drives), deleted)
        for root in roots:
            if root in away:
                raise RushesError(f"{root} is not there (is the drive plugged in?)")
        return self._looked(roots, roots, away, deleted)

    def at(self, places: Sequence[Path], deleted: Sequence[Path] = ()) -> Looked:
        """Only what lies at or below some places in the folders of the library.

        What lies on a drive that is not there is passed over.

        Raises:
            RushesError: a place lies in no folder of the library, or all on drives that are away.
            Cancelled: the user asked to stop.
        """
        away = self._away((*self.roots, *self.drives), deleted)
        placed = [_in_place(place, self.roots) for place in places]
        there = [root for root in self.roots if root not in away]
        wanted = [each for each in placed if is_below(there, each) and not is_below(away, each)]
        if not wanted:
            raise RushesError(f"{places[0]} is not there (is the drive plugged in?)")
        return self._looked(wanted, (), away, deleted)

    def check_still_there(self, looked: Looked, deleted: Sequence[Path] = ()) -> None:
        """What was found in them is only believed while the drives are there that were there.

        Raises:
            RushesError: one went away meanwhile: what it holds would seem to be deleted.
        """
        drives = looked.drives.union(self.drives)
        for each in (*looked.left_out, *self.roots, *drives):
            if each in looked.away or each in deleted or not is_away(each, drives):
                continue
            raise RushesError(
                f"{each} went away while it was looked through: nothing was changed, run it again"
            )

    def _looked(
        self,
        places: Sequence[Path],
        new: Sequence[Path],
        away: Sequence[Path],
        deleted: Sequence[Path],
    ) -> Looked:
        looked = Looked((*places, *deleted), tuple(away))
        for root in dict.fromkeys((*new, *self.roots)):
            if root in away or root in deleted:
                continue
            # A folder in another has rules of its own: what it lets in is not left out by those.
            only = {root} if is_below(places, root) else set[Path]()
            only.update(place for place in places if place.is_relative_to(root))
            if only:
                self._scan(root, only, looked)
        return looked

    def _away(self, folders: Iterable[Path], deleted: Sequence[Path]) -> list[Path]:
        folders = dict.fromkeys(folders)
        return [each for each in folders if each not in deleted and is_away(each, self.drives)]

    def _scan(self, root: Path, only: set[Path], looked: Looked) -> None:
        counts = Counter[str]()
        now_ns = time.time_ns()
        note = partial(_count, counts)
        check, mounted = self.job.check_cancelled, looked.drives.add
        for each in scan(root, self.passed_over, check, self.chooser, note, only, mounted):
            if each.path not in only and self._is_restless(each, now_ns):
                looked.restless.add(each.path)
                continue
            looked.found[each.path] = each
            if each.path in only and each.path != root:
                looked.held.add(each.path)
            if len(looked.found) % 500 == 0:
                self.job.report("looking for files", len(looked.found))
        if root in only:
            looked.left_out[root] = counts

    def _is_restless(self, found: Found, now_ns: int) -> bool:
        if not self.rest_s or found.error is not None:
            return False
        return -_CLOCKS_DIFFER_S < (now_ns - found.mtime_ns) / 1e9 < self.rest_s


def _in_place(place: Path, roots: Sequence[Path]) -> Path:
    """A place as the library names it. A link stays one: it is looked at as such.

    Raises:
        RushesError: it lies in no folder of the library.
    """
    for each in (place.parent.resolve() / place.name, place.resolve()):
        if is_below(roots, each):
            return each
    raise RushesError(f"{place} lies in no folder of this library: see `rushes roots`")


def is_below(roots: Sequence[Path], path: Path) -> bool:
    """Whether a path is one of some folders or files, or lies in one."""
    return any(path.is_relative_to(root) for root in roots)


def _count(counts: Counter[str], why: Why) -> None:
    counts[why.value] += 1
