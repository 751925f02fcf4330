"""`rushes export`: selects as a user names them, written as a timeline."""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.errors import WrongUsage
from rushes.place import parse_place
from rushes.rates import timeline_rate
from rushes.selects import Select, Timeline, parse_selects, read_selects
from rushes.text import counted, one_line
from rushes.timeline import Format, Written, format_of, write_timeline
from tui.show import print_json

if TYPE_CHECKING:
    from indexer.library import Library

_SUBTITLES = (Format.SRT, Format.VTT)


def asked_for(
    places: Sequence[str], selects: Path | None, name: str | None, fps: str | None
) -> Timeline:
    """The timeline that the command line asks for.

    Raises:
        RushesError: it asks for none, or the file of selects does not hold any.
    """
    if bool(places) == (selects is not None):
        raise WrongUsage("name either places, as FILE@IN-OUT, or --selects FILE")
    if selects is None:
        timeline = Timeline("selects", tuple(map(_select, places)))
    elif str(selects) == "-":
        timeline = parse_selects(sys.stdin.buffer.read(), "the standard input")
    else:
        timeline = read_selects(selects)
    if name is not None:
        timeline = replace(timeline, name=name)
    if fps is not None:
        timeline = replace(timeline, fps=timeline_rate(fps))
    return timeline


def _select(text: str) -> Select:
    place = parse_place(text)
    return Select(
        path=place.path,
        start_s=place.start_s or 0.0,
        end_s=place.end_s if place.end_s is not None else math.inf,
    )


def export(timeline: Timeline, out: Path, force: bool, library: "Callable[[], Library]") -> Written:
    """Write the timeline; as subtitles, with the words that the library holds of its files.

    Raises:
        RushesError: says what cannot be read or written.
    """
    if format_of(out) in _SUBTITLES:
        timeline = _with_words(timeline, library)
    return write_timeline(timeline, out, force=force)


def _with_words(timeline: Timeline, library: "Callable[[], Library]") -> Timeline:
    """The selects that bring no words of their own, with those spoken in them."""
    from indexer.spoken import spoken

    if all(select.cues for select in timeline.selects):
        return timeline
    opened = library()
    return replace(
        timeline,
        selects=tuple(
            select
            if select.cues
            else replace(
                select,
                cues=spoken(opened.passages([select.path.resolve()]), select.start_s, select.end_s),
            )
            for select in timeline.selects
        ),
    )


def cut_out(timeline: Timeline, folder: Path, force: bool, as_json: bool) -> int:
    """Cut the selects into a folder, and say what was lost. Returns the exit code.

    Raises:
        RushesError: nothing can be cut, or the folder cannot be written.
    """
    from tui.clips_folder import clips_json, clips_lines, cut_clips
    from tui.progress import run_with_progress

    done = run_with_progress(
        lambda job: cut_clips(timeline, folder, job, force=force),
        "stopped: the clips that are whole are kept, run it again to go on",
    )
    if as_json:
        print_json(clips_json(done))
    else:
        print("\n".join(clips_lines(done)))
    return 3 if done.left_out else 0


def show_written(done: Written, as_json: bool) -> None:
    """What was written, in one line."""
    fps = f"{float(done.length.fps):.5g}"
    if as_json:
        document = {
            "path": str(done.path.absolute()),
            "format": done.format,
            "clips": done.clips,
            "length": str(done.length),
            "fps": str(done.length.fps),
        }
        print_json(document)
        return
    clips = counted(done.clips, "clip")
    print(f"{one_line(str(done.path))}: {clips}, {done.length} at {fps} frames a second")
