"""A question to moments: one ranked list a sense, fused by rank, joined by place.

Scores of unlike senses say nothing beside each other, so only ranks are compared: reciprocal
rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009) with its k of 60. A hit by words counts
for the part of the question's words that it holds.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from indexer.coverage import content_words, coverage
from indexer.parts import Parts
from indexer.rows import Asset
from indexer.segments import Origin
from indexer.store import Store
from rushes.moment import Kind, Moment

_K = 60
_DEPTH = 60  # hits taken from each list
_OF_THE_BEST = 0.5  # a hit by vectors is as near as this part of the nearest one's cosine
_LEAST_WORDS = 3  # of a text that is found by its meaning: a word by itself has many
_OVERLAP = 0.5  # of the shorter of two stretches, for them to be one moment

LOOKS = "looks like"
NAME = "file name"


@dataclass(frozen=True)
class _Hit:
    """A row that one list found. `sense` is what a user calls the way it was found."""

    asset_id: str
    sense: str
    rank: int
    start_s: float | None = None
    end_s: float | None = None
    page: int | None = None
    text: str | None = None
    thumbnail: str | None = None
    weight: float = 1.0

    @property
    def score(self) -> float:
        return self.weight / (_K + self.rank)


class Searcher:
    """Searches one library. The models are loaded by the first question."""

    def __init__(self, store: Store, parts: Parts) -> None:
        self._store = store
        self._parts = parts

    def search(self, words: str, limit: int, kind: Kind | None = None) -> list[Moment]:
        """The moments that fit `words`, best first, at most `limit`."""
        words = words.strip()
        if not words or limit < 1:
            return []
        lists = self._lists(words, kind)
        assets = self._store.assets_by_id(hit.asset_id for hits in lists for hit in hits)
        groups = _joined([[hit for hit in hits if hit.asset_id in assets] for hits in lists])
        found = sorted(groups, key=lambda group: -group.score)[:limit]
        return [self._moment(group, assets[group.seed.asset_id]) for group in found]

    def _lists(self, words: str, kind: Kind | None) -> list[list[_Hit]]:
        """One ranked list a sense. The models are loaded while the tables are opened."""

        def vectors() -> tuple[Any, Any]:
            vision = self._parts.vision
            look = vision.encode_queries([words])[0] if vision else None
            return self._parts.text.encode_queries([words])[0], look

        with ThreadPoolExecutor(1) as pool:
            encoded = pool.submit(vectors)
            by_words, by_name = self._by_words(words, kind), self._by_name(words, kind)
            meaning, look = encoded.result()
        return [by_words, by_name, self._by_meaning(meaning, kind), self._by_look(look, kind)]

    def _by_words(self, words: str, kind: Kind | None) -> list[_Hit]:
        query = self._store.table("segments").search(words, query_type="fts", fts_columns="text")
        hits = _segment_hits(_limited(query, kind, columns=("origin", "text", "_score")))
        asked = content_words(words)
        return [replace(hit, weight=coverage(asked, hit.text or "")) for hit in hits]

    def _by_meaning(self, vector: Any, kind: Kind | None) -> list[_Hit]:
        query: Any = self._store.table("segments").search(vector)
        query = query.distance_type("cosine")
        rows = _limited(query, kind, columns=("origin", "text", "_distance"))
        told = [row for row in rows if len(row["text"].split()) >= _LEAST_WORDS]
        return _segment_hits(_near(told, self._parts.text.floor))

    def _by_name(self, words: str, kind: Kind | None) -> list[_Hit]:
        query = self._store.table("assets").search(
            words, query_type="fts", fts_columns="name_words"
        )
        rows = _limited(query, kind, "id", "error IS NULL", columns=("name_words", "_score"))
        asked = content_words(words)
        return [
            _Hit(row["id"], NAME, rank, weight=coverage(asked, row["name_words"]))
            for rank, row in enumerate(rows, 1)
        ]

    def _by_look(self, vector: Any, kind: Kind | None) -> list[_Hit]:
        vision = self._parts.vision
        if vector is None or vision is None:
            return []
        query: Any = self._store.table("frames").search(vector)
        query = query.distance_type("cosine")
        rows = _limited(query, kind, columns=("thumbnail", "_distance"))
        return [
            _Hit(
                row["asset_id"],
                LOOKS,
                rank,
                row["start_s"],
                row["end_s"],
                row["page"],
                thumbnail=row["thumbnail"],
            )
            for rank, row in enumerate(_near(rows, vision.floor), 1)
        ]

    def _moment(self, group: "_Group", asset: Asset) -> Moment:
        seed = group.seed
        thumbnail = group.first("thumbnail") or self._thumbnail_at(asset, seed)
        return Moment(
            path=asset.path,
            kind=asset.kind or Kind.DOCUMENT,
            start_s=seed.start_s,
            end_s=seed.end_s,
            page=seed.page,
            score=round(group.score, 6),
            senses=group.senses,
            text=group.first("text"),
            thumbnail=self._store.thumbnails / thumbnail if thumbnail else None,
            fps=asset.fps,
        )

    def _thumbnail_at(self, asset: Asset, hit: _Hit) -> str | None:
        """The picture that is seen where words were found."""
        where = f"asset_id = '{asset.id}'"
        if hit.page is not None:
            where += f" AND page = {hit.page}"
        elif hit.start_s is not None:
            where += f" AND start_s <= {hit.start_s} AND end_s > {hit.start_s}"
        frames = self._store.table("frames").search().where(where)
        rows = frames.select(["thumbnail", "start_s"]).limit(100).to_list()
        rows.sort(key=lambda row: row["start_s"] or 0.0)
        return rows[0]["thumbnail"] if rows else None


class _Group:
    """Hits that mean one moment. The first, which ranks best, says where it is."""

    def __init__(self, seed: _Hit) -> None:
        self.seed = seed
        self._hits = [seed]
        self._best: dict[int, float] = {}

    def add(self, hit: _Hit, source: int) -> None:
        """Take a hit in. `source` is the list that it is from: each counts once."""
        if hit is not self.seed:
            self._hits.append(hit)
        self._best[source] = max(hit.score, self._best.get(source, 0.0))

    @property
    def score(self) -> float:
        return sum(self._best.values())

    @property
    def senses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(hit.sense for hit in self._hits))

    def first(self, field: str) -> str | None:
        """The best hit's value of a field that some hits lack."""
        return next((value for hit in self._hits if (value := getattr(hit, field))), None)


