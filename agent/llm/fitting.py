"""How much of a model, and how long a context, this machine has room for."""

from dataclasses import dataclass

from rushes.errors import RushesError
from rushes.gguf import Gguf

_USED = 0.9  # of what is free: the rest of the program goes on
_WORK_BYTES = 400 << 20  # llama.cpp's buffers for one batch
_LEAST_TOKENS = 1024


@dataclass(frozen=True)
class Fit:
    """`gpu_layers` is how many of the model's layers go to the GPU; -1 is all."""

    context_tokens: int
    gpu_layers: int


def fit(name: str, model: Gguf, wanted_tokens: int, free_bytes: int | None, gpu: bool) -> Fit:
    """What fits into the memory of the processor, or of the GPU.

    On a GPU the context stays and layers go; on a processor there is only the context to cut.

    Raises:
        RushesError: the model is too large for the processor's memory.
    """
    wanted = min(wanted_tokens, model.context_tokens or wanted_tokens)
    if free_bytes is None:
        return Fit(wanted, -1 if gpu else 0)
    room = int(_USED * free_bytes) - _WORK_BYTES
    whole = model.size_bytes + wanted * model.token_bytes
    if gpu:
        part = max(0, room) / whole
        return Fit(wanted, -1 if part >= 1 else int(part * model.layers))
    left = (room - model.size_bytes) // max(1, model.token_bytes)
    if left < min(wanted, _LEAST_TOKENS):
        raise RushesError(
            f"{name} needs about {_gb(whole + _WORK_BYTES)} of memory, "
            f"and {_gb(free_bytes)} are free: close other programs or choose a smaller model"
        )
    return Fit(min(wanted, left), 0)


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
