"""Frames of films, and pictures, to be looked at in the app. Its functions run in threads."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.errors import RushesError, UnreadableFile
from rushes.moment import Kind, Moment
from rushes.place import Place
from rushes.text import one_line

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

_SIDE = 640  # pixels: more than half blocks can show


@dataclass(frozen=True)
class Frame:
    """A picture with square pixels, and when it is shown. `at_s` is None of a still."""

    image: "PillowImage"
    at_s: float | None = None


def keyframes_of(moment: Moment) -> tuple[Frame, ...]:
    """What a film of a moment would begin and end with: none, of a document or of sound.

    Raises:
        RushesError: the file cannot be read.
    """
    from generator.keyframes import read_keyframe
    from generator.storyboard import FIRST, Keyframe, clip_keyframes
    from rushes.jobs import Job

    if moment.kind is Kind.IMAGE:
        wanted: tuple[Keyframe, ...] = (Keyframe(Place(moment.path), FIRST),)
    elif moment.kind is Kind.VIDEO:
        wanted = clip_keyframes(Place(moment.path, moment.start_s or 0.0, moment.end_s))
    else:
        return ()
    frames = []
    for each in wanted:
        source = read_keyframe(each, Job())
        frames.append(Frame(_small(source.image, source.size), source.at_s))
    return tuple(frames)


def frame_at(path: Path, seconds: float) -> Frame:
    """The frame of a film that is on the screen then.

    Raises:
        RushesError: there is none, or the file cannot be read.
    """
    from rushes.stretch import open_stretch, pictures, reading

    with reading(path):
        stretch = open_stretch(Place(path, max(0.0, seconds)))
        picture = next(pictures(replace(stretch, deep=False)), None)
        if picture is None:
            raise UnreadableFile("no frame can be decoded there (is it damaged?)")
    return Frame(_small(picture, (stretch.width, stretch.height)), stretch.start_s)


def still(path: Path) -> Frame:
    """A picture's file.

    Raises:
        RushesError: it cannot be read.
    """
    from tui.thumbnails import read_picture

    image = read_picture(path, _SIDE)
    if image is None:
        raise RushesError(f"cannot read {one_line(path.name)}: it is no picture")
    return Frame(image)


def _small(picture: object, size: tuple[int, int]) -> "PillowImage":
    """A picture of any size as 8 bits, in the shape of `size`."""
    import numpy as np
    from PIL import Image

    array = np.asarray(picture)
    eight_bits = array if array.dtype == np.uint8 else (array >> 8).astype(np.uint8)
    scale = min(1.0, _SIDE / max(size))
    to = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    return Image.fromarray(eight_bits).resize(to, Image.Resampling.BILINEAR, reducing_gap=2.0)
