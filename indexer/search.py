"""A query to moments: lists by sense, fused by rank, joined by place, each with its reasons."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.hits import LOOKS, Found, Group, Way, allowed, basin, in_a_row, joined
from indexer.likes import Likes
from indexer.lists import Lists
from indexer.parts import Parts
from indexer.query import Query
from indexer.rows import FACTS, Asset, Row, facts_of
from indexer.store import Store
from indexer.takes import Candidate, with_takes
from rushes.facts import Facts
from rushes.moment import BY_FILTERS, Kind, Moment

_NEAREST = 3  # shown when nothing fits
_SPARE = 2  # times as many groups as moments are looked at: some of them are one
_AROUND_S = 45.0  # on either side of a picture that is found, its neighbours are compared
_OF_THE_PEAK = 0.7  # a neighbour is of what was asked for at this part of the peak's cosine
_MOST_ROWS = 5000


@dataclass(frozen=True)
class Results:
    """The moments that fit, best first. If none does, the nearest there are."""

    moments: tuple[Moment, ...] = ()
    nearest: tuple[Moment, ...] = ()


class Searcher:
    """Searches one library. The models are loaded by the first question."""

    def __init__(self, store: Store, parts: Parts) -> None:
        self.store = store
        self.parts = parts
        self._lists = Lists(store, parts)
        self._likes = Likes(store, parts)

    def search(self, query: Query, limit: int) -> Results:
        """The moments that fit, best first, at most `limit`.

        Raises:
            RushesError: a picture to search by is not there, or the library cannot be read.
        """
        return self.results(self.find(query), limit)

    def find(self, query: Query) -> Found:
        """What each list holds."""
        if query.is_empty:
            return Found({})
        demanded = self._lists.demanded(query)
        without = self._lists.forbidden(query)
        if query.like:
            wanted = self._likes.wanted(query)
            hits = self._lists.by_look(wanted.look, query, wanted.keeps)
            return Found({Way.LOOKS: hits}, demanded, without, wanted.look)
        if query.plain:
            lists, look = self._lists.of_words(query)
            return Found(lists, demanded, without, look)
        if demanded:
            return Found({}, demanded, without)
        return Found({BY_FILTERS: self._lists.listing(query)}, (), without)

    def results(self, found: Found, limit: int) -> Results:
        """The moments that lists make."""
        demands = {f"demand {i}": hits for i, hits in enumerate(found.demanded)}
        fitting = [
            group
            for group in joined({**found.fitting(), **demands})
            if demands.keys() <= group.ways
        ]
        moments = self._moments(allowed(fitting, found.without), found, limit)
        if moments:
            return Results(tuple(moments))
        others = allowed(joined({**found.lists, **demands}), found.without)
        return Results(nearest=tuple(self._moments(others, found, min(limit, _NEAREST))))

    def _moments(self, groups: Sequence[Group], found: Found, limit: int) -> list[Moment]:
        groups = in_a_row(groups[: limit * _SPARE])
        with ThreadPoolExecutor(1) as pool:
            rows = pool.submit(self._around, groups, found.look is not None)
            assets = self.store.seen_by_id(group.seed.asset_id for group in groups)
            assets = {key: asset.at_hand for key, asset in assets.items()}
            around = rows.result()
        groups = [group for group in groups if group.seed.asset_id in assets]
        if found.look is not None:
            groups = _spread(groups, around, found.look)
        shown = self._shown(groups, around)
        candidates = [
            self._candidate(group, assets[group.seed.asset_id], row)
            for group, row in zip(groups, shown, strict=True)
        ]
        moments = with_takes(candidates)[:limit]
        shown_of = (each for moment in moments for each in (moment, *moment.takes))
        self.store.bring(each.thumbnail for each in shown_of)
        return moments

    def _around(self, groups: Sequence[Group], vectors: bool) -> dict[str, list[Row]]:
        """The pictures at the groups' places and next to them, by file and in order."""
        if not groups:
            return {}
        # The index answers for the files, and only their rows are asked for the places.
        files = ", ".join(f"'{each}'" for each in {group.seed.asset_id for group in groups})
        places = " OR ".join(dict.fromkeys(_at(group) for group in groups))
        search = self.store.table("frames").search()
        search = search.where(f"asset_id IN ({files}) AND ({places})")
        columns = [*_PLACE, "vector"] if vectors else list(_PLACE)
        table = search.select(columns).with_row_id(True).limit(_MOST_ROWS).to_arrow()
        rows: list[Row] = table.select([*_PLACE, "_rowid"]).to_pylist()
        if vectors and rows:
            column = table["vector"].combine_chunks()
            values = column.values.to_numpy(zero_copy_only=False).reshape(len(rows), -1)
            for row, vector in zip(rows, values, strict=True):
                row["vector"] = vector
        by_asset: dict[str, list[Row]] = {}
        for row in sorted(rows, key=lambda row: (row["start_s"] or 0.0, row["page"] or 0)):
            by_asset.setdefault(row["asset_id"], []).append(row)
        return by_asset

    def _shown(self, groups: Sequence[Group], around: dict[str, list[Row]]) -> list[Row | None]:
        """The picture that is seen at each group's place, with what is known of it."""
        at = [_seen_at(group, around.get(group.seed.asset_id, [])) for group in groups]
        numbers = sorted({row["_rowid"] for row in at if row is not None})
        if not numbers:
            return list(at)
        search = self.store.table("frames").take_row_ids(numbers).with_row_id()
        known = {row["_rowid"]: row for row in search.select(list(_SHOWN)).to_list()}
        return [None if row is None else known[row["_rowid"]] for row in at]

    def _candidate(self, group: Group, asset: Asset, shown: Row | None) -> Candidate:
        thumbnail = shown["thumbnail"] if shown else None
        moment = Moment(
            path=asset.path,
            kind=asset.kind or Kind.DOCUMENT,
            start_s=group.start_s,
            end_s=group.end_s,
            page=group.seed.page,
            score=round(group.score, 6),
            reasons=group.reasons,
            text=group.text,
            thumbnail=self.store.thumbnails / thumbnail if thumbnail else None,
            facts=facts_of(shown) if shown else Facts(synthetic=asset.synthetic),
            fps=asset.fps,
            also_at=tuple(copy.path for copy in asset.copies),
        )
        # What is said in two takes may differ: only what was found by its looks is one thing.
        likeness = shown["likeness"] if shown and group.text is None else None
        return Candidate(moment, likeness)


