"""What a form of the app was filled with, as commands, and what these have said of themselves."""

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from rushes.moment import Kind, Moment
from rushes.paths import paths
from rushes.place import Place, parse_place
from rushes.selects import Select, Timeline
from tui.widgets.reel_strip import columns
from tui.work.made import read_film, read_plan, told_line
from tui.work.making_orders import (
    FilmWish,
    clips_order,
    fresh,
    made_name,
    place,
    promised,
    source_of,
    upscale_order,
    usual_seconds,
)
from tui.work.order import Order, Standing, State
from tui.work.previewing import previewing

LIBRARY = Path("/l")
SHOT = Moment(Path("/m/tram.mp4"), Kind.VIDEO, 12.5, 16.0, fps=Fraction(25))


def test_a_film_is_ordered_with_what_was_typed() -> None:
    wish = FilmWish(
        SHOT, Path("/o/a.mp4"), "-- rain\x1b starts\n", "slow pan left", "4", upscale="4k"
    )
    order = wish.order(LIBRARY)
    assert order.command == (
        "generate",
        "--from=/m/tram.mp4@12.500000-16.000000",
        "--prompt=-- rain starts",
        "--camera=slow pan left",
        "--seconds=4",
        "--upscale=4k",
        "--backend=auto",
        "--out=/o/a.mp4",
        "--library=/l",
        "--json",
    )
    assert order.title == "generate a.mp4"
    assert wish.planned(LIBRARY) == (*order.command, "--plan")
    assert source_of(order) == Place(SHOT.path, 12.5, 16.0)


def test_a_still_is_a_keyframe_and_a_page_gives_none() -> None:
    still = FilmWish(Moment(Path("/m/card.png"), Kind.IMAGE), Path("a.mp4")).order(LIBRARY)
    assert still.command[1] == "--keyframe=/m/card.png" and source_of(still) == Place(
        Path("/m/card.png")
    )
    page = FilmWish(Moment(Path("/m/a.pdf"), Kind.PDF, page=2), Path("a.mp4")).order(LIBRARY)
    assert page.command[1] == "--backend=auto" and source_of(page) is None


def test_places_keep_their_frames() -> None:
    start_s, end_s = 1001 / 30000 * 123_457, 1001 / 30000 * 123_458
    again = parse_place(place(Path("/m/a@3.mp4"), start_s, end_s))
    assert again.path == Path("/m/a@3.mp4")
    assert (again.start_s, again.end_s) == pytest.approx((start_s, end_s), abs=1e-6)


def test_clips_are_ordered_by_place_to_the_files_end() -> None:
    timeline = Timeline(
        "reel", (Select(Path("/m/a.mp4"), 1.0, 2.5), Select(Path("/m/b.mp4"), 0.0, math.inf))
    )
    order = clips_order(timeline, Path("/o/cuts"), force=True)
    assert order.command == (
        "export", "/m/a.mp4@1.000000-2.500000", "/m/b.mp4@0.000000", "--clips=/o/cuts",
        "--name=reel", "--json", "--force",
    )  # fmt: skip
    assert order.title == "cut 2 clips into cuts"


def test_names_are_fresh_beside_files_and_orders(tmp_path: Path) -> None:
    first = made_name(SHOT, tmp_path)
    assert first == tmp_path / "tram-made.mp4"
    order = FilmWish(SHOT, first).order(LIBRARY)
    taken = promised([Standing(order), Standing(order, State.FAILED)])
    assert taken == (first,)
    assert made_name(SHOT, tmp_path, taken) == tmp_path / "tram-made-2.mp4"
    (tmp_path / "tram-made-2.mp4").touch()
    assert made_name(SHOT, tmp_path, taken).name == "tram-made-3.mp4"
    assert fresh(tmp_path / "x.mp4") == tmp_path / "x.mp4"
    larger = upscale_order(first, "4k", LIBRARY)
    assert f"--out={tmp_path / 'tram-made-4k.mp4'}" in larger.command
    assert source_of(larger) == Place(first)


@pytest.mark.parametrize(
    ("start_s", "end_s", "expected"),
    [(12.5, 16.0, "3.5"), (0.0, 0.2, "1"), (0.0, 90.0, "20"), (None, None, "5")],
)
def test_a_film_is_as_long_as_its_moment(
    start_s: float | None, end_s: float | None, expected: str
) -> None:
    assert usual_seconds(Moment(SHOT.path, Kind.VIDEO, start_s, end_s)) == expected


