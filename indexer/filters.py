"""The filters of the query language: what each is called, reads, and writes back."""

import calendar
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from indexer.values import Light, Pixels, Range, Resolution, Source
from indexer.wording import Match, Wording
from rushes.facts import Colour, Move, ShotSize, Sound
from rushes.moment import Kind

T = TypeVar("T")

LOW, HIGH = 0.33, 0.66
"""Where "low" ends and "high" begins, of values from 0 to 1."""


@dataclass(frozen=True)
class Value:
    """One value as it was typed: its text without quotes and the `~` before them, and its place."""

    text: str
    quoted: bool
    tilde: bool
    position: int
    length: int

    @property
    def whole(self) -> str:
        return "~" + self.text if self.tilde else self.text


@dataclass(frozen=True)
class Filter:
    """`field` is the one of `Query`; `read` raises ValueError for a value that is not `allowed`."""

    field: str
    what: str
    allowed: str
    read: Callable[[Value, date], tuple[Any, ...]]
    write: Callable[[Any], str]


def word_for(value: str) -> str:
    """The value as it is typed: quoted if it has to be."""
    return value if re.fullmatch(r'[^\s,"“”]+', value) else quoted(value)


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


# Names


def _named(
    field: str,
    what: str,
    values: type[StrEnum],
    others: dict[str, Iterable[StrEnum]] | None = None,
    shown: str = "",
) -> Filter:
    """A filter by names. `others` are more names than `values` have, `shown` those to tell of."""
    names: dict[str, tuple[StrEnum, ...]] = {each.value: (each,) for each in values}
    names.update({name: tuple(each) for name, each in (others or {}).items()})

    def read(value: Value, _today: date) -> tuple[StrEnum, ...]:
        name = re.sub(r"[\s_]+", "-", value.whole.strip().casefold())
        if name not in names:
            raise ValueError
        return names[name]

    allowed = ", ".join([*values, *shown.split()])
    return Filter(field, what, allowed, read, str)


_SIZES: dict[str, Iterable[StrEnum]] = {
    name: [size]
    for size, names in {
        ShotSize.EXTREME_CLOSE_UP: "ecu xcu",
        ShotSize.CLOSE_UP: "cu close closeup",
        ShotSize.MEDIUM_CLOSE_UP: "mcu",
        ShotSize.MEDIUM: "ms mid",
        ShotSize.MEDIUM_WIDE: "mws mls medium-long",
        ShotSize.WIDE: "ws ls long",
        ShotSize.EXTREME_WIDE: "ews els extreme-long",
    }.items()
    for name in names.split()
}
_MOVE_GROUPS: dict[str, Iterable[StrEnum]] = {
    group: [move for move in Move if move.startswith(f"{group}-")]
    for group in ("pan", "tilt", "zoom", "dolly", "roll")
}
_MOVES = {**_MOVE_GROUPS, "moving": [move for move in Move if move is not Move.STATIC]}
_COLOURS: dict[str, Iterable[StrEnum]] = {"gray": [Colour.GREY], "violet": [Colour.PURPLE]}
_RESOLUTIONS = {each.value: each for each in Resolution} | {
    "hd": Resolution.HD,
    "fullhd": Resolution.FULL_HD,
    "fhd": Resolution.FULL_HD,
    "qhd": Resolution.QUAD_HD,
    "uhd": Resolution.UHD,
    "2160p": Resolution.UHD,
    "4320p": Resolution.EIGHT_K,
}


# Ranges


def _range(
    field: str,
    what: str,
    allowed: str,
    point: Callable[[str, date], Range[Any]],
    write: Callable[[Any], str],
) -> Filter:
    """A filter by ranges. `point` reads one end, which may itself be a stretch, as a month is."""

    def read(value: Value, today: date) -> tuple[Range[Any], ...]:
        text = re.sub(r"\s+", "", value.whole.casefold()).replace("≥", ">=").replace("≤", "<=")
        return (_read_range(text, lambda end: point(end, today)),)

    return Filter(field, what, allowed, read, lambda each: _write_range(each, write))


