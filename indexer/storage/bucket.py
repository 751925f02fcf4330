"""A library in a bucket, on a server that speaks S3: Amazon's, MinIO, Ceph, Garage, R2.

The server and the keys are those of the environment, as for other programs that speak to one:
AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.storage import lease
from indexer.storage.lance import connect
from indexer.storage.server import (
    check_keys,
    endpoint,
    failures,
    is_missing,
    lance_options,
    objects,
)
from rushes.errors import LibraryError
from rushes.library_place import Bucket
from rushes.paths import paths

if TYPE_CHECKING:
    import lancedb
    from obstore import ObjectMeta
    from obstore.store import S3Store

_AT_ONCE = 16


class BucketStorage:
    """Files of the library are objects. Those that are shown are kept in the cache, too."""

    def __init__(self, place: Bucket) -> None:
        self.place = place

    @property
    def folder(self) -> Path:
        named = hashlib.sha256(f"{endpoint()} {self.place}".encode()).hexdigest()
        return paths().cache / "libraries" / named[:16]

    def entries(self) -> set[str]:
        with self.failures():
            listed = self._objects.list_with_delimiter()
            return {each["path"] for each in listed["objects"]} | set(listed["common_prefixes"])

    def names(self, folder: str) -> list[str]:
        return [each["path"] for each in self._listed(folder)]

    def size_bytes(self) -> int:
        return sum(each["size"] for each in self._listed(None))

    def read(self, name: str) -> bytes | None:
        with self.failures():
            try:
                return bytes(self._objects.get(name).bytes())
            except FileNotFoundError as error:
                if is_missing(error):
                    return None
                raise

    def write(self, files: Mapping[str, bytes]) -> None:
        self._each(lambda name: self._objects.put(name, files[name]), files)

    def copy(self, names: Iterable[str], into: str) -> None:
        self._each(lambda name: self._objects.copy(name, f"{into}/{name}"), names)

    def remove(self, names: Iterable[str]) -> None:
        wanted = list(names)
        if wanted:
            with self.failures():
                self._objects.delete(wanted)
        for name in wanted:
            (self.folder / name).unlink(missing_ok=True)

    def remove_folder(self, name: str) -> None:
        self.remove(self.names(name))

    def bring(self, names: Iterable[str]) -> None:
        try:
            self._each(self._fetch, [each for each in names if not (self.folder / each).exists()])
        except OSError as error:
            raise LibraryError(f"cannot write into {self.folder}: {error.strerror}") from None

    def connect(self, folder: str) -> "lancedb.DBConnection":
        check_keys(self.place)
        return connect(f"{self.place}/{folder}", lance_options())

    def lock(self) -> lease.Lease:
        return lease.Lease(self._objects, self.place, lease.RENEWED_EVERY_S)

    @contextmanager
    def failures(self) -> Iterator[None]:
        with failures(self.place):
            yield

    def _fetch(self, name: str) -> None:
        content = self.read(name)
        if content is None:  # what it was of has just been replaced
            return
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}.part")
        partial.write_bytes(content)
        partial.replace(path)

    def _listed(self, folder: str | None) -> "list[ObjectMeta]":
        with self.failures():
            return [each for chunk in self._objects.list(folder) for each in chunk]

    def _each(self, work: Callable[[str], object], names: Iterable[str]) -> None:
        """Do it to files, several at once."""
        wanted = list(names)
        if wanted:
            with self.failures(), ThreadPoolExecutor(min(_AT_ONCE, len(wanted))) as pool:
                for _ in pool.map(work, wanted):
                    pass

    @cached_property
    def _objects(self) -> "S3Store":
        return objects(self.place)
