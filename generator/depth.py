"""Depth that a shot follows: a film of how far away things are, laid along the shot's frames."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.backends.protocol import Backend, Depth, Image
from generator.keyframes import Source, eight_bits, fitted_to, read_keyframe, widened
from generator.storyboard import FIRST, Fit, Keyframe
from rushes.errors import RushesError, WrongUsage
from rushes.jobs import Job
from rushes.place import Place
from rushes.stretch import open_stretch, pictures, reading
from rushes.text import one_line


@dataclass(frozen=True)
class DepthFilm:
    """A film of depth that was looked at: its first picture, and how many it has."""

    path: Path
    sha256: str
    first: Source
    frames: int


def check_depth(backend: Backend) -> int:
    """What sides are multiples of in films of which a shot follows depth.

    Raises:
        WrongUsage: the back end can follow none.
    """
    multiple = backend.capabilities.depth_multiple_of
    if multiple is None:
        raise WrongUsage(
            f"{backend.name} cannot follow depth here: that takes ltx, with an IC-LoRA for depth "
            "in its model's folder (docs/generating.md); or leave the depth out"
        )
    return multiple


def open_depth(path: Path, job: Job) -> DepthFilm:
    """Look at a film of depth.

    Raises:
        RushesError: it is no film, or cannot be read.
    """
    first = read_keyframe(Keyframe(Place(path, 0.0), FIRST), job)
    with reading(path):
        frames = open_stretch(Place(path)).frames or 1
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RushesError(f"cannot read {one_line(path.name)}: {error.strerror or error}") from None
    return DepthFilm(path, digest, first, frames)


def along(
    film: DepthFilm, frames: int, carried: int, size: tuple[int, int], fit: Fit | None
) -> Depth:
    """The film's depth for each of a shot's frames, from its first to its last picture.

    As keyframes of a scene are, it is stretched to the shot's length. `carried` frames at the
    front belong to the shot before, and get the first. `size` is the film's that is made.

    Raises:
        RushesError: the depth has another shape than that film, and `fit` does not say what to do.
    """
    fitted_to(film.first, size, fit)
    last, own_last = film.frames - 1, max(1, frames - 1 - carried)
    chosen = [round(last * max(0, frame - carried) / own_last) for frame in range(frames)]
    return Depth(film.path, film.sha256, tuple(chosen), size, fit)


def depth_pictures(depth: Depth, drawn_size: tuple[int, int]) -> Iterator[Image]:
    """A picture for each of `depth.pictures`, laid as keyframes are in a film drawn at that size.

    Raises:
        RushesError: the film cannot be read any more.
    """
    with reading(depth.path):
        stretch = open_stretch(Place(depth.path))
        wanted = iter(depth.pictures)
        frame = next(wanted, None)
        for index, picture in enumerate(pictures(stretch)):
            if frame is None:
                return
            if index < frame:
                continue
            image = _laid(depth, eight_bits(picture), (stretch.width, stretch.height), drawn_size)
            while frame is not None and frame <= index:
                yield image
                frame = next(wanted, None)
        # A header may promise a picture more than there is.
        while frame is not None:
            yield image
            frame = next(wanted, None)


def _laid(
    depth: Depth, image: Image, own_size: tuple[int, int], drawn_size: tuple[int, int]
) -> Image:
    source = Source(Keyframe(Place(depth.path), FIRST), image, own_size)
    return widened(fitted_to(source, depth.size, depth.fit), drawn_size)
