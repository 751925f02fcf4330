"""The size of a shot: how much of its subject, from an eye to a landscape, it shows.

An editor names it by where the picture's lower edge cuts a person: under the chin it is a
close-up, under the shoulders a medium close-up, at the waist a medium, above the knees a medium
wide; with the feet it is a wide shot (Bowen and Thompson, "Grammar of the Shot"). A face is the
measure for how far that edge is from it, else a torso or a body. Where nobody is, it is how many
metres the picture is high at its largest thing: a car's height is known, roughly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.people import Area, Box, Crowd, Face
from rushes.facts import ShotSize

_FACE_M = 0.24  # high, as BlazeFace frames it
_TORSO_M = 0.5  # from the shoulders to the hips
_BODY_M = 1.7
_SHOULDERS_M = 0.6  # the width of a body with its arms
_EYES_TO_SHOULDERS_M = 0.24
_CROWN_TO_EYES_M = 0.12

# Metres from the middle of the face down to the picture's edge. All is chosen on the tuning half
# of tests/quality/framing.json; a body's own measures would give much the same.
_CUT_ABOVE = (
    (0.27, ShotSize.CLOSE_UP),
    (0.6, ShotSize.MEDIUM_CLOSE_UP),
    (1.15, ShotSize.MEDIUM),
    (1.5, ShotSize.MEDIUM_WIDE),
)
# Metres that the picture is high.
_HIGH = (
    (0.53, ShotSize.CLOSE_UP),
    (0.94, ShotSize.MEDIUM_CLOSE_UP),
    (1.6, ShotSize.MEDIUM),
    (2.0, ShotSize.MEDIUM_WIDE),
)
_FAR_M = 6.0
_PART_OF_A_FACE_M = 0.24
_SIZES = tuple(ShotSize)  # from near to far
_PART_SEEN = 0.4
_FEET_SEEN = 0.35
_EDGE = 0.06
_SURE_THING = 0.6
_SMALL_IN_FRAME = 0.28  # what is taller than this part of a picture is not far away

# How high COCO's things are. Those that are only ever beside the subject are left out.
_HEIGHT_M = {
    2: 1.0, 3: 1.5, 4: 1.1, 5: 5.0, 6: 3.0, 7: 3.5, 8: 2.8, 9: 2.5, 10: 0.9, 11: 0.8, 13: 0.75,
    14: 1.3, 15: 0.9, 16: 0.3, 17: 0.3, 18: 0.5, 19: 1.7, 20: 1.0, 21: 1.5, 22: 3.0, 23: 1.4,
    24: 1.4, 25: 4.5, 33: 0.6, 44: 0.28, 46: 0.2, 47: 0.1, 51: 0.1, 52: 0.1, 53: 0.08, 54: 0.08,
    55: 0.08, 56: 0.15, 57: 0.1, 58: 0.06, 59: 0.08, 60: 0.05, 61: 0.15, 62: 0.9, 63: 0.85,
    65: 0.8, 73: 0.25, 77: 0.15, 82: 1.7, 84: 0.22, 85: 0.3, 86: 0.3, 88: 0.35,
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A pair of joints: its middle, as a part of the picture's height, and how surely it shows."""

    y: float
    score: float

    def is_seen(self, least: float = _PART_SEEN) -> bool:
        return self.score >= least and self.y < 1.0


@dataclass(frozen=True)
class Pose:
    """What of the largest body is in the picture."""

    shoulders: Part
    hips: Part
    knees: Part
    ankles: Part

    @property
    def torso(self) -> float | None:
        """Its height as a part of the picture's, if it is upright and seen."""
        height = self.hips.y - self.shoulders.y
        upright = height > 0.02  # else somebody lies, or bends over
        return height if upright and self.shoulders.is_seen() and self.hips.is_seen() else None


def shot_size(
    crowd: Crowd, boxes: Sequence[Box], pose: Pose | None, aspect: float
) -> ShotSize | None:
    """The size of a shot by its largest person, else by its largest thing, else None: unknown.

    `pose` is that of the first of the bodies; `aspect` is the picture's width by its height.
    """
    if crowd.bodies or crowd.faces:
        return _by_person(crowd, pose, aspect)
    return _by_thing(boxes)


def _by_person(crowd: Crowd, pose: Pose | None, aspect: float) -> ShotSize:
    face = max(crowd.faces, key=lambda each: each.height, default=None)
    if not crowd.bodies:
        assert face is not None
        return _by_face(face)
    body = crowd.bodies[0]
    # A face that is not the first body's is of somebody smaller.
    if face is not None and body.holds_middle_of(face):
        size = _by_face(face)
    else:
        size = _by_body(body, pose, aspect)
    if size is ShotSize.EXTREME_WIDE and body.height >= _SMALL_IN_FRAME:
        size = ShotSize.WIDE
    return size if pose is None else max(size, _by_parts(pose), key=_SIZES.index)


def _by_face(face: Face) -> ShotSize:
    high_m = _FACE_M / face.height
    if high_m <= _PART_OF_A_FACE_M:
        return ShotSize.EXTREME_CLOSE_UP
    return _cut(high_m * (1 - (face.top + face.bottom) / 2), high_m)


def _by_body(body: Box, pose: Pose | None, aspect: float) -> ShotSize:
    """Of somebody whose face is not seen: turned away, far away, or larger than the picture."""
    torso = None if pose is None else pose.torso
    if pose is not None and torso is not None:
        high_m = _TORSO_M / torso
        return _cut(high_m * (1 - pose.shoulders.y) + _EYES_TO_SHOULDERS_M, high_m)
    if _fills_the_picture(body):
        return ShotSize.EXTREME_CLOSE_UP
    if body.bottom < 1 - _EDGE:
        return ShotSize.WIDE if _BODY_M / body.height <= _FAR_M else ShotSize.EXTREME_WIDE
    high_m = _SHOULDERS_M / (body.width * aspect)
    return _cut(high_m * (1 - body.top) - _CROWN_TO_EYES_M, high_m)


def _cut(below_m: float, high_m: float) -> ShotSize:
    """By the metres from the face down to the picture's edge, and those that it is high."""
    for most_m, size in _CUT_ABOVE:
        if below_m <= most_m:
            return size
    return ShotSize.WIDE if high_m <= _FAR_M else ShotSize.EXTREME_WIDE


def _fills_the_picture(area: Area) -> bool:
    near, far = _EDGE, 1 - _EDGE
    return area.left < near and area.top < near and area.right > far and area.bottom > far


def _by_parts(pose: Pose) -> ShotSize:
    """The closest that a shot can be which shows these parts."""
    if pose.ankles.is_seen(_FEET_SEEN):
        return ShotSize.WIDE
    if pose.knees.is_seen() and pose.hips.is_seen():
        return ShotSize.MEDIUM_WIDE
    if pose.hips.is_seen():
        return ShotSize.MEDIUM
    return ShotSize.EXTREME_CLOSE_UP


def _by_thing(boxes: Sequence[Box]) -> ShotSize | None:
    things = [b for b in boxes if b.coco_id in _HEIGHT_M and b.score >= _SURE_THING]
    if not things:
        return None
    thing = max(things, key=lambda box: box.size)
    high_m = _HEIGHT_M[thing.coco_id] / thing.height
    for most_m, size in _HIGH:
        if high_m <= most_m:
            return size
    far = high_m > _FAR_M and thing.height < _SMALL_IN_FRAME
    return ShotSize.EXTREME_WIDE if far else ShotSize.WIDE
