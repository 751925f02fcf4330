"""The starter models that look at pictures: an ImageNet classifier and a COCO detector."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embed.labels import COCO_OBJECTS
from indexer.segments import Image
from rushes.errors import ModelMissing

_LABELS_SIDE = 280  # pixels, of EfficientNet-Lite3's square input
_OBJECTS_SIDE = 300  # of the SSD's
_STDERR = 2
_silencing = threading.Lock()


@dataclass(frozen=True)
class Recognised:
    """What one picture shows, each with how sure the model is, 0 to 1.

    `labels` has shape (1000,), in the order of the labels' file, and sums to about 1; `objects`
    has the best score for each COCO id that was detected.
    """

    labels: NDArray[np.float32]
    objects: Mapping[int, float]


class Recogniser:
    """Both models, loaded. One picture at a time: take one for each thread.

    Raises:
        ModelMissing: the library that runs the classifier is not on this machine.
    """

    def __init__(self, folder: Path) -> None:
        import cv2

        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError:
            raise ModelMissing(
                "pictures cannot be recognised: ai-edge-litert is not here "
                '(run `pip install "rushes[labels]"`, where there is a wheel for this system)'
            ) from None
        with _silenced():  # the interpreter announces its delegate there
            self._classifier = Interpreter(
                str(folder / "efficientnet_lite3.tflite"), num_threads=min(4, os.cpu_count() or 1)
            )
            self._classifier.allocate_tensors()
        self._input = self._classifier.get_input_details()[0]["index"]
        self._output = self._classifier.get_output_details()[0]["index"]
        self._detector = cv2.dnn.readNetFromTensorflow(
            str(folder / "frozen_inference_graph.pb"),
            str(folder / "ssd_mobilenet_v2_coco_2018_03_29.pbtxt"),
        )

    def recognise(self, image: Image) -> Recognised:
        """The labels' probabilities and the objects of one picture."""
        return Recognised(self._labels(image), self._objects(image))

    def _labels(self, image: Image) -> NDArray[np.float32]:
        self._classifier.set_tensor(self._input, _squeezed(image, _LABELS_SIDE)[np.newaxis])
        self._classifier.invoke()
        quantised = np.asarray(self._classifier.get_tensor(self._output)[0], np.float32)
        return quantised * np.float32(1 / 256)

    def _objects(self, image: Image) -> dict[int, float]:
        import cv2

        self._detector.setInput(cv2.dnn.blobFromImage(_squeezed(image, _OBJECTS_SIDE)))
        best: dict[int, float] = {}
        # Rows of (number of the picture, id, score, left, top, right, bottom).
        for _, coco_id, score, *_ in self._detector.forward()[0, 0].tolist():
            if coco_id in COCO_OBJECTS:
                best[int(coco_id)] = max(score, best.get(int(coco_id), 0.0))
        return best


def _squeezed(image: Image, side: int) -> Image:
    """The whole picture as a square: what is at its edges counts more than its proportions."""
    import cv2

    small = cv2.resize(np.ascontiguousarray(image), (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


@contextmanager
def _silenced() -> Iterator[None]:
    """Nothing reaches standard error, not from C++ either: it would land in someone's screen."""
    with _silencing:  # else one thread could take the other's silence for the real thing
        try:
            kept = os.dup(_STDERR)
        except OSError:  # there is no standard error
            yield
            return
        try:
            with Path(os.devnull).open("wb") as nothing:
                os.dup2(nothing.fileno(), _STDERR)
            yield
        finally:
            os.dup2(kept, _STDERR)
            os.close(kept)
