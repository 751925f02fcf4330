"""Filters as SQL, asked of a real table: plainly, beside vectors and beside words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import lancedb
import pyarrow as pa
import pytest
from lancedb.index import FTS

from indexer.names import folded
from indexer.query import Query, parse
from indexer.values import Among
from indexer.where import asks_of_shots, conditions, file_conditions

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("vector", pa.list_(pa.float32(), 2)),
        ("kind", pa.string()),
        ("folder", pa.string()),
        ("file_name", pa.string()),
        ("created_s", pa.int64()),
        ("fps", pa.float32()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("length_s", pa.float32()),
        ("size", pa.string()),
        ("moves", pa.list_(pa.string())),
        ("people", pa.int16()),
        ("sound", pa.list_(pa.string())),
        ("colours", pa.list_(pa.string())),
        ("sharpness", pa.float32()),
        ("exposure", pa.float32()),
        ("shake", pa.float32()),
        ("brightness", pa.float32()),
        ("warmth", pa.float32()),
        ("motion", pa.float32()),
        ("synthetic", pa.bool_()),
    ]
)

Found = Callable[..., set[str]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """The names of the rows, given as facts by name, that a query's filters let through.

    Each is asked three ways, which have to agree. A row "unknown" of which nothing is known is
    always there.
    """
    database = lancedb.connect(tmp_path)

    def ask(query: str | Query, **rows: dict[str, Any]) -> set[str]:
        rows = {**rows, "unknown": {}}
        given = [
            {"id": name, "text": "word", "vector": [1.0, 0.0], **facts}
            for name, facts in rows.items()
        ]
        table = database.create_table(
            "t", pa.Table.from_pylist(given, schema=SCHEMA), mode="overwrite"
        )
        table.create_index("text", config=FTS())
        where = conditions(parse(query) if isinstance(query, str) else query)
        plain = table.search().where(where)
        near = table.search([1.0, 0.0]).where(where, prefilter=True)
        by_words = table.search("word", query_type="fts").where(where, prefilter=True)
        answers = [
            {row["id"] for row in each.limit(50).to_list()} for each in (plain, near, by_words)
        ]
        assert answers[0] == answers[1] == answers[2]
        return answers[0]

    return ask


def test_no_filter_is_no_condition() -> None:
    assert conditions(parse('rain -dog "in town" said:x label:y')) == ""


def test_what_is_asked_of_files_can_be_told_from_what_is_asked_of_shots() -> None:
    query = parse("kind:video shot:wide in:Lisbon")
    assert conditions(query).startswith(f"{file_conditions(query)} AND (size = 'wide')")
    assert asks_of_shots(query)
    assert not asks_of_shots(parse("kind:video on:2025 fps:24 size:4k in:a name:b said:c"))


def test_kind_and_shot_size(found: Found) -> None:
    rows = {
        "wide": {"kind": "video", "size": "wide"},
        "close": {"kind": "video", "size": "close-up"},
        "photo": {"kind": "image", "size": "wide"},
    }
    assert found("kind:video shot:wide", **rows) == {"wide"}
    assert found("shot:wide,cu", **rows) == {"wide", "close", "photo"}
    assert found("-shot:wide", **rows) == {"close", "unknown"}
    assert found("-shot:wide,close", **rows) == {"unknown"}


def test_what_is_not_known_to_be_synthetic_is_taken_for_filmed(found: Found) -> None:
    rows = {"made": {"synthetic": True}, "filmed": {"kind": "video"}}
    assert found("source:synthetic", **rows) == {"made"}
    assert found("-synthetic", **rows) == {"filmed", "unknown"}
    assert not asks_of_shots(parse("-synthetic"))


def test_moves_sounds_and_colours_are_among_a_shots(found: Found) -> None:
    rows: dict[str, Any] = {
        "pan": {"moves": ["pan-left", "tilt-up"], "sound": ["speech", "music"]},
        "still": {"moves": ["static"], "sound": ["speech"], "colours": ["red"]},
        "none": {"moves": [], "sound": [], "colours": ["red", "blue"]},
    }
    assert found("move:pan-left", **rows) == {"pan"}
    assert found("move:pan,static", **rows) == {"pan", "still"}
    assert found("-move:moving", **rows) == {"still", "none", "unknown"}
    assert found("sound:speech sound:music", **rows) == {"pan"}
    assert found("-music", **rows) == {"still", "none", "unknown"}
    assert found("colour:red colour:blue", **rows) == {"none"}
    assert found("colour:red -colour:blue", **rows) == {"still"}


def test_folders_are_named_if_those_of_the_library_are_given() -> None:
    folders = ["/films/lisbon/1/", "/films/porto/", "/lisbon/"]
    asked = "folder IN ('/films/lisbon/1/', '/lisbon/')"
    assert conditions(parse("in:Lisbon"), folders) == asked
    assert conditions(parse("-in:Lisbon"), folders) == f"(NOT ({asked}) OR folder IS NULL)"
    assert conditions(parse("in:/lisbon,p*o"), folders) == (
        "folder IN ('/films/porto/', '/lisbon/')"
    )
    assert conditions(parse("in:Madrid"), folders) == "folder IN ('')"
    many = [f"/lisbon/{number}/" for number in range(3000)]
    assert conditions(parse("in:Lisbon"), many) == conditions(parse("in:Lisbon"))


def test_light(found: Found) -> None:
    rows = {
        "dark": {"brightness": 0.1, "warmth": 0.0},
        "dusk": {"brightness": 0.2, "warmth": 0.5},
        "day": {"brightness": 0.5, "warmth": -0.3},
        "snow": {"brightness": 0.8, "warmth": -0.1},
    }
    assert found("light:dark", **rows) == {"dark", "dusk"}
    assert found("light:normal", **rows) == {"day"}
    assert found("light:bright,warm", **rows) == {"snow", "dusk"}
    assert found("light:dark light:warm", **rows) == {"dusk"}
    assert found("light:cold", **rows) == {"day"}


def test_length(found: Found) -> None:
    rows: dict[str, Any] = {
        name: {"length_s": length}
        for name, length in {"a": 2.9, "b": 3.0, "c": 3.3, "d": 10.0, "e": 95.2}.items()
    }
    assert found("len:3..10", **rows) == {"b", "c", "d"}
    assert found("len:>3..<10", **rows) == {"c"}
    assert found("len:3", **rows) == {"a", "b", "c"}  # about 3 s
    assert found("len:>1m30", **rows) == {"e"}
    assert found("-len:>=3", **rows) == {"a", "unknown"}


def test_people(found: Found) -> None:
    rows = {name: {"people": n} for n, name in enumerate(("nobody", "one", "two"))}
    assert found("people:yes", **rows) == {"one", "two"}
    assert found("people:0", **rows) == {"nobody"}
    assert found("-people", **rows) == {"nobody", "unknown"}
    assert found("people:1..", **rows) == {"one", "two"}
    assert found("people:<2,2", **rows) == {"nobody", "one", "two"}
    assert found("people:<=999999999999999", **rows) == {"nobody", "one", "two"}


def test_days(found: Found) -> None:
    # `date -u -d 2025-06-01 +%s` says 1748736000.
    first = 1_748_736_000
    rows = {
        "may": {"created_s": first - 1},
        "june": {"created_s": first},
        "late": {"created_s": first + 30 * 86_400 - 1},
        "july": {"created_s": first + 30 * 86_400},
        "old": {"created_s": -1},
    }
    assert found("after:2025-06", **rows) == {"june", "late", "july"}
    assert found("before:2025-06-01", **rows) == {"may", "old"}
    assert found("on:2025-06", **rows) == {"june", "late"}
    assert found("on:>2025-06", **rows) == {"july"}
    assert found("on:<=2025-06-01", **rows) == {"may", "june", "old"}
    assert found("on:1969-12-31", **rows) == {"old"}
    assert found("on:0001-01-01..9999-12-31", **rows) == {"may", "june", "late", "july", "old"}


def test_frame_rates_are_as_people_call_them(found: Found) -> None:
    rows = {
        "film": {"fps": 24000 / 1001},
        "24": {"fps": 24.0},
        "ntsc": {"fps": 30000 / 1001},
        "50": {"fps": 50.0},
    }
    assert found("fps:23.976", **rows) == {"film"}
    assert found("fps:23.98", **rows) == {"film"}
    assert found("fps:24", **rows) == {"24"}
    assert found("fps:<24", **rows) == {"film"}
    assert found("fps:>23.976", **rows) == {"24", "ntsc", "50"}
    assert found("fps:<=29.97", **rows) == {"film", "24", "ntsc"}
    assert found("fps:>=50,24", **rows) == {"50", "24"}


def test_picture_sizes_are_as_cameras_name_them(found: Found) -> None:
    rows = {
        name: dict(zip(("width", "height"), map(int, name.split("x")), strict=True))
        for name in (
            "720x576 1280x720 1080x1080 1920x800 1080x1920 2048x1080 2560x1440 2160x3840 "
            "4096x2160 3840x1600 5312x2988 7680x4320"
        ).split()
    }
    four = {"2160x3840", "4096x2160", "3840x1600"}
    assert found("size:sd", **rows) == {"720x576"}
    assert found("size:720p", **rows) == {"1280x720"}
    assert found("size:1080p", **rows) == {"1080x1080", "1920x800", "1080x1920"}
    assert found("size:2k", **rows) == {"2048x1080"}
    assert found("size:4k", **rows) == four
    assert found("size:>=4k", **rows) == four | {"5312x2988", "7680x4320"}
    assert found("size:>4k", **rows) == {"5312x2988", "7680x4320"}
    assert found("size:<hd", **rows) == {"720x576"}
    assert found("size:<=hd", **rows) == {"720x576", "1280x720"}
    assert found("size:2k..4k", **rows) == four | {"2048x1080", "2560x1440"}
    assert found("size:8k", **rows) == {"7680x4320"}
    assert found("size:>8k", **rows) == set()
    assert found("size:<=8k", **rows) == set(rows)
    assert found("-size:<=4k", **rows) == {"5312x2988", "7680x4320", "unknown"}
    assert found("size:1920x1080", **rows) == {"1080x1920"}
    assert found("size:>=2160x3840", **rows) == {
        "2160x3840",
        "4096x2160",
        "5312x2988",
        "7680x4320",
    }
    assert found("size:>3840x2160", **rows) == {"4096x2160", "5312x2988", "7680x4320"}
    assert found("size:<1280x720", **rows) == {"720x576"}


def test_folders_are_whole_names_side_by_side(
    found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/Ana"))
    rows = {
        name: {"folder": folded(folder)}
        for name, folder in {
            "home": "/home/Ana/2025/Lisbon/",
            "card": "/media/card/2025/Lisbon/B/",
            "other": "/media/card/2025/x/Lisbon/",
            "near": "/media/2025/Lisbonne/",
            "2025_05": "/a/2025_05/",
            "2025x05": "/a/2025x05/",
        }.items()
    }
    assert found("in:2025/Lisbon", **rows) == {"home", "card"}
    assert found("in:/2025/LISBON/", **rows) == set()
    assert found("in:lisbon", **rows) == {"home", "card", "other"}
    assert found("in:/media/card", **rows) == {"card", "other"}
    assert found("in:/media/*/2025", **rows) == {"card", "other"}
    assert found("in:2025/*/Lisbon", **rows) == {"other"}
    assert found("in:Lisbon*", **rows) == {"home", "card", "other", "near"}
    assert found("in:~", **rows) == {"home"}
    assert found("in:~/2025", **rows) == {"home"}
    assert found("in:2025_05", **rows) == {"2025_05"}
    assert found("in:/", **rows) == set(rows)
    assert found("-in:Lisbon -in:a", **rows) == {"near", "unknown"}


def test_names(found: Found) -> None:
    rows = {
        "clip": {"file_name": "c0012.mp4"},
        "talk": {"file_name": folded("Cafe\u0301 Größe.MOV")},
    }
    assert found("name:C00", **rows) == {"clip"}
    assert found("name:c*.mp4", **rows) == {"clip"}
    assert found('name:"café GRÖSSE"', **rows) == {"talk"}
    assert found("name:c.0", **rows) == set()
    assert found("-name:.mov", **rows) == {"clip", "unknown"}


def test_measures(found: Found) -> None:
    columns = {"sharp": "sharpness", "exposure": "exposure", "shake": "shake", "motion": "motion"}
    for name, column in columns.items():
        rows = {each: {column: float(each)} for each in ("0.1", "0.5", "0.53", "0.9")}
        assert found(f"{name}:low", **rows) == {"0.1"}
        assert found(f"{name}:medium", **rows) == {"0.5", "0.53"}
        assert found(f"{name}:high", **rows) == {"0.9"}
        assert found(f"{name}:0.5", **rows) == {"0.5", "0.53"}
        assert found(f"{name}:>0.5", **rows) == {"0.53", "0.9"}
        assert found(f"-{name}:low", **rows) == {"0.5", "0.53", "0.9", "unknown"}


HOSTILE = [
    "it's",
    "' OR 1=1 --",
    "'; DROP TABLE t; --",
    "100%",
    "a_b",
    "a\\b",
    "a\\'b",
    "(.+)[a-z]{2}|^$?",
    '"quoted"',
    "a # b & c ~ d - e",
    "new\nline",
    "nul\x00nul",
    "a{{}}$1",
    "<a>",
    "予算é🎬",
    "lost\udce9byte",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_is_found_and_nothing_else_is(found: Found, name: str) -> None:
    rows = {
        "it": {"folder": f"/{folded(name)}/", "file_name": folded(name)},
        "else": {"folder": "/axb/", "file_name": "100x axb"},
    }
    assert found(Query(folders=(Among((name,)),)), **rows) == {"it"}
    assert found(Query(names=(Among((name,)),)), **rows) == {"it"}
    assert found(Query(names=(Among((name,), negated=True),)), **rows) == {"else", "unknown"}


def test_as_many_filters_as_there_may_be(found: Found) -> None:
    rows = {"it": {"folder": "/a/"}, "else": {"folder": "/b/"}}
    assert found("in:a* " * 50 + "-in:b " * 50, **rows) == {"it"}
    assert found("in:" + ",".join(f"{i}{'x' * 90}" for i in range(99)) + ",a", **rows) == {"it"}