PLAN = {
    "backend": "ltx", "model": "LTX-2.3", "device": "H200", "generates": True,
    "width": 640, "height": 360, "fps": "30000/1001", "frames": 121, "seconds_to_draw": 300.0,
    "memory_bytes": 24_000_000_000, "notes": ["\x1b[31ma note"], "passed_over": ["comfyui: none"],
    "shots": [{"frames": 121, "parts": 1, "sound": "kept", "keyframes": []}],
    "delivered_width": 3840, "delivered_height": 2160, "upscaler": "rtx on H200",
    "seconds_to_enlarge": 60.0,
}  # fmt: skip


def test_a_plan_says_what_it_costs() -> None:
    plan = read_plan(json.dumps({"plan": PLAN}))
    assert plan is not None
    assert plan.heading == "ltx: LTX-2.3 on H200"
    assert plan.cost == "about 6 min, 24.0 GB of memory"
    assert plan.picture == ("640×360 → 3840×2160 with rtx on H200, 29.97 fps, 121 frames, 4.04 s")
    assert plan.remarks == ("sound kept", "[31ma note", "not used: comfyui: none")
    assert read_plan("rushes: no") is None and read_plan('{"plan": {}}') is None


def test_what_came_of_an_order_is_one_line() -> None:
    film = {
        "path": "/o/a.mp4", "width": 640, "height": 360, "fps": "25", "frames": 25,
        "duration_s": 1.0, "made_with_ai": True, "backend": "ltx", "models": ["LTX-2.3"],
        "in_library": True, "not_in_library": None,
    }  # fmt: skip
    told = told_line(Order("a", ("generate",)), json.dumps(film))
    assert told == "a.mp4: 640×360, 1.00 s, LTX-2.3, ltx; in the library"
    clips = {
        "folder": "/o/cuts",
        "clips": [{"file": "1", "how": "copied"}, {"file": "2", "how": "edges coded again"}],
        "left_out": [{"source": "/m/a.wav", "reason": "a.wav has no moving pictures"}],
    }
    told = told_line(Order("a", ("export",)), json.dumps(clips))
    assert told == (
        "2 clips in cuts, 1 without loss, 1 with their edges coded again; "
        "left out: a.wav has no moving pictures"
    )
    assert told_line(Order("a", ("index",)), json.dumps(clips)) is None
    assert told_line(Order("a", ("export",)), "no JSON") is None and read_film("{}") is None


@pytest.mark.parametrize(
    ("frames", "width", "expected"),
    [
        ((50, 50), 10, (0, 5, 10)),
        ((1, 99), 10, (0, 1, 10)),
        ((25, 75, 100), 43, (0, 6, 22, 43)),
        ((1, 1, 1), 2, (0, 1, 1, 2)),
        ((), 10, (0,)),
    ],
)
def test_a_strip_shows_lengths_in_proportion(
    frames: tuple[int, ...], width: int, expected: tuple[int, ...]
) -> None:
    assert columns(frames, width) == expected


def test_previews_are_small_files_that_do_not_stay(own_home: Path) -> None:
    told: list[Path] = []
    with previewing(told.append) as show:
        for shade in (0, 30_000, 65_535):
            show(np.full((900, 1600, 3), shade, np.uint16))
        show(np.zeros((90, 160, 3), np.uint8))
        assert len(set(told)) == 4
        assert [each.exists() for each in told] == [False, False, True, True]
        from PIL import Image

        with Image.open(told[2]) as white:
            assert white.size == (480, 270) and white.getpixel((9, 9)) == (255, 255, 255)
    assert told[0].is_relative_to(paths().cache)
    assert not any(each.exists() for each in told)


def test_what_an_order_begins_to_write_is_its_own_when_it_is_tried_again(tmp_path: Path) -> None:
    order = FilmWish(SHOT, tmp_path / "a.mp4").order(LIBRARY)
    assert order.outs == (tmp_path / "a.mp4",)
    again = order.owning()
    assert again.command == (*order.command, "--force") and again.id == order.id
    assert again.owning() is again
    (tmp_path / "a.mp4").write_text("somebody's")
    assert order.owning() is order
    index = Order("index", ("index", "media"))
    assert index.owning() is index


def test_two_that_are_ordered_at_once_are_not_written_to_one_file(tmp_path: Path) -> None:
    film = tmp_path / "a.mp4"
    first = upscale_order(film, "4k", LIBRARY)
    second = upscale_order(film, "4k", LIBRARY, promised([Standing(first)]))
    assert [each.outs[0].name for each in (first, second)] == ["a-4k.mp4", "a-4k-2.mp4"]
