"""Pictures inside documents, as arrays."""

import io
from typing import TYPE_CHECKING

import numpy as np

from indexer.segments import Image

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

MAX_PIXELS = 60_000_000
MAX_SIDE = 2000
"""Enough for small print; larger pictures are reduced."""
MIN_SIDE = 64
"""What is smaller is a bullet or a logo."""


def decode_picture(data: bytes) -> Image | None:
    """An embedded picture upright in RGB, at most `MAX_SIDE` long, its transparency over white.

    None if it is damaged, too small to show something, too large to open, or drawn (EMF, WMF).
    """
    from PIL import Image as pillow

    try:
        with pillow.open(io.BytesIO(data)) as opened:
            if min(opened.size) < MIN_SIDE or opened.width * opened.height > MAX_PIXELS:
                return None
            opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
            return upright_rgb(opened, MAX_SIDE)
    except Exception:  # noqa: BLE001
        # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error, zlib.error and
        # more on damaged data. One bad picture must not cost the document.
        return None


def upright_rgb(opened: "PillowImage", max_side: int) -> Image:
    """An opened picture upright in RGB, no side over `max_side`, its transparency over white."""
    from PIL import Image as pillow
    from PIL import ImageOps

    picture = ImageOps.exif_transpose(opened)
    if picture.mode.startswith("I"):
        # 16 bits of grey: Pillow cuts off what exceeds 255, which leaves white.
        deep = np.asarray(picture)
        picture = pillow.fromarray((deep / max(255, deep.max()) * 255).astype(np.uint8))
    picture.thumbnail((max_side, max_side))
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        picture = pillow.new("RGBA", layer.size, "white")
        picture.alpha_composite(layer)
    return np.asarray(picture.convert("RGB"), dtype=np.uint8).copy()
