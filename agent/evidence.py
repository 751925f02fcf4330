"""Which sentences answer a question, and how surely."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.measures import Measured, measure
from agent.question import take_apart
from agent.sentences import sentences_of
from indexer.embed.encoders import Reranker, TextEncoder
from indexer.reading import Passage
from rushes.text import one_line

# Logistic regression on agent.measures.NAMES, fitted by benchmarks/answering_fit.py on half of
# tests/quality/answers.json and the first 62 questions of near_misses.json; that also tells what
# the floor costs. The others there came later and changed the weights little.
WEIGHTS = (0.92, -0.86, 1.69, -3.47, 4.63)
BIAS = -6.79
FLOOR = 0.55
"""A best sentence with less chance than this answers nothing: one should say so.

The tuning half would allow 0.45; the patterns of agent/question.py were written on it, so what is
new comes out surer than it is.
"""

_JUDGED = 6
"""Sentences that a cross-encoder reads, the best by then."""
_MOST_ODDS = 4.0
_TRUST = 0.25
"""It makes the odds at most e times as good or bad: nothing here was fitted to its scores."""


@dataclass(frozen=True)
class Evidence:
    """A sentence of a passage, word for word but on one line.

    `start_s` and `end_s` are its own where its words have times, else the passage's. `chance` is
    the probability, 0 to 1, that it answers the question.
    """

    passage: Passage
    sentence: str
    start_s: float | None
    end_s: float | None
    chance: float


def find_evidence(
    question: str,
    passages: Sequence[Passage],
    encoder: TextEncoder,
    most: int = 6,
    reranker: Reranker | None = None,
) -> list[Evidence]:
    """The sentences that answer a question most likely, the best first; none with no chance.

    A sentence that does not name what the question names (a quarter, a person, a number), nor
    stands where it is named, has none; nor has one without the kind of thing that is asked for.
    A reranker, which reads question and sentence at once, makes the best somewhat more or less
    likely; it alone decides nothing.
    """
    asked = take_apart(question)
    sentences = sentences_of(passages)
    if not asked.stems or not sentences:
        return []
    measured = measure(asked, sentences, encoder)
    odds = np.clip(measured.measures @ np.array(WEIGHTS) + BIAS, -30, 30)
    if reranker is not None:
        odds += _judged(asked.text, measured, odds, reranker)
    chances = np.where(measured.possible, 1 / (1 + np.exp(-odds)), 0.0)
    best = [int(i) for i in np.argsort(-chances, kind="stable")[:most] if chances[i] > 0]
    return [
        Evidence(each.passage, each.text, each.start_s, each.end_s, float(chances[i]))
        for i, each in ((i, measured.sentences[i]) for i in best)
    ]


def _judged(
    question: str, measured: Measured, odds: NDArray[np.float64], reranker: Reranker
) -> NDArray[np.float64]:
    """What a cross-encoder adds to the logarithm of each sentence's odds; shape as `odds`."""
    added = np.zeros(len(odds))
    best = [int(i) for i in np.argsort(-odds, kind="stable") if measured.possible[i]][:_JUDGED]
    sentences = [measured.sentences[i] for i in best]
    texts = [one_line(f"{each.about}: {each.before} {each.text}") for each in sentences]
    scores = np.clip(reranker.scores(question, texts), 1e-6, 1 - 1e-6).astype(np.float64)
    added[best] = _TRUST * np.clip(np.log(scores / (1 - scores)), -_MOST_ODDS, _MOST_ODDS)
    return added
