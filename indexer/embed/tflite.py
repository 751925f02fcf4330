"""Running TensorFlow Lite models, quietly."""

import os
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from indexer.segments import Image
from rushes.errors import ModelMissing

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

_STDERR = 2
_silencing = threading.Lock()


@dataclass(frozen=True)
class Tensor:
    """One of a model's arrays. Its numbers stand for (number - zero) * scale.

    `scale` and `zero` have one number, or one for each place of the first axis.
    """

    index: int
    shape: tuple[int, ...]
    scale: NDArray[np.float32]
    zero: NDArray[np.float32]


class Network:
    """A model of one input, loaded when it is first run. One thread at a time.

    Raises:
        ModelMissing: the library that runs it is not on this machine.
    """

    _OPTIONS: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, path: Path, threads: int = 1) -> None:
        self._path = path
        self._threads = threads
        self._interpreter: Interpreter | None = None

    def run(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        """Its outputs for one input, which lacks the first axis, that of the batch."""
        interpreter = self._loaded()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], values[np.newaxis])
        interpreter.invoke()
        return [interpreter.get_tensor(out["index"]) for out in interpreter.get_output_details()]

    def _loaded(self) -> "Interpreter":
        self._interpreter = self._interpreter or self._load()
        return self._interpreter

    def _load(self) -> "Interpreter":
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError:
            raise ModelMissing(
                "pictures cannot be recognised: ai-edge-litert is not here "
                '(run `pip install "rushes[labels]"`, where there is a wheel for this system)'
            ) from None
        with _silenced():  # the interpreter announces its delegate there
            interpreter = Interpreter(str(self._path), num_threads=self._threads, **self._OPTIONS)
            interpreter.allocate_tensors()
        return interpreter


class OpenNetwork(Network):
    """A network that can be looked into.

    It keeps all that it calculates on the way until the next run, which takes 16 MB more
    for EfficientNet-Lite3, and no longer.
    """

    _OPTIONS = {"experimental_preserve_all_tensors": True}

    def tensors(self) -> list[Tensor]:
        """Weights and what is calculated with them, shapes as in the file."""
        found = []
        for each in self._loaded().get_tensor_details():
            numbers = each["quantization_parameters"]
            scale = np.asarray(numbers["scales"], np.float32)
            zero = np.asarray(numbers["zero_points"], np.float32)
            shape = tuple(int(side) for side in each["shape"])
            found.append(Tensor(int(each["index"]), shape, scale, zero))
        return found

    def read(self, tensor: Tensor) -> NDArray[np.float32]:
        """What a tensor stands for, of the last run where it is no weight. Shape as it says."""
        along = (-1,) + (1,) * (len(tensor.shape) - 1)
        numbers = self._loaded().get_tensor(tensor.index).astype(np.float32)
        return np.asarray(
            (numbers - tensor.zero.reshape(along)) * tensor.scale.reshape(along), np.float32
        )


def squeezed(image: Image, side: int) -> Image:
    """The whole picture as a square: what is at its edges counts more than its proportions."""
    import cv2

    small = cv2.resize(np.ascontiguousarray(image), (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


@contextmanager
def _silenced() -> Iterator[None]:
    """Nothing reaches standard error, not from C++ either: it would land in someone's screen."""
    # else one thread could take the other's silence for the real thing
    with _silencing, warnings.catch_warnings():
        warnings.simplefilter("ignore")
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
