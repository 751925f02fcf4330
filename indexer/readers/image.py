"""Stills, and the short animations that are kept in picture files."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.readers.embedded import upright_rgb
from indexer.readers.guard import beginning, looks_like, reading
from indexer.readers.made import prompt_words
from indexer.segments import Image, Origin, Picture, Segment, Tools
from rushes.errors import UnreadableFile
from rushes.synthetic import Synthetic, synthetic

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

MAX_SIDE = 1600
"""Pictures are handed on with no side longer than this: enough for small print."""

_ANIMATION_FRAMES = 3
_EXIF_DATE_TAKEN = 36867
_EXIF_OFFSET = 0x8769
_EXIF_ORIENTATION = 0x0112
_EXIF_OF_COMFYUI = (0x010F, 0x0110)  # the camera's maker and model


def read_image(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """A picture, the words in it, and the prompt that it was made from.

    Of an animation (WebP, PNG) a few frames from its beginning to its end.

    Raises:
        UnreadableFile: says why.
    """
    yield from prompt_words(made_picture(path))
    told = False  # an animation shows the same words all along
    for picture in _pictures(path):
        tools.job.check_cancelled()
        yield picture
        if tools.ocr is not None and not told and (words := tools.ocr.read_still(picture.image)):
            told = True
            yield Segment(words, Origin.ON_SCREEN)


def date_taken(path: Path) -> str | None:
    """When a photo was taken, as ISO 8601 without a time zone, if its EXIF data says so."""
    from datetime import datetime

    try:
        with reading("picture"), _open(path) as opened:
            if opened.format == "PNG" and "exif" not in opened.info:
                return None  # Pillow would decode all of it to look behind the picture
            exif = opened.getexif()
            text = exif.get_ifd(_EXIF_OFFSET).get(_EXIF_DATE_TAKEN) or exif.get(306)
        return datetime.strptime(str(text)[:19], "%Y:%m:%d %H:%M:%S").isoformat()
    except (UnreadableFile, ValueError):
        return None


def picture_size(path: Path) -> tuple[int, int] | None:
    """Width and height in pixels as the picture is shown, if its header can be read."""
    try:
        with reading("picture"), _open(path) as opened:
            width, height = opened.size
            turned = opened.format == "JPEG" and opened.getexif().get(_EXIF_ORIENTATION, 1) >= 5
    except UnreadableFile:
        return None
    return (height, width) if turned else (width, height)


def made_picture(path: Path) -> Synthetic | None:
    """Whether a picture says that a machine made it: by XMP, or as the programs do that make them.

    Those write a PNG's texts; into WebP, ComfyUI writes EXIF fields that begin with their names.
    """
    marks: dict[str, str] = {}
    try:
        with reading("picture"), _open(path) as opened:
            for name, text in opened.info.items():
                if isinstance(text, bytes) and name == "xmp":
                    marks["xmp"] = text.decode("utf-8", "replace")
                elif isinstance(text, str) and isinstance(name, str):
                    marks[name.lower()] = text
            exif = {} if opened.format == "PNG" else opened.getexif()
            for field in _EXIF_OF_COMFYUI:
                name, _, text = str(exif.get(field, "")).partition(":")
                marks.setdefault(name.lower(), text)
    except UnreadableFile:
        return None
    return synthetic(marks)


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
    """A few frames of an animation. Without times: it is seen as one picture that moves."""
    middles = ((2 * i + 1) * frames // (2 * _ANIMATION_FRAMES) for i in range(_ANIMATION_FRAMES))
    for number in sorted(set(middles)):
        opened.seek(number)
        yield Picture(_reduced(opened))


def _reduced(opened: "PillowImage") -> Image:
    opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
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
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of metadata that is a little off, and half the limit
            opened = pillow.open(path)
    except pillow.DecompressionBombError:
        # Judged by Pillow from the header, before anything is decoded.
        raise UnreadableFile(
            "it claims to be too large a picture, of over 178 million pixels (is it damaged?)"
        ) from None
    except UnidentifiedImageError:
        head = beginning(path)
        other = looks_like(head)
        raise UnreadableFile(
            f"it is not a picture but {other} (give it the right ending)"
            if other and not other.endswith("picture")
            else "it is not a picture that can be read (is it a copy that was cut off?)"
        ) from None
    return opened
