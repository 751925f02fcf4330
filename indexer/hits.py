"""What the lists of a search hold, and how their hits become places in files.

Scores of unlike senses say nothing beside each other, so ranks are compared: reciprocal rank
fusion (Cormack, Clarke and Büttcher, SIGIR 2009). A hit counts for as much as it is likely to be an
answer, by the calibration of its encoder or by the part of the words that it holds: the best of a
list that has no answer must not stand beside the best of one that has. The k of 10 instead of 60
was chosen on half of tests/quality/library.json; what is first then weighs more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from indexer.segments import Origin
from rushes.moment import Reason

_K = 10
_RIPPLE = 0.05
_PAUSE_S = 1.2  # between two sentences, for them to be said in a row
_AS_WELL = 0.5
_OVERLAP = 0.5  # of the shorter of two stretches, for them to be one moment

LEAST = 0.25
"""If no hit is as likely as this to be an answer, there is none."""

_LEAST_BESIDE = 0.1  # beside one that is, less will do

LOOKS = "looks like"
NAME = "file name"


class Way(StrEnum):
    """The lists that a question goes to."""

    WORDS = "words"
    MEANING = "meaning"
    LOOKS = "looks"
    NAMES = "names"


@dataclass(frozen=True)
class Hit:
    """A row that one list found.

    `sense` is what a user calls the way it was found: said, written, on-screen, looks like, file
    name. `weight` is how likely it is to be an answer, 0 to 1.
    """

    asset_id: str
    sense: str
    rank: int
    start_s: float | None = None
    end_s: float | None = None
    page: int | None = None
    text: str | None = None
    weight: float = 1.0
    matched: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        return self.weight / (_K + self.rank)


@dataclass(frozen=True)
class Found:
    """What the lists of a query hold. `look` is the vector that pictures were compared with.

    A moment needs a hit of each list of `demanded` and has none of `without`.
    """

    lists: Mapping[str, Sequence[Hit]]
    demanded: Sequence[Sequence[Hit]] = ()
    without: Sequence[Hit] = ()
    look: NDArray[np.float32] | None = None

    def fitting(self) -> dict[str, list[Hit]]:
        """Each list to where its hits are too far from the question to be answers to it."""
        hits = [hit for each in self.lists.values() for hit in each]
        if not any(hit.weight >= LEAST for hit in hits):
            return {}
        return {
            way: [hit for hit in each if hit.weight >= _LEAST_BESIDE]
            for way, each in self.lists.items()
        }

    def only(self, ways: frozenset[str]) -> "Found":
        """With some of the lists."""
        return replace(self, lists={way: hits for way, hits in self.lists.items() if way in ways})


class Group:
    """Hits that mean one moment. The first, which ranks best, says where it is."""

    def __init__(self, seed: Hit) -> None:
        self.seed = seed
        self.start_s, self.end_s = seed.start_s, seed.end_s
        self._hits: list[Hit] = []
        self._best: dict[str, float] = {}

    def add(self, hit: Hit, way: str) -> None:
        """Take a hit in. `way` is the list that it is from: each counts once."""
        self._hits.append(hit)
        self._best[way] = max(hit.score, self._best.get(way, 0.0))

    def absorb(self, other: "Group") -> None:
        """Take in what another group holds, and the stretch that it stands for."""
        self._hits += other._hits
        if self.start_s is not None and other.start_s is not None:
            self.start_s = min(self.start_s, other.start_s)
        if self.end_s is not None and other.end_s is not None:
            self.end_s = max(self.end_s, other.end_s)
        for way, score in other._best.items():
            self._best[way] = max(score, self._best.get(way, 0.0))

    @property
    def score(self) -> float:
        return sum(self._best.values())

    @property
    def ways(self) -> frozenset[str]:
        return frozenset(self._best)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The best hit of each sense, the best sense first."""
        best: dict[str, Hit] = {}
        for hit in self._hits:
            if hit.sense not in best or hit.rank < best[hit.sense].rank:
                best[hit.sense] = hit
        matched: dict[str, dict[str, None]] = {sense: {} for sense in best}
        for hit in self._hits:
            matched[hit.sense].update(dict.fromkeys(hit.matched))
        return tuple(Reason(sense, hit.rank, tuple(matched[sense])) for sense, hit in best.items())

    @property
    def text(self) -> str | None:
        """The words of the best hit that has some; of sentences said in a row, all of them."""
        best = next((hit for hit in self._hits if hit.text), None)
        if best is None or best.start_s is None:
            return best.text if best else None
        row = {hit.start_s: hit.text for hit in self._hits if hit.sense == best.sense}
        within = [start_s for start_s in row if start_s is not None and self._covers(start_s)]
        return " ".join(row[start_s] or "" for start_s in sorted(within)) or best.text

    def _covers(self, at_s: float) -> bool:
        return (
            self.start_s is not None
            and self.end_s is not None
            and self.start_s <= at_s < self.end_s
        )

    def continues(self, other: "Group") -> bool:
        """Whether both are said in one file, one right after the other, and fit about as well."""
        if self.seed.sense != other.seed.sense or self.seed.asset_id != other.seed.asset_id:
            return False
        times = (self.start_s, self.end_s, other.start_s, other.end_s)
        if self.seed.sense != Origin.SAID or any(time is None for time in times):
            return False
        start_s, end_s, other_start_s, other_end_s = (time or 0.0 for time in times)
        apart_s = max(start_s, other_start_s) - min(end_s, other_end_s)
        return apart_s <= _PAUSE_S and self.score >= _AS_WELL * other.score


