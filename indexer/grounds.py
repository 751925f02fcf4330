"""The folders that are watched, each as long as it is the same: a drive may go and come back."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.roots import is_away

_MOUNTS = Path("/proc/self/mountinfo")
# What happens there on another machine, the system here is not told.
_SILENT = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|afpfs|9p|v9fs|ceph|glusterfs|fuse(\.|$)|fuseblk")


@dataclass(frozen=True)
class Ground:
    """A folder of a library, or a drive mounted in one. Another identity is another drive."""

    path: Path
    identity: tuple[int, int]
    is_silent: bool


def grounds(roots: Sequence[Path], drives: set[Path]) -> list[Ground]:
    """Those of the folders that are there, and the drives mounted below them.

    `drives` are folders that were mounted drives before; which are now is added to it. One that
    is an empty folder now is a drive that is away.
    """
    mounts = _mounts()
    inner = [each for each in mounts if any(_is_within(each, root) for root in roots)]
    result = []
    for path in (*roots, *inner):
        try:
            status = path.stat()
        except OSError:
            continue
        if path.is_mount():
            drives.add(path)
        elif is_away(path, drives):
            continue
        silent = _SILENT.match(_kind_at(path, mounts)) is not None
        result.append(Ground(path, (status.st_dev, status.st_ino), silent))
    return result


def _is_within(path: Path, root: Path) -> bool:
    return path != root and path.is_relative_to(root)


def _kind_at(path: Path, mounts: dict[Path, str]) -> str:
    for each in (path, *path.parents):
        if each in mounts:
            return mounts[each]
    return ""


def _mounts() -> dict[Path, str]:
    """The kind of file system at each place where one is mounted; none where nobody says so."""
    try:
        lines = _MOUNTS.read_bytes().splitlines()
    except OSError:
        return {}
    result = {}
    for line in lines:
        before, _, after = line.partition(b" - ")
        place, kind = before.split()[4], after.split()[0]
        unescaped = re.sub(rb"\\(\d{3})", lambda match: bytes([int(match[1], 8)]), place)
        result[Path(os.fsdecode(unescaped))] = os.fsdecode(kind)
    return result
