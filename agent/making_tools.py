"""Tools that write or take minutes: each says beforehand what it would do."""

import re

from agent.approval import Effect, Request
from agent.bounds import path_of, path_text
from agent.forms import Film, Folder, Hand, Indexed, Larger, Made
from agent.tools import Kit, Tool
from indexer.spoken import spoken
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.place import Place
from rushes.selects import Select, Timeline
from rushes.text import counted, one_line

UNNAMED = "selects"
"""What a timeline's file is called if the user only names its format."""


def _hand(kit: Kit, form: Hand, job: Job) -> Made:
    from rushes.timeline import write_timeline

    out = kit.bounds.writable(form.out)
    selects = []
    for cut in form.selects:
        job.check_cancelled()
        path = kit.bounds.readable(cut.path)
        cues = spoken(kit.library.passages([path]), cut.start_s, cut.end_s)
        selects.append(Select(path, cut.start_s, cut.end_s, cut.name, cues=cues))
    write_timeline(Timeline(form.name, tuple(selects)), out)
    return Made(path=path_text(out))


def _hand_request(kit: Kit, form: Hand) -> Request:
    out = kit.bounds.writable(form.out)
    what = f"write {counted(len(form.selects), 'clip')} as a timeline to {one_line(str(out))}"
    stem, _, ending = form.out.rpartition(".")
    unnamed = re.fullmatch(rf"{UNNAMED}(?:-\d+)?", stem)
    return Request("timeline", Effect.WRITES, what, (ending if unnamed else form.out,))


def _index(kit: Kit, form: Folder, job: Job) -> Indexed:
    folder = path_of(form.folder)
    if not folder.is_absolute():
        raise RushesError(f"{one_line(form.folder)[:120]} is no absolute path: name one")
    return kit.long_work.index(folder, job)


def _index_request(kit: Kit, form: Folder) -> Request:
    del kit
    what = f"put {one_line(form.folder)[:120]} into the library"
    return Request("index", Effect.COSTS, what, (form.folder,))


def _upscale(kit: Kit, form: Larger, job: Job) -> Film:
    place = Place(kit.bounds.readable(form.path), form.start_s, form.end_s)
    return kit.long_work.enlarge(place, form.to, kit.bounds.writable(form.out), job)


def _upscale_request(kit: Kit, form: Larger) -> Request:
    out = kit.bounds.writable(form.out)
    name = one_line(kit.bounds.readable(form.path).name)
    what = f"make {name} larger ({form.to}), which takes minutes, and write {one_line(str(out))}"
    return Request("upscale", Effect.COSTS, what, (form.to,))


UPSCALE = Tool(
    "upscale",
    "Make a film, or a part of it, larger.",
    Larger,
    Film,
    _upscale,
    Effect.COSTS,
    _upscale_request,
)
TIMELINE = Tool(
    "timeline",
    "Write clips as a timeline that an editor opens.",
    Hand,
    Made,
    _hand,
    Effect.WRITES,
    _hand_request,
)
INDEX = Tool(
    "index",
    "Put a folder into the library.",
    Folder,
    Indexed,
    _index,
    Effect.COSTS,
    _index_request,
)
