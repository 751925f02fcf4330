"""Timelines of files with any name, and all that cannot be written."""

import csv
import os
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from rushes.errors import RushesError, WrongUsage
from rushes.selects import Cue, Select, Timeline
from rushes.timeline import Format, write_timeline
from tests.rushes.footage import NTSC, PAL, film, selects
from tests.rushes.read_back import from_edl, from_fcpxml, from_otio

NAMES = (
    "\"quoted\" 'film'.mov",
    "two\nlines\r\n002  X V C.mov",
    os.fsdecode(b"caf\xe9 \xff.mov"),
    "a & b <c> ]]>.mov",
    "x" * 200 + ".mov",
    "🎬 été \u202egnp.mov",
    "=HYPERLINK(0).mov",
    "-1+1.mov",
    "@sum, a; b.mov",
    "[1-9].mov",
    "%41 #?.mov",
    "* FROM CLIP NAME: y.mov",
    ".mov.mov",
)


def test_no_name_breaks_any_format(tmp_path: Path) -> None:
    plain = film(tmp_path, PAL, None, "plain.mov")
    paths = [tmp_path / name for name in NAMES]
    for path in paths:
        shutil.copyfile(plain, path)
    hostile = '"]]>&<x>\n003  AX V C\n\x1b[31m=1+1\udcff'
    timeline = Timeline(
        hostile,
        tuple(Select(path, 0, 1, note=hostile, cues=(Cue(0, 1, hostile),)) for path in paths),
    )
    for format in Format:
        write_timeline(timeline, tmp_path / f"reel.{format}")
        written = (tmp_path / f"reel.{format}").read_bytes()
        assert b"\x1b" not in written and written.decode()
    urls = [path.as_uri() for path in paths]
    assert [e.url for e in from_otio(tmp_path / "reel.otio")] == urls
    assert [e.url for e in from_fcpxml(tmp_path / "reel.fcpxml", PAL)] == urls
    events = from_edl(tmp_path / "reel.edl", PAL)
    assert [(e.start, e.frames, e.at) for e in events] == [
        (0, 25, 25 * number) for number in range(len(paths))
    ]
    reels = [
        line.split()[1] for line in (tmp_path / "reel.edl").read_text().splitlines()
        if line[:1].isdigit()
    ]  # fmt: skip
    assert len(set(reels)) == len(paths) and all(
        reel.isascii() and reel.isalnum() and len(reel) <= 8 for reel in reels
    )
    rows = list(csv.reader((tmp_path / "reel.csv").open(newline="")))
    assert len(rows) == len(paths) + 1
    assert not any(cell.startswith(tuple("=+-@\t\r")) for row in rows for cell in row)
    for text in ((tmp_path / f"reel.{each}").read_text() for each in ("srt", "vtt")):
        assert text.count(" --> ") == len(paths)


def test_files_that_begin_alike_have_reels_of_their_own(tmp_path: Path) -> None:
    one = film(tmp_path, PAL, None, "interview-ana-1.mov")
    names = ("interview-ana-2.mov", "BL.mov", "ax.mov")
    paths = [one, *(Path(shutil.copyfile(one, tmp_path / name)) for name in names)]
    picks = tuple(Select(path, 0, 1) for path in (*paths, one))
    write_timeline(Timeline("reels", picks), tmp_path / "reels.edl")
    lines = (tmp_path / "reels.edl").read_text().splitlines()
    reels = [line.split()[1] for line in lines if line[:1].isdigit()]
    assert reels == ["INTERVIE", "INTERVI2", "BL2", "AX2", "INTERVIE"]


def test_an_edl_says_how_frames_are_counted(tmp_path: Path) -> None:
    for fps, said in ((NTSC, "FCM: DROP FRAME"), (PAL, "FCM: NON-DROP FRAME")):
        path = film(tmp_path, fps, None)
        write_timeline(selects(path, fps, [(0, 9)]), tmp_path / "a.edl", force=True)
        assert (tmp_path / "a.edl").read_text().splitlines()[:2] == ["TITLE: reel", said]
    card = tmp_path / "card.png"
    Image.new("RGB", (4, 4)).save(card)
    with pytest.raises(RushesError, match="it holds 999"):
        write_timeline(Timeline("long", (Select(card, 0, 1),) * 1000), tmp_path / "long.edl")


@pytest.mark.parametrize(
    ("name", "timeline", "reason"),
    [
        ("reel.mp4", None, "cannot tell the format of"),
        ("reel", None, "cannot tell the format of"),
        ("away/reel.otio", None, "its folder is not there"),
        ("there.otio", None, "it is there already"),
        ("folder.otio", None, "it is a folder"),
        ("x" * 300 + ".otio", None, "File name too long"),
        ("reel.otio", Timeline("none", ()), "no select is given"),
        ("reel.otio", Timeline("gone", (Select(Path("gone.mov"), 0, 1),)), "the file is gone"),
        ("reel.otio", Timeline("note", (Select(Path("note.txt"), 0, 1),)), "not a recording"),
        ("reel.otio", Timeline("late", (Select(Path("film.mov"), 7, 8),)), "it ends at 6.00 s"),
        ("reel.otio", Timeline("turned", (Select(Path("film.mov"), 2, 1),)), "ends before"),
        ("reel.otio", Timeline("nan", (Select(Path("film.mov"), 0, float("nan")),)), "ends before"),
        (
            "reel.otio",
            Timeline("odd", (Select(Path("film.mov"), 0, 1),), Fraction(17)),
            "17 frames",
        ),
        ("reel.srt", None, "no spoken words"),
    ],
)
def test_what_cannot_be_written_is_one_line_and_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    timeline: Timeline | None,
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    film(tmp_path, PAL, None)
    (tmp_path / "note.txt").write_text("no film")
    (tmp_path / "there.otio").write_text("mine")
    (tmp_path / "folder.otio").mkdir()
    before = sorted(tmp_path.iterdir())
    given = timeline or Timeline("reel", (Select(Path("film.mov"), 0, 1),))
    with pytest.raises(RushesError, match=reason) as error:
        write_timeline(given, Path(name))
    assert "\n" not in str(error.value)
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "there.otio").read_text() == "mine"


def test_force_replaces_a_timeline_but_no_footage(tmp_path: Path) -> None:
    path = film(tmp_path, PAL, None)
    timeline = selects(path, PAL, [(0, 25)])
    (tmp_path / "reel.otio").write_text("old")
    write_timeline(timeline, tmp_path / "reel.otio", force=True)
    assert len(from_otio(tmp_path / "reel.otio")) == 1
    before = path.read_bytes()
    with pytest.raises(RushesError, match="it is what would be read"):
        write_timeline(timeline, path, Format.OTIO, force=True)
    assert path.read_bytes() == before


def test_an_unknown_ending_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage):
        write_timeline(Timeline("a", ()), tmp_path / "a.prproj")
