"""How large a film is to become, and at what rate."""

import re
from fractions import Fraction

from rushes.errors import WrongUsage

_NAMED = {
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "1440p": (2560, 1440),
    "4k": (3840, 2160),
}
_SIDES = range(64, 8193)
_NEARLY = 0.004  # of a side: 854×480 is meant as 16:9
_FASTEST = 60


def box_of(text: str) -> tuple[int, int]:
    """Reads `4k`, `1080p` or `1920x800`: the width and height within which a film must fit.

    Raises:
        WrongUsage: it is none of them.
    """
    if (named := _NAMED.get(text.lower())) is not None:
        return named
    match = re.fullmatch(r"(\d{2,4})[x×](\d{2,4})", text, re.ASCII)
    if match is None or not {int(match[1]), int(match[2])} <= set(_SIDES):
        known = ", ".join(_NAMED)
        raise WrongUsage(f"{text[:20]!r} is no size: {known}, or WIDTHxHEIGHT from 64 to 8192")
    return int(match[1]), int(match[2])


def fitted(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    """The largest even size of that aspect within the box, which is turned for upright films.

    What misses the box by less than half a percent fills it.
    """
    across, down = box if width >= height or box[0] < box[1] else box[::-1]
    scale = min(Fraction(across, width), Fraction(down, height))
    return _even(width * scale, across), _even(height * scale, down)


def delivered_rate(fps: Fraction) -> Fraction:
    """The rate a film keeps: its own, halved until it is 60 at most."""
    while fps > _FASTEST:
        fps /= 2
    return fps


def _even(side: Fraction, most: int) -> int:
    if side > most * (1 - _NEARLY):
        return most // 2 * 2
    return max(2, round(side / 2) * 2)
