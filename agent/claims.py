"""Whether a written sentence holds by its source."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.denials import denials_agree
from agent.terms import Kind, Term, agrees, terms_of
from agent.terms.words import is_content, stem, word_spans
from indexer.embed.encoders import TextEncoder
from indexer.passages import sentences
from rushes.text import one_line

# These were chosen on half of tests/quality/claims.json (benchmarks/claims.py).
LEAST_HELD = 0.6
"""Which part of a claim's words its source must have, or have like ones; of each clause, half."""
_LIKE = 0.5
"""Two words with this cosine say about the same."""
_STRONG = 6.0
"""What another number, date or code beside one tells of it, next to a plain word."""
_CLAUSE = 4.0
"""How many words the end of a clause counts, between a number and what it belongs to."""

_DENIALS = ("not", "no", "never", "nobody", "nothing", "none", "cannot")
_MAX_CHARS = 2000
_TITLE_WORDS = 12
_SIGN_WORDS = 40
_CLAUSE_END = re.compile(r"[,;:.!?]\s|\b(?:and|but|while|whereas)\b", re.IGNORECASE)
_PARTS = re.compile(
    r"[;:]\s|,\s|\s(?=(?:because|although|and|which|who|in spite of|so that|as)\s)", re.IGNORECASE
)
_PLACE = re.compile(r"\b(?:in|at|from|to|near|of)\s+(?:the\s+)?$", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\b(?:it|its|he|him|his|she|her|they|them|their|this|that|these|those|there|then|both|one|"
    r"together|each|of which|instead|also|for q\d)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Verdict:
    """Whether a claim holds; if not, `why` says it in a few words, else it is ""."""

    holds: bool
    why: str


def check(claim: str, source: str, encoder: TextEncoder | None) -> Verdict:
    """Whether a claim says only what one or two neighbouring sentences of its source say.

    Its numbers, dates, times, codes and names must be there, each nearest to the words it stands
    by in the claim; it must deny what they deny and nothing else; and its other words must be
    there, by stem or, with an encoder, by meaning. That is overlap, not entailment: what is
    wrong in another way passes. benchmarks/claims.py says how often.
    """
    said = _with_first_name(_Text.of(one_line(claim)[:_MAX_CHARS]), source)
    if not said.words and not said.terms:
        return Verdict(False, "it says nothing")
    nearest, why = -1, "it has no source"
    for window in _windows(source, said):
        given = _Text.of(window)
        fault = _fault(said, given, encoder)
        if fault is None:
            return Verdict(True, "")
        shared = len(said.stems & given.stems) + sum(
            any(agrees(term, each) for each in given.terms) for term in said.terms
        )
        if shared > nearest:
            nearest, why = shared, fault
    return Verdict(False, why)


@dataclass(frozen=True)
class _Text:
    """A text with its terms and, where they stand, its words that say something."""

    text: str
    terms: tuple[Term, ...]
    words: tuple[tuple[int, str], ...]
    """Of each the place in the text and the word; those within numbers and dates are left out."""

    @classmethod
    def of(cls, text: str) -> "_Text":
        terms = tuple(terms_of(text))
        exact = [term for term in terms if term.kind is not Kind.NAME]
        words = tuple(
            (start, word)
            for start, _, word in word_spans(text)
            if is_content(word)
            and word.casefold() not in _DENIALS
            and not any(each.start <= start < each.end for each in exact)
        )
        return cls(text, terms, words)

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem(word) for _, word in self.words)


def _windows(source: str, said: _Text) -> Iterator[str]:
    """Sentences, and pairs of neighbours where the second goes on about the first.

    Each below the source's title, if it has one. Those that share most with the claim go first.
    """
    lines = [one_line(line) for line in source.split("\n") if line.strip()]
    title = ""
    looks_like_one = lines and lines[0][-1] not in ".!?;" and "; " not in lines[0]
    if len(lines) > 1 and looks_like_one and len(lines[0].split()) <= _TITLE_WORDS:
        title = f"{lines[0]}. "
    single = [one_line(each) for line in lines for each in sentences(line) if each.strip()]
    pairs = [
        f"{first} {second}"
        for first, second in zip(single, single[1:], strict=False)
        if _GOES_ON.search(second)
    ]
    stems = said.stems
    # A sign, a slide: its lines are no sentences, and belong together.
    is_sign = len(source.split()) <= _SIGN_WORDS and not any("; " in line for line in lines)
    whole = [one_line(source)] if len(lines) > 1 and is_sign else []
    for group in (single, pairs, whole):
        for each in sorted(group, key=lambda text: -len(stems & _Text.of(text).stems)):
            yield title + each


def _with_first_name(said: _Text, source: str) -> _Text:
    """The claim, with its first word as a name if its source has it as one."""
    first = next(iter(word_spans(said.text)), None)
    if first is None or not is_content(first[2]):
        return said
    start, end, word = first
    if any(term.start <= start < term.end for term in said.terms):
        return said
    name = Term(Kind.NAME, word, start, end, frozenset({word.casefold()}))
    if any(term.kind is Kind.NAME and agrees(name, term) for term in terms_of(source)):
        return _Text(said.text, (name, *said.terms), said.words)
    return said


def _fault(said: _Text, given: _Text, encoder: TextEncoder | None) -> str | None:
    """What a claim says that a stretch of the source does not; None if there is nothing."""
    for term in said.terms:
        if term.kind is Kind.NAME and _name_held(term, given):
            continue
        if not any(agrees(term, each) for each in given.terms):
            return f"its source does not say {term.text}"
    for term in said.terms:
        if not _belongs(term, said, given):
            return f"in its source {term.text} belongs to something else"
    if not denials_agree(said.text, given.text):
        return "it denies what its source says, or says what that denies"
    held = _held(said, given, encoder)
    # What a claim is about comes first, and what it says of it last.
    ends = bool(held) and all(term.end <= said.words[-1][0] for term in said.terms)
    for place in (0, -1) if ends else (0,) if held else ():
        if not held[place]:
            return f"its source does not speak of {said.words[place][1]}"
    for start, end in _parts(said.text):
        part = [has for (at, _), has in zip(said.words, held, strict=True) if start <= at < end]
        if part and sum(part) < len(part) / 2:
            return "its source does not say all of it"
    if held and sum(held) < LEAST_HELD * len(held):
        return "its source says something else"
    return None


def _name_held(name: Term, given: _Text) -> bool:
    """Whether a name's words are there in small letters: the Bridge, the bridge."""
    stems = given.stems
    words = [word for _, _, word in word_spans(name.text) if is_content(word)]
    named = {
        stem(word) for term in given.terms if term.kind is Kind.NAME for word in term.text.split()
    }
    return bool(words) and all(stem(word) in stems - named for word in words)


def _belongs(term: Term, said: _Text, given: _Text) -> bool:
    """Whether a term stands by the same words in both, and not another of its kind.

    Each word of the claim weighs the more, the nearer to the term it stands; in the source it
    counts the more, the nearer to the term it stands there.
    """
    right = [each for each in given.terms if agrees(term, each)]
    if not right:  # a name in small letters
        return True
    # What the claim says of something else is no rival, but for two sums that may be swapped.
    others = [
        each
        for each in said.terms
        if each is not term
        and (term.kind is Kind.NAME or each.unit != term.unit or _in_order(term, said, given))
    ]
    rivals = [
        each
        for each in given.terms
        if each.kind is term.kind
        and not agrees(term, each)
        and (not term.unit or not each.unit or term.unit == each.unit)
        and not any(agrees(other, each) for other in others)
        and (not _is_place(given.text, each) or any(_is_place(given.text, it) for it in right))
    ]
    if not rivals:
        return True
    words: dict[str, list[int]] = {}
    for at, word in given.words:
        words.setdefault(stem(word), []).append(at)
    marks = [
        (1 / (1 + _distance(said.text, term, at)), words[stem(word)])
        for at, word in said.words
        if not term.start <= at < term.end and stem(word) in words
    ]
    for other in said.terms:
        if other is not term and other.kind is not Kind.NAME:
            places = [each.start for each in given.terms if agrees(other, each)]
            weight = _STRONG / (1 + _distance(said.text, term, other.start))
            marks += [(weight, places)] if places else []

    def near(each: Term) -> float:
        # A mark of another term tells nothing of itself.
        away = [(weight, [at for at in places if at != each.start]) for weight, places in marks]
        return sum(
            weight / (1 + min(_distance(given.text, each, at) for at in places))
            for weight, places in away
            if places
        )

    return max(map(near, right)) >= max(map(near, rivals))


def _in_order(term: Term, said: _Text, given: _Text) -> bool:
    """Whether all of a term's kind stand in the source in the claim's order."""
    places = [
        next((each.start for each in given.terms if agrees(claimed, each)), -1)
        for claimed in said.terms
        if claimed.kind is term.kind and claimed.unit == term.unit
    ]
    return places == sorted(places)


def _is_place(text: str, name: Term) -> bool:
    """Whether a name stands as a place: it is no rival of who does something."""
    return name.kind is Kind.NAME and _PLACE.search(text[: name.start]) is not None


def _distance(text: str, term: Term, at: int) -> float:
    """How many words lie between a term and a place, the end of a clause counting several."""
    between = text[term.end : at] if at >= term.end else text[at : term.start]
    return len(between.split()) + _CLAUSE * len(_CLAUSE_END.findall(between))


def _held(said: _Text, given: _Text, encoder: TextEncoder | None) -> list[bool]:
    """Of each word of the claim, whether the source has it or one like it."""
    stems = given.stems | {stem(word) for _, _, word in word_spans(given.text) if is_content(word)}
    held = [stem(word) in stems for _, word in said.words]
    missing = sorted({word for (_, word), has in zip(said.words, held, strict=True) if not has})
    if encoder is None or not missing or not given.words:
        return held
    vectors = encoder.encode_queries([*missing, *(word for _, word in given.words)])
    nearest = (vectors[: len(missing)] @ vectors[len(missing) :].T).max(axis=1)
    like = {word for word, cosine in zip(missing, nearest, strict=True) if cosine >= _LIKE}
    return [has or word in like for (_, word), has in zip(said.words, held, strict=True)]


def _parts(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _PARTS.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)
