"""Encoders that need no model."""

from collections.abc import Sequence

import numpy as np

from indexer.embed.encoders import Certainty, Vectors


class CountingText:
    """A text encoder that notes how many texts it was given."""

    def __init__(self, name: str = "counting") -> None:
        self.name = name
        self.dimensions = 4
        self.certainty = Certainty(0.0, 0.1)
        self.encoded = 0

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.encoded += len(texts)
        rows = [[len(text), ord(text[0]), ord(text[-1]), 1] for text in texts]
        vectors = np.array(rows, np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
