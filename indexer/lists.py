"""One ranked list a sense: what a question finds by words, by meaning, by looks, by file name.

Every list by nearness ends where chance begins. Beyond its floor a hit does not fit: it is only
shown as the nearest there is, if nothing fits at all.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.coverage import content_words, present
from indexer.hits import LEAST, LOOKS, NAME, Hit, Way
from indexer.indices import UNINDEXED, nearest
from indexer.parts import Parts
from indexer.query import Query
from indexer.segments import Origin
from indexer.store import Store
from indexer.values import Among
from indexer.where import asks_of_shots, conditions, file_conditions, label_condition
from indexer.wording import Match, Wording, words_of
from rushes.moment import BY_FILTERS

_DEPTH = 40  # hits taken from each list
_DEEPER = 400  # where hits are dropped afterwards, or two lists must agree
_RERANKED = 24  # of the hits of each list
_OF_THE_BEST = 0.5  # a hit by vectors is as near as this part of the nearest one's cosine
_LEAST_WORDS = 3  # of a text that is found by its meaning: a word by itself has many
_LABELS_NAMED = 3

Row = Mapping[str, Any]
Columns = tuple[str, ...]
Vector = NDArray[np.float32]

_PLACE = ("asset_id", "start_s", "end_s", "page")
_WORDED = ("origin", "text")


class Lists:
    """Asks the tables of one library. The models are loaded by the first question."""

    def __init__(self, store: Store, parts: Parts) -> None:
        self._store = store
        self._parts = parts

    def of_words(self, query: Query) -> tuple[dict[str, list[Hit]], Vector | None]:
        """What the plain words find, by list, and the vector that pictures were compared with.

        The models are loaded while the tables are opened.
        """
        question = query.plain

        def vectors() -> tuple[Vector, Vector | None]:
            vision = self._parts.vision
            look = vision.encode_queries([question])[0] if vision else None
            return self._parts.text.encode_queries([question])[0], look

        with ThreadPoolExecutor(3) as pool:
            encoded = pool.submit(vectors)
            words = pool.submit(self._by_words, question, query)
            names = pool.submit(self._by_name, question, query)
            meaning, look = encoded.result()
            looks = None if look is None else pool.submit(self.by_look, look, query)
            lists: dict[str, list[Hit]] = {
                Way.WORDS: words.result(),
                Way.MEANING: self._by_meaning(meaning, self._where(query)),
                Way.NAMES: names.result(),
            }
            if looks is not None:
                lists[Way.LOOKS] = looks.result()
        return self._reranked(question, lists), look

    def by_look(
        self, vector: Vector, query: Query, keeps: Callable[[Vector], bool] | None = None
    ) -> list[Hit]:
        """The pictures nearest to a vector of the vision encoder, shape (dimensions,).

        With `keeps` the vector is a picture's, and only pictures that it lets through are given.
        """
        vision = self._parts.vision
        if vision is None:
            return []
        columns = ("labels",) if keeps is None else ("labels", "vector")
        rows = self._nearest("frames", vector, self._where(query), columns)
        if keeps is not None:
            rows = [row for row in rows if keeps(np.asarray(row["vector"], np.float32))]
        certainty = vision.certainty if keeps is None else vision.likeness
        return [
            replace(
                _hit(row, LOOKS, rank, matched=_labels(row)[:_LABELS_NAMED]),
                weight=certainty.of(1.0 - row["_distance"]),
            )
            for rank, row in enumerate(_near(rows), 1)
        ]

    def demanded(self, query: Query) -> list[list[Hit]]:
        """What a moment must have besides: a list for each phrase, wording and label asked for."""
        lists = [
            self._worded(Wording(phrase), None, self._where(query)) for phrase in query.phrases
        ]
        lists += [
            _merged([self._worded(each, origin, self._where(query)) for each in among.values])
            for origin, among in _wordings(query)
            if not among.negated
        ]
        lists += [
            self._labelled(among, self._where(query)) for among in query.labels if not among.negated
        ]
        return lists

    def forbidden(self, query: Query) -> list[Hit]:
        """What a moment must not have: words left out, wherever they are said or written."""
        hits = [hit for each in query.without for hit in self._worded(each, None, "")]
        for origin, among in _wordings(query):
            if among.negated:
                hits += [hit for each in among.values for hit in self._worded(each, origin, "")]
        for labels in query.labels:
            if labels.negated:
                hits += self._labelled(labels, "")
        for each in query.without:
            hits += self._labelled(Among((each.text,)), "")
        return hits

    def listing(self, query: Query) -> list[Hit]:
        """Everything that the filters let through, the best pictures first."""
        columns = ("sharpness", "exposure", "labels")
        rows = self._rows(
            self._store.table("frames").search(), self._where(query), columns, _DEEPER
        )
        rows.sort(key=lambda row: -(row["sharpness"] or 0.0) * (row["exposure"] or 0.0))
        hits = [_hit(row, BY_FILTERS, rank) for rank, row in enumerate(rows, 1)]
        if asks_of_shots(query):
            return hits
        seen = {hit.asset_id for hit in hits}
        files = self._assets(self._store.table("assets").search(), query, ())
        for row in files:
            if row["id"] not in seen:
                hits.append(Hit(row["id"], BY_FILTERS, len(hits) + 1))
        return hits

    def _by_words(self, question: str, query: Query) -> list[Hit]:
        search = self._store.table("segments").search(
            question, query_type="fts", fts_columns="text"
        )
        asked = content_words(question)
        hits: list[Hit] = []
        for row in self._rows(search, self._where(query), _WORDED + ("_score",)):
            words = present(asked, row["text"])
            weight = len(words) / len(asked)
            hit = _hit(row, Origin(row["origin"]).value, len(hits) + 1, matched=words)
            hits.append(replace(hit, weight=weight))
        return hits

    def _by_meaning(self, vector: Vector, where: str) -> list[Hit]:
        rows = self._nearest("segments", vector, where, _WORDED)
        told = [row for row in rows if len(row["text"].split()) >= _LEAST_WORDS]
        certainty = self._parts.text.certainty
        return [
            replace(
                _hit(row, Origin(row["origin"]).value, rank),
                weight=certainty.of(1.0 - row["_distance"]),
            )
            for rank, row in enumerate(_near(told), 1)
        ]

    def _by_name(self, question: str, query: Query) -> list[Hit]:
        search = self._store.table("assets").search(
            question, query_type="fts", fts_columns="name_words"
        )
        asked = content_words(question)
        hits: list[Hit] = []
        for row in self._assets(search, query, ("name_words", "_score")):
            words = present(asked, row["name_words"])
            weight = len(words) / len(asked)
            hits.append(Hit(row["id"], NAME, len(hits) + 1, weight=weight, matched=words))
        return self._with_a_shot(hits, query) if asks_of_shots(query) else hits

    def _with_a_shot(self, hits: Sequence[Hit], query: Query) -> list[Hit]:
        """Of the files found by name those with a shot that is as asked, at that shot."""
        if not hits:
            return []
        ids = ", ".join(f"'{hit.asset_id}'" for hit in hits)
        where = f"asset_id IN ({ids}) AND {self._where(query)}"
        rows = self._rows(self._store.table("frames").search(), where, (), _DEEPER)
        first: dict[str, Row] = {}
        for row in sorted(rows, key=lambda row: row["start_s"] or 0.0):
            first.setdefault(row["asset_id"], row)
        return [
            replace(
                hit, **{name: first[hit.asset_id][name] for name in ("start_s", "end_s", "page")}
            )
            for hit in hits
            if hit.asset_id in first
        ]

    def _worded(self, wording: Wording, origin: Origin | None, where: str) -> list[Hit]:
        """Words that are said, on the screen, or written just so."""
        if origin is not None:
            where = f"{where} AND origin = '{origin}'" if where else f"origin = '{origin}'"
        if wording.match is Match.MEANING:
            vector = self._parts.text.encode_queries([wording.text])[0]
            return [hit for hit in self._by_meaning(vector, where) if hit.weight >= LEAST]
        segments, words = self._store.table("segments"), words_of(wording.text)
        if UNINDEXED.issuperset(words):  # "to be or not to be": all texts have to be read
            like = f"lower(text) LIKE '%{'%'.join(words)}%'"
            where = " AND ".join(filter(None, (where, like)))
            rows = self._rows(segments.search(), where, _WORDED, _DEEPER)
        else:
            search = segments.search(_all_words(wording.text), query_type="fts", fts_columns="text")
            rows = self._rows(search, where, _WORDED + ("_score",), _DEEPER)
        rows = [row for row in rows if wording.is_in(row["text"])]
        return [
            _hit(row, Origin(row["origin"]).value, rank, matched=(wording.text,))
            for rank, row in enumerate(rows, 1)
        ]

    def _labelled(self, among: Among[str], where: str) -> list[Hit]:
        """Pictures in which something is seen that has one of these labels."""
        asked = label_condition(among.values)
        where = f"{where} AND {asked}" if where else asked
        rows = self._rows(self._store.table("frames").search(), where, ("labels",), _DEEPER)
        return [
            _hit(row, LOOKS, rank, matched=tuple(among.values)) for rank, row in enumerate(rows, 1)
        ]

    def _reranked(self, question: str, lists: dict[str, list[Hit]]) -> dict[str, list[Hit]]:
        """The hits by words and by meaning as a model judges them that reads both at once."""
        reranker = self._parts.reranker
        heads = {way: lists[way][:_RERANKED] for way in (Way.WORDS, Way.MEANING)}
        texts = list(dict.fromkeys(hit.text or "" for hits in heads.values() for hit in hits))
        if reranker is None or not texts:
            return lists
        scores = dict(zip(texts, reranker.scores(question, texts).tolist(), strict=True))
        ranked = dict(lists)
        for way, head in heads.items():
            judged = [replace(hit, weight=scores[hit.text or ""]) for hit in head]
            head = sorted(judged, key=lambda hit: -hit.weight)
            tail = lists[way][_RERANKED:]
            ranked[way] = [replace(hit, rank=i) for i, hit in enumerate([*head, *tail], 1)]
        return ranked

    def _where(self, query: Query) -> str:
        return conditions(query, self._folders(query))

    def _folders(self, query: Query) -> tuple[str, ...]:
        return self._store.folders() if query.folders else ()

    def _nearest(self, table: str, vector: Vector, where: str, columns: Columns) -> list[Row]:
        search = nearest(self._store.table(table), vector, where)
        return self._rows(search, "", (*columns, "_distance"))

    def _assets(self, search: Any, query: Query, columns: Columns) -> list[Row]:
        asked = file_conditions(query, self._folders(query))
        where = " AND ".join(filter(None, ("error IS NULL", asked)))
        search = search.where(where, prefilter=True).select(["id", *columns])
        rows: list[Row] = search.limit(_DEPTH).to_list()
        return rows

    def _rows(self, search: Any, where: str, columns: Columns, depth: int = _DEPTH) -> list[Row]:
        """The first rows of a search: the asset's id, the place and the columns asked for."""
        if where:
            search = search.where(where, prefilter=True)
        rows: list[Row] = search.select([*_PLACE, *columns]).limit(depth).to_list()
        return rows


