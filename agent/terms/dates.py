"""Dates, weekdays and times of day, however they are written."""

import re
from collections.abc import Iterator

from agent.terms.numbers import ORDINALS
from agent.terms.term import Kind, Term

_MONTHS = "january february march april may june july august september october november december"
_MONTH_NUMBERS = {
    name: number
    for number, month in enumerate(_MONTHS.split(), 1)
    for name in (month, month[:3], "sept" if month == "september" else month)
}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})\b\.?"
_TENTHS = {"thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17,
           "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30}  # fmt: skip
_DAY_NUMBERS = {
    **ORDINALS,
    **_TENTHS,
    **{f"twenty-{word}": 20 + n for word, n in ORDINALS.items() if n < 10},
    "thirty-first": 31,
}
_DAY = (
    r"(?P<day>\d{1,2}|" + "|".join(sorted(_DAY_NUMBERS, key=len, reverse=True)) + r")"
    r"(?:st|nd|rd|th)?"
)
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d)\b)?"
_DATES = [
    re.compile(rf"\b{_DAY}(?:\s+of)?\s+{_MONTH}{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+(?:the\s+)?{_DAY}\b(?!:)(?!\s?[ap]\.?m\b){_YEAR}", re.IGNORECASE),
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b{_MONTH}\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
]
_FIGURES = re.compile(r"\b(\d{1,2})([./-])(\d{1,2})\2((?:19|20)?\d\d)\b")
# "may" and "march" are verbs too: alone, a month is one only with a capital.
_MONTH_ALONE = re.compile(rf"\b(?P<month>{'|'.join(m.title() for m in _MONTHS.split())})\b")
_NO_MONTH = re.compile(r"May (?:I|we|you|he|she|it|they|the|a|an|my|our)\b")
_YEAR_ALONE = re.compile(r"(?<![\w.,/-])(?:19|20)\d\d\b(?![,.]?\d)(?!\s*[€$£%])")
_WEEKDAY = re.compile(rf"\b({'|'.join(_DAYS.split())})s?\b", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?\s?m\b\.?"
    r"|\b(?P<hour2>[01]?\d|2[0-3])[:h](?P<minute2>[0-5]\d)(?::[0-5]\d)?\b"
    r"|\b(?P<hour3>\w+)\s+o['’]clock\b",
    re.IGNORECASE,
)
_HOURS = {word: n for n, word in enumerate(
    "one two three four five six seven eight nine ten eleven twelve".split(), 1)}  # fmt: skip
