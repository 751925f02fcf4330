"""The models that find people and things in a picture: an SSD, BlazeFace and MoveNet.

They need no label's name and no vector, so they serve every profile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.embed.labels import COCO_OBJECTS
from indexer.embed.tflite import Network, squeezed
from indexer.framing import Part, Pose, shot_size
from indexer.people import Area, Box, Face, people_of
from indexer.segments import Image
from rushes.facts import ShotSize

if TYPE_CHECKING:
    import cv2

_OBJECTS_SIDE = 300  # pixels, of the SSD's square input
_SAME_THING = 0.5  # the overlap from which two boxes of one kind are of one thing
_POSE_SIDE = 192
_AROUND = 1.25  # MoveNet wants a person with a margin

# In both of BlazeFace's models: what the coordinates are relative to, by layers of
# (pixels from one anchor to the next, anchors at one place).
_FULL_RANGE = (192, ((4, 1),))
_SHORT_RANGE = (128, ((8, 2), (16, 6)))
# Chosen on the tuning half of tests/quality/framing.json. The short range model alone finds faces
# as large as the picture; of smaller ones it finds too many in clouds and flowers.
_LIKELY_FACE = 0.45
_SURE_LARGE_FACE = 0.65
_LARGE_FACE = 0.33
_SAME_FACE = 0.3


@dataclass(frozen=True)
class Detected:
    """What was found where in one picture: things, faces, how many people, and the shot's size.

    `boxes` are all that the SSD gives, the surest first, many of them unlikely. `people` is 0
    where none were seen. A size of None is unknown.
    """

    boxes: tuple[Box, ...]
    faces: tuple[Face, ...]
    people: int
    size: ShotSize | None

    @property
    def objects(self) -> Mapping[int, float]:
        """The best score for each COCO id."""
        best: dict[int, float] = {}
        for box in self.boxes:
            best.setdefault(box.coco_id, box.score)
        return best


class Detector:
    """The detectors, each loaded when it is first used. One picture at a time: one a thread.

    `objects` is the folder of the starter's "labels-and-objects", `faces` that of "blazeface".
    Without the one, only faces are found; without the other, people only by their bodies.

    Raises:
        ModelMissing: the library that runs the models is not on this machine.
    """

    def __init__(self, objects: Path | None, faces: Path | None) -> None:
        self._objects = None if objects is None else _Objects(objects)
        self._pose = None if objects is None else _Poses(objects / "movenet_lightning.tflite")
        self._faces = None if faces is None else _Faces(faces)

    def detect(self, image: Image) -> Detected:
        boxes = self.find_objects(image)
        faces = self._faces.find(image) if self._faces else ()
        crowd = people_of(boxes, faces)
        pose = self._pose.of(image, crowd.bodies[0]) if self._pose and crowd.bodies else None
        height, width = image.shape[:2]
        return Detected(boxes, faces, crowd.count, shot_size(crowd, boxes, pose, width / height))

    def find_objects(self, image: Image) -> tuple[Box, ...]:
        """Things and people alone, the surest first."""
        return self._objects.find(image) if self._objects else ()


class _Objects:
    """SSD MobileNet v2 on COCO's 80 kinds of things, run by OpenCV."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._net: cv2.dnn.Net | None = None

    def find(self, image: Image) -> tuple[Box, ...]:
        import cv2

        if self._net is None:
            self._net = cv2.dnn.readNetFromTensorflow(
                str(self._folder / "frozen_inference_graph.pb"),
                str(self._folder / "ssd_mobilenet_v2_coco_2018_03_29.pbtxt"),
            )
        self._net.setInput(cv2.dnn.blobFromImage(squeezed(image, _OBJECTS_SIDE)))
        # Rows of (number of the picture, id, score, left, top, right, bottom).
        rows = self._net.forward()[0, 0].tolist()
        boxes = [
            Box(left, top, right, bottom, int(coco_id), score)
            for _, coco_id, score, left, top, right, bottom in rows
            if coco_id in COCO_OBJECTS and right > left and bottom > top
        ]
        by_kind = [[box for box in boxes if box.coco_id == i] for i in {b.coco_id for b in boxes}]
        kept = [box for kind in by_kind for box in _without_doubles(kind, _SAME_THING)]
        return tuple(sorted(kept, key=lambda box: -box.score))