def _read_range(text: str, point: Callable[[str], Range[T]]) -> Range[T]:
    if ".." in text:
        low, high = text.split("..", 1)
        low, high = low and low.removeprefix(">="), high and high.removeprefix("<=")
        least = _read_range(low if low.startswith(">") else f">={low}", point) if low else None
        most = _read_range(high if high.startswith("<") else f"<={high}", point) if high else None
        if least is None or most is None:
            return least or most or Range()
        return Range(least.least, most.most, least.least_included, most.most_included)
    match = re.fullmatch(r"(>=|<=|>|<|=|)([^<>=]+)", text)
    if not match:
        raise ValueError
    sign, end = match[1], point(match[2])
    if sign == ">=":
        return Range(least=end.least, least_included=end.least_included)
    if sign == ">":
        return Range(least=end.most, least_included=not end.most_included)
    if sign == "<=":
        return Range(most=end.most, most_included=end.most_included)
    if sign == "<":
        return Range(most=end.least, most_included=not end.least_included)
    return end


def _write_range(each: Range[T], write: Callable[[T], str]) -> str:
    above, below = "" if each.least_included else ">", "" if each.most_included else "<"
    if each.most is None and each.least is not None:
        return f"{above or '>='}{write(each.least)}"
    if each.least is None and each.most is not None:
        return f"{below or '<='}{write(each.most)}"
    assert each.least is not None and each.most is not None
    if each.least == each.most:
        return write(each.least)
    return f"{above}{write(each.least)}..{below}{write(each.most)}"


def _number(text: str) -> float:
    # The longest decimal that a float needs; text of a megabyte is none.
    if len(text) > 400 or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise ValueError
    return float(text)


def _write_number(number: float) -> str:
    from decimal import Decimal  # writes no exponent

    return f"{Decimal(repr(float(number))):f}".removesuffix(".0")


def _length(text: str, _today: date) -> Range[float]:
    match = re.fullmatch(
        r"(?:([0-9]{1,4})h)?(?:([0-9]{1,6})(?:m(?:in)?|:))?(?:([0-9.]+)(s?))?", text
    )
    if not text or not match:
        raise ValueError
    hours, minutes, seconds, unit = match.groups()
    if hours and not minutes and not unit:  # 1h30
        minutes, seconds = seconds, "0"
    length_s = sum(
        _number(part or "0") * factor
        for part, factor in ((hours, 3600), (minutes, 60), (seconds, 1))
    )
    return Range(length_s, length_s)


def _people(text: str, _today: date) -> Range[int]:
    if text in ("yes", "any", "some"):
        return Range(least=1)
    if text in ("no", "none"):
        return Range(0, 0)
    if not re.fullmatch("[0-9]{1,15}", text):
        raise ValueError
    return Range(int(text), int(text))


def _fps(text: str, _today: date) -> Range[float]:
    fps = _number(text.removesuffix("fps"))
    return Range(fps, fps)


def _part(text: str, _today: date) -> Range[float]:
    words = {"low": (0.0, LOW), "medium": (LOW, HIGH), "high": (HIGH, 1.0)}
    if text in words:
        return Range(*words[text], most_included=text == "high")
    part = _number(text)
    if part > 1:
        raise ValueError
    return Range(part, part)


def _resolution(text: str, _today: date) -> Range[Resolution | Pixels]:
    if match := re.fullmatch("([0-9]{1,6})[x×]([0-9]{1,6})", text):
        pixels = Pixels(int(match[1]), int(match[2]))
        return Range(pixels, pixels)
    if text not in _RESOLUTIONS:
        raise ValueError
    return Range(_RESOLUTIONS[text], _RESOLUTIONS[text])


