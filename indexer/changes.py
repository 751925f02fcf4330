"""What a run has to do: what is new or changed, what only moved, and what is gone.

A file is its content (indexer/content.py), so one that was moved, renamed or copied is known
already: the library notes where it lies, and nothing of it is read again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path

from indexer.content import are_equal, is_sampled, mark_of
from indexer.rows import Asset, Copy
from indexer.scan import Found

_SAME_TIME_NS = 2_000_000_000  # the times of a card (FAT) are even seconds

Check = Callable[[], None]


@dataclass
class Changes:
    """What differs between a library and its folders. Counts are of files.

    `marked` are those of a library of an older format, whose content is known from now on.
    `todo` are to be read. `placed` are files of the library that lie elsewhere than it says, or
    in more or fewer places. `gone` are the ids of those that lie nowhere any more.
    """

    todo: list[Found] = field(default_factory=list)
    placed: list[Asset] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    marked: list[Asset] = field(default_factory=list)
    unchanged: int = 0
    moved: int = 0
    copies: int = 0
    removed: int = 0


def changes(
    assets: Sequence[Asset],
    found: Mapping[Path, Found],
    is_searched: Callable[[Path], bool],
    check: Check,
    compared: Callable[[int, int], None] = lambda done, total: None,
) -> Changes:
    """Compare what a library holds with what was found.

    `is_searched` says where was looked: what lies elsewhere stays as it is. `compared` is told how
    many files of those that are not known were looked into.

    Raises:
        Whatever `check` raises, which is called often.
    """
    staying = _staying(assets, found, is_searched)
    settled = {copy.path for copies in staying.values() for copy in copies}
    new = [each for path, each in found.items() if path not in settled]
    result = Changes(unchanged=len(found) - len(new), marked=_marked(assets, found, settled, check))
    if not new and sum(map(len, staying.values())) == sum(len(each.places) for each in assets):
        return result
    adopted = _sorted_out(new, assets, staying, result, check, compared)
    _note(assets, staying, adopted, result)
    return result


def _staying(
    assets: Sequence[Asset], found: Mapping[Path, Found], is_searched: Callable[[Path], bool]
) -> dict[str, list[Copy]]:
    """The places of each file at which it still lies, or may: nobody has looked there."""
    closed = {path for path, each in found.items() if each.is_closed_folder}

    def stays(asset: Asset, copy: Copy) -> bool:
        each = found.get(copy.path)
        if each is None:
            return not is_searched(copy.path) or bool(closed.intersection(copy.path.parents))
        if each.error is not None:
            return each.error == asset.error
        return (each.size_bytes, each.mtime_ns) == (asset.size_bytes, copy.mtime_ns)

    return {asset.id: [copy for copy in asset.places if stays(asset, copy)] for asset in assets}


def _marked(
    assets: Iterable[Asset], found: Mapping[Path, Found], settled: AbstractSet[Path], check: Check
) -> list[Asset]:
    """The files that have no mark and lie where they did, with one."""
    result = []
    for asset in assets:
        if (
            asset.content is None
            and asset.error is None
            and asset.path in settled
            and asset.path in found
        ):
            check()
            mark = mark_of(asset.path, asset.kind, asset.size_bytes)
            result.append(replace(asset, content=mark))
    return [each for each in result if each.content is not None]


def _sorted_out(
    new: Sequence[Found],
    assets: Sequence[Asset],
    staying: Mapping[str, Sequence[Copy]],
    result: Changes,
    check: Check,
    compared: Callable[[int, int], None],
) -> dict[str, list[Copy]]:
    """Put what is to be read into `todo`; return the new places of what the library holds."""
    known: dict[str, list[Asset]] = {}
    for asset in assets:
        if asset.content is not None and asset.error is None:  # elsewhere it may be readable
            known.setdefault(asset.content, []).append(asset)
    adopted: dict[str, list[Copy]] = {}
    first: dict[str, list[int]] = {}  # by mark, where it stands in `todo`
    for done, each in enumerate(new):
        check()
        compared(done, len(new))
        if each.error is not None or not each.size_bytes:
            result.todo.append(each)
            continue
        mark = mark_of(each.path, each.kind, each.size_bytes)
        here = Copy(each.path, each.mtime_ns)
        owner = next(
            (
                asset
                for asset in known.get(mark or "", ())
                if _is_same(each, asset.places, staying[asset.id], check)
            ),
            None,
        )
        if owner is not None:
            adopted.setdefault(owner.id, []).append(here)
            continue
        twins = first.setdefault(mark, []) if mark is not None else []
        for index in twins:
            twin = result.todo[index]
            places = (Copy(twin.path, twin.mtime_ns), *twin.copies)
            if _is_same(each, places, places, check):
                result.todo[index] = replace(twin, copies=(*twin.copies, here))
                result.copies += 1
                break
        else:
            twins.append(len(result.todo))
            result.todo.append(replace(each, content=mark))
    return adopted


def _is_same(each: Found, places: Sequence[Copy], at_hand: Sequence[Copy], check: Check) -> bool:
    """Whether a file is the one that lies, or lay, at `places`, with the same mark.

    In doubt it is compared with one that is `at_hand`. What was changed where it lies has the
    name that it had, as a copy of it may: that it has another time then is a doubt.
    """
    if not is_sampled(each.size_bytes):
        return True
    was_here = any(copy.path == each.path for copy in places)
    for copy in places:
        if copy.path == each.path:
            continue
        if copy.path.name == each.path.name and not was_here:
            return True
        if abs(copy.mtime_ns - each.mtime_ns) <= _SAME_TIME_NS:
            return True
    return any(are_equal(each.path, copy.path, check) for copy in at_hand)


def _note(
    assets: Iterable[Asset],
    staying: Mapping[str, Sequence[Copy]],
    adopted: Mapping[str, Sequence[Copy]],
    result: Changes,
) -> None:
    """Say of every file of the library whether it lies elsewhere, or nowhere."""
    redone = {each.path for each in result.todo}
    again = redone.union(copy.path for each in result.todo for copy in each.copies)
    for asset in assets:
        places = (*staying[asset.id], *adopted.get(asset.id, ()))
        if places == asset.places:
            continue
        before, now = ({copy.path for copy in each} for each in (asset.places, places))
        lost, gained = before - now - again, now - before
        moved = min(len(lost), len(gained))
        result.unchanged += len(now & before) - len(staying[asset.id])
        result.moved += moved
        result.copies += len(gained) - moved
        result.removed += len(lost) - moved
        if places:
            result.placed.append(asset.at(places))
        elif asset.path not in redone:  # else it stays until what is there now is read
            result.gone.append(asset.id)
