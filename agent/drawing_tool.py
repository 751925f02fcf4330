"""The tool that makes a shot from a found moment. It takes minutes, so it always asks."""

from agent.approval import Effect, Request
from agent.bounds import path_text
from agent.filing import put_in_library
from agent.forms import Draw, Drawn
from agent.tools import Kit, Tool
from rushes.jobs import Job
from rushes.place import Place
from rushes.text import one_line


def _draw(kit: Kit, form: Draw, job: Job) -> Drawn:
    from generator.backends.choice import AUTO, Options, choose_backend
    from generator.camera import parse_camera
    from generator.delivery import Delivery
    from generator.planning import plan_film, prepare
    from generator.render import render_film
    from generator.storyboard import Shot, Storyboard, clip_keyframes
    from rushes.models import ModelStore
    from rushes.paths import paths

    clip = Place(kit.bounds.readable(form.path), form.start_s, form.end_s)
    shot = Shot(
        prompt=form.prompt,
        seconds=form.seconds,
        keyframes=clip_keyframes(clip),
        clip=clip,
        camera=parse_camera(form.camera) if form.camera else None,
    )
    board = Storyboard((shot,))
    prepared = prepare(board, job)
    store = ModelStore(paths().models)
    options = Options(kit.library.settings, store)
    chosen = choose_backend(AUTO, options, lambda each: plan_film(prepared, each))
    made = render_film(chosen.planned, board, Delivery(kit.bounds.writable(form.out)), store, job)
    filed = put_in_library(made.path, kit.library, job)
    return Drawn(
        path=path_text(made.path),
        back_end=made.backend,
        is_generated=made.is_generated,
        passed_over=[one_line(why) for why in chosen.passed_over],
        not_in_library=filed.reason,
    )


def _draw_request(kit: Kit, form: Draw) -> Request:
    name = one_line(kit.bounds.readable(form.path).name)
    out = one_line(str(kit.bounds.writable(form.out)))
    what = f"make a shot of {form.seconds:g} s from {name}, which takes minutes, and write {out}"
    return Request("generate", Effect.COSTS, what)


GENERATE = Tool(
    "generate",
    "Make a shot that does not exist from a moment that does.",
    Draw,
    Drawn,
    _draw,
    Effect.COSTS,
    _draw_request,
)
