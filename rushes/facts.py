"""What is known of a shot besides what it shows: columns to filter by, facts to cite."""

from dataclasses import dataclass
from enum import StrEnum


class ShotSize(StrEnum):
    """How much of its subject a shot shows, from an eye to a landscape."""

    EXTREME_CLOSE_UP = "extreme-close-up"
    CLOSE_UP = "close-up"
    MEDIUM_CLOSE_UP = "medium-close-up"
    MEDIUM = "medium"
    MEDIUM_WIDE = "medium-wide"
    WIDE = "wide"
    EXTREME_WIDE = "extreme-wide"


class Move(StrEnum):
    """What the camera does. Directions are the camera's: at a pan left the picture goes right."""

    STATIC = "static"
    PAN_LEFT = "pan-left"
    PAN_RIGHT = "pan-right"
    TILT_UP = "tilt-up"
    TILT_DOWN = "tilt-down"
    ZOOM_IN = "zoom-in"
    ZOOM_OUT = "zoom-out"
    DOLLY_IN = "dolly-in"
    DOLLY_OUT = "dolly-out"
    ROLL_LEFT = "roll-left"
    ROLL_RIGHT = "roll-right"
    HANDHELD = "handheld"


class Sound(StrEnum):
    """What is heard in a shot."""

    SPEECH = "speech"
    MUSIC = "music"
    AMBIENCE = "ambience"
    SILENCE = "silence"


class Colour(StrEnum):
    """The basic colour terms, as people name them."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    PURPLE = "purple"
    PINK = "pink"
    BROWN = "brown"
    BLACK = "black"
    GREY = "grey"
    WHITE = "white"


@dataclass(frozen=True)
class Facts:
    """The facts of one shot, or of a still. What could not be told is None, or not in a tuple.

    `moves` holds the camera's moves, the strongest first. `speed` is the strongest one's:
    frame widths a second for pans and tilts, the part by which the picture grows in a second for
    zooms and dollies, degrees a second for rolls. `sharpness`, `exposure` (1: nothing is
    black or burnt out), `shake`, `brightness` and `motion` (of what is in the picture) run from 0
    to 1, `warmth` from -1 (cold) to 1 (warm). `usable_s` is the part without focus hunting, bumps
    and exposure jumps. `synthetic` is True of a file that says that a machine made it.
    """

    size: ShotSize | None = None
    moves: tuple[Move, ...] = ()
    speed: float | None = None
    people: int | None = None
    sound: tuple[Sound, ...] = ()
    colours: tuple[Colour, ...] = ()
    sharpness: float | None = None
    exposure: float | None = None
    shake: float | None = None
    brightness: float | None = None
    warmth: float | None = None
    motion: float | None = None
    usable_s: tuple[float, float] | None = None
    synthetic: bool | None = None
