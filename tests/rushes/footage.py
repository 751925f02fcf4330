"""Small films at the rates that editors count in, with a camera's timecode or without."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from rushes.selects import Select, Timeline
from tests.media.sound import tone
from tests.media.timecode import stamped
from tests.media.video import make_clip

FILM, NTSC, PAL, FAST = Fraction(24000, 1001), Fraction(30000, 1001), Fraction(25), Fraction(60)
SMALL = (64, 36)


def film(folder: Path, fps: Fraction, timecode: str | None, name: str = "film.mov") -> Path:
    plain = make_clip(folder / "plain.mov", fps, (150,), SMALL, sounds=[tone(float(150 / fps))])
    if timecode is None:
        return plain.path.rename(folder / name)
    return stamped(plain.path, folder / name, timecode)


def selects(path: Path, fps: Fraction, stretches: Sequence[tuple[int, int]]) -> Timeline:
    """Times in seconds, rounded to milliseconds as JSON has them."""
    return Timeline(
        "reel",
        tuple(
            Select(path, round(float(a / fps), 3), round(float(b / fps), 3)) for a, b in stretches
        ),
    )
