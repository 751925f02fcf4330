"""Searching by pictures, alone or pulled by words: arithmetic with the encoder's vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.describing import frames_of
from indexer.parts import Parts
from indexer.query import Query
from indexer.readers import kind_of
from indexer.segments import Image
from indexer.store import Store
from rushes.errors import RushesError, UnreadableFile
from rushes.moment import Kind
from rushes.place import Place

Vector = NDArray[np.float32]

_AWAY = 0.7  # how far what is not wanted pushes, of how far what is wanted pulls


@dataclass(frozen=True)
class Wanted:
    """What pictures are compared with. `look` has shape (dimensions,), length 1."""

    look: Vector
    like: Vector
    unlike: Vector | None

    def keeps(self, vector: Vector) -> bool:
        """Whether a picture is nearer to what is wanted than to what is not.

        Subtraction alone only turns the direction of search: what is nearest in it may still be
        what should go.
        """
        return self.unlike is None or float(vector @ self.like) > float(vector @ self.unlike)


class Likes:
    """Turns pictures into vectors. Those of the library have theirs already."""

    def __init__(self, store: Store, parts: Parts) -> None:
        self._store = store
        self._parts = parts

    def wanted(self, query: Query) -> Wanted:
        """
        Raises:
            RushesError: a picture is not there or cannot be read, or no model sees pictures.
        """
        vision = self._parts.vision
        if vision is None:
            raise RushesError("this library was made without a model that sees pictures")
        like = _unit([self._vector(place) for place in query.like])
        look = like
        if query.plain:
            look = look + vision.encode_queries([query.plain])[0]
        unlike = None
        if query.unlike:
            unlike = _unit([self._vector(place) for place in query.unlike])
            look = look - _AWAY * unlike
        return Wanted(_unit([look]), like, unlike)

    def _vector(self, place: Place) -> Vector:
        kept = self._kept(place)
        if kept is not None:
            return kept
        vision = self._parts.vision
        assert vision is not None  # `wanted` has looked
        return vision.encode_images([picture_at(place)])[0].vector

    def _kept(self, place: Place) -> Vector | None:
        """The vector of the library's own picture at that place."""
        asset = next(iter(self._store.assets_at([place.path.absolute()])), None)
        if asset is None or asset.error:
            return None
        where = f"asset_id = '{asset.id}'"
        if place.start_s is not None:
            at_s = (place.start_s + (place.end_s or place.start_s)) / 2
            where += f" AND start_s <= {at_s!r} AND end_s > {at_s!r}"
        search = self._store.table("frames").search().where(where)
        rows = search.select(["vector"]).limit(1000).to_list()
        vectors = [np.asarray(row["vector"], np.float32) for row in rows if row["vector"]]
        return _unit(vectors) if vectors else None


def picture_at(place: Place) -> Image:
    """The picture of a still, or the frame of a film at a time or in the middle of a stretch.

    Raises:
        RushesError: it is not there, or has no picture.
    """
    kind, path = kind_of(place.path), place.path
    if kind not in (Kind.IMAGE, Kind.VIDEO):
        raise RushesError(f"{path}: a picture or a video is needed to search by")
    start_s = place.start_s or 0.0
    end_s = place.end_s or start_s
    try:
        if kind is Kind.IMAGE:
            return frames_of(path, None, None)[0]
        return frames_of(path, start_s, end_s, 1)[0]
    except (UnreadableFile, OSError) as error:
        raise RushesError(f"{path}: {error}") from None


def _unit(vectors: Sequence[Vector]) -> Vector:
    """The direction of their mean."""
    total = np.sum(vectors, axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32)