def joined(lists: Mapping[str, Sequence[Hit]]) -> list[Group]:
    """The hits of all lists as moments, best first.

    A file's name has no place: it speaks for the best moment of its file.
    """
    hits = [(hit, way) for way, each in lists.items() for hit in each]
    hits.sort(key=lambda pair: (pair[0].sense == NAME, -pair[0].score))
    by_asset: dict[str, list[Group]] = {}
    for hit, way in hits:
        groups = by_asset.setdefault(hit.asset_id, [])
        if hit.sense == NAME:
            group = max(groups, key=lambda each: each.score, default=None)
        else:
            group = next((each for each in groups if same_place(each.seed, hit)), None)
        if group is None:
            group = Group(hit)
            groups.append(group)
        group.add(hit, way)
    found = [group for groups in by_asset.values() for group in groups]
    return sorted(found, key=lambda group: -group.score)


def in_a_row(groups: Sequence[Group]) -> list[Group]:
    """Sentences that follow each other become one moment, at the place of the better one."""
    kept: list[Group] = []
    for group in groups:
        before = next((each for each in kept if group.continues(each)), None)
        if before is None:
            kept.append(group)
        else:
            before.absorb(group)
    return kept


def allowed(groups: Sequence[Group], without: Sequence[Hit]) -> list[Group]:
    """The groups at whose places nothing is that must not be there."""
    by_asset: dict[str, list[Hit]] = {}
    for hit in without:
        by_asset.setdefault(hit.asset_id, []).append(hit)
    return [
        group
        for group in groups
        if not any(same_place(group.seed, hit) for hit in by_asset.get(group.seed.asset_id, ()))
    ]


def same_place(a: Hit, b: Hit) -> bool:
    """Whether two hits of one file mean the same moment of it."""
    if a.start_s is None or a.end_s is None or b.start_s is None or b.end_s is None:
        return a.page == b.page and (a.start_s is None) == (b.start_s is None)
    shared = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    shorter = min(a.end_s - a.start_s, b.end_s - b.start_s)
    return shared > 0 and shared >= _OVERLAP * shorter


def basin(
    nearness: NDArray[np.float64], shots: Sequence[object], seed: int, least: float
) -> tuple[int, int]:
    """The stretch around the peak `seed` of `nearness`, shape (frames,), as first and last index.

    The water falls from the peak: neighbours of the same shot join as long as they lie above
    `least`, and until the way climbs to another peak (a watershed on one line: Vincent and
    Soille, PAMI 1991). A climb of less than `_RIPPLE` of the peak is none.
    """
    ripple = _RIPPLE * abs(float(nearness[seed]))

    def reach(step: int) -> int:
        at, lowest = seed, float(nearness[seed])
        while 0 <= at + step < len(nearness) and shots[at + step] == shots[seed]:
            following = float(nearness[at + step])
            if following < least or following > lowest + ripple:
                break
            at, lowest = at + step, min(lowest, following)
        return at

    return reach(-1), reach(1)
