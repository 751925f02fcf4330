"""The query language: plain words, and filters that mix with them.

    cyclist in the rain kind:video shot:wide move:pan-left len:3..10 in:2025/Lisbon
    said:"marketing budget" -people

Values after a comma are others that will do (`shot:wide,medium`), each further filter must hold
too (`colour:red colour:blue`), a minus before one turns it round. "Quoted words" must be found as
they stand. A backslash before a word keeps it from being read as anything else.
"""

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, NoReturn

from indexer.filters import FILTERS, Filter, Value, quoted
from indexer.values import Among, Light, Pixels, Range, Resolution, Source
from indexer.wording import Match, Wording, words_of
from rushes.errors import WrongUsage
from rushes.facts import Colour, Move, ShotSize, Sound
from rushes.moment import Kind
from rushes.place import Place
from rushes.text import one_line

_MOST_FILTERS = 100  # values in all: SQL of many thousands overflows the data base's stack
_LONGEST = 10_000  # characters of a query: no model reads more
_SHOWN = 40  # characters of a bad value that an error repeats

_SPACE = re.compile(r"\s*")
_REST = re.compile(r"\S*")
_NEGATED = re.compile(r'-(?=[^\W\d_]|["“”\\])')  # not -5°, and not a dash
_NAME = re.compile(r"([^\W\d_][\w-]{0,31}):")
_QUOTE = re.compile(r'~?["“”]')
_BARE = re.compile(r"[^\s,]*")


class QueryError(WrongUsage):
    """A query that cannot be read. The part in doubt is at `position` and `length` characters."""

    def __init__(self, message: str, position: int, length: int) -> None:
        super().__init__(message)
        self.position = position
        self.length = length


@dataclass(frozen=True)
class Query:
    """What is looked for. Everything holds at once; in one `Among` any value will do.

    `phrases` are to be found as they stand, in whatever words there are; `without` are words that
    neither the words nor the labels of a moment have. `created` are whole days. A folder is one or
    more names as "2025/Lisbon", or a path from the root as "/media/card" or "~/Videos". With
    `like`, pictures are looked for that are nearer to those than to `unlike`, pulled by the words;
    neither has a place in the language.
    """

    words: str = ""
    phrases: tuple[str, ...] = ()
    without: tuple[Wording, ...] = ()
    kinds: tuple[Among[Kind], ...] = ()
    shots: tuple[Among[ShotSize], ...] = ()
    moves: tuple[Among[Move], ...] = ()
    sounds: tuple[Among[Sound], ...] = ()
    colours: tuple[Among[Colour], ...] = ()
    lights: tuple[Among[Light], ...] = ()
    length_s: tuple[Among[Range[float]], ...] = ()
    people: tuple[Among[Range[int]], ...] = ()
    created: tuple[Among[Range[date]], ...] = ()
    fps: tuple[Among[Range[float]], ...] = ()
    resolutions: tuple[Among[Range[Resolution | Pixels]], ...] = ()
    folders: tuple[Among[str], ...] = ()
    names: tuple[Among[str], ...] = ()
    sharpness: tuple[Among[Range[float]], ...] = ()
    exposure: tuple[Among[Range[float]], ...] = ()
    shake: tuple[Among[Range[float]], ...] = ()
    motion: tuple[Among[Range[float]], ...] = ()
    sources: tuple[Among[Source], ...] = ()
    labels: tuple[Among[str], ...] = ()
    said: tuple[Among[Wording], ...] = ()
    on_screen: tuple[Among[Wording], ...] = ()
    written: tuple[Among[Wording], ...] = ()
    like: tuple[Place, ...] = ()
    unlike: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", one_line(self.words))
        phrases = tuple(one_line(phrase) for phrase in self.phrases)
        if not all(words_of(phrase) for phrase in phrases):
            raise ValueError("there is no word in a phrase")
        object.__setattr__(self, "phrases", phrases)
        if any(wording.match is Match.MEANING for wording in self.without):
            raise ValueError("a meaning cannot be left out")
        for texts in (self.folders, self.names, self.labels):
            if not all(text.strip() for among in texts for text in among.values):
                raise ValueError("a name has letters")
        for wordings in (self.said, self.on_screen, self.written):
            for among in wordings:
                if among.negated and any(w.match is Match.MEANING for w in among.values):
                    raise ValueError("a meaning cannot be left out")

    @property
    def is_empty(self) -> bool:
        """Nothing is asked."""
        return not any(getattr(self, field.name) for field in fields(self))

    @property
    def plain(self) -> str:
        """The words that an encoder gets: those of phrases too, none of filters."""
        return " ".join(filter(None, (self.words, *self.phrases)))

    def __str__(self) -> str:
        """A query that is read as this one."""
        parts = [_written_word(word) for word in self.words.split()]
        parts += [quoted(phrase) for phrase in self.phrases]
        parts += [_written_without(wording) for wording in self.without]
        written = set()
        for name, each in FILTERS.items():
            if each.field not in written:
                written.add(each.field)
                parts += [_written(name, each, among) for among in getattr(self, each.field)]
        return " ".join(parts)