_PLACE = ("asset_id", "start_s", "end_s", "page", "shot")
_SHOWN = ("thumbnail", "likeness", *FACTS)


def _spread(
    groups: Sequence[Group], around: dict[str, list[Row]], look: NDArray[np.float32]
) -> list[Group]:
    """Each picture's stretch widened to its neighbours that show the same, which are then one."""
    kept: list[Group] = []
    for group in groups:
        seed = group.seed
        into = next((each for each in kept if _within(seed.asset_id, seed.start_s, each)), None)
        if into is not None and seed.sense == LOOKS:
            into.absorb(group)
            continue
        kept.append(group)
        rows = around.get(seed.asset_id, [])
        at = next((i for i, row in enumerate(rows) if row["start_s"] == seed.start_s), None)
        if seed.sense != LOOKS or seed.start_s is None or at is None:
            continue
        nearness = (np.stack([row["vector"] for row in rows]) @ look).astype(np.float64)
        # Without a number a picture is by itself.
        shots = [i if row["shot"] is None else ("shot", row["shot"]) for i, row in enumerate(rows)]
        first, last = basin(nearness, shots, at, _OF_THE_PEAK * float(nearness[at]))
        group.start_s, group.end_s = rows[first]["start_s"], rows[last]["end_s"]
    return kept


def _within(asset_id: str, at_s: float | None, group: Group) -> bool:
    if asset_id != group.seed.asset_id or group.seed.sense != LOOKS:
        return False
    if at_s is None or group.start_s is None or group.end_s is None:
        return False
    return group.start_s <= at_s < group.end_s


def _at(group: Group) -> str:
    seed = group.seed
    where = f"asset_id = '{seed.asset_id}'"
    if seed.page is not None:
        return f"({where} AND page = {seed.page})"
    if seed.start_s is not None and seed.end_s is not None:
        around_s = _AROUND_S if seed.sense == LOOKS else 0.0
        begin_s, end_s = seed.start_s - around_s, seed.end_s + around_s
        return f"({where} AND start_s < {end_s!r} AND end_s > {begin_s!r})"
    return f"({where})"


def _seen_at(group: Group, rows: Sequence[Row]) -> Row | None:
    """The picture that is seen where something was found."""
    seed = group.seed
    for row in rows:
        if seed.page is not None:
            if row["page"] == seed.page:
                return row
        elif (
            seed.start_s is None
            or row["start_s"] is None
            or row["start_s"] <= seed.start_s < row["end_s"]
        ):
            return row
    return None
