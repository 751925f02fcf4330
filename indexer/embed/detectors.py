"""The detectors for several threads at once."""

import threading
from pathlib import Path

from indexer.embed.detector import Detected, Detector
from indexer.segments import Image


class Detectors:
    """A `Detector` for each thread that brings a picture. Each loads its models then."""

    def __init__(self, objects: Path | None, faces: Path | None) -> None:
        self._folders = objects, faces
        self._own = threading.local()

    def detect(self, image: Image) -> Detected:
        if not hasattr(self._own, "detector"):
            self._own.detector = Detector(*self._folders)
        found: Detected = self._own.detector.detect(image)
        return found
