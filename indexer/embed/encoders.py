"""What search asks of a model, whichever it is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.embed.detector import Detected
from indexer.segments import Image

Vectors = NDArray[np.float32]
"""Unit vectors, shape (count, dimensions)."""


@dataclass(frozen=True)
class Tag:
    """Something a picture shows, and how sure the model is, 0 to 1."""

    label: str
    score: float


@dataclass(frozen=True)
class Seen:
    """What a vision encoder makes of one picture. `vector` has shape (dimensions,).

    `detected` is what was found where, by an encoder that looks for things on its way.
    """

    vector: NDArray[np.float32]
    tags: tuple[Tag, ...] = ()
    detected: Detected | None = None


@dataclass(frozen=True)
class Certainty:
    """How likely what lies at a cosine from a question is an answer: a logistic curve.

    Fitted on data for each encoder, since each has its own scale (Platt, "Probabilistic Outputs
    for Support Vector Machines", 1999). At the cosine `even` a hit is as likely right as wrong;
    each `slope` more makes the odds e times as good.
    """

    even: float
    slope: float

    def of(self, cosine: float) -> float:
        """The probability, 0 to 1."""
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, (cosine - self.even) / self.slope))))


class TextEncoder(Protocol):
    """Words to vectors. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """Which model this is; a library made with another cannot be searched with it."""

    @property
    def dimensions(self) -> int: ...

    @property
    def certainty(self) -> Certainty:
        """What a question's cosine with a passage says."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...


class VisionEncoder(Protocol):
    """Pictures to vectors, and words to vectors beside them. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """Which model this is; a library made with another cannot be searched with it."""

    @property
    def dimensions(self) -> int: ...

    @property
    def certainty(self) -> Certainty:
        """What a question's cosine with a picture says."""

    @property
    def likeness(self) -> Certainty:
        """What a picture's cosine with another one says."""

    def encode_images(self, images: Sequence[Image]) -> list[Seen]: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...


class Reranker(Protocol):
    """Judges texts by a question. Safe to use from several threads."""

    @property
    def name(self) -> str: ...

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How probably each text answers the question, 0 to 1, shape (texts,)."""
