"""RTX Video Super Resolution through nvidia-vfx: NVIDIA Turing or newer, Linux and Windows."""

import time
from contextlib import ExitStack
from typing import Any

import numpy as np

from generator.upscale.lanczos import resized
from rushes.encoding import Picture
from rushes.errors import ModelMissing, RushesError
from rushes.jobs import Job

_QUALITY = "ULTRA"
_LARGEST_SCALE = 4
_TEST_SIZE = (320, 192)
_MOST_OFF = 12.0
"""Of 255, on average, from Lanczos on the test picture. A black frame is off by over 100."""


class RtxUpscaler:
    """Tested on a picture that is known: some drivers give black frames without a word.

    Raises:
        ModelMissing: nvidia-vfx is not installed, or no card that it runs on is here.
        RushesError: the picture that it gives is wrong.
    """

    name = "rtx"

    def __init__(self, device: str = "cuda") -> None:
        try:
            import nvvfx
        except (ImportError, OSError):
            raise ModelMissing(
                "RTX Video needs nvidia-vfx, on NVIDIA Turing or newer: run `pip install "
                "nvidia-vfx` (550 MB, NVIDIA's licence)"
            ) from None
        self._nvvfx = nvvfx
        self._device = device
        self._size: tuple[int, int] | None = None
        self._held = ExitStack()
        self._test()

    @property
    def runs_on(self) -> str:
        import torch

        return torch.cuda.get_device_name() if self._device == "cuda" else self._device

    def seconds(self, size: tuple[int, int], to: tuple[int, int]) -> float:
        """See `Upscaler`. The second of two pictures is timed: for the first it is set up."""
        picture = np.zeros((size[1], size[0], 3), np.uint8)
        self.upscale(picture, to, Job())
        started = time.perf_counter()
        self.upscale(picture, to, Job())
        return time.perf_counter() - started

    def close(self) -> None:
        """See `Upscaler`."""
        self._held.close()
        self._size = None

    def upscale(self, picture: Picture, size: tuple[int, int], job: Job) -> Picture:
        """The picture at `size`, width × height. Beyond four times its size Lanczos goes on."""
        import torch

        height, width = picture.shape[:2]
        ratio = max(size[0] / width, size[1] / height)
        if ratio <= 1:
            return resized(picture, size)
        job.check_cancelled()
        if ratio > _LARGEST_SCALE:
            between = width * _LARGEST_SCALE, height * _LARGEST_SCALE
            return resized(self.upscale(picture, between, job), size)
        effect = self._effect(size)
        most = np.iinfo(picture.dtype).max
        planes = np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32) / most
        given = torch.from_numpy(planes).to(self._device)
        # The clone is not to be left out: the next frame is written over this one's memory.
        drawn = torch.utils.dlpack.from_dlpack(effect.run(given).image).clone()
        pixels = (drawn.clamp(0, 1) * most + 0.5).permute(1, 2, 0).cpu().numpy()
        return np.ascontiguousarray(pixels, picture.dtype)

    def _effect(self, size: tuple[int, int]) -> Any:
        """The loaded effect. It is made for one size."""
        if self._size != size:
            self._held.close()
            quality = getattr(self._nvvfx.effects.QualityLevel, _QUALITY)
            effect = self._held.enter_context(self._nvvfx.VideoSuperRes(quality, device=0))
            effect.output_width, effect.output_height = size
            effect.load()
            self._effect_now, self._size = effect, size
        return self._effect_now

    def _test(self) -> None:
        known = known_picture()
        size = _TEST_SIZE[0] * 2, _TEST_SIZE[1] * 2
        try:
            first = self.upscale(known, size, Job()).astype(np.float32)
            second = self.upscale(known[:, ::-1], size, Job()).astype(np.float32)
        except Exception as error:  # noqa: BLE001  # whatever a driver says, the next one is tried
            raise ModelMissing(f"RTX Video does not run here: {type(error).__name__}") from None
        wanted = resized(known, size).astype(np.float32)
        off = max(np.abs(first - wanted).mean(), np.abs(second[:, ::-1] - wanted).mean())
        if off > _MOST_OFF:
            raise RushesError(
                "RTX Video gives wrong pictures here (known of some drivers): use --with realesrgan"
            )


def known_picture() -> Picture:
    """A bright picture of slopes and edges, unlike its mirror image."""
    width, height = _TEST_SIZE
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    red, green = 80 + 150 * x / width, 80 + 150 * y / height
    blue = np.where((x // 32 + y // 32) % 2 > 0, 220, 120)
    return np.stack([red, green, blue], axis=-1).astype(np.uint8)
