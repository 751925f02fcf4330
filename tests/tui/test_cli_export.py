"""Timelines from the command line: places, found moments and files of selects."""

import json
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from tests.media.timecode import stamped
from tests.media.video import make_clip
from tests.rushes.read_back import from_edl, from_otio
from tests.tui.home import RUSHES, Home, found, only_line

PAL = Fraction(25)


@pytest.fixture
def film(empty: Home) -> Path:
    plain = make_clip(empty.media / "plain.mov", PAL, (150,), (64, 36)).path
    return stamped(plain, empty.media / "tram.mov", "01:00:00:00")


def test_places_are_written_one_after_the_other(empty: Home, film: Path) -> None:
    done = empty.run("export", f"{film}@1-2.5", f"{film}@00:04", film, "--out", "reel.otio")
    assert (done.returncode, done.stderr) == (0, "")
    assert only_line(done.stdout) == "reel.otio: 3 clips, 00:00:09:12 at 25 frames a second"
    events = from_otio(empty.folder / "reel.otio")
    assert [(e.start, e.frames, e.at) for e in events] == [
        (90_025, 37, 0), (90_100, 50, 37), (90_000, 150, 87)
    ]  # fmt: skip


def test_a_rate_and_a_name_can_be_given(empty: Home, film: Path) -> None:
    done = empty.run(
        "export", f"{film}@1-2", "--out", "a.edl", "--fps", "29.97", "--name", "rainy day", "--json"
    )
    assert json.loads(done.stdout) == {
        "path": str(empty.folder / "a.edl"),
        "format": "edl",
        "clips": 1,
        "length": "00:00:00;29",
        "fps": "30000/1001",
    }
    lines = (empty.folder / "a.edl").read_text().splitlines()
    assert lines[:2] == ["TITLE: rainy day", "FCM: DROP FRAME"]


def test_what_search_found_becomes_a_timeline(used: Home, tmp_path: Path) -> None:
    asked = used.run("search", "bicycles kind:video", "--json")
    moments = found(asked)
    selects = tmp_path / "found.json"
    selects.write_text(asked.stdout)
    done = used.run("export", "--selects", selects, "--out", tmp_path / "found.edl")
    assert done.returncode == 0, done.stderr
    events = from_edl(tmp_path / "found.edl", PAL)
    assert [event.start / 25 for event in events] == pytest.approx(
        [float(str(moment["start_s"])) for moment in moments], abs=0.04
    )
    assert {event.url for event in events} == {str(moment["path"]) for moment in moments}
    piped = subprocess.run(
        [*RUSHES, "export", "--selects", "-", "--out", str(tmp_path / "piped.edl")],
        input=asked.stdout.encode(),
        env=used.environment(),
        capture_output=True,
        timeout=120,
    )
    assert piped.returncode == 0, piped.stderr
    assert (tmp_path / "piped.edl").read_bytes() == (tmp_path / "found.edl").read_bytes()


def test_subtitles_hold_the_words_that_the_library_heard(used: Home, tmp_path: Path) -> None:
    speech = used.media / "beckett.wav"
    whole = used.run("export", speech, "--out", tmp_path / "all.srt")
    assert whole.returncode == 0, whole.stderr
    text = (tmp_path / "all.srt").read_text()
    assert text.startswith("1\n00:00:00,") and "fail better" in text.lower()
    (best,) = found(used.run("search", "fail better", "--json", "--limit", "1"))
    part = used.run(
        "export", f"{speech}@0-{best['end_s']}", f"{speech}@0-2", "--out", tmp_path / "part.vtt"
    )
    assert part.returncode == 0, part.stderr
    assert (tmp_path / "part.vtt").read_text().startswith("WEBVTT\n\n00:00:00.")


def test_subtitles_without_words_or_library_say_what_to_do(
    used: Home, empty: Home, film: Path, tmp_path: Path
) -> None:
    mute = used.run("export", used.media / "bikes.mp4", "--out", tmp_path / "mute.srt")
    assert mute.returncode == 1
    assert "no spoken words are known" in only_line(mute.stderr)
    none = empty.run("export", film, "--out", "none.srt")
    assert none.returncode == 1
    assert "run `rushes index FOLDER`" in only_line(none.stderr)
    assert not (tmp_path / "mute.srt").exists() and not (empty.folder / "none.srt").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        ((), 2, "name either places"),
        (("a.mov", "--selects", "b.json"), 2, "name either places"),
        (("a.mov@5-3",), 2, "ends before it begins"),
        (("tram.mov", "--fps", "17"), 2, "not a frame rate"),
        (("tram.mov", "--out", "reel.prproj"), 2, "cannot tell the format"),
        (("gone.mov",), 1, "cannot export gone.mov: the file is gone"),
        (("harbour.txt",), 1, "cannot export harbour.txt: not a recording"),
        (("tram.mov@60-70",), 1, "it ends at 6.00 s"),
        (("--selects", "gone.json"), 1, "cannot read gone.json"),
        (("--selects", "harbour.txt"), 1, "it is not JSON"),
        (("tram.mov", "--out", "away/reel.otio"), 1, "its folder is not there"),
        (("tram.mov", "--out", "owl.md"), 2, "cannot tell the format"),
    ],
)
def test_what_cannot_be_exported_is_one_line(
    empty: Home, film: Path, arguments: tuple[str, ...], code: int, reason: str
) -> None:
    place = Home(empty.media, empty.media)
    done = place.run("export", "--out", "reel.otio", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert reason in only_line(done.stderr)
    assert not (empty.media / "reel.otio").exists()


def test_a_timeline_that_is_there_is_replaced_only_if_asked_to(empty: Home, film: Path) -> None:
    (empty.folder / "reel.otio").write_text("mine")
    kept = empty.run("export", film, "--out", "reel.otio")
    assert kept.returncode == 1
    assert "it is there already" in only_line(kept.stderr)
    assert (empty.folder / "reel.otio").read_text() == "mine"
    assert empty.run("export", film, "--out", "reel.otio", "--force").returncode == 0
    assert len(from_otio(empty.folder / "reel.otio")) == 1
