"""Pictures that a back end has enlarged: the size to ask for, and the film's own in it."""

from generator.keyframes import narrowed
from generator.upscale.lanczos import resized
from rushes.encoding import Picture

_MULTIPLE = 8
"""Of which RTX Video makes sides."""


def grown(drawn: tuple[int, int], size: tuple[int, int], to: tuple[int, int]) -> tuple[int, int]:
    """The size to have pictures of `drawn` enlarged to, so that the `size` in them becomes `to`."""
    wide, high = _exactly(drawn, size, to)
    return -(-wide // _MULTIPLE) * _MULTIPLE, -(-high // _MULTIPLE) * _MULTIPLE


def cut_out(
    picture: Picture, drawn: tuple[int, int], size: tuple[int, int], to: tuple[int, int]
) -> Picture:
    """The film's own part, at `to`, of a picture that was drawn at `drawn` and then `grown`."""
    return narrowed(resized(picture, _exactly(drawn, size, to)), to)


def _exactly(drawn: tuple[int, int], size: tuple[int, int], to: tuple[int, int]) -> tuple[int, int]:
    return round(drawn[0] * to[0] / size[0]), round(drawn[1] * to[1] / size[1])
