"""How many people a picture shows, from what detectors found in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

PERSON = 1
"""By COCO's ids, as in `indexer.embed.labels`."""

_ANIMALS = frozenset(range(16, 26)) | {88}  # bird to giraffe, and the teddy bear

# All chosen on the tuning half of tests/quality/framing.json.
_SURE = 0.5
_SURE_WITH_A_FACE = 0.4
_SURE_FACE = 0.5
_SURE_ANIMAL = 0.6
_SAME_THING = 0.6  # overlap, as intersection over union
# Who is less than this part as tall as the one in front passes by in the background.
_LEAST_OF_THE_LARGEST = 0.25


@dataclass(frozen=True)
class Area:
    """A rectangle, its sides as parts of the picture's: 0 is left and top, 1 right and bottom.

    What is cut off by the picture's edge may reach beyond 0 and 1.
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def size(self) -> float:
        return max(self.width, 0.0) * max(self.height, 0.0)

    def overlap(self, other: "Area") -> float:
        """Intersection over union, 0 to 1."""
        both = Area(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )
        shared = both.size if both.width > 0 and both.height > 0 else 0.0
        return shared / max(self.size + other.size - shared, 1e-9)

    def holds_middle_of(self, other: "Area") -> bool:
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True)
class Box(Area):
    """An object where it was seen. `score` is how sure the detector is, 0 to 1."""

    coco_id: int
    score: float


@dataclass(frozen=True)
class Face(Area):
    """A face from the brows to the chin, about 0.24 m high with its margin."""

    score: float


@dataclass(frozen=True)
class Crowd:
    """Those who count, the largest first: people by their boxes, and faces without a box."""

    bodies: tuple[Box, ...]
    faces: tuple[Face, ...]
    count: int


def people_of(boxes: Sequence[Box], faces: Sequence[Face]) -> Crowd:
    """Who is in a picture.

    A body counts by itself or, if it is less sure, together with a face; so does a sure face
    that no body has. What is surer to be an animal does not count, nor does its face. Somebody
    small behind somebody large is background.
    """
    animals = [b for b in boxes if b.coco_id in _ANIMALS and b.score >= _SURE_ANIMAL]
    bodies = [
        box
        for box in boxes
        if box.coco_id == PERSON
        and (box.score >= _SURE or _has_face(box, faces))
        and not any(a.score > box.score and a.overlap(box) > _SAME_THING for a in animals)
    ]
    bodies = _foreground(bodies)
    owners = {face: _owner(face, bodies) for face in faces}
    seen = [
        face
        for face, owner in owners.items()
        if owner is not None
        or (face.score >= _SURE_FACE and not any(a.holds_middle_of(face) for a in animals))
    ]
    seen = _foreground(seen)
    owned = [owners[face] for face in seen if owners[face] is not None]
    # A body's first face is its own; another one is of somebody whose body was not told apart.
    count = len(bodies) + len(seen) - len(set(owned))
    return Crowd(tuple(bodies), tuple(seen), count)


def _has_face(body: Box, faces: Sequence[Face]) -> bool:
    return body.score >= _SURE_WITH_A_FACE and any(body.holds_middle_of(face) for face in faces)


def _owner(face: Face, bodies: Sequence[Box]) -> Box | None:
    return min((b for b in bodies if b.holds_middle_of(face)), key=lambda b: b.size, default=None)


Thing = TypeVar("Thing", bound=Area)


def _foreground(things: Sequence[Thing]) -> list[Thing]:
    ordered = sorted(things, key=lambda thing: -thing.size)
    tallest = max((thing.height for thing in things), default=0.0)
    return [thing for thing in ordered if thing.height >= _LEAST_OF_THE_LARGEST * tallest]
