"""`rushes watch`."""

import json
import os
import queue
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rushes.models import ModelStore
from tests.fakes.openai_server import MODEL, FakeOpenAI
from tests.media.video import make_clip
from tests.tui.home import HARBOUR, OWL, RUSHES, Home, found, make_home, only_line

Event = dict[str, object]
LONG_AGO = time.time() - 1000


class Watching:
    """`rushes watch --json` under way, and what it says."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def until(self, is_it: Callable[[Event], bool]) -> list[Event]:
        """What it says until it says this."""
        events: list[Event] = []
        while not (events and is_it(events[-1])):
            try:
                events.append(json.loads(self._lines.get(timeout=60)))
            except queue.Empty:
                raise TimeoutError(f"it only said {events}") from None
        return events

    def looked(self, *places: Path) -> Event:
        return self.until(lambda e: e.get("places") == [str(place) for place in places])[-1]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)


@contextmanager
def watching(home: Home, *arguments: str | Path, **extra: str) -> Iterator[Watching]:
    command = [*RUSHES, "watch", "--rest", "0.5", "--json", *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env=home.environment(extra), encoding="utf-8"
    ) as process:
        try:
            yield Watching(process)
        finally:
            process.kill()


def written(path: Path, text: str) -> Path:
    """A file that came to rest long ago."""
    path.write_text(text)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def test_a_library_is_kept_up_to_date_until_it_is_told_to_end(
    tmp_path: Path, starter_store: ModelStore
) -> None:
    home = make_home(tmp_path, starter_store)
    owl = written(home.media / "owl.md", OWL)
    drive = tmp_path / "drive"
    drive.mkdir()
    written(drive / "a\x1b[31m.md", "Nobody can say why the mill stands still.")
    with watching(home, home.media, drive) as watch:
        began = watch.until(lambda event: event["event"] == "looked")
        assert [each["event"] for each in began] == ["began", "began", "looked"]
        assert began[-1]["indexed"] == 2
        drive.rename(tmp_path / "unplugged")
        assert watch.until(lambda event: event["event"] == "went")[-1]["path"] == str(drive)
        renamed, new = home.media / "bird.md", home.media / "harbour.txt"
        owl.rename(renamed)
        written(new, HARBOUR)
        event = watch.looked(renamed, new, owl)
        assert [event[each] for each in ("indexed", "moved", "removed")] == [1, 1, 0]
        (tmp_path / "unplugged").rename(drive)
        assert watch.until(lambda event: event["event"] == "came")[-1]["path"] == str(drive)
        assert watch.looked(drive)["indexed"] == 0
        assert watch.end(signal.SIGTERM) == 0
    names = [found(home.run("search", each, "--json"))[0]["path"] for each in ("mill", "ferry")]
    assert names == [str(drive / "a\x1b[31m.md"), str(new)]


def test_ctrl_c_ends_it_while_a_run_is_under_way_and_nothing_is_lost(
    tmp_path: Path, starter_store: ModelStore
) -> None:
    home = make_home(tmp_path, starter_store)
    written(home.media / "owl.md", OWL)
    with watching(home, home.media) as watch:
        watch.until(lambda event: event["event"] == "began")
        assert watch.end(signal.SIGINT) == 130
    assert home.run("index", home.media).returncode == 0
    assert len(found(home.run("search", "church tower", "--json"))) == 1


def test_without_a_folder_it_says_what_to_do(tmp_path: Path, starter_store: ModelStore) -> None:
    home = make_home(tmp_path, starter_store)
    none, missing = home.run("watch"), home.run("watch", tmp_path / "nowhere")
    assert (none.returncode, missing.returncode) == (1, 1)
    assert "rushes watch FOLDER" in only_line(none.stderr)
    assert "drive plugged in" in only_line(missing.stderr)


def test_shots_are_described_beside_it_and_what_keeps_them_from_it_is_said_once(
    tmp_path: Path, starter_store: ModelStore, demo_media: Path
) -> None:
    home = make_home(tmp_path, starter_store)
    clip = next(path for path in demo_media.rglob("bikes.mp4"))
    written(home.media / "owl.md", OWL)
    shutil.copyfile(clip, home.media / "bikes.mp4")
    os.utime(home.media / "bikes.mp4", (LONG_AGO, LONG_AGO))
    with FakeOpenAI("A gardener waters the roses.") as server:
        settings = {"RUSHES_DESCRIBE_URL": server.url, "RUSHES_DESCRIBE_MODEL": MODEL}
        with watching(home, home.media, **settings) as watch:
            assert watch.looked(home.media)["indexed"] == 2
            until_so(lambda: len(server.asked) == 6)
            until_so(lambda: found(home.run("search", "watering roses kind:video", "--json")))
    with watching(home, home.media, **settings) as watch:  # the server is gone
        watch.looked(home.media)
        other = home.media / "other.mp4"
        make_clip(other)
        os.utime(other, (LONG_AGO, LONG_AGO))
        events = watch.until(lambda event: event["event"] == "not-described")
        assert [each["event"] for each in events] == ["looked", "not-described"]
        assert "127.0.0.1" in str(events[-1]["reason"])


def until_so(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.2)
