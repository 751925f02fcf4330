"""What stands, is said or is seen in a file: words and pictures that the library holds of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.embed.encoders import Tag
from indexer.rows import FACTS, Asset, Row, facts_of
from indexer.segments import Origin, Word
from rushes.facts import Facts
from rushes.moment import Kind

if TYPE_CHECKING:
    from indexer.store import Store


@dataclass(frozen=True)
class Passage:
    """Words of a file, with their place. `words` are those of speech, each with its time."""

    path: Path
    kind: Kind
    text: str
    origin: Origin
    start_s: float | None = None
    end_s: float | None = None
    page: int | None = None
    heading: str | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Shown:
    """One picture of a file, with what is known of it. A frame stands for a part of shot `shot`.

    `at_s` is when it was taken; `thumbnail` is a WebP file; `likeness` tells near duplicates
    (indexer/likeness.py).
    """

    path: Path
    kind: Kind
    start_s: float | None = None
    end_s: float | None = None
    at_s: float | None = None
    page: int | None = None
    shot: int | None = None
    thumbnail: Path | None = None
    tags: tuple[Tag, ...] = ()
    facts: Facts = field(default=Facts())
    fps: Fraction | None = None
    likeness: bytes | None = field(default=None, repr=False)


def passages(store: "Store", assets: Sequence[Asset]) -> list[Passage]:
    """The words of some files, in the order of the files and then of their places."""
    columns = ["asset_id", "origin", "text", "start_s", "end_s", "page", "heading", "word_times"]
    return [
        Passage(
            path=asset.path,
            kind=asset.kind or Kind.DOCUMENT,
            text=row["text"],
            origin=Origin(row["origin"]),
            start_s=row["start_s"],
            end_s=row["end_s"],
            page=row["page"],
            heading=row["heading"],
            words=_words(row),
        )
        for asset, row in _rows(store, "segments", assets, columns)
    ]


def pictures(store: "Store", assets: Sequence[Asset]) -> list[Shown]:
    """The pictures of some files, in the order of the files and then of their places."""
    columns = ["asset_id", "start_s", "end_s", "page", "at_s", "shot", "thumbnail", "labels",
               "label_scores", "likeness", *FACTS]  # fmt: skip
    shown = [
        Shown(
            path=asset.path,
            kind=asset.kind or Kind.DOCUMENT,
            start_s=row["start_s"],
            end_s=row["end_s"],
            at_s=row["at_s"],
            page=row["page"],
            shot=row["shot"],
            thumbnail=store.thumbnails / row["thumbnail"] if row["thumbnail"] else None,
            tags=tuple(map(Tag, row["labels"] or (), row["label_scores"] or ())),
            facts=facts_of(row),
            fps=asset.fps,
            likeness=row["likeness"],
        )
        for asset, row in _rows(store, "frames", assets, columns)
    ]
    store.bring(each.thumbnail for each in shown)
    return shown


def _rows(
    store: "Store", table: str, assets: Sequence[Asset], columns: Sequence[str]
) -> list[tuple[Asset, Row]]:
    by_id = {asset.id: asset for asset in assets}
    if not by_id:
        return []
    ids = ", ".join(f"'{each}'" for each in by_id)
    search = store.table(table).search().where(f"asset_id IN ({ids})")
    rows: list[Row] = search.select(list(columns)).with_row_id(True).limit(None).to_list()
    order = {each: number for number, each in enumerate(by_id)}
    rows.sort(
        key=lambda row: (
            order[row["asset_id"]],
            row["page"] or 0,
            row["start_s"] or 0.0,
            row["_rowid"],  # of one place, as its reader gave them
        )
    )
    return [(by_id[row["asset_id"]], row) for row in rows]


def _words(row: Row) -> tuple[Word, ...]:
    times = row["word_times"]
    texts = row["text"].split()
    if not times or len(times) != 2 * len(texts):
        return ()
    spans = list(pairwise(times))[::2]
    return tuple(
        Word(text, float(start_s), float(end_s))
        for text, (start_s, end_s) in zip(texts, spans, strict=True)
    )
