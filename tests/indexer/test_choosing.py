"""Which files are left out: by rules in folders, by size and kind, and what cameras write."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.choosing import Chooser, Why
from indexer.library import Library
from indexer.scan import scan
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.moment import Kind
from rushes.settings import Settings, load_settings

NOTE = "The ferry leaves the harbour at a quarter past seven."
SONY = """<?xml version="1.0" encoding="UTF-8"?>
<NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.20">
"""
DRONE = """1
00:00:00,000 --> 00:00:00,033
<font size="28">FrameCnt: 1, DiffTime: 33ms
2025-06-01 10:00:00.000
[iso : 100] [shutter : 1/640.0] [fnum : 170] [latitude: 38.71] [longitude: -9.13] </font>
"""
OLDER_DRONE = """1
00:00:01,000 --> 00:00:02,000
HOME(149.0251,-20.2532) 2017.08.05 14:11:51
GPS(149.0251,-20.2533,16) BAROMETER:1.9
ISO:100 Shutter:60 EV: Fnum:2.2
"""
SUBTITLES = """1
00:00:01,000 --> 00:00:02,000
We drove home (finally) by GPS.
"""


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root.resolve()


def taken(root: Path, chooser: Chooser | None = None) -> tuple[set[str], dict[str, int]]:
    """The names of what is taken, and how many are left out for which reason."""
    left_out: Counter[str] = Counter()
    found = scan(
        root,
        Path("/nowhere"),
        lambda: None,
        chooser or Chooser(),
        lambda why: left_out.update([why]),
    )
    return {each.path.relative_to(root).as_posix() for each in found}, dict(left_out)


def test_rules_leave_out_files_and_folders_as_git_does(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            ".rushesignore": "# what nobody looks for\n*.md\n!keep.md\nrenders/\n/only-here.txt\n",
            "a.md": NOTE,
            "keep.md": NOTE,
            "only-here.txt": NOTE,
            "in/only-here.txt": NOTE,
            "in/a.md": NOTE,
            "in/renders/one.txt": NOTE,
            "in/renders/keep.md": NOTE,  # nothing in a folder that is left out comes back
            "renders.txt": NOTE,
            "a programme.exe": NOTE,
        },
    )
    assert taken(root) == (
        {"keep.md", "in/only-here.txt", "renders.txt"},
        {Why.RULES: 4},
    )


def test_rules_of_an_inner_folder_come_before_those_above(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            ".rushesignore": "*.md\n",
            "a.md": NOTE,
            "in/.rushesignore": "!a.md\nb.txt\n",
            "in/a.md": NOTE,
            "in/c.md": NOTE,
            "in/b.txt": NOTE,
            "b.txt": NOTE,
        },
    )
    assert taken(root) == ({"in/a.md", "b.txt"}, {Why.RULES: 3})


def test_rules_that_cannot_be_read_stop_the_run(tmp_path: Path) -> None:
    (tmp_path / ".rushesignore").write_bytes(b"\xff\xfe*.md")
    with pytest.raises(RushesError, match="rushesignore"):
        taken(tmp_path)


def test_files_are_left_out_by_kind_and_size(tmp_path: Path) -> None:
    root = write(
        tmp_path, {"a.txt": "x" * 10, "b.txt": "x" * 100, "c.txt": "x" * 1000, "d.jpg": "x" * 100}
    )
    chooser = Chooser(frozenset({Kind.DOCUMENT}), 11, 999)
    assert taken(root, chooser) == ({"b.txt"}, {Why.SMALL: 1, Why.LARGE: 1, Why.KIND: 1})
    assert [each.path.name for each in scan(root / "a.txt", root, lambda: None, chooser)] == [
        "a.txt"  # named by itself
    ]


def test_what_cameras_write_for_themselves_is_left_out(tmp_path: Path) -> None:
    sidecars = {
        "GX010001.THM": "x",
        "GL010001.LRV": "x",
        "IMG_1.AAE": "x",
        "IMG_1.xmp": "x",
        "C0001M01.XML": SONY,
        "DJI_0001.SRT": DRONE,
        "DJI_0002.SRT": OLDER_DRONE,
        "card/CLIP/C0001M01.XML": SONY,
        "card/SUB/C0001S03.MP4": "x",
        "card/THMBNL/C0001T01.JPG": "x",
    }
    content = {
        "talk.srt": SUBTITLES,
        "data.xml": "<notes><note>NonRealTimeMeta is a word</note></notes>",
        "card/CLIP/C0001.MP4": "x",
        "SUB/no card.mp4": "x",
        "thmbnl.jpg": "x",
    }
    root = write(tmp_path, {**sidecars, **content})
    assert taken(root) == (set(content), {Why.SIDECAR: len(sidecars)})


def test_the_library_tells_what_it_left_out_and_lets_go_of_it(
    library_in: Callable[..., Library], tmp_path: Path
) -> None:
    root = write(tmp_path / "notes", {"a.txt": NOTE, "b.md": NOTE + " Fog.", "c.THM": "x"})
    more = write(tmp_path / "more", {"d.LRV": "x", "e.txt": NOTE + " Rain."})
    library_in().index([root], Job())
    assert library_in().status().left_out == {"a camera's own": 1}
    (root / ".rushesignore").write_text("*.md\n")
    report = library_in().index([root, more], Job())
    assert (report.removed, report.unchanged) == (1, 1)
    assert library_in().status().left_out == {"a camera's own": 2, "by .rushesignore": 1}
    assert library_in(leave_out="document").index([], Job()).removed == 2
    library_in().remove_roots([root], Job())
    assert library_in().status().left_out == {"a camera's own": 1, "of a kind not wanted": 1}


def test_the_settings_say_what_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(leave_out="document, pdf", smallest_file_mb=0.5, largest_file_mb=2000)
    chooser = Chooser.of(settings)
    assert chooser.kinds == {Kind.SLIDES, Kind.IMAGE, Kind.AUDIO, Kind.VIDEO}
    assert (chooser.least_bytes, chooser.most_bytes) == (500_000, 2_000_000_000)
    assert Chooser.of(Settings()) == Chooser()
    monkeypatch.setenv("RUSHES_LEAVE_OUT", "films")
    with pytest.raises(RushesError, match="films is none of document, pdf"):
        load_settings()