def parse(text: str, now: datetime | None = None) -> Query:
    """Reads a query. `now` is what "today" means.

    Raises:
        QueryError: a filter that is none, a value that it does not have, or too much of it.
    """
    if len(text) > _LONGEST:
        message = f"a question of {len(text)} characters: use at most {_LONGEST}"
        raise QueryError(message, _LONGEST, len(text) - _LONGEST)
    return _Parser(text, (now or datetime.now()).date()).query()


class _Parser:
    """Reads from left to right, each character once."""

    def __init__(self, text: str, today: date) -> None:
        self._text = text
        self._today = today
        self._at = 0
        self._words: list[str] = []
        self._phrases: list[str] = []
        self._without: list[Wording] = []
        self._filters: dict[str, list[Among[Any]]] = defaultdict(list)
        self._filter_count = 0

    def query(self) -> Query:
        self._take(_SPACE)
        while self._at < len(self._text):
            self._read_one()
            self._take(_SPACE)
        filters: dict[str, Any] = {name: tuple(among) for name, among in self._filters.items()}
        return Query(" ".join(self._words), tuple(self._phrases), tuple(self._without), **filters)

    def _read_one(self) -> None:
        start = self._at
        negated = bool(self._take(_NEGATED))
        if self._text.startswith("\\", self._at):
            self._at += 1
            self._plain(self._take(_REST) or "\\", negated, start)
        elif self._text[self._at] in '"“”':
            self._phrase(self._quoted(), negated, start)
        elif (match := _NAME.match(self._text, self._at)) and self._is_filter(match):
            self._at = match.end()
            self._filter(match[1].casefold(), negated, start)
        else:
            word = self._take(_REST)
            left_out = word.casefold() if negated else ""
            if left_out == "people":
                self._add(FILTERS["people"], Among((Range(least=1),), negated=True), start)
            elif left_out in set(Sound):
                self._add(FILTERS["sound"], Among((Sound(left_out),), negated=True), start)
            elif left_out in set(Source):
                self._add(FILTERS["source"], Among((Source(left_out),), negated=True), start)
            else:
                self._plain(word, negated, start)

    def _plain(self, word: str, negated: bool, start: int) -> None:
        if negated and words_of(word):
            self._leave_out(word, Match.WORD, start)
        else:
            self._words.append(self._text[start : self._at] if negated else word)

    def _phrase(self, phrase: str, negated: bool, start: int) -> None:
        if not words_of(phrase):  # punctuation
            self._words.append(phrase)
        elif negated:
            self._leave_out(phrase, Match.PHRASE, start)
        else:
            self._count(start)
            self._phrases.append(phrase)

    def _leave_out(self, text: str, match: Match, start: int) -> None:
        self._count(start)
        self._without.append(Wording(text, match))

    def _is_filter(self, match: re.Match[str]) -> bool:
        """Whether it is one.

        Raises:
            QueryError: it is meant to be one.
        """
        name, after = match[1].casefold(), self._text[match.end() : match.end() + 2]
        if name in FILTERS and after != "//":
            return True
        if not after.strip() or after[0].isspace() or after == "//":
            return False
        close = difflib.get_close_matches(name, FILTERS, 1, 0.75)
        # One letter is a drive, as in C:/footage.
        if not close and (not name.isalpha() or len(name) == 1):
            return False
        raise QueryError(
            f"{_shown(name)}: is no filter (at character {match.start() + 1}): "
            f"use {', '.join(FILTERS)}, or quotes around words",
            match.start(),
            len(match[1]),
        )

    def _filter(self, name: str, negated: bool, start: int) -> None:
        chosen = FILTERS[name]
        found: list[Any] = []
        while True:
            value = self._value()
            self._count(value.position)
            try:
                found += chosen.read(value, self._today)
            except ValueError as error:
                _reject(name, chosen, value, str(error) if type(error) is ValueError else "")
            if negated and getattr(found[-1], "match", None) is Match.MEANING:
                raise QueryError(
                    f"a meaning cannot be left out (at character {value.position + 1}): "
                    f'use -{name}:word or -{name}:"a phrase"',
                    value.position,
                    value.length,
                )
            if not self._text.startswith(",", self._at):
                break
            self._at += 1
        self._filters[chosen.field].append(Among(tuple(found), negated))

    def _value(self) -> Value:
        start = self._at
        if match := _QUOTE.match(self._text, start):
            self._at = match.end() - 1
            text = self._quoted()
            return Value(text, True, match[0][0] == "~", start, self._at - start)
        text = self._take(_BARE)
        return Value(text, False, False, start, self._at - start)

    def _quoted(self) -> str:
        """What stands between quotes; a quote that is not closed ends with the text."""
        text, begin = self._text, self._at + 1
        closing = re.compile('"' if text[self._at] == '"' else '["“”]')
        end = begin
        while match := closing.search(text, end):
            end = match.end()
            if match[0] != '"' or not text.startswith('"', end):
                self._at = end
                return text[begin : end - 1].replace('""', '"')
            end += 1
        self._at = len(text)
        return text[begin:].replace('""', '"')

    def _add(self, chosen: Filter, among: Among[Any], start: int) -> None:
        self._count(start)
        self._filters[chosen.field].append(among)

    def _count(self, start: int) -> None:
        self._filter_count += 1
        if self._filter_count > _MOST_FILTERS:
            message = f"more than {_MOST_FILTERS} filters (at character {start + 1}): use fewer"
            raise QueryError(message, start, 1)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if not match:
            return ""
        self._at = match.end()
        return match[0]


def _reject(name: str, chosen: Filter, value: Value, reason: str) -> NoReturn:
    where = f"(at character {value.position + 1})"
    if not value.text:
        message = f"{name}: has no value {where}: use {chosen.allowed}"
    else:
        reason = f", {reason}" if reason else ""
        shown = _shown(value.whole)
        message = f"{name}:{shown} is no {chosen.what}{reason} {where}: use {chosen.allowed}"
    raise QueryError(message, value.position, value.length) from None


def _shown(text: str) -> str:
    text = one_line(text[: 4 * _SHOWN])
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _written(name: str, each: Filter, among: Among[Any]) -> str:
    values = ",".join(each.write(value) for value in among.values)
    return f"{'-' if among.negated else ''}{name}:{values}"


def _written_word(word: str) -> str:
    return word if _reads_as(word, Query(words=word)) else f"\\{word}"


def _written_without(wording: Wording) -> str:
    if wording.match is Match.PHRASE:
        return f"-{quoted(wording.text)}"
    plain = f"-{wording.text}"
    return plain if _reads_as(plain, Query(without=(wording,))) else f"-\\{wording.text}"


def _reads_as(text: str, query: Query) -> bool:
    try:
        return parse(text) == query
    except QueryError:
        return False