def _days(text: str, today: date) -> Range[date]:
    ago = {"today": 0, "yesterday": 1}
    if text in ago:
        day = today - timedelta(days=ago[text])
        return Range(day, day)
    match = re.fullmatch("([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?", text)
    if not match:
        raise ValueError
    year, first, last = int(match[1]), int(match[2] or 1), int(match[2] or 12)
    if match[3]:
        day = date(year, first, int(match[3]))
        return Range(day, day)
    begin = date(year, first, 1)
    return Range(begin, date(year, last, calendar.monthrange(year, last)[1]))


_RANGES = "a number or a range as 3..10, >=3, <10"
_DATES = "2025, 2025-06, 2025-06-01, today, yesterday"
_ON = _range("created", "date", f"{_DATES}, or a range as 2025..2026", _days, str)


def _dates(sign: str) -> Filter:
    def read(value: Value, today: date) -> tuple[Range[date], ...]:
        day = _days(value.whole.casefold(), today)
        return (_read_range(f"{sign}{day.least}", lambda end: _days(end, today)),)

    return Filter("created", "date", _DATES, read, _ON.write)


# Words


def _text(field: str, what: str, allowed: str) -> Filter:
    def read(value: Value, _today: date) -> tuple[str, ...]:
        if not value.whole.strip():
            raise ValueError
        return (value.whole,)

    return Filter(field, what, allowed, read, word_for)


def _wording(field: str) -> Filter:
    def read(value: Value, _today: date) -> tuple[Wording, ...]:
        text, tilde = value.text, value.tilde
        if not value.quoted and text.startswith("~"):
            text, tilde = text[1:], True
        match = Match.PHRASE if value.quoted else Match.WORD
        return (Wording(text, Match.MEANING if tilde else match),)

    def write(wording: Wording) -> str:
        if wording.match is Match.WORD:
            return wording.text
        return ("~" if wording.match is Match.MEANING else "") + quoted(wording.text)

    allowed = 'a word, a "phrase", or ~"a meaning"'
    return Filter(field, "wording", allowed, read, write)


def _of_part(field: str) -> Filter:
    allowed = "low, medium, high, or 0 to 1 as 0.5, 0.2..0.8, >=0.5"
    return _range(field, f"measure of {field}", allowed, _part, _write_number)


_COLOUR = _named("colours", "colour", Colour, _COLOURS)

FILTERS: dict[str, Filter] = {
    "kind": _named("kinds", "kind", Kind),
    "shot": _named("shots", "shot size", ShotSize, _SIZES, "ecu cu mcu ms mws ws ews"),
    "move": _named("moves", "camera move", Move, _MOVES, " ".join(_MOVES)),
    "sound": _named("sounds", "sound", Sound),
    "colour": _COLOUR,
    "light": _named("lights", "light", Light),
    "len": _range("length_s", "length", "seconds as 3..10, >=3, 90s, 1m30", _length, _write_number),
    "people": _range("people", "number of people", f"yes, no, {_RANGES}", _people, str),
    "on": _ON,
    "fps": _range("fps", "frame rate", _RANGES, _fps, _write_number),
    "size": _range(
        "resolutions",
        "picture size",
        f"{', '.join(Resolution)}, hd, fullhd, uhd, 1920x1080, or a range as >=4k",
        _resolution,
        str,
    ),
    "in": _text("folders", "folder", "a folder as Lisbon, 2025/Lisbon, /media/card, 2025-*"),
    "name": _text("names", "file name", "a part of the file's name"),
    "sharp": _of_part("sharpness"),
    "exposure": _of_part("exposure"),
    "shake": _of_part("shake"),
    "motion": _of_part("motion"),
    "source": _named("sources", "source", Source),
    "label": _text("labels", "label", "what is seen as dog, or dog*"),
    "said": _wording("said"),
    "text": _wording("on_screen"),
    "written": _wording("written"),
    # Other ways to say it: what is written back is one of those above.
    "color": _COLOUR,
    "after": _dates(">="),
    "before": _dates("<"),
}
