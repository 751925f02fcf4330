"""`rushes generate`: a film is planned, made, and told of."""

from dataclasses import dataclass, replace
from pathlib import Path

from agent.filing import put_in_library
from generator.backends.choice import Options, choose_backend
from generator.delivery import Delivery, check_delivery, plan_finish
from generator.depth import check_depth
from generator.planning import plan_film, prepare
from generator.render import render_film
from generator.storyboard import SoundSource, Storyboard
from generator.upscale import box_of
from indexer.library import Library
from rushes.encoding import Codec
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.paths import paths
from rushes.rates import timeline_rate
from rushes.settings import Settings
from tui.film_flags import Asked, follow_depth, scene_of, storyboard_of
from tui.film_told import (
    finish_json,
    finish_lines,
    made_json,
    made_lines,
    plan_json,
    plan_lines,
)
from tui.progress import run_with_progress
from tui.show import print_json

_STOPPED = "stopped: the parts that were drawn are kept, run it again to go on"


@dataclass(frozen=True)
class Making:
    """How it is to be made. `preview` makes an animatic beside `out` instead of the film.

    `deliver_fps` is the rate that it is filled up to; None leaves the rate that is drawn.
    """

    out: Path
    backend: str = "auto"
    labelled: bool = True
    upscale: str | None = None
    upscaler: str = "auto"
    deliver_fps: str | None = None
    codec: Codec = Codec.H264
    plan: bool = False
    preview: bool = False
    force: bool = False


def generate(asked: Asked, making: Making, settings: Settings, as_json: bool) -> None:
    """Make a film, or say what would be done."""
    told = run_with_progress(lambda job: _generate(asked, making, settings, job), _STOPPED)
    if as_json:
        print_json(told.as_json)
    else:
        print("\n".join(told.lines))


@dataclass(frozen=True)
class _Told:
    lines: tuple[str, ...]
    as_json: dict[str, object]


def _generate(asked: Asked, making: Making, settings: Settings, job: Job) -> _Told:
    delivery = _delivery(making)
    check_delivery(delivery, ())  # before Blender or a model spends minutes
    store = ModelStore(paths().models)
    options = Options(settings, store, making.labelled)
    follows = asked.depth and asked.blend is not None and (making.plan or not making.preview)
    if follows:
        choose_backend(making.backend, options, check_depth)  # so that Blender is not asked in vain
    board = storyboard_of(asked, job)
    if follows:
        scene = scene_of(asked)
        # For a plan, one frame tells enough.
        shown = replace(scene, frames=scene.frames[:1]) if making.plan else scene
        board = follow_depth(board, shown, job)
    check_delivery(delivery, board.files)
    prepared = prepare(board, job)
    lines: tuple[str, ...] = ()
    told: dict[str, object] = {}
    if making.plan or not making.preview:
        box = delivery.backend_box
        chosen = choose_backend(
            making.backend, options, lambda each: plan_film(prepared, each, box)
        )
    if making.plan:
        lines, told = plan_lines(chosen, board), {"plan": plan_json(chosen)}
        if not making.preview:
            finish = plan_finish(chosen.planned, delivery, store)
            plan = {**plan_json(chosen), **finish_json(finish)}
            return _Told((*lines, *finish_lines(chosen.planned, finish)), {"plan": plan})
    if making.preview:
        # What only a model can do is left out.
        plain = replace(prepared, board=_for_an_animatic(board), depths=(None,) * len(board.shots))
        chosen = choose_backend("animatic", options, lambda each: plan_film(plain, each))
    made = render_film(chosen.planned, board, delivery, store, job)
    passed_over = (*chosen.passed_over, *made.passed_over)
    lines = (*lines, *made_lines(made, passed_over))
    told = {**told, **made_json(made, passed_over)}
    if making.preview:  # a draft of what is to be made
        return _Told(lines, told)
    filed = put_in_library(made.path, Library(settings, store), job)
    return _Told((*lines, filed.line), {**told, **filed.as_json})


def _delivery(making: Making) -> Delivery:
    if making.preview:
        path = making.out.with_name(f"{making.out.stem}.animatic{making.out.suffix}")
        return Delivery(path, codec=making.codec, force=making.force)
    box = None if making.upscale is None else box_of(making.upscale)
    fps = None if making.deliver_fps is None else timeline_rate(making.deliver_fps)
    return Delivery(making.out, box, making.upscaler, making.codec, making.force, fps)


def _for_an_animatic(board: Storyboard) -> Storyboard:
    """Without sound that a model would make, and depth."""
    shots = (
        replace(shot, sound=None if shot.sound is SoundSource.GENERATED else shot.sound, depth=None)
        for shot in board.shots
    )
    return replace(board, shots=tuple(shots))
