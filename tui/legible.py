"""Words that can be read in every theme: colours are moved as far as they must be."""

import re
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

CONTRAST = 4.5
"""Of words to what is behind them, at least: WCAG 2.1, 1.4.3."""

_WORDS = re.compile(r"[^\s\u2500-\u259f]")  # what is no line, bar or part of a picture
_STEPS = 8  # of halving: finer than a screen shows


class Legible(LineFilter):
    """The last filter of the app. Text that stands out enough stays as its theme wants it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [_legible(each, background) for each in segments]


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2.1: 1 for the same colour, 21 for black and white."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _legible(segment: Segment, background: Color) -> Segment:
    text, style, control = segment
    if style is None or control or style.color is None:
        return segment
    lifted = _lifted(style, background)
    if lifted is style or not _WORDS.search(text):
        return segment
    return Segment(text, lifted, control)


@lru_cache(4096)
def _lifted(style: Style, background: Color) -> Style:
    """The style itself where it will do."""
    ink, paper = style.color, style.bgcolor
    if ink is None or ink.triplet is None or (paper is not None and paper.triplet is None):
        return style  # the terminal's own colours: nobody knows what they look like
    front = Color.from_rich_color(ink)
    behind = background if paper is None else Color.from_rich_color(paper)
    if contrast(front, behind) >= CONTRAST:
        return style
    if style.reverse:  # the colour in front fills the cell
        return style + Style(bgcolor=_moved(behind, front).rich_color)
    return style + Style(color=_moved(front, behind).rich_color)


def _moved(front: Color, behind: Color) -> Color:
    """The colour, as little nearer to white or black as will do."""
    white, black = Color(255, 255, 255), Color(0, 0, 0)
    end = white if contrast(white, behind) >= contrast(black, behind) else black
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        part = (low + high) / 2
        if contrast(front.blend(end, part), behind) >= CONTRAST:
            high = part
        else:
            low = part
    return front.blend(end, high)


def _luminance(color: Color) -> float:
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
