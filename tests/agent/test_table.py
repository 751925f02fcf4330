"""What follow-ups make of what is on the table."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.broll import Pick, Reel
from agent.followups import Trim
from agent.lines import Line
from agent.table import Table, apart
from indexer.query import parse
from rushes.errors import RushesError
from rushes.facts import Facts, ShotSize
from rushes.moment import Kind, Moment
from rushes.selects import STILL_S


def moment(start_s: float = 10.0, end_s: float = 14.0, **facts: object) -> Moment:
    return Moment(Path("/v/tram.mp4"), Kind.VIDEO, start_s, end_s, facts=Facts(**facts))  # type: ignore[arg-type]


def table(*moments: Moment, query: str = "tram") -> Table:
    return Table(parse(query), moments or (moment(),))


def span(held: Table, number: int = 1) -> tuple[float | None, float | None]:
    found = held.moment(number)
    return found.start_s, found.end_s


def test_longer_takes_as_much_on_either_side() -> None:
    assert span(table().trimmed(Trim(1, part=0.5), 60.0)) == (9.0, 15.0)


def test_shorter_takes_as_much_away_on_either_side() -> None:
    assert span(table().trimmed(Trim(1, before_s=-1.0, after_s=-1.0), 60.0)) == (11.0, 13.0)


def test_what_the_start_of_the_file_cannot_give_the_end_does() -> None:
    assert span(table(moment(0.5, 4.5)).trimmed(Trim(1, part=0.5), 60.0)) == (0.0, 6.0)


def test_what_the_end_of_the_file_cannot_give_the_start_does() -> None:
    assert span(table(moment(10.0, 14.0)).trimmed(Trim(1, part=0.5), 14.5)) == (8.5, 14.5)


def test_one_end_moves_alone() -> None:
    assert span(table().trimmed(Trim(1, before_s=2.0), 60.0)) == (8.0, 14.0)
    assert span(table().trimmed(Trim(1, after_s=-1.0), 60.0)) == (10.0, 13.0)


def test_no_clip_becomes_shorter_than_nothing() -> None:
    with pytest.raises(RushesError, match=r"lasts 4\.0 s"):
        table().trimmed(Trim(1, before_s=-3.0, after_s=-3.0), 60.0)


def test_a_page_cannot_be_trimmed() -> None:
    page = Moment(Path("/d/plan.pdf"), Kind.PDF, page=2)
    with pytest.raises(RushesError, match="no in and out points"):
        table(page).trimmed(Trim(1, part=0.5), None)


@pytest.mark.parametrize("number", [0, 3, -2, 99])
def test_a_number_that_is_not_on_the_table_is_said(number: int) -> None:
    with pytest.raises(RushesError, match="2 are on the table"):
        table(moment(), moment(20.0, 24.0)).moment(number)


def test_the_last_is_counted_from_the_end() -> None:
    assert span(table(moment(), moment(20.0, 24.0)), -1) == (20.0, 24.0)


def test_narrowing_adds_to_what_was_asked() -> None:
    narrowed = table(query="tram kind:video").narrowed("rain light:dark")
    assert narrowed == parse("tram rain kind:video light:dark")


@pytest.mark.parametrize(
    ("how", "query"),
    [
        ("wider", "tram shot:medium-wide,wide,extreme-wide"),
        ("closer", "tram shot:extreme-close-up,close-up,medium-close-up"),
        ("darker", "tram light:dark"),
        ("longer", "tram len:>4"),
        ("livelier", "tram motion:>0.25"),
    ],
)
def test_otherwise_is_measured_from_the_moment(how: str, query: str) -> None:
    held = table(moment(size=ShotSize.MEDIUM, motion=0.25))
    assert held.otherwise(1, how) == parse(query)


def test_otherwise_replaces_what_was_asked_of_the_same_thing() -> None:
    held = table(moment(size=ShotSize.CLOSE_UP), query="tram shot:close-up")
    assert held.otherwise(1, "closer") == parse("tram shot:extreme-close-up")


def test_nothing_is_wider_than_the_widest() -> None:
    with pytest.raises(RushesError, match="extreme-wide already"):
        table(moment(size=ShotSize.EXTREME_WIDE)).otherwise(1, "wider")


def test_apart_leaves_the_moment_itself_out() -> None:
    first, second = moment(), moment(20.0, 24.0)
    assert apart([first, second], first) == (second,)


def test_only_what_can_be_shown_in_time_goes_to_an_editor() -> None:
    page = Moment(Path("/d/plan.pdf"), Kind.PDF, page=2)
    still = Moment(Path("/p/a.png"), Kind.IMAGE)
    held = table(moment(), page, still)
    assert [(each.path.name, each.start_s, each.end_s) for each in held.selects()] == [
        ("tram.mp4", 10.0, 14.0),
        ("a.png", 0.0, STILL_S),
    ]


def test_what_a_user_put_on_the_sheet_is_what_a_follow_up_is_about() -> None:
    other = moment(20.0, 22.0)
    held = table(moment(), query="tram kind:video")
    assert held.laid(held.moments, None) is held
    opened = held.laid((moment(), other), None)
    assert opened.moments == (moment(), other) and str(opened.query) == str(held.query)
    searched = held.laid((other,), parse("bus"))
    assert searched.moments == (other,) and str(searched.query) == "bus"


def test_a_reel_whose_clips_were_trimmed_on_the_sheet_stays_one() -> None:
    lines = (Line("a tram", 4.0),)
    reel = Reel("rain", (Pick(lines[0], 1, moment(), 10.0, 14.0),), ())
    held = Table(reel=reel)
    trimmed = held.laid((moment(11.0, 13.0),), None)
    assert trimmed.reel is not None
    assert [(each.start_s, each.end_s) for each in trimmed.reel.picks] == [(11.0, 13.0)]
    other = replace(moment(), path=Path("/v/bus.mp4"))
    assert held.laid((other,), None).reel is None
