"""Time codes against values worked out by hand from SMPTE ST 12-1."""

from fractions import Fraction

import pytest

from rushes.moment import Timecode, clock

NTSC = Fraction(30000, 1001)
NTSC_FAST = Fraction(60000, 1001)
FILM = Fraction(24000, 1001)


@pytest.mark.parametrize(
    ("frame", "written"),
    [
        (0, "00:00:00;00"),
        (1799, "00:00:59;29"),
        (1800, "00:01:00;02"),  # ;00 and ;01 of minute 1 are dropped
        (3597, "00:01:59;29"),
        (3598, "00:02:00;02"),
        (17981, "00:09:59;29"),
        (17982, "00:10:00;00"),  # of every tenth minute nothing is dropped
        (17982 + 1800, "00:11:00;02"),
        (107892, "01:00:00;00"),
        (24 * 107892 - 1, "23:59:59;29"),
    ],
)
def test_at_29_97_two_numbers_are_dropped_a_minute_but_the_tenth(frame: int, written: str) -> None:
    assert str(Timecode(frame, NTSC)) == written


@pytest.mark.parametrize(
    ("frame", "written"),
    [
        (3599, "00:00:59;59"),
        (3600, "00:01:00;04"),
        (35963, "00:09:59;59"),
        (35964, "00:10:00;00"),
        (215784, "01:00:00;00"),
    ],
)
def test_at_59_94_four_numbers_are_dropped(frame: int, written: str) -> None:
    assert str(Timecode(frame, NTSC_FAST)) == written


@pytest.mark.parametrize(
    ("frame", "fps", "written"),
    [
        (1439, FILM, "00:00:59:23"),
        (1440, FILM, "00:01:00:00"),
        (86400, FILM, "01:00:00:00"),  # 3603.6 s: it falls behind the clock, as film does
        (1499, Fraction(25), "00:00:59:24"),
        (90000, Fraction(25), "01:00:00:00"),
        (3600, Fraction(60), "00:01:00:00"),
        (1800, Fraction(30), "00:01:00:00"),
    ],
)
def test_other_rates_drop_nothing(frame: int, fps: Fraction, written: str) -> None:
    assert str(Timecode(frame, fps)) == written


def test_a_drop_frame_hour_keeps_to_the_clock() -> None:
    # 108 numbers are dropped an hour: 107,892 frames of 1001/30000 s are 3599.9964 s.
    assert str(Timecode.from_seconds(3600.0, NTSC)) == "01:00:00;00"


def test_a_drop_frame_day_repeats_no_time_code_and_passes_over_no_other() -> None:
    def numbers() -> list[str]:
        whole = [
            f"00:{m:02d}:{s:02d};{f:02d}" for m in range(20) for s in range(60) for f in range(30)
        ]
        return [w for w in whole if not (w[6:] in ("00;00", "00;01") and int(w[3:5]) % 10)]

    assert [str(Timecode(frame, NTSC)) for frame in range(2 * 17982)] == numbers()


@pytest.mark.parametrize("fps", [FILM, Fraction(25), NTSC, NTSC_FAST, Fraction(60)])
@pytest.mark.parametrize("digits", [3, 6])
def test_a_rounded_presentation_time_stays_on_its_frame(fps: Fraction, digits: int) -> None:
    for frame in (0, 1, 7, 1001, 86399, 215783):
        shown_s = round(float(frame / fps), digits)
        assert Timecode.from_seconds(shown_s, fps).frame == frame


def test_the_middle_of_a_frame_is_that_frame() -> None:
    assert Timecode.from_seconds(1.03, Fraction(25)).frame == 25


def test_a_clock_has_no_fraction_and_counts_hours_past_a_day() -> None:
    assert clock(59.99) == "00:00:59"
    assert clock(3661) == "01:01:01"
    assert clock(90000) == "25:00:00"
