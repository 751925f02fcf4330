"""Real-ESRGAN (Wang et al., ICCVW 2021) through ncnn: on a GPU by Vulkan if there is one."""

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.upscale.lanczos import resized
from generator.upscale.tiles import Planes, by_tiles, pixels_by_tiles
from rushes.encoding import Picture
from rushes.errors import ModelMissing
from rushes.jobs import Job

MARGIN = 20
"""The net is eighteen 3×3 convolutions deep: a pixel sees 18 pixels far."""

_TILE = 192
_TIMED = 96  # a side of what is timed: a tenth of a second on one core
_SOFTWARE = 3  # of VkPhysicalDeviceType: a processor that plays a GPU
_SCALES = (2, 3, 4)
_ROUNDS = 2
_DRAWN = np.float32(0.5)


class RealEsrganUpscaler:
    """`folder` holds `realesr-animevideov3-x{2,3,4}.param` and `…-x4.bin`.

    What the net draws is made faithful, see there: by itself it moves tones and details, and is
    further from a photograph than Lanczos; so it is nearer (docs/upscaling.md has the figures).

    Raises:
        ModelMissing: ncnn is not installed, or the model's files are not there.
    """

    name = "realesrgan"

    def __init__(self, folder: Path, tile: int = _TILE) -> None:
        try:
            with _quiet():
                import ncnn

                gpus = [ncnn.get_gpu_info(each) for each in range(ncnn.get_gpu_count())]
        except ImportError:
            raise ModelMissing(
                "Real-ESRGAN needs ncnn: run `pip install 'rushes[upscale]'`"
            ) from None
        self._ncnn = ncnn
        self._folder = folder
        self._tile = tile
        self._gpu = bool(gpus) and gpus[0].type() != _SOFTWARE
        self._workers = 1 if self._gpu else os.cpu_count() or 1
        self._nets: dict[int, Any] = {}
        self._net(4)  # a file that is not there or damaged is found before the work

    @property
    def runs_on(self) -> str:
        return self._ncnn.get_gpu_info(0).device_name() if self._gpu else "CPU"

    def seconds(self, size: tuple[int, int], to: tuple[int, int]) -> float:
        """See `Upscaler`. The net is timed on a small tile for each of its workers."""
        ratio = max(to[0] / size[0], to[1] / size[1])
        if ratio <= 1:
            return 0.0
        scale = _scale_for(ratio)
        self._net(scale)
        tile = np.full((3, _TIMED, _TIMED), 0.5, np.float32)
        with ThreadPoolExecutor(self._workers) as pool:
            for _ in range(2):  # the first time memory is fetched, and shaders are compiled
                started = time.perf_counter()
                for _ in pool.map(lambda _: self._run(tile, scale), range(self._workers)):
                    pass
                took_s = time.perf_counter() - started
        pixels_per_s = self._workers * _TIMED**2 / took_s
        return pixels_by_tiles(size, self._tile, MARGIN) / pixels_per_s

    def upscale(self, picture: Picture, size: tuple[int, int], job: Job) -> Picture:
        """The picture at `size`, width × height. Beyond four times its size Lanczos goes on."""
        height, width = picture.shape[:2]
        ratio = max(size[0] / width, size[1] / height)
        if ratio <= 1:
            return resized(picture, size)
        scale = _scale_for(ratio)
        most = np.iinfo(picture.dtype).max
        planes = np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32)
        planes /= np.float32(most)
        self._net(scale)  # loaded here: tiles run side by side

        def run(tile: Planes) -> Planes:
            job.check_cancelled()
            return self._run(tile, scale)

        drawn = by_tiles(planes, run, scale, self._tile, MARGIN, self._workers)
        plain = resized(picture, (width * scale, height * scale))
        enlarged = faithful(
            np.ascontiguousarray(drawn.transpose(1, 2, 0)),
            plain.astype(np.float32) / np.float32(most),
            np.ascontiguousarray(planes.transpose(1, 2, 0)),
        )
        kept = np.clip(enlarged * most + 0.5, 0, most).astype(picture.dtype)
        return resized(kept, size)

    def close(self) -> None:
        """See `Upscaler`."""
        self._nets.clear()

    def _run(self, planes: Planes, scale: int) -> Planes:
        net = self._net(scale)
        with net.create_extractor() as extractor:
            # A Mat does not own the array that it is made of.
            extractor.input("data", self._ncnn.Mat(planes).clone())
            code, drawn = extractor.extract("output")
            if code != 0:
                raise ModelMissing(
                    f"Real-ESRGAN failed on {self.runs_on} (out of memory?): try --with lanczos"
                )
            return np.array(drawn, np.float32)

    def _net(self, scale: int) -> Any:
        if scale not in self._nets:
            with _quiet():
                net = self._ncnn.Net()
                net.opt.use_vulkan_compute = self._gpu
                # ncnn's own threads wait for each other at every layer, and spin while they do.
                net.opt.num_threads = 1
                # The three differ in how they shrink what one net makes four times as large.
                codes = (
                    net.load_param(str(self._folder / f"realesr-animevideov3-x{scale}.param")),
                    net.load_model(str(self._folder / "realesr-animevideov3-x4.bin")),
                )
            if any(codes):
                raise ModelMissing(
                    f"cannot load Real-ESRGAN from {self._folder}: run "
                    "`rushes models install realesr-animevideov3`"
                )
            self._nets[scale] = net
        return self._nets[scale]


def _scale_for(ratio: float) -> int:
    """The net that enlarges by that much, or the largest."""
    return next((each for each in _SCALES if each >= ratio - 0.01), _SCALES[-1])


def faithful(
    enlarged: NDArray[np.float32], plain: NDArray[np.float32], source: NDArray[np.float32]
) -> NDArray[np.float32]:
    """`enlarged`, changed so that its mean over each source pixel becomes that pixel.

    All are shape (height, width, 3), in [0, 1]. Mixed with `plain`, which is Lanczos' picture, as
    ESRGAN's authors tame its inventions (Wang et al., ECCVW 2018, 3.4), then corrected by
    back-projection (Irani and Peleg, CVGIP 1991).
    """
    import cv2

    large, small = enlarged.shape[1::-1], source.shape[1::-1]
    enlarged = enlarged * _DRAWN + plain * (1 - _DRAWN)
    for _ in range(_ROUNDS):
        missed = source - cv2.resize(enlarged, small, interpolation=cv2.INTER_AREA)
        enlarged += cv2.resize(missed, large, interpolation=cv2.INTER_CUBIC)
        np.clip(enlarged, 0, 1, out=enlarged)
    return enlarged


@contextmanager
def _quiet() -> Iterator[None]:
    """ncnn says on standard error, which screens draw on, that it found no Vulkan."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
