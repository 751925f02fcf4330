"""Selects as JSON: what is written is read, and what is no list of selects is one line."""

import json
import math
import os
from fractions import Fraction
from pathlib import Path

import pytest

from rushes.errors import RushesError, WrongUsage
from rushes.rates import timeline_rate
from rushes.selects import Cue, Select, Timeline, parse_selects, read_selects, selects_json

NTSC = Fraction(30000, 1001)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    timeline = Timeline(
        "a day",
        (
            Select(Path("/m/tram.mp4"), 1.25, 3.5, "tram", "by night", (Cue(1.3, 2.0, "Mind!"),)),
            Select(Path("/m/rain.mov"), 0.0, math.inf),
            Select(Path(os.fsdecode(b"/m/caf\xe9.mov")), 2.0, 3.0),
        ),
        NTSC,
    )
    path = tmp_path / "selects.json"
    path.write_text(json.dumps(selects_json(timeline)))
    assert read_selects(path) == timeline


def test_the_moments_of_a_search_are_selects_but_for_documents() -> None:
    moments = [
        {"path": "/m/a.mp4", "kind": "video", "start_s": 1.0, "end_s": 2.5, "score": 0.1},
        {"path": "/m/b.pdf", "kind": "pdf", "start_s": None, "end_s": None, "page": 3},
        {"path": "/m/c.webp", "kind": "image", "start_s": None, "end_s": None, "text": None},
    ]
    found = parse_selects(json.dumps({"query": "x", "moments": moments, "nearest": []}), "it")
    assert found.fps is None
    assert found.selects == (
        Select(Path("/m/a.mp4"), 1.0, 2.5),
        Select(Path("/m/c.webp"), 0.0, math.inf),
    )


@pytest.mark.parametrize(
    ("written", "fps"),
    [
        (25, Fraction(25)),
        (23.976, Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", NTSC),
        ("30000/1001", NTSC),
        (30, Fraction(30)),
        (59.94, Fraction(60000, 1001)),
        (None, None),
    ],
)
def test_a_rate_is_read_however_it_is_written(
    written: float | str | None, fps: Fraction | None
) -> None:
    document = {"fps": written, "selects": [{"path": "a.mov", "start_s": 0, "end_s": 1}]}
    assert parse_selects(json.dumps(document), "it").fps == fps


@pytest.mark.parametrize("text", ["17", "0", "-25", "1/0", "x", "", "1e999", "nan", "9" * 5000])
def test_what_is_no_rate_is_wrong_usage(text: str) -> None:
    with pytest.raises(WrongUsage) as error:
        timeline_rate(text)
    assert "\n" not in str(error.value) and len(str(error.value)) < 200


GOOD = {"path": "a.mov", "start_s": 0, "end_s": 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("\x00\xff", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "dictionary"),
        ("{}", "neither"),
        ('{"selects": []}', "holds no selects"),
        ('{"moments": []}', "holds no selects"),
        (json.dumps({"selects": [{**GOOD, "path": 3}]}), "selects.0.path"),
        (json.dumps({"selects": [{**GOOD, "path": "a\0b"}]}), "selects.0.path"),
        (json.dumps({"selects": [GOOD, {**GOOD, "start_s": "1"}]}), "selects.1.start_s"),
        (json.dumps({"selects": [{**GOOD, "start_s": 5}]}), "ends before it begins"),
        (json.dumps({"selects": [{**GOOD, "start_s": -1}]}), "selects.0.start_s"),
        (json.dumps({"selects": [{**GOOD, "end_s": math.nan}]}), "selects.0.end_s"),
        (json.dumps({"selects": [{**GOOD, "end_s": 1e300}]}), "selects.0.end_s"),
        (json.dumps({"selects": [{**GOOD, "name": ["x"]}]}), "selects.0.name"),
        (json.dumps({"selects": [GOOD], "fps": 17}), "17"),
        (json.dumps({"selects": [GOOD], "fps": True}), "frame rate"),
        (json.dumps({"selects": [{**GOOD, "cues": [{"text": "x"}]}]}), "cues.0.start_s"),
    ],
)
def test_what_is_no_list_of_selects_is_one_line(text: str, reason: str) -> None:
    with pytest.raises(RushesError, match=reason) as error:
        parse_selects(text.encode("latin-1"), "reel.json")
    assert "\n" not in str(error.value)
    assert "reel.json" in str(error.value)


def test_a_file_that_is_gone_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RushesError, match="cannot read gone.json: No such file"):
        read_selects(tmp_path / "gone.json")
