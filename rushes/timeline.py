"""Selects as a timeline in the formats that editors, players and spreadsheets read."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rushes.errors import WrongUsage
from rushes.handoff.clips import Cut, lay_out
from rushes.handoff.edl import edl_text
from rushes.handoff.fcpxml import fcpxml_text
from rushes.handoff.otio import otio_text
from rushes.handoff.subtitles import srt_text, vtt_text
from rushes.handoff.table import table_text
from rushes.moment import Timecode
from rushes.output import check_output, whole_file, writing
from rushes.selects import Timeline
from rushes.text import one_line


class Format(StrEnum):
    """What a timeline can be written as; each is also the file's usual ending."""

    OTIO = "otio"
    FCPXML = "fcpxml"
    EDL = "edl"
    CSV = "csv"
    SRT = "srt"
    VTT = "vtt"


@dataclass(frozen=True)
class Written:
    """A timeline that was written, how many clips it has and how long it is."""

    path: Path
    format: Format
    clips: int
    length: Timecode


_WRITERS: dict[Format, Callable[[Cut], str]] = {
    Format.OTIO: otio_text,
    Format.FCPXML: fcpxml_text,
    Format.EDL: edl_text,
    Format.CSV: table_text,
    Format.SRT: srt_text,
    Format.VTT: vtt_text,
}


def write_timeline(
    timeline: Timeline, path: Path, format: Format | None = None, *, force: bool = False
) -> Written:
    """Write selects one after the other as a timeline, in the format of the file's ending.

    Clips name their whole file and where in it they begin, at the file's own rate and timecode: an
    editor can pull their ends out as far as the file goes. The file is written whole or not at
    all. `force` lets it replace another, but none of the footage.

    Raises:
        WrongUsage: the ending is that of no format.
        RushesError: a file cannot be read, a select is not within it, or `path` cannot be written.
    """
    wanted = format or format_of(path)
    with writing(path):
        check_output(path, force, [select.path for select in timeline.selects])
        cut = lay_out(timeline)
        text = _WRITERS[wanted](cut)
        with whole_file(path, force) as partial:
            partial.write_text(text, encoding="utf-8", newline="")
    return Written(path, wanted, len(cut.clips), Timecode(cut.length, cut.fps))


def format_of(path: Path) -> Format:
    """The format that a file's ending stands for.

    Raises:
        WrongUsage: it stands for none.
    """
    try:
        return Format(path.suffix.lower().removeprefix("."))
    except ValueError:
        known = ", ".join(f".{each}" for each in Format)
        raise WrongUsage(
            f"cannot tell the format of {one_line(str(path))}: end it in {known}"
        ) from None
