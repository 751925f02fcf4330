"""Where the weights wait while others compute: the rungs, and the highest one that fits."""

from dataclasses import dataclass
from enum import StrEnum

from generator.backends.ltx.folder import TRANSFORMER, UPSAMPLER, ModelFolder
from generator.backends.protocol import Request


class Rung(StrEnum):
    """From fast to frugal."""

    DEVICE = "all on the device"
    MODELS = "one model at a time on the device"
    LAYERS = "layers streamed from memory"
    DISK = "layers streamed from disk"


@dataclass(frozen=True)
class Step:
    """A rung, with the transformer's weights at rest in FP8 or as they are."""

    rung: Rung
    fp8: bool = False

    def __str__(self) -> str:
        return f"{self.rung}, in FP8" if self.fp8 else str(self.rung)


_PLAIN: dict[str, tuple[Step, ...]] = {
    "cuda": (
        Step(Rung.DEVICE),
        Step(Rung.MODELS),
        Step(Rung.MODELS, fp8=True),
        Step(Rung.LAYERS),
        Step(Rung.LAYERS, fp8=True),
        Step(Rung.DISK),
    ),
    # Memory is shared, but a program may wire only a part of it; FP8 is not known there.
    "mps": (Step(Rung.DEVICE), Step(Rung.MODELS), Step(Rung.DISK)),
    "cpu": (Step(Rung.DEVICE), Step(Rung.DISK)),
}
_TILE_BYTES_A_PIXEL = 256
_TILE_FRAMES, _TILE_SIDE = 65, 512
_BUFFERS = 20
_SPARE = 2


def steps_for(device: str, folder: ModelFolder) -> tuple[Step, ...]:
    """The ladder on "cuda", "mps" or "cpu", highest first.

    Weights that lie on disk in FP8 stay so; quantised ones are not cast again.
    """
    steps = _PLAIN[device]
    if folder.quantised:
        return tuple(step for step in steps if not step.fp8)
    if folder.stored.startswith("F8") and device != "mps":
        return tuple(dict.fromkeys(Step(step.rung, fp8=True) for step in steps))
    return steps


def working_bytes(folder: ModelFolder, request: Request) -> int:
    """About what a run needs beside weights: the larger of drawing and decoding.

    A guess, to choose where to begin: 20 arrays as wide as the transformer for each token of
    32×32×8 pixels, 256 bytes for each pixel of a decoded tile.
    """
    tokens = (request.width / 32) * (request.height / 32) * ((request.frames - 1) // 8 + 1)
    if request.depth is not None and folder.depth_lora is not None:
        # The first stage holds the depth beside what it draws.
        tokens = max(tokens, tokens * (1 + folder.depth_lora.shrink**-2) / folder.stages**2)
    side = min(request.width, _TILE_SIDE) * min(request.height, _TILE_SIDE)
    decoding = side * min(request.frames, _TILE_FRAMES) * _TILE_BYTES_A_PIXEL
    return max(round(tokens * folder.width * 2 * _BUFFERS), decoding)


def device_bytes(step: Step, folder: ModelFolder) -> int:
    """How many bytes of weights are on the device at once."""
    sizes = _at_rest(step, folder)
    if step.rung is Rung.DEVICE:
        return sum(sizes.values())
    if step.rung is Rung.MODELS:
        return max(sizes.values()) + sizes.get(UPSAMPLER, 0)
    return sizes["vae"] + sizes.get(UPSAMPLER, 0)


def memory_bytes(step: Step, folder: ModelFolder) -> int:
    """How many bytes of weights are in the system's memory at once.

    The transformer is read first, as it is stored, and is at rest before the text encoder comes.
    """
    if step.rung is Rung.DISK:
        return max(folder.sizes.values())
    return max(folder.sizes[TRANSFORMER], sum(_at_rest(step, folder).values()))


def may_pin(part_bytes: int, free_memory: int | None) -> bool:
    """Whether a part's weights may be there twice, the second time pinned: faster to stream."""
    return free_memory is not None and part_bytes * _SPARE <= free_memory


def first_fit(
    steps: tuple[Step, ...],
    folder: ModelFolder,
    working: int,
    free_device: int | None,
    free_memory: int | None,
) -> int:
    """The index of the highest step that fits; the last where none does. Bytes; None: unknown."""
    for number, step in enumerate(steps):
        on_device = device_bytes(step, folder) + working
        # A device of its own holds what is on it; the rest waits in the system's memory.
        waits = 0 if step.rung is Rung.DEVICE else memory_bytes(step, folder)
        if _fits(on_device, free_device) and _fits(waits, free_memory):
            return number
    return len(steps) - 1


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch or Python ran out of memory: each device says so in its own way."""
    import torch

    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    said = str(error)
    return isinstance(error, RuntimeError) and any(
        text in said for text in ("out of memory", "can't allocate memory", "not enough memory")
    )


def _at_rest(step: Step, folder: ModelFolder) -> dict[str, int]:
    sizes = dict(folder.sizes)
    if step.fp8 and not folder.stored.startswith("F8"):
        sizes[TRANSFORMER] //= 4 if folder.stored == "F32" else 2
    return sizes


def _fits(needed: int, free: int | None) -> bool:
    return free is None or needed <= free