class _Faces:
    """BlazeFace (Bazarevsky et al., CVPR Workshop on Computer Vision for AR and VR, 2019).

    The full range model, and the short range one for faces larger than that one knows.
    """

    def __init__(self, folder: Path) -> None:
        self._full = _BlazeFace(folder / "face_detection_full_range.tflite", *_FULL_RANGE)
        self._short = _BlazeFace(folder / "face_detection_short_range.tflite", *_SHORT_RANGE)

    def find(self, image: Image) -> tuple[Face, ...]:
        """The faces of a picture, the surest first; what both models found, as the first has it."""
        square = _Square.around(_reduced(image, _FULL_RANGE[0]))
        full = _without_doubles(self._full.find(square, _LIKELY_FACE), _SAME_FACE)
        large = [
            face
            for face in self._short.find(square, _SURE_LARGE_FACE)
            if face.height >= _LARGE_FACE and all(face.overlap(f) < _SAME_FACE for f in full)
        ]
        return (*full, *_without_doubles(large, _SAME_FACE))


def _reduced(image: Image, side: int) -> Image:
    """The picture with no side longer than this: both models read it, so it is shrunk once."""
    import cv2

    height, width = image.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return image
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    small = cv2.resize(np.ascontiguousarray(image), size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


class _BlazeFace:
    def __init__(self, path: Path, side: int, layers: Sequence[tuple[int, int]]) -> None:
        self._network = Network(path)
        self._side = side
        self._anchors = _anchors(side, layers)

    def find(self, square: "_Square", least: float) -> list[Face]:
        """Faces that are surer than `least`, with doubles."""
        values = squeezed(square.image, self._side).astype(np.float32) / 127.5 - 1
        places, odds = (output[0] for output in self._network.run(values))
        scores = 1 / (1 + np.exp(-np.clip(odds[:, 0], -80, 80)))
        faces = []
        for number in np.flatnonzero(scores >= least):
            middle = places[number, :2] / self._side + self._anchors[number]
            half = places[number, 2:4] / self._side / 2
            (left, top), (right, bottom) = (middle - half).tolist(), (middle + half).tolist()
            area = square.in_picture(Area(left, top, right, bottom))
            if area.width > 0 and area.height > 0:
                score = float(scores[number])
                faces.append(Face(area.left, area.top, area.right, area.bottom, score))
        return faces


def _anchors(side: int, layers: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
    """The places, x and y from 0 to 1, that the network's rows are relative to."""
    places = []
    for stride, at_one_place in layers:
        steps = (np.arange(side // stride) + 0.5) * stride / side
        grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        places.append(np.repeat(grid, at_one_place, axis=0))
    return np.concatenate(places).astype(np.float32)


class _Poses:
    """MoveNet Lightning: the joints of one person."""

    def __init__(self, path: Path) -> None:
        self._network = Network(path)

    def of(self, image: Image, body: Box) -> Pose:
        square = _Square.around(image, body)
        (joints,) = self._network.run(squeezed(square.image, _POSE_SIDE))
        # Rows of (y, x, score), from the nose to the right ankle, left and right by turns.
        shoulders, hips, knees, ankles = (
            Part(square.in_picture(Area(0, y, 0, y)).top, score)
            for y, _, score in (joints[0, 0, at : at + 2].mean(axis=0).tolist() for at in _JOINTS)
        )
        return Pose(shoulders, hips, knees, ankles)


_JOINTS = (5, 11, 13, 15)


@dataclass(frozen=True)
class _Square:
    """A square part of a picture, black where it reaches beyond. In pixels of the picture."""

    image: Image
    left: int
    top: int
    shape: tuple[int, int]

    @classmethod
    def around(cls, picture: Image, area: Area | None = None) -> "_Square":
        """The whole picture, or an area of it with a margin."""
        height, width = picture.shape[:2]
        if area is None:
            side, x, y = float(max(height, width)), width / 2, height / 2
        else:
            side = max(area.width * width, area.height * height) * _AROUND
            x, y = (area.left + area.right) / 2 * width, (area.top + area.bottom) / 2 * height
        pixels = max(int(side), 1)
        left, top = int(x - side / 2), int(y - side / 2)
        rows, columns = slice(max(top, 0), top + pixels), slice(max(left, 0), left + pixels)
        seen = picture[rows, columns]
        if seen.shape[:2] != (pixels, pixels):
            whole = np.zeros((pixels, pixels, 3), np.uint8)
            down, right = rows.start - top, columns.start - left
            whole[down : down + seen.shape[0], right : right + seen.shape[1]] = seen
            seen = whole
        return cls(seen, left, top, (height, width))

    def in_picture(self, area: Area) -> Area:
        """An area of this square as one of the picture."""
        height, width = self.shape
        side = self.image.shape[0]
        return Area(
            (self.left + area.left * side) / width,
            (self.top + area.top * side) / height,
            (self.left + area.right * side) / width,
            (self.top + area.bottom * side) / height,
        )


Found = TypeVar("Found", Box, Face)


def _without_doubles(found: Sequence[Found], overlap: float) -> list[Found]:
    """Non-maximum suppression: of those that overlap, the surest."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: -one.score):
        if all(each.overlap(other) < overlap for other in kept):
            kept.append(each)
    return kept
