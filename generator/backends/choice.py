"""Which back end draws: one table from name to class."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from generator.backends.protocol import Backend
from rushes.errors import ModelMissing, RushesError, WrongUsage
from rushes.models import ModelStore
from rushes.settings import Settings

AUTO = "auto"
Planned = TypeVar("Planned")


@dataclass(frozen=True)
class Options:
    """What back ends are told. `labelled` burns ANIMATIC into an animatic."""

    settings: Settings
    store: ModelStore
    labelled: bool = True


@dataclass(frozen=True)
class Chosen(Generic[Planned]):
    """What a back end would do, and why those that would have been better cannot."""

    planned: Planned
    passed_over: tuple[str, ...] = ()


def _comfyui(options: Options) -> Backend:
    from generator.backends.comfyui import ComfyUI

    settings = options.settings
    if settings.comfyui_url is None:
        raise ModelMissing(
            "no ComfyUI server is named: set comfyui_url in config.toml, or RUSHES_COMFYUI_URL"
        )
    return ComfyUI(str(settings.comfyui_url), workflow=settings.comfyui_workflow)


def _ltx(options: Options) -> Backend:
    from generator.backends.ltx import find_ltx

    return find_ltx(options.settings, options.store)


def _animatic(options: Options) -> Backend:
    from generator.backends.animatic import AnimaticBackend

    return AnimaticBackend(options.labelled)


_BACKENDS: dict[str, Callable[[Options], Backend]] = {
    "comfyui": _comfyui,
    "ltx": _ltx,
    "animatic": _animatic,
}
"""The best first: a server that the user named is there to be used."""

BACKENDS = tuple(_BACKENDS)


def choose_backend(
    name: str, options: Options, plan: Callable[[Backend], Planned]
) -> Chosen[Planned]:
    """What the back end of that name would do, or for "auto" the best that can do it here.

    `plan` asks a back end, and raises RushesError if it cannot. Nothing is downloaded.

    Raises:
        WrongUsage: none is called so.
        RushesError: it cannot. Only "auto" goes on to the next.
    """
    if name != AUTO:
        if name not in _BACKENDS:
            raise WrongUsage(f"no back end is called {name[:40]!r}: {', '.join(BACKENDS)}, auto")
        return Chosen(plan(_BACKENDS[name](options)))
    passed_over: list[str] = []
    *better, last = _BACKENDS.items()
    for called, load in better:
        try:
            return Chosen(plan(load(options)), tuple(passed_over))
        except RushesError as error:
            passed_over.append(f"{called}: {error}")
    return Chosen(plan(last[1](options)), tuple(passed_over))
