"""Where a library's files lie: one interface for a folder and for a bucket of object storage."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rushes.library_place import Bucket, LibraryPlace

if TYPE_CHECKING:
    import lancedb

__all__ = ["Holder", "Lock", "Storage", "storage_at"]


@dataclass(frozen=True)
class Holder:
    """Who writes into a library, in words. One that is not known to live may have crashed."""

    who: str
    lives: bool = True


class Lock(Protocol):
    """Held by the one process that writes."""

    def attempt(self) -> Holder | None:
        """Take it, or say who has it. To be called again and again, at any pace.

        Raises:
            LibraryError: the place cannot be written.
        """

    def check(self) -> None:
        """
        Raises:
            LibraryError: it was lost, and another may be writing.
        """

    def release(self) -> None: ...


class Storage(Protocol):
    """The files of one library. Their names have `/` between folders, and are our own.

    What a disk or a server fails at is a LibraryError, or of a disk an OSError.
    """

    @property
    def place(self) -> LibraryPlace:
        """What its user calls it."""

    @property
    def folder(self) -> Path:
        """A folder of this machine: the library's own, or one for what is shown of it."""

    def entries(self) -> set[str]:
        """What lies at its top: files and folders."""

    def names(self, folder: str) -> list[str]:
        """Every file below a folder."""

    def size_bytes(self) -> int:
        """What all of it takes."""

    def read(self, name: str) -> bytes | None:
        """A file, None if it is not there."""

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files, each whole or not at all, in the place of what was there."""

    def copy(self, names: Iterable[str], into: str) -> None:
        """Copy files into a folder, where they keep their names. They never change again."""

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are not there are passed over."""

    def remove_folder(self, name: str) -> None:
        """Remove all below a folder."""

    def bring(self, names: Iterable[str]) -> None:
        """See that files can be opened below `folder`, as far as they are there at all."""

    def connect(self, folder: str) -> "lancedb.DBConnection":
        """LanceDB in a folder of the library."""

    def failures(self) -> AbstractContextManager[None]:
        """What LanceDB fails at in the block because of a server, as a LibraryError."""

    def lock(self) -> Lock: ...


def storage_at(place: LibraryPlace) -> Storage:
    """Nothing is looked at yet."""
    if isinstance(place, Bucket):
        from indexer.storage.bucket import BucketStorage

        return BucketStorage(place)
    from indexer.storage.folder import FolderStorage

    return FolderStorage(place)
