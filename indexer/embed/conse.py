"""Pictures searched by words without a model that was trained on both.

A picture's vector is the mean of its likeliest labels' text vectors, weighed by how sure the
classifier is (ConSE: Norouzi et al., "Zero-Shot Learning by Convex Combination of Semantic
Embeddings", ICLR 2014), and of those of its objects. A query is words already.

Beside the meaning a vector holds the picture's colours, and how much it is a hub: a picture near to
many words is near to every question (Radovanović et al., "Hubs in Space", JMLR 2010). What it is
near to on average is taken from its scores, as in CSLS (Conneau et al., "Word Translation Without
Parallel Data", ICLR 2018), with the labels in place of the other questions. From a question's
scores the best is taken that a picture of a label could have: the nearer a label is to what was
asked for, the nearer a picture must be to be an answer. Both are numbers of their own in a vector,
so that a cosine means the same for all.

What a picture looks like, beyond what it is called, is the last part of its vector and empty in a
question's: it makes pictures of one place or of one face near to each other, and changes nothing
for a question. It is as long as makes all pictures' vectors equally long, so that a question's
cosines are the sums of the other parts' products, to one scale.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embed.colours import COLOURS, asked_colours, colour_shares
from indexer.embed.encoders import Certainty, Seen, Tag, TextEncoder, Vectors
from indexer.embed.labels import COCO_OBJECTS, read_labels
from indexer.embed.recogniser import LOOK_DIMENSIONS, Recognised, Recogniser, look_directions
from indexer.embed.wordspace import WordSpace, unit
from indexer.segments import Image

# Chosen on the tuning questions of tests/quality (benchmarks/pictures.py), in the middle of what
# does equally well. The power makes much of the labels in second and third place: a scene is
# rarely one of ImageNet's labels.
_LIKELIEST = 50
_POWER = 0.4
_OBJECT_WEIGHT = 0.4
_SURE = 0.5  # the score from which a label or an object is taken to be there
_COLOUR_WEIGHT = 0.1
_NEIGHBOURS = 10
_HUB_WEIGHT = 0.3
# How a product of two numbers is shared between a question's vector and a picture's.
_HUB_IN_QUERY = 0.5
_BEST_IN_PICTURE = 0.5
_USUAL_BEST = 0.6  # of a question's cosines with all labels: keeps what is left of it small
_LENGTH = 5**0.5  # of a picture's parts together; its meaning's is 1, and the look has the rest
_BLOCK = 16  # vector indices cut a vector into pieces of so many numbers
# Fitted to the first hits of the tuning questions, a third of which have no answer, and to those of
# pictures that have a twin (benchmarks/floors.py).
_CERTAINTY = Certainty(0.17, 0.065)
_LIKENESS = Certainty(0.64, 0.075)


class ConSE:
    """Labels and objects embedded as words. Safe to use from several threads.

    `cache` is a folder for the words' vectors. A query needs only them: the models that look
    at pictures are loaded with the first picture, one pair for each thread that brings one, and
    what is worked out from them is kept there too.
    `faces` is the folder of the face detector, where it is installed.
    """

    def __init__(
        self, folder: Path, text: TextEncoder, cache: Path, faces: Path | None = None
    ) -> None:
        self.name = f"labels-and-objects-3/{text.name}"
        parts = text.dimensions + len(COLOURS) + 2 + LOOK_DIMENSIONS
        self.dimensions = -(-parts // _BLOCK) * _BLOCK
        self.certainty = _CERTAINTY
        self.likeness = _LIKENESS
        self._folder = folder
        self._cache = cache
        self._faces = faces
        self._text = text
        labels = read_labels(folder / "efficientnet_labels.txt")
        self._names = [names[0] for names in labels]
        self._space = WordSpace.of(labels, tuple(COCO_OBJECTS.values()), text, cache)
        self._object_numbers = {coco_id: i for i, coco_id in enumerate(COCO_OBJECTS)}
        self._lock = threading.Lock()
        self._idle: list[Recogniser] = []
        self._looks: NDArray[np.float32] | None = None

    def encode_images(self, images: Sequence[Image]) -> list[Seen]:
        """
        Raises:
            ModelMissing: the library that runs the classifier is not on this machine.
            ModelDamaged: the classifier is another one.
        """
        with self._recogniser() as recogniser:
            found = [recogniser.recognise(image) for image in images]
            directions = self._directions(recogniser)
        return [
            Seen(self._vector(each, image, directions), self._tags(each), each.detected)
            for each, image in zip(found, images, strict=True)
        ]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        meanings = self._space.queries(self._text.encode_queries(texts))
        vectors = [
            unit(
                self._joined(
                    meaning,
                    asked_colours(text),
                    -_HUB_IN_QUERY,
                    (_USUAL_BEST - float(self._space.nearness(meaning).max())) / _BEST_IN_PICTURE,
                )
            )
            for meaning, text in zip(meanings, texts, strict=True)
        ]
        return np.array(vectors, np.float32).reshape(len(texts), self.dimensions)

    def _vector(
        self, found: Recognised, image: Image, directions: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        labels = (found.labels + found.quarters) / 2
        likeliest = np.argsort(labels)[-_LIKELIEST:]
        meaning = unit(labels[likeliest] ** _POWER @ self._space.labels[likeliest])
        for coco_id, score in found.objects.items():
            if score >= _SURE:
                number = self._object_numbers[coco_id]
                meaning = meaning + _OBJECT_WEIGHT * score * self._space.objects[number]
        meaning = unit(meaning)
        nearest = np.sort(self._space.nearness(meaning))[-_NEIGHBOURS:]
        hub = _HUB_WEIGHT * float(nearest.mean()) / _HUB_IN_QUERY
        colours = unit(np.sqrt(colour_shares(image)))
        vector = self._joined(meaning, colours, hub, _BEST_IN_PICTURE)
        left = np.sqrt(_LENGTH**2 - vector @ vector)
        vector[-LOOK_DIMENSIONS:] = left * unit(directions @ found.features)
        return unit(vector)

    def _joined(
        self,
        meaning: NDArray[np.float32],
        colours: NDArray[np.float32],
        hub: float,
        best: float,
    ) -> NDArray[np.float32]:
        """Its product with another is the sum of the parts' products. Its end is for the look."""
        parts = np.concatenate([meaning, np.sqrt(_COLOUR_WEIGHT) * colours, [hub, best]])
        return np.pad(parts, (0, self.dimensions - len(parts))).astype(np.float32)

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

    def _directions(self, recogniser: Recogniser) -> NDArray[np.float32]:
        with self._lock:
            if self._looks is None:
                self._looks = look_directions(recogniser.weights, self._cache)
            return self._looks

    @contextmanager
    def _recogniser(self) -> Iterator[Recogniser]:
        with self._lock:
            idle = self._idle.pop() if self._idle else None
        recogniser = idle or Recogniser(self._folder, self._faces)
        try:
            yield recogniser
        finally:
            with self._lock:
                self._idle.append(recogniser)