def _joined(lists: Sequence[Sequence[_Hit]]) -> list[_Group]:
    """The hits of all lists as moments. Those of file names come last: they have no place."""
    hits = [(hit, source) for source, each in enumerate(lists) for hit in each]
    hits.sort(key=lambda pair: (pair[0].sense == NAME, -pair[0].score))
    by_asset: dict[str, list[_Group]] = {}
    for hit, source in hits:
        groups = by_asset.setdefault(hit.asset_id, [])
        if hit.sense == NAME:
            group = max(groups, key=lambda each: each.score, default=None)
        else:
            group = next((each for each in groups if _same_place(each.seed, hit)), None)
        if group is None:
            group = _Group(hit)
            groups.append(group)
        group.add(hit, source)
    return [group for groups in by_asset.values() for group in groups]


def _near(rows: Sequence[dict[str, Any]], floor: float) -> list[dict[str, Any]]:
    """The rows whose vectors lie near enough to mean something.

    A list by vectors never ends, and what is found in two lists ranks high: without a floor,
    what fits badly twice would stand before what fits well once.
    """
    if not rows:
        return []
    least = max(floor, _OF_THE_BEST * (1.0 - rows[0]["_distance"]))
    return [row for row in rows if 1.0 - row["_distance"] >= least]


def _segment_hits(rows: Sequence[dict[str, Any]]) -> list[_Hit]:
    return [
        _Hit(
            row["asset_id"],
            Origin(row["origin"]).value,
            rank,
            row["start_s"],
            row["end_s"],
            row["page"],
            text=row["text"],
        )
        for rank, row in enumerate(rows, 1)
    ]


def _same_place(a: _Hit, b: _Hit) -> bool:
    if a.start_s is None or a.end_s is None or b.start_s is None or b.end_s is None:
        return a.page == b.page and (a.start_s is None) == (b.start_s is None)
    shared = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    shorter = min(a.end_s - a.start_s, b.end_s - b.start_s)
    return shared > 0 and shared >= _OVERLAP * shorter


def _limited(
    query: Any,
    kind: Kind | None,
    asset: str = "asset_id",
    condition: str = "",
    columns: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """The first rows of a query: the asset's id, the place and the columns asked for."""
    conditions = [condition] if condition else []
    if kind is not None:
        conditions.append(f"kind = '{kind}'")
    if conditions:
        query = query.where(" AND ".join(conditions), prefilter=True)
    place = ("start_s", "end_s", "page") if asset == "asset_id" else ()
    rows: list[dict[str, Any]] = query.select([asset, *place, *columns]).limit(_DEPTH).to_list()
    return rows
