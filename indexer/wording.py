"""Whether a text has a phrase or a word, whatever its case, punctuation and inflection."""

import fnmatch
import glob
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from indexer.coverage import coverage
from rushes.text import one_line

# Scripts written without spaces: each character counts as a word.
_UNSPACED = "\u0e01-\u0e4e\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
# Vowel signs and accents that belong to a word, though they are no letters.
_SIGNS = "\u0300-\u036f\u0900-\u0963\u0966-\u0dff"
_WORD = re.compile(f"[{_UNSPACED}]|(?:[^\\W_{_UNSPACED}]|[{_SIGNS}])+")

# Endings that words of one stem change among: rain, rains, rained, raining.
_INFLECTIONS = (
    frozenset(("", "s", "es", "ed", "ing")),
    frozenset(("e", "es", "ed", "ing")),
    frozenset(("y", "ies", "ied", "ying")),
)
_DOUBLED = ("ed", "ing")  # after a doubled letter: stopped, running
_LEAST_STEM = 2
_LONG_WORD = 8  # has enough letters for its first ones to tell: photograph, photographic


class Match(StrEnum):
    """How words are looked for."""

    PHRASE = "phrase"
    WORD = "word"
    MEANING = "meaning"


@dataclass(frozen=True)
class Wording:
    """Words to look for: exactly, in any inflection, or by what they mean.

    Raises:
        ValueError: there is no word in `text`.
    """

    text: str
    match: Match = Match.PHRASE

    def __post_init__(self) -> None:
        text = one_line(self.text)
        if not words_of(text):
            raise ValueError("there is no word in it")
        if self.match is Match.WORD and re.search(r'[\s,"“”]|^~', text):
            text = "-".join(words_of(text))
        object.__setattr__(self, "text", text)

    def is_in(self, text: str) -> bool:
        """
        Raises:
            ValueError: a meaning is not found by looking at letters.
        """
        if self.match is Match.MEANING:
            raise ValueError("a meaning needs an encoder")
        return (phrase_in if self.match is Match.PHRASE else has_word)(text, self.text)


def words_of(text: str) -> list[str]:
    """The words of a text, case-folded, without punctuation."""
    return _WORD.findall(unicodedata.normalize("NFKC", one_line(text).casefold()))


def phrase_in(text: str, phrase: str) -> bool:
    """Whether the words of `phrase` stand in `text` side by side, in their order."""
    return f" {' '.join(words_of(phrase))} " in f" {' '.join(words_of(text))} "


def has_word(text: str, word: str) -> bool:
    """Whether `word` is in `text`, in any inflection. Of "slow-motion" both parts must be there."""
    asked, present = words_of(word), words_of(text)
    if not asked:
        return False
    fits = {each: [_inflected(part, each) for part in asked] for each in set(present)}
    return any(
        all(fits[each][i] for i, each in enumerate(present[start : start + len(asked)]))
        for start in range(len(present) - len(asked) + 1)
    )


def has_label(labels: Iterable[str], wanted: str) -> bool:
    """Whether one of the labels is `wanted`, in which `*` stands for any characters."""
    pattern = "*".join(glob.escape(part) for part in wanted.casefold().split("*"))
    return any(fnmatch.fnmatchcase(label.casefold(), pattern) for label in labels)


def _inflected(word: str, other: str) -> bool:
    if word == other:
        return True
    shared = next(
        (i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b),
        min(len(word), len(other)),
    )
    # "bus" and "buses" part at "es", "make" and "making" at "e": try each stem they may have.
    for length in range(shared, max(_LEAST_STEM, shared - 2) - 1, -1):
        ends = {word[length:], other[length:]}
        if any(ends <= endings for endings in _INFLECTIONS):
            return True
        doubled = {f"{word[length - 1]}{end}" for end in _DOUBLED}
        if ends & doubled and ends - doubled <= {"", "s"}:
            return True
    return len(word) >= _LONG_WORD and coverage([word], other) == 1.0
