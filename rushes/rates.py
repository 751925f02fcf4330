"""Frame rates that editors count in."""

from collections.abc import Iterable
from fractions import Fraction

from rushes.errors import WrongUsage

_NTSC = tuple(Fraction(nominal * 1000, 1001) for nominal in (24, 30, 48, 60))
TIMELINE_RATES = (*_NTSC, *map(Fraction, (24, 25, 30, 48, 50, 60)))
"""Those that have a SMPTE timecode."""

SOURCE_RATES = (
    *TIMELINE_RATES,
    *(Fraction(nominal * 1000, 1001) for nominal in (120, 240)),
    *map(Fraction, (90, 100, 120, 240)),
)
"""Those and the faster ones that cameras record at for slow motion."""

_NEAR = Fraction(1, 200)
"""How far a measured rate may be off: phones wander, and Matroska rounds times to milliseconds."""


def nearest_rate(fps: Fraction, rates: Iterable[Fraction]) -> Fraction | None:
    """The rate that is meant by `fps` as written (23.98) or measured (29.98); None if none is."""
    nearest = min(rates, key=lambda rate: abs(rate - fps))
    return nearest if abs(nearest - fps) <= _NEAR * nearest else None


def timeline_rate(text: str) -> Fraction:
    """Reads a timeline's rate: `25`, `23.976`, `29.97`, `30000/1001`.

    Raises:
        WrongUsage: it is not a rate that editors count in.
    """
    try:
        rate = nearest_rate(Fraction(text[:20]), TIMELINE_RATES)
    except (ValueError, ZeroDivisionError):
        rate = None
    if rate is None:
        known = ", ".join(f"{float(rate):.5g}" for rate in sorted(TIMELINE_RATES))
        raise WrongUsage(f"{text[:20]!r} is not a frame rate that editors count in: {known}")
    return rate