_PAST = re.compile(
    r"\b(?P<part>half|quarter|\d{1,2}|five|ten|twenty|twenty-five)\s+(?P<way>past|to)\s+"
    r"(?P<hour>\d{1,2}|" + "|".join(_HOURS) + r")\b(?!\s*(?:the|a|\w+\s+(?:people|euros)))",
    re.IGNORECASE,
)
_MINUTES = {"half": 30, "quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}
_SPOKEN = re.compile(
    r"\b(?P<hour>" + "|".join(_HOURS) + r")(?:\s+(?P<minute>fifteen|thirty|forty-five))?"
    r"\s+(?P<half>[ap])\.?\s?m\b|\b(?P<name>noon|midday|midnight)\b"
    r"|\b(?:at|by|until|before|after|from)\s+(?P<hour2>" + "|".join(_HOURS) + r")"
    r"(?:\s+(?P<minute2>fifteen|thirty|forty-five))?(?=\s*(?:[.,;!?]|$|in the|on |sharp|tomorrow))",
    re.IGNORECASE,
)
_SPOKEN_MINUTES = {"fifteen": 15, "thirty": 30, "forty-five": 45}


def dates(text: str) -> Iterator[Term]:
    """Days, months and years: "3 May", "May 3rd, 2025", "2025-05-03", "03/05/2025", "in June"."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            value = (
                int(groups.get("year") or 0),
                _month(match["month"]),
                _day(groups["day"]) if groups.get("day") else 0,
            )
            if value[2] <= 31 and 1 <= value[1] <= 12:
                yield _term(Kind.DATE, match, {value})
    for match in _FIGURES.finditer(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        year = year if year > 99 else 2000 + year
        values = {
            (year, month, day)
            for day, month in ((first, second), (second, first))
            if 1 <= month <= 12 and 1 <= day <= 31
        }
        if values:
            yield _term(Kind.DATE, match, values)
    for match in _MONTH_ALONE.finditer(text):
        if _NO_MONTH.match(text, match.start()):
            continue
        yield _term(Kind.DATE, match, {(0, _month(match[0]), 0)})
    for match in _YEAR_ALONE.finditer(text):
        yield _term(Kind.DATE, match, {(int(match[0]), 0, 0)})


def weekdays(text: str) -> Iterator[Term]:
    """Days of the week."""
    for match in _WEEKDAY.finditer(text):
        yield _term(Kind.WEEKDAY, match, {match[1].casefold()})


def times(text: str) -> Iterator[Term]:
    """Times of day, in minutes after midnight: "9:30 pm", "half past nine", "noon".

    One before 13:00 that does not say which half of the day it is in has two values.
    """
    for match in _CLOCK.finditer(text):
        if match["half"]:
            yield _term(Kind.TIME, match, _in_half(int(match["hour"]), match["minute"], match))
        elif match["hour3"]:
            spoken = _hour(match["hour3"])
            if spoken is not None:
                yield _term(Kind.TIME, match, _either(spoken, 0))
        else:
            hour, minute = int(match["hour2"]), int(match["minute2"])
            is_sure = hour > 12 or match["hour2"].startswith("0")
            value = {60.0 * hour + minute} if is_sure else _either(hour, minute)
            yield _term(Kind.TIME, match, value)
    for match in _PAST.finditer(text):
        hours = _hour(match["hour"])
        part = match["part"].casefold()
        minutes = _MINUTES[part] if part in _MINUTES else int(part)
        # "5 to 10" is a range.
        is_range = part.isdigit() and match["way"] == "to"
        if hours is not None and minutes < 60 and not is_range:
            after = minutes if match["way"].casefold() == "past" else -minutes
            yield _term(Kind.TIME, match, {(each + after) % 1440 for each in _either(hours, 0)})
    for match in _SPOKEN.finditer(text):
        yield _term(Kind.TIME, match, _spoken(match))


def _spoken(match: re.Match[str]) -> set[float]:
    """Of "noon", "nine thirty pm", "at nine"."""
    if match["name"]:
        return {0.0} if match["name"].casefold() == "midnight" else {720.0}
    minute = _SPOKEN_MINUTES.get((match["minute"] or match["minute2"] or "").casefold(), 0)
    if match["half"]:
        return _in_half(_HOURS[match["hour"].casefold()], str(minute), match)
    return _either(_HOURS[match["hour2"].casefold()], minute)


def _hour(text: str) -> int | None:
    """The hour that a word or a figure names, 1 to 12."""
    hour = _HOURS.get(text.casefold(), int(text) if text.isdigit() else 0)
    return hour if 1 <= hour <= 12 else None


def _in_half(hour: int, minute: str | None, match: re.Match[str]) -> set[float]:
    afternoon = match["half"].casefold() == "p"
    if hour <= 12:
        hour = hour % 12 + (12 if afternoon else 0)
    return {float(hour * 60 + int(minute or 0))}


def _either(hour: int, minute: int) -> set[float]:
    early = float(hour % 12 * 60 + minute)
    return {early, early + 720}


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTH_NUMBERS[text.casefold()]


def _day(text: str) -> int:
    return int(text) if text.isdigit() else _DAY_NUMBERS[text.casefold()]


def _term(
    kind: Kind, match: re.Match[str], values: "set[float] | set[str] | set[tuple[int, int, int]]"
) -> Term:
    return Term(kind, match[0], match.start(), match.end(), frozenset(values))
