"""B-roll from the command line, out of real footage."""

import json
from pathlib import Path

import opentimelineio as otio
import pytest

from tests.tui.home import Home, only_line

SCRIPT = "People ride bicycles in the street.\nA leopard in the jungle.\n"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.txt"
    path.write_text(SCRIPT)
    return path


def test_each_line_of_a_script_gets_its_clip(used: Home, script: Path) -> None:
    done = used.run("broll", "--script", script, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert list(document) == ["name", "fps", "selects", "gaps"]
    by_line = {select["line"]: select for select in document["selects"]}
    assert Path(by_line[1]["path"]).name == "bikes.mp4"
    assert Path(by_line[2]["path"]).name == "IMG_0001.webp"
    assert by_line[1]["end_s"] - by_line[1]["start_s"] == pytest.approx(2.4, abs=0.3)
    assert by_line[1]["note"] == "People ride bicycles in the street."
    assert "looks like" in by_line[1]["senses"]


def test_a_reel_is_a_table_for_people(used: Home, script: Path) -> None:
    done = used.run("broll", "--script", script)
    assert done.returncode == 0, done.stderr
    table = done.stdout
    assert "bikes.mp4" in table and "IMG_0001.webp" in table
    assert "00:00:0" in table and "still, 2.0 s" in table
    assert table.splitlines()[-1].startswith("2 clips, 4.4 s")


def test_a_timeline_is_written_that_editors_read(used: Home, script: Path, tmp_path: Path) -> None:
    out = tmp_path / "reel.otio"
    done = used.run("broll", "--script", script, "--out", out)
    assert done.returncode == 0, done.stderr
    timeline = otio.adapters.read_from_file(str(out))
    clips = list(timeline.find_clips())
    assert {Path(clip.media_reference.target_url).name for clip in clips} == {
        "bikes.mp4",
        "IMG_0001.webp",
    }
    again = used.run("broll", "--script", script, "--out", out)
    assert again.returncode == 1 and "--force" in only_line(again.stderr)


def test_the_json_goes_on_to_export(used: Home, script: Path, tmp_path: Path) -> None:
    selects = tmp_path / "reel.json"
    selects.write_text(used.run("broll", "--script", script, "--json").stdout)
    out = tmp_path / "reel.srt"
    done = used.run("export", "--selects", selects, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "A leopard in the jungle." in out.read_text()


def test_a_brief_makes_a_film_of_its_length(used: Home) -> None:
    done = used.run("broll", "people", "riding", "bicycles,", "6", "seconds", "--json")
    document = json.loads(done.stdout)
    shown = sum(select["end_s"] - select["start_s"] for select in document["selects"])
    missing = sum(gap["seconds"] for gap in document["gaps"])
    assert shown > 0 and shown + missing == pytest.approx(6.0, abs=0.5)
    shots = [(select["path"], select["start_s"]) for select in document["selects"]]
    assert len(set(shots)) == len(shots)


def test_a_gap_says_what_is_nearest_and_what_could_be_made(used: Home, tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("A leopard in the jungle.\nThe leopard in its jungle.\n")
    done = used.run("broll", "--script", script, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    (gap,), (select,) = document["gaps"], document["selects"]
    assert {gap["line"], select["line"]} == {1, 2}
    assert gap["seconds"] == 2.0 and gap["prompt"].startswith(gap["text"].rstrip("."))
    assert gap["nearest"] == {
        "path": str(used.media / "IMG_0001.webp"),
        "start_s": None,
        "end_s": None,
    }
    shown = used.run("broll", "--script", script).stdout
    assert "nothing fits" in shown and "nearest: IMG_0001.webp" in shown
    assert "1 line with a gap" in shown


def test_nothing_found_is_exit_code_1(empty: Home) -> None:
    assert empty.run("index", empty.media).returncode == 0  # notes only
    done = empty.run("broll", "a rainy city morning, 8 seconds")
    assert done.returncode == 1
    assert "nothing fits" in done.stdout and done.stdout.splitlines()[-1].startswith("0 clips")


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        ((), 2, "name either what the film is about, or --script FILE"),
        (("tram", "--script", "x.txt"), 2, "name either what the film is about"),
        (("a short film, 30 seconds",), 2, "names no subject"),
        (("tram", "--out", "reel.doc"), 2, "cannot tell the format"),
        (("tram", "--out", "gone/reel.otio"), 1, "its folder is not there"),
        (("--script", "gone.txt"), 1, "cannot read gone.txt: no such file"),
    ],
)
def test_what_cannot_be_is_one_line(
    used: Home, arguments: tuple[str, ...], code: int, reason: str
) -> None:
    done = used.run("broll", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert reason in only_line(done.stderr.splitlines()[-1])


def test_without_a_library_it_says_what_to_do(empty: Home) -> None:
    done = empty.run("broll", "a tram")
    assert done.returncode == 1 and "run `rushes index" in only_line(done.stderr)
