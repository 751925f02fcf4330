"""Numbers in words and figures, with what they count."""

import re
from collections.abc import Iterator
from functools import cache

from agent.terms.term import Kind, Term

# Each line: a dimension, then "name factor spellings…"; the base unit has factor 1.
_UNITS = """
percent; 1 % percent pct percentage
money-eur; 1 € eur euro euros; 0.01 cent cents
money-usd; 1 $ usd dollar dollars us$
money-gbp; 1 £ gbp quid
pound; 1 pound pounds
money-chf; 1 chf franc francs
money-jpy; 1 ¥ jpy yen
time; 1 s sec secs second seconds; 0.001 ms millisecond milliseconds; 60 min mins minute minutes; 3600 h hr hrs hour hours; 86400 day days night nights; 604800 week weeks; 2629800 month months; 31557600 year years yr yrs
length; 1 m metre metres meter meters; 0.01 cm centimetre centimetres centimeter centimeters; 0.001 mm millimetre millimetres millimeter millimeters; 1000 km kilometre kilometres kilometer kilometers; 0.0254 inch inches; 0.3048 ft foot feet; 0.9144 yard yards; 1609.344 mile miles
mass; 1 g gram grams; 1000 kg kilo kilos kilogram kilograms; 1000000 t tonne tonnes; 453.6 lb lbs; 28.35 oz ounce ounces
volume; 1 l litre litres liter liters; 0.01 cl; 0.001 ml millilitre millilitres milliliter milliliters
celsius; 1 °c celsius
fahrenheit; 1 °f fahrenheit
degree; 1 ° degree degrees
kelvin; 1 kelvin
data; 1 b byte bytes; 1e3 kb; 1e6 mb megabyte megabytes; 1e9 gb gig gigs gigabyte gigabytes; 1e12 tb terabyte terabytes
frame-rate; 1 fps frames-per-second
speed; 1 km/h kmh kph; 1.609344 mph
power; 1 w watt watts; 1000 kw kilowatt kilowatts
voltage; 1 v volt volts
current; 1 ah; 0.001 mah; 1000 ka
frequency; 1 hz hertz; 1e3 khz; 1e6 mhz; 1e9 ghz
"""  # noqa: E501
_SCALES = {"k": 1e3, "thousand": 1e3, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9,
           "hundred": 1e2, "dozen": 12.0}  # fmt: skip
_MONEY = ("€", "$", "£", "¥")

_ONES = {
    word: float(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10.0 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), 2
    )
}
ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        1,
    )
}
_CENTURIES = ("seventeen", "eighteen", "nineteen", "twenty")
_ONE_OF = ("dozen", "hour", "minute", "day", "week", "month", "year")
_BIG = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}

_FIGURES = re.compile(
    r"(?<![\w.])(?:(?P<money>[€$£¥])\s?)?"
    r"(?P<figures>\d{1,3}(?:[,'’ \u00a0\u2009\u202f]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    r"(?!\d|[.,]\d)(?P<ordinal>st|nd|rd|th)?\b"
    r"|(?<![\w.])(?:(?P<money2>[€$£¥])\s?)?(?P<figures2>\d+(?:[.,]\d+)?)(?P<glued>[a-z°%€$£/]+)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_AFTER = re.compile(r"[\s-]{0,2}(?P<word>[a-z]+(?:/[a-z]+)?|°\s?[cf]?\b|[%€$£¥])", re.IGNORECASE)
_YEAR = re.compile(r"(?:\w+teen|twenty)[\s-]+\w+ty(?:[\s-]+\w+)?|twenty[\s-]+\w+", re.IGNORECASE)
_MINUS = re.compile(r"(?:^|[\s(:])(?P<sign>[-−]|minus )$", re.IGNORECASE)
_HALF = re.compile(r"\s+and\s+a\s+half\b", re.IGNORECASE)


def numbers(text: str) -> Iterator[Term]:
    """The numbers of a text: "48 000 €", "48k", "forty-eight thousand euros", "an hour"."""
    taken = [False] * (len(text) + 1)
    for match in _FIGURES.finditer(text):
        term = _of_figures(text, match)
        if term is not None:
            taken[term.start : term.end] = [True] * (term.end - term.start)
            yield term
    for start, end, value in _spelled(text):
        if taken[start]:
            continue
        if 1700 <= value < 2100 and _YEAR.fullmatch(text[start:end]):
            year = frozenset({(int(value), 0, 0)})
            yield Term(Kind.DATE, text[start:end], start, end, year)
        else:
            yield _with_unit(text, start, end, (value,))


@cache
def units() -> dict[str, tuple[str, float]]:
    """What each spelling of a unit measures, and how many base units it is."""
    table = {}
    for line in _UNITS.strip().splitlines():
        dimension, *groups = line.split(";")
        for group in groups:
            factor, *names = group.split()
            table.update({name: (dimension, float(factor)) for name in names})
    return table


def _of_figures(text: str, match: re.Match[str]) -> Term | None:
    figures = match["figures"] or match["figures2"]
    money = match["money"] or match["money2"]
    readings = _readings(figures)
    start, end = match.start(), match.end()
    if match["ordinal"]:
        both = frozenset(readings)
        return Term(Kind.NUMBER, text[start:end], start, end, both, "ordinal", both)
    glued = (match["glued"] or "").casefold()
    if glued in ("k", "m", "mn", "bn") and (money or glued != "m"):
        scale = {"k": 1e3, "m": 1e6}.get(glued) or _SCALES[glued]
        readings = tuple(each * scale for each in readings)
        # Light is measured in kelvin: 5600K is no five million.
        if glued == "k" and readings[0] >= 1e6:
            readings = tuple(each / scale for each in readings)
    elif glued in units():
        end -= len(glued)
    elif glued:
        return None  # a code, such as 1080p
    return _with_unit(text, start, end, readings, money)


def _readings(figures: str) -> tuple[float, ...]:
    plain = re.sub(r"['’ \u00a0\u2009\u202f]", "", figures)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain):
        return (float(plain.replace(",", "")),)
    if re.fullmatch(r"\d{1,3}\.\d{3}", plain) and not plain.startswith("0"):
        return float(plain), float(plain.replace(".", ""))
    return (float(plain.replace(",", ".")),)


