"""Which files there are below a folder, and which of them cannot be taken and why."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from indexer.choosing import (
    RULES,
    Chooser,
    Rules,
    Why,
    is_beside_clips,
    is_left_out,
    is_sidecar,
    rules_of,
)
from indexer.readers import kind_of
from indexer.rows import Copy
from rushes.errors import RushesError
from rushes.moment import Kind
from rushes.synthetic import ACCOUNT

_LOOP = "the link leads back to itself"
_EVERYTHING = Chooser()
_LAST_NS = 2**63 - 1  # a time that the tables can hold: April of 2262


@dataclass(frozen=True)
class Found:
    """A file of a kind that Rushes reads, or a folder that it cannot. `error` says why not.

    What it holds and where else it lies (`content`, `copies`) is not looked at here.
    """

    path: Path
    kind: Kind | None
    size_bytes: int = 0
    mtime_ns: int = 0
    error: str | None = None
    is_closed_folder: bool = False
    content: str | None = None
    copies: tuple[Copy, ...] = ()


def scan(
    root: Path,
    passed_over: Path,
    check: Callable[[], None],
    chooser: Chooser = _EVERYTHING,
    left_out: Callable[[Why], None] = lambda why: None,
    only: AbstractSet[Path] | None = None,
    mounted: Callable[[Path], None] = lambda folder: None,
) -> Iterator[Found]:
    """The files below `root` in order of their names; hidden ones and `passed_over` left out.

    With `only` these places, and what lies below them: no other folder is looked into. Whether
    they are taken is decided as if everything were looked at.

    So is the account beside a film that Rushes made: the film itself says its prompt. What else
    is left out, by rules in a folder, by `chooser` or because a camera keeps it for itself, is
    told to `left_out`, a folder as one. A root that is a file is taken: it was named. `mounted` is
    told of the folders at which a drive is mounted.

    A link to a file counts if what it points to lies below the root, where it is found anyway:
    then it says nothing new. One that leads elsewhere is an error, never followed.

    Raises:
        RushesError: the root itself is not there or cannot be read.
    """
    root = root.resolve()
    if root.is_file():
        drive = next(each for each in root.parents if each.is_mount())
        if drive != Path(root.anchor):
            mounted(drive)
        yield from _file(root, str(root), root.parent)
        return
    if not root.is_dir():
        raise RushesError(f"{root} is not there (is the drive plugged in?)")
    if not os.access(root, os.R_OK | os.X_OK):
        raise RushesError(f"{root} may not be read: check its permissions")
    library = passed_over.name
    wanted = frozenset((root,)) if only is None else only
    on_the_way = frozenset(parent for each in wanted for parent in each.parents)
    # With each folder the rules that hold in it, and whether all of it is wanted.
    folders: list[tuple[Path, tuple[Rules, ...], bool]] = [(root, (), root in wanted)]
    while folders:
        check()
        folder, rules, is_wanted = folders.pop()
        if folder.is_mount():
            mounted(folder)
        try:
            entries = _entries(folder)
        except OSError as error:
            reason = f"the folder may not be read: {error.strerror}"
            yield Found(folder, None, error=reason, is_closed_folder=True)
            continue
        if any(entry.name == RULES for entry in entries) and (own := rules_of(folder)):
            rules = (*rules, own)
        of_a_card = is_beside_clips(folder)
        inner = []
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            path = folder / name
            if name == library and path == passed_over:
                continue
            if not (is_wanted or path in wanted or path in on_the_way):
                continue
            is_folder = _is_folder(entry)
            if rules and is_left_out(path, is_folder, rules):
                if is_folder or kind_of(path):
                    left_out(Why.RULES)
            elif is_folder:
                inner.append((path, rules, is_wanted or path in wanted))
            elif of_a_card or (_is_file(entry) and is_sidecar(path)):
                left_out(Why.SIDECAR)
            elif not (name.endswith(".json") and _is_file(entry) and _is_account(path)):
                yield from _chosen(_file(path, entry.path, root), chooser, left_out)
        folders.extend(reversed(inner))


def _chosen(
    found: Iterator[Found], chooser: Chooser, left_out: Callable[[Why], None]
) -> Iterator[Found]:
    for each in found:
        if each.kind and not each.error and (why := chooser.why_not(each.kind, each.size_bytes)):
            left_out(why)
        else:
            yield each


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    if not os.access(folder, os.X_OK):  # its names can be read, but none of them opened
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return listed


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False  # what is wrong with it is said when it is looked at as a file


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it can be opened to look into it: a pipe would wait for somebody to write."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_account(path: Path) -> bool:
    if kind_of(path.with_suffix("")) is not Kind.VIDEO:
        return False
    try:
        with path.open("rb") as file:
            head = file.read(len(ACCOUNT) + 16)
    except OSError:
        return False  # what is wrong with it is said when it is read
    return head.lstrip(b"{ \r\n").startswith(f'"{ACCOUNT}"'.encode())


def _file(path: Path, name: str, root: Path) -> Iterator[Found]:
    """A file as it is found; `name` is its path as text, which a path takes long to make."""
    kind = kind_of(path)
    try:
        status = os.lstat(name)
        if stat.S_ISLNK(status.st_mode):
            error = _where_link_leads(path, root)
            # A dead link of no known kind led to nothing that would have been read.
            if error and (kind or path.is_dir() or error == _LOOP):
                yield Found(path, kind, error=error)
            return
    except OSError as error:
        yield Found(path, kind, error=f"cannot look at it: {error.strerror}")
        return
    if kind is None:
        return
    if not stat.S_ISREG(status.st_mode):
        yield Found(path, kind, error="not a file but a pipe, socket or device")
        return
    yield Found(path, kind, status.st_size, min(status.st_mtime_ns, _LAST_NS))


def _where_link_leads(link: Path, root: Path) -> str | None:
    """What is wrong with a link, None if it leads to something below the root."""
    try:
        target = link.resolve(strict=True)
    except FileNotFoundError:
        return "the link leads nowhere"
    except PermissionError:
        return "the link leads where nothing may be read"
    except (OSError, RuntimeError):
        return _LOOP
    if target.is_relative_to(root):
        return None
    return "the link leads out of the folder: index what it leads to by its own name"
