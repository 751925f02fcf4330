"""Folders that are looked after."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from indexer import noticing, watching
from indexer.watching import Notice, Watch, What
from rushes.errors import RushesError
from tests.indexer.namespaces import apart, namespaces

REST_S = 0.3


class Keeper:
    """Notes what it is to look at, and what it is told."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders
        self.looks: list[list[Path]] = []
        self.told: list[Notice] = []
        self.restless: list[Path] = []
        self.failure: str | None = None

    async def roots(self) -> Sequence[Path]:
        return self.folders

    async def look(self, places: Sequence[Path]) -> Sequence[Path]:
        self.looks.append(list(places))
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise RushesError(failure)
        restless, self.restless = self.restless, []
        return restless

    def tell(self, notice: Notice) -> None:
        self.told.append(notice)

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not is_so():
                await asyncio.sleep(0.02)

    async def looked(self, *places: Path) -> None:
        await self.until(lambda: list(places) in self.looks)

    async def heard(self, what: What, path: Path | None = None) -> None:
        await self.until(lambda: any((e.what, e.path) == (what, path) for e in self.told))


def watched(
    keeper: Keeper,
    act: Callable[[], Awaitable[None]],
    library: Path,
    is_asking: bool = False,
    look_every_s: float = 0.1,
) -> None:
    """Do something while the keeper's folders are watched."""

    async def run() -> None:
        watch = Watch(keeper, library, REST_S, look_every_s, is_asking)
        task = asyncio.create_task(watch.run())
        try:
            await act()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


def test_a_folder_is_looked_through_and_then_only_what_changes_in_it(
    media: Path, library: Path
) -> None:
    keeper = Keeper(media)
    (media / "old.txt").write_text("old")

    async def act() -> None:
        await keeper.looked(media)
        (media / "new.txt").write_text("new")
        await keeper.looked(media / "new.txt")
        (media / "old.txt").unlink()
        await keeper.looked(media / "old.txt")

    watched(keeper, act, library)
    assert keeper.looks == [[media], [media / "new.txt"], [media / "old.txt"]]


def test_a_file_that_grows_is_left_alone_and_its_neighbours_are_not(
    media: Path, library: Path
) -> None:
    keeper = Keeper(media)
    grows, done = media / "grows.mp4", media / "done.mp4"

    async def act() -> None:
        await keeper.looked(media)
        done.write_bytes(b"x" * 100)
        with grows.open("ab") as file:

            def grown() -> bool:
                file.write(b"x")
                file.flush()
                return [done] in keeper.looks

            await keeper.until(grown)
            assert keeper.looks == [[media], [done]]
        await keeper.looked(grows)

    watched(keeper, act, library)


def test_both_places_of_a_file_that_moves_are_looked_at_in_one_run(
    media: Path, library: Path
) -> None:
    keeper = Keeper(media)
    (media / "b.txt").write_text("text")

    async def act() -> None:
        await keeper.looked(media)
        (media / "b.txt").rename(media / "c.txt")
        await keeper.looked(media / "c.txt", media / "b.txt")

    watched(keeper, act, library)


def test_hidden_files_other_kinds_and_the_library_are_passed_over_but_rules_are_not(
    media: Path,
) -> None:
    keeper = Keeper(media)
    (media / ".git").mkdir()
    (media / "library").mkdir()

    async def act() -> None:
        await keeper.looked(media)
        for name in (".a.txt", ".git/a.txt", "library/a.txt", "a.exe", "sub/.rushesignore"):
            (media / name).parent.mkdir(exist_ok=True)
            (media / name).write_text("text")
        await keeper.until(lambda: len(keeper.looks) > 1)

    watched(keeper, act, media / "library")
    assert {place for look in keeper.looks[1:] for place in look} == {media / "sub"}


def test_what_a_run_left_because_it_was_changing_is_looked_at_once_it_rests(
    media: Path, library: Path
) -> None:
    keeper = Keeper(media)
    (media / "film.mp4").write_bytes(b"x")
    keeper.restless = [media / "film.mp4"]
    watched(keeper, lambda: keeper.looked(media / "film.mp4"), library)


