"""Folders that are looked after."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tui.work.watching import Watch


class Wishes:
    """What is watched, and what was told to be indexed."""

    def __init__(self, *roots: Path) -> None:
        self.roots = roots
        self.is_wanted = True
        self.indexed: list[Sequence[Path]] = []

    def watch(self, library: Path) -> Watch:
        async def roots() -> Sequence[Path]:
            return self.roots

        return Watch(roots, lambda: self.is_wanted, self.indexed.append, library, quiet_ms=100)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.indexed) < count:
                await asyncio.sleep(0.02)


def test_what_appears_is_indexed_once_it_has_come_to_rest(tmp_path: Path) -> None:
    wishes = Wishes(tmp_path)

    async def run() -> None:
        task = asyncio.create_task(wishes.watch(tmp_path / "library").run())
        await wishes.until(1)  # what changed while nobody looked
        await watching(tmp_path, wishes)
        task.cancel()

    asyncio.run(run())
    assert set(map(tuple, wishes.indexed)) == {(tmp_path,)}


def test_the_library_hidden_files_and_other_kinds_are_passed_over(tmp_path: Path) -> None:
    from watchfiles import Change

    watch = Wishes(tmp_path).watch(tmp_path / "library")
    matters = {
        name: watch._matters([tmp_path], Change.added, str(tmp_path / name))
        for name in ("a.mp4", ".a.mp4", ".git/a.txt", "library/a.txt", "a.exe")
    }
    assert [name for name, does in matters.items() if does] == ["a.mp4"]
    assert watch._matters([tmp_path], Change.deleted, str(tmp_path / "a folder"))


def test_a_drive_that_comes_back_is_indexed(tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    wishes = Wishes(tmp_path / "here", drive)
    (tmp_path / "here").mkdir()

    async def run() -> None:
        task = asyncio.create_task(wishes.watch(tmp_path / "library").run())
        await wishes.until(1)
        drive.mkdir()
        await wishes.until(2)
        task.cancel()

    asyncio.run(run())
    assert wishes.indexed == [(tmp_path / "here",), (tmp_path / "here", drive)]


async def watching(folder: Path, wishes: Wishes) -> None:
    """Write until it is seen: nobody says when the system has begun to watch."""
    async with asyncio.timeout(30):
        while len(wishes.indexed) < 2:
            (folder / "note.txt").write_text("something else")
            for _ in range(20):
                await asyncio.sleep(0.02)
