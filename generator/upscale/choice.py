"""Which upscaler does the work: one table from name to class."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol

from generator.upscale.lanczos import LanczosUpscaler
from generator.upscale.realesrgan import RealEsrganUpscaler
from generator.upscale.rtx import RtxUpscaler
from rushes.encoding import Picture
from rushes.errors import RushesError, WrongUsage
from rushes.jobs import Job
from rushes.models import ModelJob, ModelStore, load_catalogue
from rushes.text import lasting, one_line

AUTO = "auto"
_PATIENCE_S = 180.0
"""What "auto" takes a model on a processor for. Lanczos takes as many seconds."""


class Upscaler(Protocol):
    """Enlarges one picture after the other. `runs_on` is the card's name, or CPU."""

    @property
    def name(self) -> str: ...

    @property
    def runs_on(self) -> str: ...

    def seconds(self, size: tuple[int, int], to: tuple[int, int]) -> float:
        """About how long a picture of `size` takes to become one of `to`, width × height."""
        ...

    def upscale(self, picture: Picture, size: tuple[int, int], job: Job) -> Picture:
        """The picture at `size`, width × height, in its own number of bits.

        Raises:
            Cancelled: the job was cancelled meanwhile.
        """
        ...

    def close(self) -> None:
        """Give back what it holds on a card. Enlarging again fetches it again."""
        ...


@dataclass(frozen=True)
class Work:
    """What is to be enlarged, from one size (width, height) to another.

    `frames` is None where a film does not say how long it is.
    """

    size: tuple[int, int]
    to: tuple[int, int]
    frames: int | None


@dataclass(frozen=True)
class Chosen:
    """An upscaler that works here, and why those that would have been better are not taken.

    `seconds` is about how long the work takes, where that is known.
    """

    name: str
    runs_on: str
    seconds: float | None
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


def choose_upscaler(name: str, store: ModelStore, work: Work) -> Chosen:
    """The upscaler of that name, or for "auto" the best that does the work here in fair time.

    It is loaded, tried, and let go again.

    Raises:
        WrongUsage: none is called so.
        RushesError: it does not work here. Only "auto" goes on to the next.
    """
    if name != AUTO:
        return _tried(name, store, work)
    passed_over: list[str] = []
    *better, last = UPSCALERS
    for called in better:
        try:
            chosen = _tried(called, store, work)
        except RushesError as error:
            passed_over.append(str(error))
            continue
        if not _is_slow(chosen):
            return replace(chosen, passed_over=tuple(passed_over))
        takes = "its time" if chosen.seconds is None else f"about {lasting(chosen.seconds)}"
        passed_over.append(f"{called} would take {takes} on this processor: --with {called}")
    return replace(_tried(last, store, work), passed_over=tuple(passed_over))


def load_upscaler(name: str, store: ModelStore) -> Upscaler:
    """The upscaler of that name, ready to work. Close it afterwards.

    Raises:
        WrongUsage: none is called so.
        RushesError: it does not work here.
    """
    if name not in _UPSCALERS:
        known = ", ".join(UPSCALERS)
        raise WrongUsage(f"no upscaler is called {one_line(name)[:40]!r}: {known}, {AUTO}")
    return _UPSCALERS[name](store)


def _tried(name: str, store: ModelStore, work: Work) -> Chosen:
    with closing(load_upscaler(name, store)) as upscaler:
        seconds = upscaler.seconds(work.size, work.to)
        whole = None if work.frames is None else work.frames * seconds
        return Chosen(name, upscaler.runs_on, whole)


def _is_slow(chosen: Chosen) -> bool:
    on_card = chosen.runs_on != LanczosUpscaler.runs_on
    return not on_card and (chosen.seconds is None or chosen.seconds > _PATIENCE_S)
