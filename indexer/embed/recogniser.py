"""The starter models that look at pictures: an ImageNet classifier, and what finds things."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embed.detector import Detected, Detector
from indexer.embed.tflite import OpenNetwork, Tensor, squeezed
from indexer.embed.wordspace import kept
from indexer.segments import Image
from rushes.models import ModelDamaged

LOOK_DIMENSIONS = 128

_CLASSIFIER = "efficientnet_lite3.tflite"
_LABELS = 1000
_PIECES = 25
_LABELS_SIDE = 280  # pixels, of its square input


@dataclass(frozen=True)
class Recognised:
    """What one picture shows, each with how sure the model is, 0 to 1.

    `labels` has shape (1000,), in the order of the labels' file, and sums to 1; `quarters` is
    the same for what is in its quarters, as a mean, so that something small counts too.
    `features` has shape (1280,): what the labels are told by. `objects` has the best score for
    each COCO id that was detected.
    """

    labels: NDArray[np.float32]
    quarters: NDArray[np.float32]
    features: NDArray[np.float32]
    objects: Mapping[int, float]
    detected: Detected


class Recogniser:
    """The classifier and the detectors. One picture at a time: take one for each thread.

    `faces` is the folder of the face detector, where it is installed. Each model is loaded with
    the first picture.
    """

    def __init__(self, folder: Path, faces: Path | None = None) -> None:
        self._classifier = _Classifier(folder / _CLASSIFIER)
        self._detector = Detector(folder, faces)

    @property
    def weights(self) -> NDArray[np.float32]:
        """Those of the classifier's last layer, shape (labels, features).

        Raises:
            ModelMissing, ModelDamaged: as for a picture.
        """
        return self._classifier.head.weights

    def recognise(self, image: Image) -> Recognised:
        """The labels' probabilities, the features, the objects and the people of one picture.

        Raises:
            ModelMissing: the library that runs the classifier is not on this machine.
            ModelDamaged: the classifier is another one.
        """
        labels, quarters, features = self._classifier.classify(image)
        detected = self._detector.detect(image)
        return Recognised(labels, quarters, features, detected.objects, detected)


class _Classifier:
    """EfficientNet-Lite3, whose last layer is applied here, to parts of the picture too.

    The network ends with a map of features, their mean, and one layer from it to the labels. The
    mean over a part of the map tells what is in that part for next to nothing (as in class
    activation maps: Zhou et al., "Learning Deep Features for Discriminative Localization", CVPR
    2016).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._network = OpenNetwork(path, min(4, os.cpu_count() or 1))
        self._head: _Head | None = None

    @property
    def head(self) -> "_Head":
        self._head = self._head or self._found_head()
        return self._head

    def classify(
        self, image: Image
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """The whole picture's probabilities, the mean of its quarters', and its features."""
        self._network.run(squeezed(image, _LABELS_SIDE))
        features = _pooled(self._network.read(self.head.features)[0])
        whole, *quarters = _softmax(self.head.logits(features))
        return whole, np.mean(quarters, axis=0), features[0]

    def _found_head(self) -> "_Head":
        """By shape: a tensor's number and name are whatever the converter made of them."""
        tensors = self._network.tensors()
        weights = [each for each in tensors if len(each.shape) == 2 and each.shape[0] == _LABELS]
        biases = [each for each in tensors if each.shape == (_LABELS,)]
        maps = [
            each
            for each in tensors
            if len(each.shape) == 4
            and each.shape[0] == 1 < min(each.shape[1:3])
            and weights
            and each.shape[3] == weights[0].shape[1]
        ]
        if not len(weights) == len(biases) == len(maps) == 1:
            raise ModelDamaged(
                f"{self._path} is not the classifier that Rushes knows: its last layer is missing "
                "(run `rushes models install starter` to fetch it again)"
            )
        return _Head(maps[0], self._network.read(weights[0]), self._network.read(biases[0]))


@dataclass(frozen=True)
class _Head:
    """`features` is the map, `weights` has shape (labels, features), `bias` (labels,)."""

    features: Tensor
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shapes (parts, features) to (parts, labels)."""
        # In pieces that OpenBLAS does not share among threads: waiting for each other while
        # TensorFlow Lite's still spin, they would take as long as half the network.
        pieces = self.weights.reshape(-1, _LABELS // _PIECES, self.weights.shape[1])
        return np.asarray((pieces @ features.T).reshape(_LABELS, -1).T + self.bias, np.float32)


def look_directions(weights: NDArray[np.float32], cache: Path) -> NDArray[np.float32]:
    """Orthogonal directions in which features tell labels apart, (LOOK_DIMENSIONS, features).

    They are the singular vectors of the last layer's weights, shape (labels, features). What
    the classifier was trained to ignore is left out; how a label is called plays no part. Made
    once, and kept in the folder `cache`.
    """
    recipe = f"{LOOK_DIMENSIONS} {weights.shape}".encode() + np.ascontiguousarray(weights).tobytes()
    path = cache / f"looks-{hashlib.sha256(recipe).hexdigest()[:16]}.npy"
    return kept(path, (LOOK_DIMENSIONS, weights.shape[1]), lambda: _singular(weights))


def _singular(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = np.asarray(weights - weights.mean(axis=0), np.float64)
    _, _, vectors = np.linalg.svd(centred, full_matrices=False)
    found = vectors[:LOOK_DIMENSIONS]
    # Libraries of linear algebra differ in the sign, and vectors may outlive this file.
    largest = np.take_along_axis(found, np.abs(found).argmax(axis=1)[:, np.newaxis], axis=1)
    return np.asarray(found * np.sign(largest), np.float32)


def _pooled(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means over the whole map and its quarters, from (height, width, features) to (5, features).

    Where a side is odd the quarters share its middle.
    """
    height, width = (side - side // 2 for side in features.shape[:2])
    top, bottom = features[:height], features[-height:]
    corners = (top[:, :width], top[:, -width:], bottom[:, :width], bottom[:, -width:])
    return np.array([part.mean(axis=(0, 1)) for part in (features, *corners)])


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)
