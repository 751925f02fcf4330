"""How well sentences fit a question: by their words, their meaning and what they name."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from agent.contrary import is_contrary
from agent.question import Asks, Question, may_answer
from agent.sentences import Sentence
from agent.terms import Kind, Term, agrees, content_stems, terms_of
from agent.terms.words import is_content, stem, word_spans
from indexer.embed.encoders import TextEncoder
from indexer.segments import Origin
from rushes.text import one_line

MOST = 20
"""Sentences whose meaning is looked at: what takes the time is the encoder."""
COMPARED = 8
"""Of these, the sentences whose every word is compared with the question's."""

NAMES = (
    "meaning",  # cosine with the question, in the encoder's slopes from even odds
    "behind the best",  # how much less that is, with its context, than the best sentence's
    "words in context",  # weighed part of the question's words that are there
    "strangest word",  # weight of the question's word that nothing there is like
    "right kind",  # 1 if it holds the kind of thing asked for, 0.5 if perhaps
)
Measures = NDArray[np.float64]
"""Shape (sentences, len(NAMES))."""

_LOW, _HIGH = -6.0, 6.0
_UNLIKE = 0.3
"""The cosine of two words that have nothing in common."""
_HEARD_ALIKE = 0.8
_LEAST_NAME = 4
_QUARTERS = {"q1", "q2", "q3", "q4"}


@dataclass(frozen=True)
class Measured:
    """Sentences that may answer a question, and what was measured of each.

    `possible` is false where a sentence cannot answer: what the question names is not there, or
    nothing of the kind it asks for.
    """

    sentences: list[Sentence]
    measures: Measures
    possible: NDArray[np.bool_]


def measure(question: Question, sentences: Sequence[Sentence], encoder: TextEncoder) -> Measured:
    """The sentences that share most words with a question, and their measures."""
    texts = [_Text.of(each) for each in sentences]
    rarity = _rarities(question, texts)
    texts.sort(key=lambda text: _worth_a_look(question, text, rarity), reverse=True)
    texts = texts[:MOST]
    around = _Around(sentences)
    wanted = [*question.terms, *_names_in_small_letters(question, texts)]
    terms = [_terms(text.sentence) for text in texts]
    named = [
        all(around.named(each, text.sentence, its) for each in wanted)
        for text, its in zip(texts, terms, strict=True)
    ]
    alone, within = _cosines(question, texts, encoder)
    best = max(within, default=0.0)
    likeliest = sorted(range(len(texts)), key=lambda i: -alone[i] - within[i])[:COMPARED]
    strangest = _strangest(question, texts, likeliest, rarity, encoder)
    rows, possible = [], []
    for i, text in enumerate(texts):
        sentence = text.sentence
        kind = may_answer(question, sentence.text, terms[i])
        words = sum(rarity[each] for each in question.stems if each in text.own | text.context)
        fits = 1.0 if kind is None else kind
        rows.append((alone[i], best - within[i], words, strangest[i], fits))
        # A heading says what comes, seldom what is asked.
        answers = kind == 1.0 if sentence.is_title else kind != 0.0
        around_it = f"{sentence.before}\n{sentence.about}"
        possible.append(
            answers and named[i] and not is_contrary(question.text, sentence.text, around_it)
        )
    measures = np.array(rows, np.float64).reshape(len(rows), len(NAMES))
    return Measured([text.sentence for text in texts], measures, np.array(possible, bool))


@dataclass(frozen=True)
class _Text:
    """A sentence with the stems of its own words and of those around it."""

    sentence: Sentence
    own: frozenset[str]
    context: frozenset[str]

    @classmethod
    def of(cls, sentence: Sentence) -> "_Text":
        return cls(
            sentence,
            frozenset(content_stems(sentence.text)),
            frozenset(content_stems(f"{sentence.before} {sentence.about}")),
        )


def _terms(sentence: Sentence) -> list[Term]:
    """Of a sign, told line by line: a capital at the beginning of one makes no name."""
    lines = sentence.passage.text
    is_sign = sentence.passage.origin is Origin.ON_SCREEN and one_line(lines) == sentence.text
    if is_sign and len(lines) == len(sentence.text):
        return terms_of(lines.replace("\n", ";"))
    return terms_of(sentence.text)


def _rarities(question: Question, texts: Sequence[_Text]) -> dict[str, float]:
    """What each word of the question weighs, 1 together: the rarer in the sentences, the more."""
    counts = Counter(word for text in texts for word in text.own)
    weights = {
        word: math.log(1 + (len(texts) + 1) / (counts[word] + 0.5)) for word in question.stems
    }
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items()}


def _worth_a_look(question: Question, text: _Text, rarity: dict[str, float]) -> float:
    """A cheap guess of how well a sentence fits."""
    own = sum(rarity[each] for each in question.stems if each in text.own)
    near = sum(rarity[each] for each in question.stems if each in text.context)
    counts = question.asks in (Asks.NUMBER, Asks.TIME, Asks.CODE)
    figures = 0.2 if counts and any(map(str.isdigit, text.sentence.text)) else 0.0
    return own + 0.6 * near + figures


def _cosines(
    question: Question, texts: Sequence[_Text], encoder: TextEncoder
) -> tuple[list[float], list[float]]:
    """How near each sentence's meaning is to the question's, alone and with its context."""
    sentences = [text.sentence for text in texts]
    alone = [each.text for each in sentences]
    within = [f"{each.about}: {each.before} {each.text}" for each in sentences]
    asked = encoder.encode_queries([question.text])[0]
    cosines = encoder.encode_passages(alone + within) @ asked
    scaled = (cosines - encoder.certainty.even) / encoder.certainty.slope
    values = [float(each) for each in np.clip(scaled, _LOW, _HIGH)]
    return values[: len(texts)], values[len(texts) :]


