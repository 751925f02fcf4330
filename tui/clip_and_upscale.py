"""`rushes clip` and `rushes upscale`: what is made, said as a person or a program wants it."""

from pathlib import Path

from agent.filing import Filed, put_in_library
from generator.clip import Clip, cut_clip
from generator.upscale import Upscaled, Wish, box_of, upscale_film
from indexer.library import Library
from rushes.encoding import Codec
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.paths import paths
from rushes.place import parse_place
from rushes.rates import timeline_rate
from rushes.settings import Settings
from rushes.text import one_line
from tui.clips_folder import how_cut
from tui.progress import run_with_progress
from tui.show import print_json


def cut(place: str, out: Path, force: bool, as_json: bool) -> None:
    """Cut a clip, and say what was copied and what coded again."""
    where = parse_place(place)
    clip = run_with_progress(
        lambda job: cut_clip(where, out, job, force=force), "stopped: nothing was written"
    )
    if as_json:
        print_json({"path": str(clip.path), **how_cut(clip)})
    else:
        print(_clip_text(clip))


def upscale(
    place: str,
    out: Path,
    to: str,
    upscaler: str,
    fps: str | None,
    codec: Codec | None,
    settings: Settings,
    force: bool,
    as_json: bool,
) -> None:
    """Make a film larger, put it into the library, and say with what it was done."""
    where = parse_place(place)
    wish = Wish(box_of(to), upscaler, None if fps is None else timeline_rate(fps), codec)
    store = ModelStore(paths().models)
    library = Library(settings, store)

    def work(job: Job) -> tuple[Upscaled, Filed]:
        made = upscale_film(where, out, wish, store, job, force=force)
        return made, put_in_library(made.path, library, job)

    made, filed = run_with_progress(work, "stopped: a film that was not finished is not kept")
    if as_json:
        print_json({**_upscaled_json(made), **filed.as_json})
    else:
        print(f"{_upscaled_text(made)}\n{filed.line}")


def _clip_text(clip: Clip) -> str:
    length = f"{clip.frames} frames, from {clip.start_s:.3f} to {clip.end_s:.3f} s"
    how = {
        "copied": "copied as they are",
        "edges coded again": f"{clip.coded} of them at the edges coded again, the others copied",
        "coded again": f"all coded again: {clip.reason}",
    }[clip.how]
    return f"{one_line(str(clip.path))}: {length}; {how}"


def _upscaled_text(made: Upscaled) -> str:
    width, height = made.size
    lines = [
        f"{one_line(str(made.path))}: {width}×{height}, {float(made.fps):.5g} frames a second, "
        f"{made.frames} frames, {made.duration_s:.2f} s, {made.codec}, "
        f"{'with' if made.has_sound else 'without'} sound",
        f"made with {made.upscaler} on {one_line(made.runs_on)}",
    ]
    return "\n".join([*lines, *(f"not used: {one_line(why)}" for why in made.passed_over)])


def _upscaled_json(made: Upscaled) -> dict[str, object]:
    return {
        "path": str(made.path),
        "upscaler": made.upscaler,
        "runs_on": made.runs_on,
        "width": made.size[0],
        "height": made.size[1],
        "fps": str(made.fps),
        "frames": made.frames,
        "duration_s": made.duration_s,
        "codec": str(made.codec),
        "sound": made.has_sound,
        "passed_over": list(made.passed_over),
    }