def test_a_drive_that_goes_is_told_once_and_looked_through_when_it_is_back(
    media: Path, library: Path, tmp_path: Path
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    (drive / "a.txt").write_text("text")
    keeper = Keeper(media, drive)

    async def act() -> None:
        await keeper.looked(drive, media)
        drive.rename(tmp_path / "unplugged")
        await keeper.heard(What.WENT, drive)
        (media / "new.txt").write_text("text")
        await keeper.looked(media / "new.txt")
        assert not any(drive in look for look in keeper.looks[1:])
        (tmp_path / "unplugged").rename(drive)
        await keeper.heard(What.CAME, drive)
        await keeper.until(lambda: drive in keeper.looks[-1])
        (drive / "b.txt").write_text("text")
        await keeper.looked(drive / "b.txt")

    watched(keeper, act, library)
    assert [(each.what, each.path) for each in keeper.told if each.what is not What.BEGAN] == [
        (What.WENT, drive),
        (What.CAME, drive),
    ]


def test_nothing_is_looked_for_on_a_drive_whose_going_was_not_noticed_yet(
    media: Path, library: Path, tmp_path: Path
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    (drive / "on.txt").write_text("on the drive")
    keeper = Keeper(media, drive)

    async def act() -> None:
        await keeper.looked(drive, media)
        (drive / "on.txt").write_text("changed")
        drive.rename(tmp_path / "unplugged")
        (media / "new.txt").write_text("new")
        await keeper.looked(media / "new.txt")

    watched(keeper, act, library, look_every_s=5)
    assert keeper.looks == [[drive, media], [media / "new.txt"]]
    assert What.FAILED not in [notice.what for notice in keeper.told]


def test_with_no_folder_there_it_waits_for_one(tmp_path: Path, library: Path) -> None:
    drive = tmp_path / "drive"
    keeper = Keeper(drive)

    async def act() -> None:
        await keeper.heard(What.WENT, drive)
        assert keeper.looks == []
        drive.mkdir()
        await keeper.looked(drive)

    watched(keeper, act, library)


def test_what_a_failed_run_was_to_look_at_is_looked_at_again(
    media: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_AGAIN_S", 0.1)
    keeper = Keeper(media)
    keeper.failure = "the disk is full"
    watched(keeper, lambda: keeper.until(lambda: keeper.looks == [[media], [media]]), library)
    assert [each.text for each in keeper.told if each.what is What.FAILED] == ["the disk is full"]


def test_where_nobody_tells_of_changes_the_folders_are_asked(
    media: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "_ASK_EVERY_MS", 100)
    keeper = Keeper(media)

    async def act() -> None:
        await keeper.looked(media)
        (media / "new.txt").write_text("text")
        await keeper.until(lambda: [media / "new.txt"] in keeper.looks)

    watched(keeper, act, library, is_asking=True)


_FEW_WATCHES = """
import asyncio, sys
from pathlib import Path
Path("/proc/sys/user/max_inotify_watches").write_text("5")
from indexer import noticing
from tests.indexer.test_watching import Keeper, watched
from indexer.watching import What
noticing._ASK_EVERY_MS = 100
media = Path(sys.argv[1])
keeper = Keeper(media)
async def act():
    await keeper.heard(What.ASKING)
    await keeper.until(lambda: keeper.looks == [[media]])
    (media / "7/new.txt").write_text("text")
    await keeper.looked(media / "7/new.txt")
watched(keeper, act, media.parent / "library")
print([each.text for each in keeper.told if each.what is What.ASKING])
"""

_DRIVE = """
import asyncio, subprocess, sys
from pathlib import Path
from tests.indexer.test_watching import Keeper, watched
from indexer.watching import What
drive = Path(sys.argv[1]) / "drive"
def mount():
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(drive)], check=True)
    (drive / "a.txt").write_text("text")
mount()
keeper = Keeper(drive.parent if sys.argv[2] == "within" else drive)
async def act():
    await keeper.until(lambda: any(drive in look for look in keeper.looks))
    before = len(keeper.looks)
    subprocess.run(["umount", str(drive)], check=True)
    await keeper.heard(What.WENT, drive)
    assert len(keeper.looks) == before
    mount()
    await keeper.heard(What.CAME, drive)
    await keeper.until(lambda: any(drive in look for look in keeper.looks[before:]))
    (drive / "b.txt").write_text("text")
    await keeper.looked(drive / "b.txt")
watched(keeper, act, drive.parent / "library")
print("done")
"""


@namespaces
def test_when_the_system_watches_no_more_folders_they_are_asked(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / "media" / str(number)).mkdir(parents=True)
    assert "limit" in apart(_FEW_WATCHES, tmp_path / "media")


@namespaces
@pytest.mark.parametrize("where", ["a folder of the library", "within"])
def test_a_mounted_drive_goes_and_comes_back(where: str, tmp_path: Path) -> None:
    (tmp_path / "drive").mkdir()
    assert apart(_DRIVE, tmp_path, where) == "done\n"
