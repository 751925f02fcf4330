"""The tool that makes a shot from a found moment. It takes minutes, so it always asks."""

from agent.approval import Effect, Request
from agent.forms import Draw, Drawn
from agent.tools import Kit, Tool
from rushes.jobs import Job
from rushes.place import Place
from rushes.text import one_line


def _draw(kit: Kit, form: Draw, job: Job) -> Drawn:
    clip = Place(kit.bounds.readable(form.path), form.start_s, form.end_s)
    return kit.long_work.draw(clip, form, kit.bounds.writable(form.out), job)


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
