"""A table of the clips for a spreadsheet, as CSV."""

import csv
import io
from fractions import Fraction

from rushes.handoff.clips import Clip, Cut
from rushes.handoff.timecode import can_drop, label
from rushes.text import one_line

COLUMNS = (
    "name", "file", "source_in", "source_out", "record_in", "record_out", "start_s", "end_s",
    "fps", "head_s", "tail_s", "note", "path",
)  # fmt: skip

_FORMULA = tuple("=+-@＝＋－＠")


def table_text(cut: Cut) -> str:
    """One row for each clip, times as timecode and in seconds.

    `head_s` and `tail_s` are its handles: how much of the file comes before and after it.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for clip in cut.clips:
        writer.writerow(_row(clip, cut.fps))
    return out.getvalue()


def _row(clip: Clip, fps: Fraction) -> list[str]:
    source, drop = clip.source, can_drop(fps)
    tail = clip.tail
    return [
        _cell(clip.name),
        _cell(source.path.name),
        label(clip.start, source.fps, source.drop),
        label(clip.start + clip.frames, source.fps, source.drop),
        label(clip.at, fps, drop),
        label(clip.at + clip.length, fps, drop),
        _seconds(clip.start_s),
        _seconds(clip.end_s),
        f"{float(source.fps):.5g}",
        "" if source.still else _seconds(clip.head / source.fps),
        "" if tail is None else _seconds(tail / source.fps),
        _cell(clip.select.note),
        _cell(str(source.path)),
    ]


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _seconds(seconds: Fraction) -> str:
    return f"{float(seconds):.6f}".rstrip("0").rstrip(".")
