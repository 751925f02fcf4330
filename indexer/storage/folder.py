"""A library in a folder of this machine, or of a drive that is plugged in."""

import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.storage import Holder
from indexer.storage.lance import connect
from indexer.storage.writers import Writer, this_process
from rushes.errors import LibraryError

if TYPE_CHECKING:
    import lancedb
    from filelock import BaseFileLock


class FolderStorage:
    """Files of the library are files of the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def place(self) -> Path:
        return self.folder

    def entries(self) -> set[str]:
        return {each.name for each in self.folder.iterdir()} if self.folder.exists() else set()

    def names(self, folder: str) -> list[str]:
        names: list[str] = []
        # Plain text: a hundred thousand paths would take seconds to be taken apart.
        for parent, _, files in os.walk(self.folder / folder):
            within = Path(parent).relative_to(self.folder).as_posix()
            names += [f"{within}/{name}" for name in files]
        return names

    def size_bytes(self) -> int:
        total, folders = 0, [str(self.folder)]
        gone = suppress(FileNotFoundError)  # a run has just tidied up
        while folders:
            with gone, os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                        continue
                    with gone:
                        total += entry.stat(follow_symlinks=False).st_size
        return total

    def read(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f"{path.name}.part")
            if path.parent != self.folder:  # a picture
                partial.write_bytes(content)
                partial.replace(path)
                continue
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # a power cut must not leave the name without the content
            partial.replace(path)

    def copy(self, names: Iterable[str], into: str) -> None:
        for name in names:
            target = self.folder / into / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            try:
                os.link(self.folder / name, target)
            except OSError:  # the disk knows no links
                shutil.copy2(self.folder / name, target)

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            (self.folder / name).unlink(missing_ok=True)

    def remove_folder(self, name: str) -> None:
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def bring(self, names: Iterable[str]) -> None:
        """They are here."""

    def connect(self, folder: str) -> "lancedb.DBConnection":
        return connect(str(self.folder / folder))

    def failures(self) -> AbstractContextManager[None]:
        return nullcontext()

    def lock(self) -> "FileLock":
        return FileLock(self.folder)


class FileLock:
    """A locked file beside a folder. The system lets go of it when the process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._note = folder.parent / f".{folder.name}.holder"

    def attempt(self) -> Holder | None:
        from filelock import Timeout

        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            return Holder(self._holder())
        except OSError as error:
            raise LibraryError(f"cannot write beside {self._folder}: {error.strerror}") from None
        with suppress(OSError):  # a disk that is full does not keep anybody from tidying up
            self._note.write_text(this_process().to_json(), "utf-8")
        return None

    def check(self) -> None:
        """It is not lost while this process lives."""

    def release(self) -> None:
        with suppress(OSError):  # what a crash leaves is only read while another holds the lock
            self._note.unlink(missing_ok=True)
        self._lock.release()

    @cached_property
    def _lock(self) -> "BaseFileLock":
        from filelock import FileLock as SystemLock

        return SystemLock(self._folder.parent / f".{self._folder.name}.lock")

    def _holder(self) -> str:
        try:
            return Writer.from_json(self._note.read_text("utf-8")).told
        except (OSError, ValueError):
            return "which has just begun"
