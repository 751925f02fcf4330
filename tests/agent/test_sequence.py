"""Which clip goes where: the values are worked out by hand."""

from pathlib import Path

import pytest

from agent.clips import Clip
from agent.sequence import NOTHING_BUT_FIT, USUAL, Cut, Slot, arranged, unlike
from rushes.facts import Colour, Facts, Move, ShotSize
from rushes.moment import Kind, Moment


def clip(
    name: str, fit: float, look: int, seconds: float = 10.0, facts: Facts | None = None
) -> Clip:
    kind = Kind.IMAGE if name.endswith(".jpg") else Kind.VIDEO
    moment = Moment(Path(name), kind, 0.0, seconds, facts=facts or Facts())
    return Clip(moment, 0.0, seconds, fit, look)


def names(cuts: tuple[Cut, ...]) -> list[tuple[int, str, float]]:
    return [(cut.slot, cut.clip.moment.path.name, cut.seconds) for cut in cuts]


def test_the_best_clip_of_each_line_is_taken() -> None:
    slots = [
        Slot(3.0, [clip("a", 1.0, 1), clip("b", 0.5, 2)]),
        Slot(2.0, [clip("c", 1.0, 3)]),
    ]
    assert names(arranged(slots)) == [(0, "a", 3.0), (1, "c", 2.0)]


def test_what_two_lines_want_goes_to_the_one_that_has_nothing_as_good() -> None:
    wanted = clip("a", 1.0, 1)
    slots = [Slot(3.0, [wanted, clip("b", 0.9, 2)]), Slot(3.0, [wanted, clip("c", 0.2, 3)])]
    assert names(arranged(slots)) == [(0, "b", 3.0), (1, "a", 3.0)]


def test_no_look_comes_twice_and_the_line_stays_empty() -> None:
    slots = [Slot(3.0, [clip("a", 1.0, 1)]), Slot(3.0, [clip("take two of a", 1.0, 1)])]
    assert names(arranged(slots)) in ([(0, "a", 3.0)], [(1, "take two of a", 3.0)])


def test_two_clips_fill_a_line_that_none_fills() -> None:
    slots = [Slot(5.0, [clip("a", 1.0, 1, 3.0), clip("b", 0.9, 2, 2.5), clip("c", 0.8, 3, 1.2)])]
    assert names(arranged(slots)) == [(0, "a", 3.0), (0, "b", 2.0)]


def test_neither_of_two_clips_is_a_flash() -> None:
    slots = [Slot(3.0, [clip("a", 1.0, 1, 2.7), clip("b", 0.9, 2, 2.0)])]
    assert names(arranged(slots)) == [(0, "a", 2.0), (0, "b", 1.0)]


def test_a_short_clip_without_a_partner_is_better_than_none() -> None:
    assert names(arranged([Slot(5.0, [clip("a", 1.0, 1, 3.0)])])) == [(0, "a", 3.0)]


def test_neighbours_of_unlike_sizes_are_preferred() -> None:
    wide, close = Facts(size=ShotSize.WIDE), Facts(size=ShotSize.CLOSE_UP)
    first = Slot(3.0, [clip("wide", 1.0, 1, facts=wide)])
    second = [clip("wide too", 1.0, 2, facts=wide), clip("close", 0.97, 3, facts=close)]
    slots = [first, Slot(3.0, second)]
    assert names(arranged(slots))[1] == (1, "close", 3.0)
    assert names(arranged(slots, NOTHING_BUT_FIT))[1] == (1, "wide too", 3.0)


def test_a_size_that_is_wished_for_is_preferred() -> None:
    wide, close = Facts(size=ShotSize.WIDE), Facts(size=ShotSize.CLOSE_UP)
    clips = [clip("close", 1.0, 1, facts=close), clip("wide", 0.9, 2, facts=wide)]
    assert names(arranged([Slot(3.0, clips, (ShotSize.WIDE,))])) == [(0, "wide", 3.0)]


def test_moving_footage_is_preferred_to_a_still_that_fits_as_well() -> None:
    clips = [clip("a.jpg", 1.0, 1), clip("b", 0.95, 2)]
    assert names(arranged([Slot(3.0, clips)])) == [(0, "b", 3.0)]


def test_another_file_comes_between_two_shots_of_one() -> None:
    slots = [
        Slot(3.0, [clip("a", 1.0, 1)]),
        Slot(3.0, [clip("a", 1.0, 2), clip("b", 0.96, 3)]),
    ]
    assert names(arranged(slots))[1] == (1, "b", 3.0)


def test_how_badly_one_shot_follows_another() -> None:
    one = Facts(
        size=ShotSize.WIDE,
        moves=(Move.PAN_LEFT,),
        motion=0.1,
        brightness=0.2,
        warmth=-0.5,
        colours=(Colour.RED, Colour.BLUE),
    )
    other = Facts(
        size=ShotSize.WIDE,
        moves=(Move.PAN_RIGHT,),
        motion=0.6,
        brightness=0.7,
        warmth=0.5,
        colours=(Colour.RED,),
    )
    expected = (
        USUAL.same_size
        + USUAL.opposite_move
        + 0.5 * USUAL.motion
        + 0.5 * USUAL.brightness
        + 1.0 * USUAL.warmth
        + 0.5 * USUAL.colours
    )
    assert unlike(one, other) == pytest.approx(expected)
    assert unlike(one, Facts()) == unlike(Facts(), other) == 0.0


def test_a_thousand_lines_are_arranged_without_a_repeat() -> None:
    clips = [clip(f"{number}", 1.0 - number / 3000, number) for number in range(1200)]
    slots = [Slot(3.0, clips[number : number + 20]) for number in range(1000)]
    cuts = arranged(slots)
    assert len(cuts) == 1000
    assert len({cut.clip.look for cut in cuts}) == 1000


def test_it_stops_where_it_is_asked_to() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        arranged([Slot(3.0, [clip("a", 1.0, 1)])], check=stop)