def _strangest(
    question: Question,
    texts: Sequence[_Text],
    compared: Sequence[int],
    rarity: dict[str, float],
    encoder: TextEncoder,
) -> list[float]:
    """Of each sentence, the weight of the question's word that it is least about.

    A word that is in the sentence or around it weighs nothing, another the less, the nearer in
    meaning a word of the sentence is: "weight" where only a price is given weighs all it can.
    Only the words of the sentences numbered `compared` are looked at so closely.
    """
    asked = {stem(word): word for _, _, word in word_spans(question.text)}
    held: list[list[str]] = [[] for _ in texts]
    for i in compared:
        held[i] = [w for _, _, w in word_spans(texts[i].sentence.text) if is_content(w)]
    words = sorted({word for each in held for word in each})
    if not words:
        return [max(rarity.values(), default=0.0)] * len(texts)
    vectors = encoder.encode_queries([asked[each] for each in question.stems] + words)
    near = vectors[: len(question.stems)] @ vectors[len(question.stems) :].T
    near = np.clip((near - _UNLIKE) / (1 - _UNLIKE), 0, 1)
    place = {word: i for i, word in enumerate(words)}
    result = []
    for text, its in zip(texts, held, strict=True):
        at = [place[word] for word in its]
        result.append(
            max(
                rarity[each] * (1 - float(near[i, at].max(initial=0.0)))
                if each not in text.own | text.context
                else 0.0
                for i, each in enumerate(question.stems)
            )
        )
    return result


class _Around:
    """What stands around sentences: in their passage (a recording is one), and in their file."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._texts: dict[object, list[str]] = {}
        self._headings: dict[object, list[str]] = {}
        for each in sentences:
            self._texts.setdefault(self._passage(each), []).append(each.text)
            self._texts.setdefault(each.passage.path, []).append(each.text)
            if each.passage.heading:
                self._headings.setdefault(each.passage.path, []).append(each.passage.heading)
        self._terms: dict[object, list[Term]] = {}

    @staticmethod
    def _passage(sentence: Sentence) -> object:
        passage = sentence.passage
        if passage.origin is Origin.SAID:
            return passage.path, passage.origin
        return passage.path, passage.origin, passage.page, passage.heading, passage.start_s

    def named(self, wanted: Term, sentence: Sentence, terms: Sequence[Term]) -> bool:
        """Whether something is named in a sentence, or where it stands and nothing rivals it."""
        said = sentence.passage.origin is Origin.SAID
        if _held(wanted, sentence.text, terms, said):
            return True
        beside = f"{sentence.before}\n{sentence.about}"
        its = terms_of(beside)
        if _has_rival(wanted, terms):
            return False
        if _held(wanted, beside, its, said):
            return True
        if sentence.is_row or _has_rival(wanted, its):
            return False
        path = sentence.passage.path
        if _held(wanted, *self._all(self._passage(sentence)), said):
            return True
        # In the file, but then no other section may be about it.
        return _held(wanted, *self._all(path), said) and not any(
            _held(wanted, each, terms_of(each), said) for each in self._headings.get(path, ())
        )

    def _all(self, key: object) -> tuple[str, list[Term]]:
        if key not in self._terms:
            self._terms[key] = [term for text in self._texts[key] for term in terms_of(text)]
        return " ".join(self._texts[key]), self._terms[key]


def _names_in_small_letters(question: Question, texts: Sequence[_Text]) -> list[Term]:
    """Words of the question that the sentences only know as names: "porto"."""
    named: set[str] = set()
    plain: set[str] = set()
    for text in texts:
        origin = text.sentence.passage.origin
        loose = origin is Origin.ON_SCREEN or text.sentence.is_row or text.sentence.is_title
        for term in () if loose else terms_of(text.sentence.text):
            if term.kind is Kind.NAME:
                named.update(word for value in term.values for word in str(value).split())
        plain.update(
            word for _, _, word in word_spans(text.sentence.text) if word == word.casefold()
        )
    known = {word for term in question.terms for v in term.values for word in str(v).split()}
    return [
        Term(Kind.NAME, word, start, end, frozenset({word}))
        for start, end, word in word_spans(question.text)
        if word == word.casefold() and word in named - plain - known and len(word) >= _LEAST_NAME
    ]


def _held(wanted: Term, text: str, terms: Sequence[Term], said: bool) -> bool:
    """Whether a text names something. Names that were heard may be spelled a little otherwise."""
    if any(agrees(wanted, term) for term in terms):
        return True
    if wanted.kind is not Kind.NAME:
        return False
    words = {stem(word) for _, _, word in word_spans(text)}
    asked = [stem(word) for value in wanted.values for _, _, word in word_spans(str(value))]
    if all(word in words for word in asked):
        return True
    return said and all(
        len(word) >= _LEAST_NAME
        and any(SequenceMatcher(None, word, each).ratio() >= _HEARD_ALIKE for each in words)
        for word in asked
    )


def _has_rival(wanted: Term, terms: Sequence[Term]) -> bool:
    """Whether a text is about another one of its kind: of Q3 where Q4 is asked for."""
    return _is_quarter(wanted) and any(map(_is_quarter, terms))


def _is_quarter(term: Term) -> bool:
    return term.kind is Kind.CODE and term.values <= _QUARTERS
