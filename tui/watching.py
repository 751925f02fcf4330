"""`rushes watch`: the library is kept up to date until the command is ended."""

import asyncio
import json
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import FrameType

from indexer.library import Library
from indexer.watching import Notice, Watch, What
from rushes.errors import RushesError
from rushes.paths import expanded
from rushes.text import one_line
from tui.labels import home
from tui.work.process import Process
from tui.work.reported import Reported
from tui.work.telling import INTERRUPTED

_NAMED = 3
_GRACE_S = 0.7  # for a run that is asked to stop


def watch(
    library: Library, folders: Sequence[Path], rest_s: float, is_asking: bool, as_json: bool
) -> int:
    """Watch until the program is asked to end. The exit code: 130 after Ctrl-C, else 0.

    Raises:
        RushesError: there is no folder to watch, or the library cannot be read.
    """
    wanted = [expanded(folder).resolve() for folder in folders]
    for folder in wanted:
        if not folder.exists():
            raise RushesError(f"{folder} is not there (is the drive plugged in?)")
    if not wanted and not library.roots():
        raise RushesError("no folder is indexed yet: run `rushes watch FOLDER`")
    return asyncio.run(_watch(_Keeper(library, wanted, rest_s, _Teller(as_json)), is_asking))


async def _watch(keeper: "_Keeper", is_asking: bool) -> int:
    ended_by: list[int] = []
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(
        Watch(keeper, keeper.library.folder, keeper.rest_s, is_asking=is_asking).run(), name="watch"
    )

    def end(number: int, frame: FrameType | None) -> None:
        ended_by.append(number)
        loop.call_soon_threadsafe(task.cancel)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    with suppress(asyncio.CancelledError):
        await task
    await keeper.stop()
    return INTERRUPTED if ended_by[:1] == [signal.SIGINT] else 0


class _Keeper:
    """Runs `rushes index` for what is to be looked at: between two runs no model is in memory."""

    def __init__(
        self, library: Library, folders: Sequence[Path], rest_s: float, teller: "_Teller"
    ) -> None:
        self.library = library
        self.rest_s = rest_s
        self.tell = teller.notice
        self._teller = teller
        self._new = list(folders)
        self._processes: dict[asyncio.Task[tuple[int, str]], Process] = {}
        self._describing: asyncio.Task[tuple[int, str]] | None = None

    async def roots(self) -> Sequence[Path]:
        with suppress(RushesError):  # its drive is away: it is waited for as for any other
            return [*self.library.roots(), *self._new]
        return self._new

    async def look(self, places: Sequence[Path]) -> Sequence[Path]:
        new = [folder for folder in self._new if folder in places]
        known = [place for place in places if place not in new]
        restless: list[Path] = []
        if new:
            restless += await self._index(new)
            self._new = [folder for folder in self._new if folder not in new]
        if known:
            restless += await self._index(known, "--only")
        return restless

    async def _index(self, places: Sequence[Path], *flags: str) -> Sequence[Path]:
        run = self._begin(places, *flags, "--no-describe", "--rest", str(self.rest_s))
        code, told = await asyncio.shield(run)
        if code not in (0, 3):
            raise RushesError(told)
        reported = Reported.of(told)
        self._teller.reported(reported, places)
        if reported.counts["indexed"] and not self._is_describing and self.library.can_describe:
            # Which may take hours, and holds up nothing.
            self._describing = self._begin(places, "--only")
        return reported.restless

    @property
    def _is_describing(self) -> bool:
        return self._describing is not None and not self._describing.done()

    def _begin(self, places: Sequence[Path], *flags: str) -> "asyncio.Task[tuple[int, str]]":
        command = ("index", *flags, "--wait", "--json", "--library", str(self.library.place))
        process = Process(
            (*command, "--", *map(str, places)), str(Path.cwd()), lambda progress: None
        )
        task = asyncio.create_task(process.run())
        self._processes[task] = process
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[tuple[int, str]]") -> None:
        del self._processes[task]
        if task is self._describing and not task.cancelled() and task.exception() is None:
            code, told = task.result()
            with suppress(RushesError):
                why = Reported.of(told).not_described if code in (0, 3) else told
                self._teller.described(why)

    async def stop(self) -> None:
        """End the runs that are under way: what they finished is kept."""
        if not self._processes:
            return
        tasks = list(self._processes)
        for process in self._processes.values():
            process.cancel()
        await asyncio.wait(tasks, timeout=_GRACE_S)
        for task in tasks:
            task.cancel()  # which ends its process
        await asyncio.gather(*tasks, return_exceptions=True)


class _Teller:
    """One line, or one JSON object, for each thing that happened."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._known: dict[Path, str] = {}  # what could not be read
        self._why_not: str | None = None  # shots could not be described
        self._announced: set[Path] = set()  # folders that were looked through since they came

    def notice(self, notice: Notice) -> None:
        name = home(notice.path) if notice.path is not None else ""
        match notice.what:
            case What.BEGAN:
                text = f"{name} is watched"
            case What.WENT:
                text = f"{name} is away: what it holds stays in the library"
            case What.CAME:
                text = f"{name} is back"
            case What.ASKING:
                text = f"every folder is looked through each minute: {notice.text}"
            case What.FAILED:
                text = f"{notice.text} (tried again in a minute)"
        if notice.path is not None:
            self._announced.discard(notice.path)
        told = {"path": notice.path and str(notice.path), "reason": notice.text or None}
        self._tell(text, notice.what.name.lower(), told)

    def reported(self, done: Reported, places: Sequence[Path]) -> None:
        news = set(places) - self._announced
        if done.did or (news and len(places) == 1 and places[0].is_dir()):
            names = ", ".join(home(place) for place in places[:_NAMED])
            more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
            about = {**done.counts, "took_s": done.took_s, "places": list(map(str, places))}
            self._tell(f"{done.did or 'nothing new'}: {names}{more}", "looked", about)
        self._announced.update(places)
        for path, reason in done.failed:
            if self._known.get(path) != reason:
                self._known[path] = reason
                text = f"cannot read {home(path)}: {reason}"
                self._tell(text, "unreadable", {"path": str(path), "reason": reason})

    def described(self, why_not: str | None) -> None:
        """A run has described shots, but for those that it could not, and why not: once each."""
        if why_not and why_not != self._why_not:
            self._tell(f"shots are not described: {why_not}", "not-described", {"reason": why_not})
        self._why_not = why_not

    def _tell(self, text: str, event: str, about: Mapping[str, object]) -> None:
        now = datetime.now().astimezone()
        if self._as_json:
            line = json.dumps({"time": now.isoformat(timespec="seconds"), "event": event, **about})
        else:
            line = one_line(f"{now:%H:%M:%S} {text}")
        with suppress(OSError):  # nobody listens any more: the library is kept all the same
            print(line, flush=True)
