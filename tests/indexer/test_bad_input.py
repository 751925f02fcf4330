"""Bad input, all of it in one folder: each ends as one line, and everything else is found."""

import io
import json
import os
import socket
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.library import Library
from indexer.query import parse
from indexer.report import Report, Status
from indexer.store import Store
from rushes.jobs import Job, Progress
from rushes.models import ModelStore
from rushes.moment import Kind
from rushes.settings import Settings
from tests.indexer.test_library import Opened
from tests.media.hostile import SECRET, Hostile, hostile_folder
from tests.media.library import write_docx
from tests.media.sound import tone
from tests.media.video import make_clip
from tui import show


@dataclass(frozen=True)
class Survived:
    """The hostile folder, and what an index made of it."""

    hostile: Hostile
    library: Library
    report: Report
    status: Status

    @property
    def reasons(self) -> dict[Path, str]:
        return {failed.path: failed.error or "" for failed in self.status.failed}

    def names(self, part: str) -> tuple[Path, ...]:
        return tuple(path for path in self.hostile.readable if path.parent.name == part)


@pytest.fixture(scope="module")
def survived(
    tmp_path_factory: pytest.TempPathFactory, starter_store: ModelStore
) -> Iterator[Survived]:
    folder = tmp_path_factory.mktemp("bad")
    hostile = hostile_folder(folder / "hostile")
    library = Library(Settings(library=folder / "library"), starter_store)
    report = library.index([hostile.root], Job())
    yield Survived(hostile, library, report, library.status())
    hostile.unlock()


def shows_control(text: str) -> list[str]:
    """What a terminal would obey instead of showing it."""
    return [
        character
        for character in text
        if character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs")
    ]


def test_every_bad_file_has_its_reason(survived: Survived) -> None:
    reasons = survived.reasons
    assert len(survived.hostile.failing) >= 30
    for path, expected in survived.hostile.failing.items():
        reason = reasons.get(path, "")
        assert reason, f"{path.name} is not named"
        assert any(word in reason.lower() for word in expected), f"{path.name}: {reason}"


def test_a_reason_is_one_short_line_without_control_characters(survived: Survived) -> None:
    for reason in survived.reasons.values():
        assert 0 < len(reason) <= 300
        assert "\n" not in reason and not shows_control(reason)
        assert not reason.startswith("reading it failed"), reason  # that would be our defect


def test_everything_readable_is_indexed(survived: Survived) -> None:
    for path in survived.hostile.readable:
        assert path not in survived.reasons, survived.reasons[path]
    assert survived.report.indexed == len(survived.hostile.readable)
    held = survived.status.files
    assert held[Kind.DOCUMENT] == len(survived.names("names"))
    assert held[Kind.VIDEO] == len(survived.names("dishonest"))


def test_nothing_but_what_was_made_failed(survived: Survived) -> None:
    expected = {*survived.hostile.failing, *survived.hostile.ignored, *survived.hostile.unreadable}
    assert set(survived.reasons) <= expected
    assert survived.report.failed and {f.path for f in survived.report.failed} == set(
        survived.reasons
    )


def test_links_pipes_and_sockets_are_named_and_not_followed(survived: Survived) -> None:
    named = {path.name: survived.reasons.get(path) for path in survived.hostile.ignored}
    if not named:
        pytest.skip("this system makes none")
    out = "the link leads out of the folder: index what it leads to by its own name"
    round_and_round = "the link leads back to itself"
    pipe = "not a file but a pipe, socket or device"
    assert named == {
        "to a file outside.txt": out,
        "to a folder outside": out,
        "itself": round_and_round,
        "one": round_and_round,
        "two": round_and_round,
        "to the parent": None,  # what it leads to is found by its own name
        "to nothing.txt": "the link leads nowhere",
        "pipe.mp4": pipe,
        "socket.txt": pipe,
    }


def test_the_secret_is_not_in_the_library(survived: Survived) -> None:
    store = Store.open(survived.library.folder)
    written = [row["text"] for row in store.table("segments").to_arrow().to_pylist()]
    assert written and not any("vault" in text for text in written)
    assert not any("vault" in (m.text or "") for m in survived.library.search(SECRET, 100).moments)


def test_unreadable_folders_are_named(survived: Survived) -> None:
    if not survived.hostile.unreadable:
        pytest.skip("this user reads every folder")
    for folder in survived.hostile.unreadable:
        assert survived.reasons[folder].startswith("the folder may not be read")


def test_odd_names_survive_the_way_there_and_back(survived: Survived) -> None:
    odd = survived.names("names")
    query = parse('"the lighthouse keeper"')
    results = survived.library.search(query, 100)
    found = results.moments
    assert {os.fsencode(m.path) for m in found} == {os.fsencode(path) for path in odd}

    printed = io.StringIO()
    with redirect_stdout(printed):
        show.results(results, query, as_json=True, with_takes=True, sheet=None)
    assert printed.getvalue().isascii()
    listed = {os.fsencode(moment["path"]) for moment in json.loads(printed.getvalue())["moments"]}
    assert listed == {os.fsencode(path) for path in odd}
    assert all(Path(os.fsdecode(path)).is_file() for path in listed)


