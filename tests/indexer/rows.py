"""Rows of a library, written down by hand."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from indexer.embed.encoders import Tag
from indexer.record import Recipe
from indexer.rows import Asset, FrameRow, IndexedFile, SegmentRow, new_id
from indexer.schema import Dimensions
from indexer.segments import Origin
from indexer.store import Store
from rushes.facts import Facts
from rushes.moment import Kind
from tests.fakes.pointed import DIMENSIONS, at

RECIPE = Recipe(
    text="all-minilm-l6-v2",
    pictures=None,
    speech=None,
    ocr=None,
    passage_words=200,
    frame_every_s=8.0,
)


def new_store(folder: Path) -> Store:
    return Store.create(folder, RECIPE, Dimensions(DIMENSIONS, DIMENSIONS))


def asset(path: str, kind: Kind = Kind.DOCUMENT, error: str | None = None) -> Asset:
    """A file of the library; films have 25 frames a second."""
    fps = Fraction(25) if kind is Kind.VIDEO else None
    return Asset(new_id(), Path(path), kind, 100, 1, fps=fps, error=error)


def words(
    text: str,
    cosine: float = 0.0,
    origin: Origin = Origin.WRITTEN,
    start_s: float | None = None,
    end_s: float | None = None,
    page: int | None = None,
    facts: Facts | None = None,
) -> SegmentRow:
    return SegmentRow(text, origin, at(cosine), start_s, end_s, page, facts=facts or Facts())


def picture(
    cosine: float,
    start_s: float | None = None,
    end_s: float | None = None,
    page: int | None = None,
    thumbnail: bytes | None = None,
    facts: Facts | None = None,
    shot: int | None = None,
    labels: Sequence[str] = (),
) -> FrameRow:
    return FrameRow(
        at(cosine),
        tuple(Tag(label, 0.9) for label in labels),
        start_s,
        end_s,
        start_s,
        page,
        thumbnail,
        facts or Facts(),
        length_s=None if start_s is None or end_s is None else end_s - start_s,
        shot=shot,
    )


def with_thumbnail(file: Asset, text: str) -> IndexedFile:
    """A file with one passage and one picture, which has a thumbnail."""
    return IndexedFile(file, [words(text)], [picture(0.0, thumbnail=b"webp")])


def texts(store: Store) -> list[str]:
    """The words of every row that a file of the library owns."""
    owners = {each.id for each in store.assets()}
    rows = store.table("segments").to_arrow().to_pylist()
    return sorted(row["text"] for row in rows if row["asset_id"] in owners)
