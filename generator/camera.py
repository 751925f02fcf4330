"""Camera moves, in the words of the trade."""

from dataclasses import dataclass
from enum import StrEnum

from rushes.errors import WrongUsage
from rushes.text import one_line


class CameraMove(StrEnum):
    """What the camera does."""

    STATIC = "static"
    DOLLY = "dolly"
    CRANE = "crane"
    ORBIT = "orbit"
    TRACKING = "tracking"
    PAN = "pan"
    TILT = "tilt"
    ZOOM = "zoom"
    HANDHELD = "handheld"


class Direction(StrEnum):
    """Where to. In and out are for dolly and zoom."""

    IN = "in"
    OUT = "out"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


class Speed(StrEnum):
    """How fast."""

    SLOW = "slow"
    MEDIUM = "medium"
    FAST = "fast"


@dataclass(frozen=True)
class Camera:
    """One camera move over a shot."""

    move: CameraMove
    direction: Direction | None = None
    speed: Speed = Speed.MEDIUM

    def __str__(self) -> str:
        return " ".join(filter(None, (self.speed, self.move, self.direction)))


def parse_camera(text: str) -> Camera:
    """Reads a move as it is said on a set: `dolly in`, `slow pan left`, `handheld`, `jib up`.

    Raises:
        WrongUsage: a word is none of the trade's, or the move does not go that way.
    """
    move: CameraMove | None = None
    direction: Direction | None = None
    speed: Speed | None = None
    for word in text.lower().replace("-", " ").split():
        word = _ALSO_CALLED.get(word, word)
        if word in tuple(CameraMove) and move is None:
            move = CameraMove(word)
        elif word in tuple(Direction) and direction is None:
            direction = Direction(word)
        elif word in tuple(Speed) and speed is None:
            speed = Speed(word)
        else:
            raise WrongUsage(f"{_shown(text)} is no camera move: {word[:20]!r} does not fit{_SAY}")
    if move is None:
        raise WrongUsage(f"{_shown(text)} names no camera move{_SAY}")
    ways = _WAYS[move]
    if direction is None and len(ways) > 1:
        direction = ways[0]
    if direction is not None and direction not in ways:
        where = f"goes {' or '.join(ways)}" if ways else "goes nowhere"
        raise WrongUsage(f"{_shown(text)} is no camera move: {move} {where}")
    return Camera(move, direction, speed or Speed.MEDIUM)


def camera_moves() -> tuple[str, ...]:
    """Every move, with every way that it goes, as `parse_camera` reads it: `dolly in`."""
    return tuple(
        " ".join(filter(None, (move, way))) for move, ways in _WAYS.items() for way in ways or ("",)
    )


_SAY = f": say one of {', '.join(CameraMove)}, with a direction and a speed, as slow pan left"
_ALSO_CALLED = {
    "jib": "crane",
    "pedestal": "crane",
    "track": "tracking",
    "truck": "tracking",
    "push": "dolly",
    "pull": "dolly",
    "arc": "orbit",
    "locked": "static",
    "slowly": "slow",
    "quick": "fast",
    "quickly": "fast",
    "forward": "in",
    "backward": "out",
    "back": "out",
}
_ACROSS = (Direction.LEFT, Direction.RIGHT)
_UPRIGHT = (Direction.UP, Direction.DOWN)
_DEPTH = (Direction.IN, Direction.OUT)
_WAYS: dict[CameraMove, tuple[Direction, ...]] = {
    CameraMove.STATIC: (),
    CameraMove.HANDHELD: (),
    CameraMove.DOLLY: (*_DEPTH, *_ACROSS),
    CameraMove.ZOOM: _DEPTH,
    CameraMove.CRANE: _UPRIGHT,
    CameraMove.TILT: _UPRIGHT,
    CameraMove.PAN: _ACROSS,
    CameraMove.ORBIT: _ACROSS,
    CameraMove.TRACKING: (*_ACROSS, *_DEPTH),
}
"""Where each move can go; the first is meant where nothing is said."""


def _shown(text: str) -> str:
    return repr(one_line(text)[:60])
