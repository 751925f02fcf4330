"""Stills, and the short animations that are kept in picture files."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexer.readers.embedded import upright_rgb
from indexer.readers.guard import beginning, looks_like, reading
from indexer.segments import Image, Origin, Picture, Segment, Tools
from rushes.errors import UnreadableFile

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

MAX_PIXELS = 250_000_000
"""The largest cameras take 150 million; more would not fit into memory decoded."""
MAX_SIDE = 1600
"""Pictures are handed on with no side longer than this: enough for small print."""

_ANIMATION_FRAMES = 3
_EXIF_DATE_TAKEN = 36867
_EXIF_OFFSET = 0x8769


def read_image(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """A picture, the words in it and its description from EXIF.

    Of an animation (WebP, PNG) a few frames from its beginning to its end, with their times.

    Raises:
        UnreadableFile: says why.
    """
    for picture in _pictures(path):
        tools.job.check_cancelled()
        yield picture
        if tools.ocr is not None and (words := tools.ocr.read(picture.image)):
            yield Segment(words, Origin.ON_SCREEN, start_s=picture.start_s, end_s=picture.end_s)


def date_taken(path: Path) -> str | None:
    """When a photo was taken, as ISO 8601 without a time zone, if its EXIF data says so."""
    from datetime import datetime

    try:
        with _open(path) as opened:
            exif = opened.getexif()
            text = exif.get_ifd(_EXIF_OFFSET).get(_EXIF_DATE_TAKEN) or exif.get(306)
        return datetime.strptime(str(text)[:19], "%Y:%m:%d %H:%M:%S").isoformat()
    except (UnreadableFile, OSError, ValueError, SyntaxError, KeyError):
        return None


def is_animated(path: Path) -> bool:
    """Whether a picture file holds more than one frame. False if it cannot be opened."""
    try:
        with _open(path) as opened:
            return bool(getattr(opened, "is_animated", False))
    except (UnreadableFile, OSError):
        return False


def _pictures(path: Path) -> Iterator[Picture]:
    head = beginning(path) if path.exists() else b""
    with reading("picture"), _open(path) as opened:
        other = looks_like(head)
        if opened.format is None and other:
            raise UnreadableFile(f"it is not a picture but {other}")
        frames = int(getattr(opened, "n_frames", 1))
        if frames > 1 and opened.format in ("WEBP", "PNG", "GIF"):
            yield from _animation(opened, frames)
        else:
            yield Picture(_reduced(opened))


def _animation(opened: "PillowImage", frames: int) -> Iterator[Picture]:
    """A few frames of an animation, each for its share of the whole."""
    durations = []
    wanted = {round((i + 0.5) * frames / _ANIMATION_FRAMES - 0.5) for i in range(_ANIMATION_FRAMES)}
    images: dict[int, Image] = {}
    for i in range(frames):
        opened.seek(i)
        if i in wanted:
            images[i] = _reduced(opened)
        else:
            opened.load()
        durations.append(float(opened.info.get("duration", 100) or 100) / 1000)
    starts = np.concatenate([[0.0], np.cumsum(durations)])
    middles = sorted(images)
    edges = [0, *((a + b + 1) // 2 for a, b in zip(middles, middles[1:], strict=False)), frames]
    for i, first, last in zip(middles, edges, edges[1:], strict=False):
        yield Picture(
            images[i],
            start_s=round(float(starts[first]), 3),
            end_s=round(float(starts[last]), 3),
            at_s=round(float(starts[i]), 3),
        )


def _reduced(opened: "PillowImage") -> Image:
    from PIL import Image as pillow
    from PIL import ImageOps

    opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
    if opened.mode.startswith("I"):
        # 16 bits of grey: Pillow cuts off what exceeds 255, which leaves white.
        deep = np.asarray(ImageOps.exif_transpose(opened))
        opened = pillow.fromarray((deep / max(255, deep.max()) * 255).astype(np.uint8))
    return upright_rgb(opened, MAX_SIDE)


def _open(path: Path) -> "PillowImage":
    """
    Raises:
        UnreadableFile: it is not a picture, or too large a one.
    """
    import warnings

    from PIL import Image as pillow
    from PIL import UnidentifiedImageError

    if path.suffix.lower() in (".heic", ".heif", ".hif"):
        import pillow_heif

        pillow_heif.register_heif_opener()
    # The size is judged here, by our own limit, before anything is decoded.
    pillow.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about metadata that is a little off
            opened = pillow.open(path)
    except UnidentifiedImageError:
        head = beginning(path)
        other = looks_like(head)
        raise UnreadableFile(
            f"it is not a picture but {other} (give it the right ending)"
            if other
            else "it is not a picture that can be read (is it a copy that was cut off?)"
        ) from None
    if opened.width * opened.height > MAX_PIXELS:
        opened.close()
        raise UnreadableFile(
            f"the picture claims {opened.width}x{opened.height} pixels, more than "
            f"{MAX_PIXELS // 1_000_000} million"
        )
    return opened
