"""`rushes generate`: a film is planned, made, and told of."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from generator.backends.choice import Options, choose_backend
from generator.planning import plan_film, prepare
from generator.render import Delivery, check_delivery, render_film
from generator.storyboard import SoundSource, Storyboard
from generator.upscale import box_of
from rushes.encoding import Codec
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.paths import paths
from rushes.settings import Settings
from tui.film_flags import Asked, storyboard_of
from tui.film_told import enlarging, made_json, made_lines, plan_json, plan_lines
from tui.progress import run_with_progress


@dataclass(frozen=True)
class Making:
    """How it is to be made. `preview` makes an animatic beside `out` instead of the film."""

    out: Path
    backend: str = "auto"
    labelled: bool = True
    upscale: str | None = None
    upscaler: str = "auto"
    codec: Codec = Codec.H264
    plan: bool = False
    preview: bool = False
    force: bool = False


def generate(asked: Asked, making: Making, settings: Settings, as_json: bool) -> None:
    """Make a film, or say what would be done."""
    told = run_with_progress(lambda job: _generate(asked, making, settings, job))
    if as_json:
        print(json.dumps(told.as_json, indent=2))
    else:
        print("\n".join(told.lines))


@dataclass(frozen=True)
class _Told:
    lines: tuple[str, ...]
    as_json: dict[str, object]


def _generate(asked: Asked, making: Making, settings: Settings, job: Job) -> _Told:
    delivery = _delivery(making)
    check_delivery(delivery, ())  # before Blender or a model spends minutes
    board = storyboard_of(asked, job)
    check_delivery(delivery, board.files)
    prepared = prepare(board, job)
    store = ModelStore(paths().models)
    options = Options(settings, store, making.labelled)
    lines: tuple[str, ...] = ()
    told: dict[str, object] = {}
    if making.plan or not making.preview:
        chosen = choose_backend(making.backend, options, lambda each: plan_film(prepared, each))
    if making.plan:
        lines, told = plan_lines(chosen, board), {"plan": plan_json(chosen)}
        if not making.preview:
            larger = enlarging(chosen.planned, delivery)
            return _Told((*lines, *larger), told)
    if making.preview:
        # Sound that a model would make is left out: an animatic has none.
        silent = replace(prepared, board=_without_generated_sound(board))
        chosen = choose_backend("animatic", options, lambda each: plan_film(silent, each))
    made = render_film(chosen.planned, board, delivery, store, job)
    passed_over = (*chosen.passed_over, *made.passed_over)
    return _Told((*lines, *made_lines(made, passed_over)), {**told, **made_json(made, passed_over)})


def _delivery(making: Making) -> Delivery:
    if making.preview:
        path = making.out.with_name(f"{making.out.stem}.animatic{making.out.suffix}")
        return Delivery(path, codec=making.codec, force=making.force)
    box = None if making.upscale is None else box_of(making.upscale)
    return Delivery(making.out, box, making.upscaler, making.codec, making.force)


def _without_generated_sound(board: Storyboard) -> Storyboard:
    shots = (
        replace(shot, sound=None) if shot.sound is SoundSource.GENERATED else shot
        for shot in board.shots
    )
    return replace(board, shots=tuple(shots))
