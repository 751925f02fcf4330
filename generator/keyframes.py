"""Keyframes as pictures: read once, upright, in the film's own size."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from generator.backends.protocol import Image
from generator.storyboard import LAST, Fit, Keyframe
from generator.tone import in_sdr
from rushes.encoding import Picture
from rushes.errors import RushesError, UnreadableFile
from rushes.jobs import Job
from rushes.place import Place
from rushes.stretch import Stretch, open_stretch, pictures, reading
from rushes.text import one_line

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

NEAR_S = 0.5
"""How far from an in or out point the sharpest frame is looked for."""

_SHARPNESS_WIDTH = 320
_SAME_SHAPE = 0.02
"""Of the aspect: less is cropped without asking."""


@dataclass(frozen=True)
class Source:
    """A keyframe that was read. `at_s` is the frame's time if it is a film's.

    `size` is the source's own, width × height, upright and with square pixels.
    """

    keyframe: Keyframe
    image: Image
    size: tuple[int, int]
    at_s: float | None = None


def read_keyframe(keyframe: Keyframe, job: Job) -> Source:
    """The picture of a keyframe, in its own size.

    Raises:
        RushesError: the file is neither a picture nor a film, or the film has no such moment.
    """
    place = keyframe.source
    with reading(place.path):
        if place.start_s is None:
            image = _still(place.path)
            return Source(keyframe, image, (image.shape[1], image.shape[0]))
        stretch, image, at_s = _frame_of_film(keyframe, job)
        return Source(keyframe, image, (stretch.width, stretch.height), at_s)


def fitted_to(source: Source, size: tuple[int, int], fit: Fit | None) -> Image:
    """The keyframe at `size`, width × height.

    Raises:
        RushesError: its shape is another, and `fit` does not say what to do.
    """
    width, height = size
    own = source.size[0] / source.size[1]
    if abs(own / (width / height) - 1) <= _SAME_SHAPE:
        return _cropped(source.image, size, own)
    if fit is None:
        name = one_line(source.keyframe.source.path.name)
        raise RushesError(
            f"{name} is {source.size[0]}×{source.size[1]}, the film {width}×{height}: "
            "choose --fit crop (lose its edges), pad (black bars) or fit (squeeze it)"
        )
    if fit is Fit.CROP:
        return _cropped(source.image, size, own)
    return _resized(source.image, size) if fit is Fit.STRETCH else _padded(source.image, size, own)


def widened(image: Image, size: tuple[int, int]) -> Image:
    """The picture in the middle of a slightly larger one, whose margins repeat its edges.

    Models draw sides of multiples of 32 or 64: 1088 lines for 1080. `narrowed` undoes it.
    """
    height, width = image.shape[:2]
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    margins = ((top, size[1] - height - top), (left, size[0] - width - left), (0, 0))
    return np.pad(image, margins, mode="edge") if any(map(any, margins)) else image


def narrowed(picture: Picture, size: tuple[int, int]) -> Picture:
    """The middle of a picture: width × height of it."""
    height, width = picture.shape[:2]
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    return picture[top : top + size[1], left : left + size[0]]


def sharpness(image: Picture) -> float:
    """Variance of the Laplacian of a small grey copy (Pech-Pacheco et al., ICPR 2000)."""
    import cv2

    height = max(16, round(image.shape[0] * _SHARPNESS_WIDTH / image.shape[1]))
    small = cv2.resize(image, (_SHARPNESS_WIDTH, height), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())


def eight_bits(picture: Picture) -> Image:
    """A picture of 8 or 16 bits in 8."""
    import cv2

    reduced = cv2.convertScaleAbs(picture, alpha=1 / 257) if picture.dtype == np.uint16 else picture
    return np.ascontiguousarray(reduced, np.uint8)


def _frame_of_film(keyframe: Keyframe, job: Job) -> tuple[Stretch, Image, float]:
    """The film, the frame, and its time in seconds."""
    place = keyframe.source
    at_s = place.start_s or 0.0
    if not keyframe.sharpest:
        stretch = open_stretch(Place(place.path, at_s))
        picture = next(pictures(stretch), None)
        if picture is None:
            raise UnreadableFile(f"no frame can be decoded at {at_s:g} s (is it damaged?)")
        return stretch, _squared(_plain(picture, stretch), stretch), stretch.start_s
    ends = keyframe.where == LAST and at_s > 0
    start_s = max(0.0, at_s - NEAR_S) if ends else at_s
    if ends:
        open_stretch(Place(place.path, start_s, at_s))  # says so if the out point is past the end
    stretch = open_stretch(Place(place.path, start_s))
    # Not past the film's end, which is no fault when the in point is near it.
    found: tuple[float, Image, float] | None = None
    for index, picture in enumerate(pictures(stretch)):
        job.check_cancelled()
        shown_s = stretch.start_s + index / float(stretch.fps)
        if found is not None and shown_s >= start_s + NEAR_S:
            break
        image = _plain(picture, stretch)
        value = sharpness(image)
        if found is None or value > found[0]:
            found = value, image, shown_s
    if found is None:
        raise UnreadableFile(f"no frame can be decoded near {at_s:g} s (is it damaged?)")
    return stretch, _squared(found[1], stretch), found[2]


def _plain(picture: Picture, stretch: Stretch) -> Image:
    return in_sdr(picture, stretch.colour) if stretch.colour.is_hdr else eight_bits(picture)


def _squared(image: Image, stretch: Stretch) -> Image:
    """With square pixels: anamorphic films are stored narrower than they are shown."""
    size = (stretch.width, stretch.height)
    return image if (image.shape[1], image.shape[0]) == size else _resized(image, size)


def _still(path: Path) -> Image:
    """A picture file, turned upright as its EXIF data says.

    Raises:
        UnreadableFile: it is not a picture.
    """
    import warnings

    from PIL import Image as pillow
    from PIL import ImageOps, UnidentifiedImageError

    if path.suffix.lower() in (".heic", ".heif", ".hif"):
        import pillow_heif

        pillow_heif.register_heif_opener()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of metadata that is a little off
            with pillow.open(path) as opened:
                return np.asarray(_srgb(ImageOps.exif_transpose(opened)), np.uint8)
    except FileNotFoundError:
        raise UnreadableFile("the file is not there") from None
    except pillow.DecompressionBombError:
        raise UnreadableFile("it claims to be too large a picture") from None
    except UnidentifiedImageError:
        raise UnreadableFile(
            "it is not a picture (of a film, name a moment: film.mp4@12.5)"
        ) from None
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableFile(f"it is not a whole picture: {one_line(str(error))[:120]}") from None


def _srgb(opened: "PillowImage") -> "PillowImage":
    """In sRGB: photographs of phones are in Display P3, and would look pale."""
    from PIL import ImageCms

    profile = opened.info.get("icc_profile")
    rgb = opened.convert("RGB")
    if not profile or opened.mode not in ("RGB", "RGBA"):
        return rgb
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(rgb, own, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return rgb  # a profile that is none
    return turned or rgb


def _resized(image: Image, size: tuple[int, int]) -> Image:
    import cv2

    if (image.shape[1], image.shape[0]) == size:
        return image
    smaller = size[0] * size[1] < image.shape[0] * image.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return cv2.resize(image, size, interpolation=how).astype(np.uint8, copy=False)


def _cropped(image: Image, size: tuple[int, int], aspect: float) -> Image:
    """It fills `size`; what does not fit is cut off on both sides alike."""
    width, height = size
    covering = (max(width, round(height * aspect)), max(height, round(width / aspect)))
    return np.ascontiguousarray(narrowed(_resized(image, covering), size), np.uint8)


def _padded(image: Image, size: tuple[int, int], aspect: float) -> Image:
    """The whole of it, between black bars."""
    width, height = size
    inside = (min(width, round(height * aspect)), min(height, round(width / aspect)))
    small = _resized(image, inside)
    framed: NDArray[np.uint8] = np.zeros((height, width, 3), np.uint8)
    left, top = (width - inside[0]) // 2, (height - inside[1]) // 2
    framed[top : top + inside[1], left : left + inside[0]] = small
    return framed
