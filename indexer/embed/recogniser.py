"""The starter models that look at pictures: an ImageNet classifier, and what finds things."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embed.detector import Detected, Detector
from indexer.embed.tflite import Network, squeezed
from indexer.segments import Image

_LABELS_SIDE = 280  # pixels, of EfficientNet-Lite3's square input


@dataclass(frozen=True)
class Recognised:
    """What one picture shows, each with how sure the model is, 0 to 1.

    `labels` has shape (1000,), in the order of the labels' file, and sums to about 1; `objects`
    has the best score for each COCO id that was detected.
    """

    labels: NDArray[np.float32]
    objects: Mapping[int, float]
    detected: Detected


class Recogniser:
    """The classifier and the detectors. One picture at a time: take one for each thread.

    `faces` is the folder of the face detector, where it is installed. Each model is loaded with
    the first picture.
    """

    def __init__(self, folder: Path, faces: Path | None = None) -> None:
        threads = min(4, os.cpu_count() or 1)
        self._classifier = Network(folder / "efficientnet_lite3.tflite", threads)
        self._detector = Detector(folder, faces)

    def recognise(self, image: Image) -> Recognised:
        """The labels' probabilities, the objects and the people of one picture.

        Raises:
            ModelMissing: the library that runs the classifier is not on this machine.
        """
        (quantised,) = self._classifier.run(squeezed(image, _LABELS_SIDE))
        labels = quantised[0].astype(np.float32) * np.float32(1 / 256)
        detected = self._detector.detect(image)
        return Recognised(labels, detected.objects, detected)
