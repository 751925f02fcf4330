"""`nvvfx` as its documentation has it, without NVIDIA's library: a stand-in that enlarges linearly.

Like the real one it writes every frame to the same memory and hands that out, and checks what it
is given. `BROKEN` makes it give black frames, as some drivers do.
"""

from dataclasses import dataclass
from enum import IntEnum
from types import SimpleNamespace, TracebackType

import torch


class QualityLevel(IntEnum):
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    ULTRA = 4


effects = SimpleNamespace(QualityLevel=QualityLevel)
BROKEN = False


@dataclass
class _Output:
    image: torch.Tensor


class VideoSuperRes:
    def __init__(self, quality: QualityLevel, device: int = 0) -> None:
        assert isinstance(quality, QualityLevel)
        self.output_width = self.output_height = 0
        self._memory: torch.Tensor | None = None
        self._open = False

    def __enter__(self) -> "VideoSuperRes":
        self._open = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open = False

    def load(self) -> None:
        assert self._open, "load outside of the with block"
        self._memory = torch.zeros(3, self.output_height, self.output_width)

    def run(self, image: torch.Tensor) -> _Output:
        assert self._open and self._memory is not None, "not loaded"
        assert image.dtype == torch.float32 and image.ndim == 3 and image.shape[0] == 3
        assert float(image.min()) >= 0 and float(image.max()) <= 1
        scale = self.output_width / image.shape[2]
        assert 1 <= scale <= 4, f"scale {scale}"
        size = (self.output_height, self.output_width)
        drawn = torch.nn.functional.interpolate(image[None], size, mode="bilinear")[0]
        self._memory.copy_(torch.zeros_like(drawn) if BROKEN else drawn)
        return _Output(self._memory)
