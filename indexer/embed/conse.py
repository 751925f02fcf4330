"""Pictures searched by words without a model that was trained on both.

A picture's vector is the mean of its likeliest labels' text vectors, weighed by how sure the
classifier is (ConSE: Norouzi et al., "Zero-Shot Learning by Convex Combination of Semantic
Embeddings", ICLR 2014), and of those of its objects. A query is words already.
"""

import hashlib
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embed.encoders import Seen, Tag, TextEncoder, Vectors
from indexer.embed.labels import COCO_OBJECTS, read_labels
from indexer.embed.recogniser import Recognised, Recogniser
from indexer.segments import Image

# Chosen on one half of a set of labelled questions (benchmarks/pictures.py). The power makes
# much of the labels in second and third place: a scene is rarely one of ImageNet's labels.
_PROMPT = "a photo of {}"
_LIKELIEST = 50
_POWER = 0.3
_OBJECT_WEIGHT = 0.8
_SURE = 0.5  # the score from which a label or an object is taken to be there
# Questions that no picture answers ("invoice number 4711") stay below 0.16 with every picture of
# that set; 85 % of the right pictures lie above 0.2, and 5 % of the wrong ones.
_FLOOR = 0.2


class ConSE:
    """Labels and objects embedded as words. Safe to use from several threads.

    `cache` is a folder for the words' vectors. A query needs only them: the models that look
    at pictures are loaded with the first picture, one pair for each thread that brings one.
    """

    def __init__(self, folder: Path, text: TextEncoder, cache: Path) -> None:
        self.name = f"labels-and-objects-1/{text.name}"
        self.dimensions = text.dimensions
        self.floor = _FLOOR
        self._folder = folder
        self._text = text
        labels = read_labels(folder / "efficientnet_labels.txt")
        self._names = [names[0] for names in labels]
        phrases = [_PROMPT.format(", ".join(names)) for names in labels]
        phrases += [_PROMPT.format(name) for name in COCO_OBJECTS.values()]
        vectors = _cached_vectors(phrases, text, cache)
        self._mean = vectors[: len(labels)].mean(axis=0)
        self._labels = vectors[: len(labels)] - self._mean
        self._objects = dict(zip(COCO_OBJECTS, vectors[len(labels) :] - self._mean, strict=True))
        self._lock = threading.Lock()
        self._idle: list[Recogniser] = []

    def encode_images(self, images: Sequence[Image]) -> list[Seen]:
        """
        Raises:
            ModelMissing: the library that runs the classifier is not on this machine.
        """
        with self._recogniser() as recogniser:
            found = [recogniser.recognise(image) for image in images]
        return [Seen(self._vector(each), self._tags(each)) for each in found]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return _unit(self._text.encode_queries(texts) - self._mean)

    def _vector(self, found: Recognised) -> NDArray[np.float32]:
        likeliest = np.argsort(found.labels)[-_LIKELIEST:]
        vector = found.labels[likeliest] ** _POWER @ self._labels[likeliest]
        for coco_id, score in found.objects.items():
            if score >= _SURE:
                vector = vector + _OBJECT_WEIGHT * score * self._objects[coco_id]
        return _unit(vector)

    def _tags(self, found: Recognised) -> tuple[Tag, ...]:
        """Labels and objects that are surely there, the surest first, each name once."""
        scores: dict[str, float] = {}
        for name, probability in zip(self._names, found.labels, strict=True):
            scores[name] = scores.get(name, 0.0) + float(probability)
        for coco_id, score in found.objects.items():
            name = COCO_OBJECTS[coco_id]
            scores[name] = max(score, scores.get(name, 0.0))
        sure = [Tag(name, min(score, 1.0)) for name, score in scores.items() if score >= _SURE]
        return tuple(sorted(sure, key=lambda tag: -tag.score))

    @contextmanager
    def _recogniser(self) -> Iterator[Recogniser]:
        with self._lock:
            idle = self._idle.pop() if self._idle else None
        recogniser = idle or Recogniser(self._folder)
        try:
            yield recogniser
        finally:
            with self._lock:
                self._idle.append(recogniser)


def _cached_vectors(phrases: Sequence[str], text: TextEncoder, cache: Path) -> Vectors:
    """The phrases' vectors, made once for each text model and kept in the folder `cache`."""
    key = hashlib.sha256("\n".join([text.name, *phrases]).encode()).hexdigest()[:16]
    path = cache / f"labels-{key}.npy"
    with suppress(OSError, ValueError, EOFError):
        kept: Vectors = np.load(path)
        if kept.shape == (len(phrases), text.dimensions):
            return kept
    vectors = text.encode_queries(phrases)
    # Only saves the next time: a folder that cannot be written is no obstacle.
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache, suffix=".part", delete=False) as partial:
            np.save(partial, vectors)
        Path(partial.name).replace(path)
    return vectors


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
