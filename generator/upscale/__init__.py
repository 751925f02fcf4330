"""Making films larger."""

from generator.upscale.choice import (
    AUTO,
    UPSCALERS,
    Chosen,
    Upscaler,
    Work,
    choose_upscaler,
    load_upscaler,
)
from generator.upscale.film import Upscaled, Wish, upscale_film
from generator.upscale.size import box_of

__all__ = [
    "AUTO",
    "UPSCALERS",
    "Chosen",
    "Upscaled",
    "Upscaler",
    "Wish",
    "Work",
    "box_of",
    "choose_upscaler",
    "load_upscaler",
    "upscale_film",
]
