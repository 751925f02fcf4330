"""What the contact sheet and the preview are made of, without a screen."""

import asyncio
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from indexer.reading import Passage
from indexer.segments import Origin, Word
from rushes.moment import Kind, Moment, Reason
from tui.captions import caption, excerpt, lit, shortened
from tui.half_blocks import fitted, half_blocks
from tui.page_words import page_words
from tui.playhead import Playhead
from tui.sheet_layout import ZOOMS, View, lay_out
from tui.taken import Taken
from tui.terminal_pictures import chosen, is_multiplexed, protocol_for
from tui.thumbnails import Thumbnails, Wish, draw
from tui.transcribed import flow, spoken_at
from tui.verbs import Verb

SHOT = Moment(Path("tram.mp4"), Kind.VIDEO, 2.0, 5.0, fps=Fraction(25))


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("zoom", ZOOMS)
def test_cards_fit_on_a_sheet_of_any_size(view: View, zoom: int) -> None:
    for width in (1, 7, 20, 40, 60, 100, 200):
        for height in (1, 3, 9, 10, 23, 39, 59):
            for count in (None, 1, 2, 7, 500):
                plan = lay_out(width, height, view, zoom, count=count)
                assert plan.cards >= 1
                assert plan.columns * plan.width <= max(width, 1), (width, height, plan)
                assert plan.rows * plan.height <= max(height, 1), (width, height, plan)
                assert plan.picture[0] <= plan.width
                assert plan.picture[1] <= plan.height


def test_a_few_have_larger_cards() -> None:
    many, few = (lay_out(120, 39, View.GRID, 0, count=count) for count in (500, 3))
    assert few.cards >= 3
    assert few.picture[0] > many.picture[0]


def test_a_picture_fills_its_box_one_way_and_keeps_its_shape() -> None:
    assert fitted(16 / 9, 32, 20) == (32, 9)
    assert fitted(1.0, 32, 9) == (18, 9)
    assert fitted(100.0, 32, 9) == (32, 1)


def test_half_blocks_cut_a_cell_where_the_picture_is_cut() -> None:
    left_red = Image.new("RGB", (20, 20), (0, 0, 252))
    left_red.paste((252, 0, 0), (0, 0, 10, 20))
    (along,) = half_blocks(left_red, 1, 1)
    assert [segment.text for segment in along] == ["▌"]
    (across,) = half_blocks(left_red.rotate(-90), 1, 1)
    (segment,) = across
    assert segment.text == "▀"
    assert segment.style is not None and segment.style.color is not None
    assert segment.style.color.get_truecolor() == (252, 0, 0)


def test_a_file_that_is_no_picture_has_none(tmp_path: Path) -> None:
    path = tmp_path / "x.webp"
    path.write_bytes(b"RIFF....WEBPVP8 nothing")
    assert draw(Wish(path, 20, 9, "blocks", (2, 4))) is None


def test_a_caption_is_of_its_lines_and_width_with_marks_that_need_no_colour() -> None:
    moment = Moment(
        Path("a [b] very long name of a file that is long.mp4"), Kind.VIDEO, 2.0, 5.0, score=0.5,
        fps=Fraction(25), reasons=(Reason("said", 1, ("budget",)),), text="the budgets of [red]x",
        takes=(SHOT, SHOT),
    )  # fmt: skip
    told = caption(moment, 7, 30, 3, frozenset({Verb.REJECT, Verb.DOWN}), cursor=True)
    lines = told.plain.split("\n")
    assert len(lines) == 3
    assert all(len(line) <= 30 for line in lines)
    assert lines[0].startswith("▶7 ✗− a [b]")
    assert lines[1] == "00:00:02:00 +3.0s     +2 takes"
    assert lines[2] == "the budgets of [red]x"
    assert [told.plain[s.start : s.end] for s in told.spans if "underline" in str(s.style)] == [
        "budgets"
    ]


def test_an_excerpt_shows_what_was_found() -> None:
    text = "word " * 100 + "needle " + "word " * 100
    assert "needle" in excerpt(text, ("needle",), 40)
    assert excerpt("short", ("x",), 40) == "short"
    assert lit("a.b", (".*",)).spans == []
    assert shortened("IMG_20230405_0001.mp4", 10) == "IMG_2….mp4"


def test_marks_go_with_the_place() -> None:
    taken = Taken()
    other = Moment(Path("tram.mp4"), Kind.VIDEO, 6.0, 7.0)
    taken.show([SHOT, other])
    taken.mark(SHOT, Verb.SELECT)
    taken.mark(SHOT, Verb.UP)
    taken.mark(SHOT, Verb.REJECT)
    assert taken.marks(SHOT) == {Verb.REJECT, Verb.UP}
    assert taken.marks(other) == frozenset()
    taken.show([other, SHOT])
    assert dict(taken.counts()) == {"selected": 0, "rejected": 1}


