"""Running TensorFlow Lite models, quietly."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indexer.segments import Image
from rushes.errors import ModelMissing

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

_STDERR = 2
_silencing = threading.Lock()


class Network:
    """A model of one input, loaded when it is first run. One thread at a time.

    Raises:
        ModelMissing: the library that runs it is not on this machine.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        self._path = path
        self._threads = threads
        self._interpreter: Interpreter | None = None

    def run(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        """Its outputs for one input, which lacks the first axis, that of the batch."""
        interpreter = self._interpreter = self._interpreter or self._load()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], values[np.newaxis])
        interpreter.invoke()
        return [interpreter.get_tensor(out["index"]) for out in interpreter.get_output_details()]

    def _load(self) -> "Interpreter":
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError:
            raise ModelMissing(
                "pictures cannot be recognised: ai-edge-litert is not here "
                '(run `pip install "rushes[labels]"`, where there is a wheel for this system)'
            ) from None
        with _silenced():  # the interpreter announces its delegate there
            interpreter = Interpreter(str(self._path), num_threads=self._threads)
            interpreter.allocate_tensors()
        return interpreter


def squeezed(image: Image, side: int) -> Image:
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
