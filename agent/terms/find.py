"""All terms of a text, and whether two mean the same."""

import re
from collections.abc import Iterable, Iterator

from agent.terms.dates import dates, times, weekdays
from agent.terms.numbers import ORDINALS, numbers
from agent.terms.term import Kind, Term
from agent.terms.words import is_content

_CODES = re.compile(
    r"(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<link>\b(?:https?://|www\.)\S+[\w/])"
    r"|(?P<phone>(?<![\w.])\+?\d[\d ()/-]{5,17}\d(?!\w))"
    r"|(?P<aperture>\b[ft]/\d+(?:\.\d+)?\b)"
    r"|\b(?=[\w./-]{0,40}\d)(?=[\w./-]{0,40}[a-z])(?P<mixed>[a-z0-9]+(?:[-./][a-z0-9]+)*)\b",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"\bQ\s?(?P<number>[1-4])\b"
    r"|\b(?P<word>first|second|third|fourth|1st|2nd|3rd|4th|last)\s+quarter\b(?!\s+past)"
    r"|\bquarter\s+(?P<after>[1-4]|one|two|three|four)\b",
    re.IGNORECASE,
)
_QUARTER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "last": 4, **ORDINALS}
_CAPITALISED = re.compile(
    r"\b[^\W\d_a-z][\w’'-]*(?:\s+(?:(?:de|da|del|la|van|von|of|the)\s+)?[^\W\d_a-z][\w’'-]*)*"
)
_NO_NAMES = {"i", "i'm", "i’m", "i've", "i’ve", "the", "mr", "mrs", "ms", "dr", "prof"}
_POUNDS = {"pound", "money-gbp", "mass"}
_TITLES = re.compile(r"(?:Mr|Mrs|Ms|Dr|Prof)\.?$")


def terms_of(text: str) -> list[Term]:
    """The terms of a text in their order; none overlaps another."""
    found: list[Term] = []
    taken = bytearray(len(text))
    sources: tuple[Iterable[Term], ...] = (
        quarters(text), dates(text), times(text), weekdays(text), codes(text), numbers(text),
        names(text),
    )  # fmt: skip
    for source in sources:
        for term in source:
            if not any(taken[term.start : term.end]):
                found.append(term)
                taken[term.start : term.end] = b"x" * (term.end - term.start)
    return sorted(found, key=lambda term: term.start)


def agrees(claimed: Term, given: Term) -> bool:
    """Whether what is claimed is what is given, or less exact than it."""
    if claimed.kind is Kind.DATE and given.kind is Kind.DATE:
        return any(_date_agrees(a, b) for a in claimed.values for b in given.values)
    if claimed.kind is not given.kind:
        return _is_hour(claimed, given) or _is_hour(given, claimed) or _is_year(claimed, given)
    if claimed.kind is Kind.NAME:
        return _name_agrees(claimed, given)
    units = {claimed.unit, given.unit} - {None}
    if len(units) == 2 and not ("pound" in units and units <= _POUNDS):
        return False
    if bool(claimed.unit) != bool(given.unit) and "ordinal" in (claimed.unit, given.unit):
        return False
    if claimed.unit and claimed.unit == given.unit:
        return bool(claimed.values & given.values)
    # A table says "weight (kg)" once and then only figures.
    return bool((claimed.figures or claimed.values) & (given.figures or given.values))


def _date_agrees(claimed: object, given: object) -> bool:
    assert isinstance(claimed, tuple) and isinstance(given, tuple)
    return all(not a or a == b for a, b in zip(claimed, given, strict=True))


def _is_hour(time: Term, number: Term) -> bool:
    """Whether a bare number is the hour of a time: "at 3 in the morning"."""
    return (
        (time.kind, number.kind) == (Kind.TIME, Kind.NUMBER)
        and number.unit is None
        and any(figure * 60 in time.values for figure in number.figures)
    )


def _is_year(claimed: Term, given: Term) -> bool:
    return _year(claimed) is not None and _year(claimed) == _year(given)


def _year(term: Term) -> float | None:
    """The year that a date without more, or a bare number, may be."""
    (value, *others) = term.values
    if others or term.unit:
        return None
    if isinstance(value, tuple):
        return float(value[0]) if value[1:] == (0, 0) else None
    return value if isinstance(value, float) else None


def _name_agrees(claimed: Term, given: Term) -> bool:
    """All words of the claimed name are in the given one: "Ruiz" and "Ana Ruiz"."""
    have = {word for value in given.values for word in str(value).split()}
    return all(word in have for value in claimed.values for word in str(value).split())


def quarters(text: str) -> Iterator[Term]:
    """Quarters of a year: "Q3", "the third quarter"."""
    for match in _QUARTER.finditer(text):
        said = (match["number"] or match["word"] or match["after"]).casefold()
        number = _QUARTER_WORDS.get(said) or int(said[0])
        yield Term(Kind.CODE, match[0], match.start(), match.end(), frozenset({f"q{number}"}))


def codes(text: str) -> Iterator[Term]:
    """What is only right letter for letter: addresses, telephone and serial numbers, A7S-III."""
    for match in _CODES.finditer(text):
        found = match[0]
        if match["phone"] and (
            sum(map(str.isdigit, found)) < 7 or re.fullmatch(r"\d{1,3}(?: \d{3})+", found)
        ):
            continue
        if match["mixed"] and any(len(each.text) == len(found) for each in numbers(found)):
            continue  # 35mm, 48k, 3rd
        value = found.casefold() if match["mail"] or match["link"] else _folded(found)
        yield Term(Kind.CODE, found, match.start(), match.end(), frozenset({value}))


def _folded(code: str) -> str:
    return re.sub(r"[\W_]", "", code.casefold())


def names(text: str) -> Iterator[Term]:
    """Words with a capital letter, one name where several stand together.

    The first word of a sentence has one anyway: it is a name only if more of them follow.
    """
    for match in _CAPITALISED.finditer(text):
        start, end = match.start(), match.end()
        words = match[0].split()
        if _begins(text, start):
            while words and (not is_content(words[0]) or len(words) == 1):
                start, words = _without_first(text, start, words)
        while words and words[0].casefold().strip(".") in _NO_NAMES:
            start, words = _without_first(text, start, words)
        # A single capital names one of several: camera B.
        if words and any(is_content(word) or len(_plain(word)) == 1 for word in words):
            folded = " ".join(_plain(word) for word in words)
            yield Term(Kind.NAME, text[start:end], start, end, frozenset({folded}))


def _without_first(text: str, start: int, words: list[str]) -> tuple[int, list[str]]:
    start += len(words[0])
    return start + len(text[start:]) - len(text[start:].lstrip()), words[1:]


def _plain(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.casefold().strip(".,"))


def _begins(text: str, start: int) -> bool:
    """Whether a sentence, a line or a title begins here."""
    before = text[:start].rstrip(" \t\"'“‘«([-–—•*")
    if not before or before.endswith("\n"):
        return True
    return before[-1] in ".!?…:;" and not _TITLES.search(before)