def test_takes_open_and_close() -> None:
    takes = tuple(Moment(Path(f"{n}.mp4"), Kind.VIDEO, 0.0, 1.0) for n in range(3))
    first = Moment(Path("a.mp4"), Kind.VIDEO, 0.0, 1.0, takes=takes)
    taken = Taken()
    taken.show([SHOT, first, SHOT])
    assert taken.toggle(1) == 1
    assert [each.path.name for each in taken.moments] == [
        "tram.mp4", "a.mp4", "0.mp4", "1.mp4", "2.mp4", "tram.mp4"
    ]  # fmt: skip
    assert taken.toggle(3) == 1  # from one of the takes, too
    assert taken.moments == (SHOT, first, SHOT)
    assert taken.toggle(0) == 0


def test_in_and_out_points_go_by_frames() -> None:
    head = Playhead(SHOT, duration_s=10.0)
    assert (head.first, head.last, head.at) == (50, 125, 50)
    assert head.trimmed is SHOT
    head.set_in(head.first + 1)
    head.go(100)
    head.set_out(head.at)
    assert (head.trimmed.start_s, head.trimmed.end_s) == (2.04, 4.04)
    head.set_in(200)
    assert (head.first, head.last) == (200, 201)
    head.go(10_000)
    assert head.at == 249
    head.go_to(1.21)  # within frame 30: the next one is the first after it
    assert head.at == 31


def test_the_shuttle_gets_faster_and_stops() -> None:
    head = Playhead(SHOT)
    speeds = []
    for way in (1, 1, 1, 1, 1, -1, -1, 0):
        head.shuttle(way)
        speeds.append(head.speed)
    assert speeds == [1, 2, 4, 8, 8, -1, -2, 0]


def test_other_seconds_are_shown_where_the_playhead_goes() -> None:
    head = Playhead(SHOT, duration_s=100.0)
    assert head.window == (0.0, 10.0)
    assert not head.go_to(9.0)
    assert head.go_to(50.0)
    assert head.window[0] < 50.0 < head.window[1]


def test_words_flow_and_are_found_by_their_time() -> None:
    words = [Word("one", 0.0, 0.4), Word("two", 0.5, 0.9), Word("three", 3.0, 3.5)]
    lines = flow(words, 20)
    assert [[placed.text for placed in line] for line in lines] == [["one", "two"], ["three"]]
    assert lines[0][1].column == 4
    assert [spoken_at(words, each) for each in (-1.0, 0.2, 0.5, 2.0, 9.0)] == [None, 0, 1, 1, 2]


def test_a_page_is_its_words() -> None:
    path = Path("paper.pdf")
    pages = [
        Passage(path, Kind.PDF, f"words of {page}", Origin.WRITTEN, page=page) for page in (1, 2)
    ]
    assert page_words(pages, Moment(path, Kind.PDF, page=2)) == "words of 2"
    notes = [Passage(path, Kind.DOCUMENT, f"part {n}", Origin.WRITTEN) for n in range(9)]
    around = page_words(notes, Moment(path, Kind.DOCUMENT, text="part 4"))
    assert around.split("\n\n") == [f"part {n}" for n in (2, 3, 4, 5, 6)]


@pytest.mark.parametrize(
    ("answer", "term", "protocol"),
    [
        (b"\x1b_Gi=31;OK\x1b\\\x1b[6;36;17t\x1b[?62;c", "xterm-kitty", "kitty"),
        (b"\x1b_Gi=31;OK\x1b\\\x1b[?62;22c", "xterm-256color", "blocks"),  # another that can
        (b"\x1b[?62;4;22c", "xterm-256color", "sixel"),
        (b"\x1b[?64;14;22c", "xterm-256color", "blocks"),
        (b"", "xterm-kitty", "blocks"),
        (b"\x1b[?62;4c", "dumb", "blocks"),
    ],
)
def test_the_terminal_decides_how_pictures_are_drawn(
    answer: bytes, term: str, protocol: str
) -> None:
    assert chosen(answer, {"TERM": term}) == protocol


def test_in_a_multiplexer_there_are_half_blocks_unless_the_user_said_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    assert protocol_for("auto") == "blocks"
    assert protocol_for("sixel") == "sixel"
    assert is_multiplexed({"TERM": "screen-256color"})  # over SSH from one
    assert is_multiplexed({"STY": "1.pts"})
    assert not is_multiplexed({"TERM": "xterm-256color"})


def test_an_in_point_stays_within_the_file() -> None:
    head = Playhead(SHOT, duration_s=10.0)
    assert head.ends is not None
    head.set_in(head.ends + 5)
    assert (head.first, head.last) == (head.ends - 1, head.ends)


def test_a_picture_that_two_wait_for_is_drawn_when_one_forgets_it() -> None:
    async def run() -> list[object]:
        thumbnails, came = Thumbnails(), list[object]()
        wish = Wish(Path("/gone.webp"), 8, 4, "blocks", (8, 16))
        one, other = partial(came.append), partial(came.append)
        thumbnails._waiting[wish] = [one, other]
        thumbnails.forget(wish, other)
        thumbnails._work(asyncio.get_running_loop())
        await asyncio.sleep(0)
        thumbnails._waiting[wish] = [one]
        thumbnails.forget(wish, one)
        assert not thumbnails._waiting
        return came

    assert asyncio.run(run()) == [None]