def test_what_a_person_sees_holds_no_control_characters(survived: Survived) -> None:
    printed = io.StringIO()
    with redirect_stdout(printed):
        query = parse("the lighthouse keeper")
        results = survived.library.search(query, 100)
        show.results(results, query, as_json=False, with_takes=True, sheet=None)
        show.status(survived.status, as_json=False)
        show.report(survived.report)
    assert "[bold]markup[red] {braces} %s.txt" in printed.getvalue()
    assert not shows_control(printed.getvalue())


def test_a_second_run_reads_none_of_them_again(survived: Survived) -> None:
    report = survived.library.index([survived.hostile.root], Job())
    assert report.indexed == report.removed == 0
    assert {failed.path: failed.error for failed in report.failed} == survived.reasons


def test_files_that_vanish_before_they_are_read_are_named(
    library_in: Opened, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "note.txt").write_text("a note")
    (folder / "kept.txt").write_text("The owl nests in the tower.")
    write_docx(folder / "letter.docx", (("a letter", 0),))
    make_clip(folder / "clip.mp4", scene_lengths=(10,), sounds=[tone(0.4)])
    (folder / "page.pdf").write_bytes(b"%PDF-1.4")
    (folder / "picture.png").write_bytes(b"\x89PNG")

    def vanish(progress: Progress) -> None:
        if progress.stage == "indexing":
            for path in folder.iterdir():
                if path.name != "kept.txt":
                    path.unlink()

    library = library_in()
    report = library.index([folder], Job(vanish))
    assert report.indexed == 1
    reasons = {failed.path.name: failed.error or "" for failed in report.failed}
    assert set(reasons) == {"note.txt", "letter.docx", "clip.mp4", "page.pdf", "picture.png"}
    assert all("gone" in reason for reason in reasons.values()), reasons
    report = library.index([folder], Job())
    assert (report.unchanged, report.removed, report.failed) == (1, 5, [])


def test_a_file_that_could_not_be_opened_is_tried_again(library_in: Opened, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    note, aside = folder / "note.txt", tmp_path / "aside.txt"
    note.write_text("The owl nests in the tower.")

    def take_away(progress: Progress) -> None:
        if progress.stage == "indexing" and note.exists():
            note.rename(aside)

    library = library_in()
    assert len(library.index([folder], Job(take_away)).failed) == 1
    aside.rename(note)  # as it was, its size and time included
    report = library.index([folder], Job())
    assert (report.indexed, report.failed) == (1, [])


def test_words_that_are_no_text_are_indexed_without_harm(
    library_in: Opened, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "escapes.json").write_text('{"note": "the owl \\ud800 in \\u0000 the \\u202e tower"}')
    (folder / "latin.txt").write_bytes(b"the owl in the caf\xe9 \x00\x1b[31m tower")
    library = library_in()
    report = library.index([folder], Job())
    assert (report.indexed, report.failed) == (2, [])
    found = library.search("owl tower").moments
    assert {moment.path.name for moment in found} == {"escapes.json", "latin.txt"}
    assert not shows_control("".join(moment.text or "" for moment in found))


_WITHOUT_NETWORK = """
import socket, sys
from pathlib import Path

tried = []
true_connect = socket.socket.connect
def connect(self, address):
    if self.family != socket.AF_UNIX:
        tried.append(address)
        raise OSError("no network in this test")
    return true_connect(self, address)
socket.socket.connect = socket.socket.connect_ex = connect
def resolve(*address, **options):
    tried.append(address)
    raise OSError("no network in this test")
socket.getaddrinfo = resolve

from indexer.library import Library
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.settings import Settings

models, place, folder = map(Path, sys.argv[1:])
library = Library(Settings(library=place), ModelStore(models))
report = library.index([folder], Job())
assert not report.failed, report.failed
print(report.indexed, library.search("a bird on the wire").moments[0].path.name)
assert not tried, tried
"""


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")
def test_nothing_is_sent_while_indexing_and_searching(
    tmp_path: Path, starter_store: ModelStore, demo_media: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "note.txt").write_text("A bird sits on the wire.")
    make_clip(folder / "clip.mp4", scene_lengths=(25,), sounds=[tone(1)])
    picture = demo_media / "pictures/image_chroma_text_to_image-1.webp"
    (folder / "picture.webp").write_bytes(picture.read_bytes())
    arguments = [str(starter_store.root), str(tmp_path / "library"), str(folder)]
    ran = subprocess.run(
        [sys.executable, "-c", _WITHOUT_NETWORK, *arguments], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["3", "note.txt"]