def _wordings(query: Query) -> list[tuple[Origin, Among[Wording]]]:
    """What is to be said, seen or written, and what is not."""
    return [
        (origin, among)
        for origin, each in (
            (Origin.SAID, query.said),
            (Origin.ON_SCREEN, query.on_screen),
            (Origin.WRITTEN, query.written),
        )
        for among in each
    ]


def _all_words(text: str) -> Any:
    from lancedb.query import FullTextOperator, MatchQuery

    return MatchQuery(text, "text", operator=FullTextOperator.AND)  # type: ignore[call-arg]


def _near(rows: Sequence[Row]) -> list[Row]:
    """The rows that lie near beside the nearest: a list by vectors never ends by itself."""
    if not rows:
        return []
    least = _OF_THE_BEST * (1.0 - rows[0]["_distance"])
    return [row for row in rows if 1.0 - row["_distance"] >= least]


def _labels(row: Row) -> tuple[str, ...]:
    return tuple(row["labels"] or ())


def _merged(lists: Sequence[Sequence[Hit]]) -> list[Hit]:
    """The hits of several lists as one, the best ranks first."""
    hits = sorted((hit for each in lists for hit in each), key=lambda hit: hit.rank)
    return [replace(hit, rank=rank) for rank, hit in enumerate(hits, 1)]


def _hit(row: Row, sense: str, rank: int, matched: tuple[str, ...] = ()) -> Hit:
    return Hit(
        row["asset_id"],
        sense,
        rank,
        row["start_s"],
        row["end_s"],
        row["page"],
        text=row.get("text"),
        matched=matched,
    )
