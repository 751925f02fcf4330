"""Which upscaler does the work: one table from name to class."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from generator.upscale.lanczos import LanczosUpscaler
from generator.upscale.realesrgan import RealEsrganUpscaler
from generator.upscale.rtx import RtxUpscaler
from rushes.encoding import Picture
from rushes.errors import RushesError, WrongUsage
from rushes.jobs import Job
from rushes.models import ModelJob, ModelStore, load_catalogue

AUTO = "auto"


class Upscaler(Protocol):
    """Enlarges one picture after the other. `runs_on` names the processor."""

    @property
    def name(self) -> str: ...

    @property
    def runs_on(self) -> str: ...

    def upscale(self, picture: Picture, size: tuple[int, int], job: Job) -> Picture:
        """The picture at `size`, width × height, in its own number of bits.

        Raises:
            Cancelled: the job was cancelled meanwhile.
        """
        ...


@dataclass(frozen=True)
class Chosen:
    """An upscaler, and why those that would have been better could not be had."""

    upscaler: Upscaler
    passed_over: tuple[str, ...] = ()


def _realesrgan(store: ModelStore) -> Upscaler:
    model = load_catalogue().find(ModelJob.UPSCALE, "starter")
    assert model is not None, "the starter profile upscales"
    return RealEsrganUpscaler(store.path(model))


_UPSCALERS: dict[str, Callable[[ModelStore], Upscaler]] = {
    "rtx": lambda store: RtxUpscaler(),
    "realesrgan": _realesrgan,
    "lanczos": lambda store: LanczosUpscaler(),
}
"""The best first."""

UPSCALERS = tuple(_UPSCALERS)


def load_upscaler(name: str, store: ModelStore) -> Chosen:
    """The upscaler of that name, or for "auto" the best that works here.

    Raises:
        WrongUsage: none is called so.
        RushesError: it does not work here. Only "auto" goes on to the next.
    """
    if name != AUTO:
        if name not in _UPSCALERS:
            raise WrongUsage(f"no upscaler is called {name[:40]!r}: {', '.join(UPSCALERS)}")
        return Chosen(_UPSCALERS[name](store))
    passed_over: list[str] = []
    for load in _UPSCALERS.values():
        try:
            return Chosen(load(store), tuple(passed_over))
        except RushesError as error:
            passed_over.append(str(error))
    raise RushesError(passed_over[-1])
