"""Which sentences answer a question, and how surely."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.measures import measure
from agent.question import take_apart
from agent.sentences import sentences_of
from indexer.embed.encoders import TextEncoder
from indexer.reading import Passage

# Logistic regression on agent.measures.NAMES, fitted by benchmarks/answering_fit.py on half of
# tests/quality/answers.json and on near_misses.json; that also tells what the floor costs.
WEIGHTS = (0.92, -0.86, 1.69, -3.47, 4.63)
BIAS = -6.79
FLOOR = 0.55
"""A best sentence with less chance than this answers nothing: one should say so.

The tuning half would allow 0.45; the patterns of agent/question.py were written on it, so what is
new comes out surer than it is.
"""


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
    question: str, passages: Sequence[Passage], encoder: TextEncoder, most: int = 6
) -> list[Evidence]:
    """The sentences that answer a question most likely, the best first; none with no chance.

    A sentence that does not name what the question names (a quarter, a person, a number), nor
    stands where it is named, has none; nor has one without the kind of thing that is asked for.
    """
    asked = take_apart(question)
    sentences = sentences_of(passages)
    if not asked.stems or not sentences:
        return []
    measured = measure(asked, sentences, encoder)
    odds = np.exp(-np.clip(measured.measures @ np.array(WEIGHTS) + BIAS, -30, 30))
    chances = np.where(measured.possible, 1 / (1 + odds), 0.0)
    best = [int(i) for i in np.argsort(-chances, kind="stable")[:most] if chances[i] > 0]
    return [
        Evidence(each.passage, each.text, each.start_s, each.end_s, float(chances[i]))
        for i, each in ((i, measured.sentences[i]) for i in best)
    ]
