"""The words that are spoken in a timeline, as subtitles: SubRip (SRT) and WebVTT."""

import html
from collections.abc import Iterator
from fractions import Fraction

from rushes.errors import RushesError
from rushes.handoff.clips import Cut
from rushes.moment import clock
from rushes.selects import Cue
from rushes.text import one_line

# SubRip has no way to say that a bracket is a bracket: players take what is within for markup.
_PLAIN = str.maketrans("<>{}", "‹›()")


def srt_text(cut: Cut) -> str:
    """Numbered cues, on the timeline's clock.

    Raises:
        RushesError: no words are known of any clip.
    """
    blocks = [
        f"{number}\n{_at(cue.start_s, ',')} --> {_at(cue.end_s, ',')}\n"
        f"{cue.text.translate(_PLAIN)}\n"
        for number, cue in enumerate(_cues(cut), 1)
    ]
    return "\n".join(blocks)


def vtt_text(cut: Cut) -> str:
    """Cues on the timeline's clock, markup escaped (W3C, "WebVTT", 3.1).

    Raises:
        RushesError: no words are known of any clip.
    """
    blocks = [
        f"{_at(cue.start_s, '.')} --> {_at(cue.end_s, '.')}\n{html.escape(cue.text, quote=False)}\n"
        for cue in _cues(cut)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _cues(cut: Cut) -> list[Cue]:
    cues = list(_moved(cut))
    if not cues:
        raise RushesError(
            "there are no subtitles to write: no spoken words are known of these selects "
            "(are their files in the library? `rushes index` hears them)"
        )
    return cues


def _moved(cut: Cut) -> Iterator[Cue]:
    """The cues of each clip, what lies outside it cut off, moved to where the clip comes."""
    for clip in cut.clips:
        shown_s = clip.length / cut.fps
        for cue in sorted(clip.select.cues, key=lambda each: each.start_s):
            start_s = max(Fraction(cue.start_s) - clip.start_s, Fraction(0))
            end_s = min(Fraction(cue.end_s) - clip.start_s, shown_s)
            text = one_line(cue.text)
            moved_s = clip.at / cut.fps
            if text and round(start_s * 1000) < round(end_s * 1000):
                yield Cue(float(moved_s + start_s), float(moved_s + end_s), text)


def _at(seconds: float, mark: str) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{clock(whole)}{mark}{milliseconds:03d}"