def _with_unit(
    text: str, start: int, end: int, readings: tuple[float, ...], money: str | None = None
) -> Term:
    if half := _HALF.match(text, end):
        readings, end = tuple(each + 0.5 for each in readings), half.end()
    after = _AFTER.match(text, end)
    if after and (scale := _SCALES.get(after["word"].casefold())):
        readings, end = tuple(each * scale for each in readings), after.end()
        after = _AFTER.match(text, end)
    unit = units().get(money) if money else None
    if unit is None and after:
        unit = units().get(re.sub(r"\s", "", after["word"].casefold()))
        end = after.end() if unit else end
        if unit and (half := _HALF.match(text, end)):  # an hour and a half
            readings, end = tuple(each + 0.5 for each in readings), half.end()
    if sign := _MINUS.search(text, max(0, start - 7), start):
        start, readings = sign.start("sign"), tuple(-each for each in readings)
    dimension, factor = unit or (None, 1.0)
    values = frozenset(round(each * factor, 6) for each in readings)
    return Term(Kind.NUMBER, text[start:end], start, end, values, dimension, frozenset(readings))


def _spelled(text: str) -> Iterator[tuple[int, int, float]]:
    """Numbers in words: where they start and end, and their value."""
    words = [(m.start(), m.end(), m[0].casefold()) for m in _WORD.finditer(text)]
    i = 0
    while i < len(words):
        j, value = _spelled_at(text, words, i)
        if j == i:
            i += 1
            continue
        yield words[i][0], words[j - 1][1], value
        i = j


def _spelled_at(text: str, words: list[tuple[int, int, str]], i: int) -> tuple[int, float]:
    """The number in words that begins at word `i`: the word after it, `i` if there is none."""
    first = words[i][2]
    following = words[i + 1][2] if i + 1 < len(words) else ""
    if first in ("a", "an", "one") and following in _ONE_OF:
        return i + 1, 1.0
    if first == "half" and following in ("a", "an"):
        return i + 2, 0.5
    if first == "a" and following in _BIG:
        i, total, part, digits = i + 1, 0.0, 1.0, ""
    else:
        total, part, digits = 0.0, 0.0, ""
    begun = i
    j = i
    while j < len(words):
        word = words[j][2]
        if j > begun and not _close(text, words[j - 1][1], words[j][0]):
            break
        if word in _ONES:
            value = _ONES[word]
            if j > begun and words[j - 1][2] in _ONES:
                # Read out figure by figure: "extension four four one two".
                digits = (digits or f"{part:.0f}") + f"{value:.0f}"
                part = 0.0
            else:
                part += value
        elif word in _TENS and j > begun and words[j - 1][2] in _CENTURIES and part < 21:
            part = part * 100 + _TENS[word]  # a year: nineteen sixty-four
        elif word in _TENS and not (j > begun and words[j - 1][2] in (*_TENS, *_ONES)):
            part += _TENS[word]
        elif word == "hundred" and (part or j == begun):
            part = (part or 1.0) * 1e2
        elif word in _BIG and word != "hundred":
            total += (part or 1.0) * _BIG[word]
            part = 0.0
        elif (
            word == "and"
            and j > begun
            and words[j - 1][2] in _BIG
            and j + 1 < len(words)
            and words[j + 1][2] in (*_ONES, *_TENS)
        ):
            pass
        else:
            break
        j += 1
    if j == begun:
        return (i, 0.0) if part == 0.0 else (i + 1, part)
    return j, float(digits) if digits else total + part


def _close(text: str, end: int, start: int) -> bool:
    return re.fullmatch(r"[\s-]{1,2}", text[end:start]) is not None
