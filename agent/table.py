"""What is on the table between two turns, and what follow-ups make of it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from agent.broll import Reel
from agent.followups import LARGER, Trim
from indexer.query import Query, parse
from rushes.errors import RushesError
from rushes.moment import Kind, Moment
from rushes.selects import Select, select_of

_LEAST_S = 0.2  # of a clip that is made shorter
_USUAL_LENGTH_S = 5.0  # of a shot whose length is not known


@dataclass(frozen=True)
class Table:
    """The moments or the reel that a turn ended with; numbers count from 1.

    `chosen` is the one that was looked at last.
    """

    query: Query = Query()
    moments: tuple[Moment, ...] = ()
    reel: Reel | None = None
    chosen: int = 1
    question: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.moments and self.reel is None

    def selects(self) -> list[Select]:
        """What an editor would be handed: the reel, or the moments of films and stills."""
        if self.reel is not None:
            return list(self.reel.timeline().selects)
        return [
            select_of(each)
            for each in self.moments
            if each.kind is Kind.IMAGE or each.end_s is not None
        ]

    def moment(self, number: int) -> Moment:
        """
        Raises:
            RushesError: there is none of that number.
        """
        shown = self._shown
        return shown[_index(number, len(shown))]

    def laid(self, moments: tuple[Moment, ...], query: Query | None) -> "Table":
        """With these on it, as the user sees them; a reel with other in and out points stays one.

        `query` is what they were found by, None if that is what it was.
        """
        if moments == self._shown and query in (None, self.query):
            return self
        if query is None and self.reel is not None and _are_clips_of(self.reel, moments):
            picks = tuple(
                replace(pick, start_s=moment.start_s or 0.0, end_s=moment.end_s or pick.end_s)
                for pick, moment in zip(self.reel.picks, moments, strict=True)
            )
            return replace(self, reel=replace(self.reel, picks=picks))
        asked = self.query if query is None else query
        return Table(asked, moments, question=self.question if query is None else "")

    def trimmed(self, trim: Trim, duration_s: float | None) -> "Table":
        """With one moment's in and out points moved, within its file.

        Raises:
            RushesError: there is none of that number, or it has no in and out points.
        """
        shown = self._shown
        at = _index(trim.number, len(shown))
        moment = shown[at]
        if moment.start_s is None or moment.end_s is None:
            raise RushesError(f"number {at + 1} has no in and out points")
        length_s = moment.end_s - moment.start_s
        before_s = trim.before_s + trim.part * length_s / 2
        after_s = trim.after_s + trim.part * length_s / 2
        start_s = max(0.0, moment.start_s - before_s)
        # What one end cannot give, the other does.
        end_s = moment.end_s + after_s + (start_s - (moment.start_s - before_s) if after_s else 0.0)
        if duration_s is not None and end_s > duration_s:
            start_s = max(0.0, start_s - (end_s - duration_s if before_s else 0.0))
            end_s = duration_s
        if end_s - start_s < _LEAST_S:
            raise RushesError(f"number {at + 1} lasts {length_s:.1f} s: it cannot be that short")
        return self._with(at, round(start_s, 3), round(end_s, 3))

    def narrowed(self, more: str) -> Query:
        """The same search, with more that must hold.

        Raises:
            QueryError: it cannot be understood.
        """
        return _merged(self.query, parse(more), instead=False)

    def otherwise(self, number: int, how: str) -> Query:
        """The same search for something that is wider, darker, longer, … than a moment.

        Raises:
            RushesError: there is none of that number, or nothing can be so.
        """
        filters = _other(self.moment(number), how)
        return _merged(self.query, parse(filters), instead=True)

    @property
    def _shown(self) -> tuple[Moment, ...]:
        if self.reel is None:
            return self.moments
        return tuple(
            replace(pick.moment, start_s=pick.start_s, end_s=pick.end_s) for pick in self.reel.picks
        )

    def _with(self, at: int, start_s: float, end_s: float) -> "Table":
        if self.reel is None:
            moments = list(self.moments)
            moments[at] = replace(moments[at], start_s=start_s, end_s=end_s)
            return replace(self, moments=tuple(moments), chosen=at + 1)
        picks = list(self.reel.picks)
        picks[at] = replace(picks[at], start_s=start_s, end_s=end_s)
        return replace(self, reel=replace(self.reel, picks=tuple(picks)), chosen=at + 1)


def _are_clips_of(reel: Reel, moments: tuple[Moment, ...]) -> bool:
    return [each.moment.path for each in reel.picks] == [each.path for each in moments]


def apart(moments: Iterable[Moment], other: Moment) -> tuple[Moment, ...]:
    """The moments that are not that other one."""
    return tuple(
        each
        for each in moments
        if (each.path, each.start_s, each.page) != (other.path, other.start_s, other.page)
    )


def _index(number: int, count: int) -> int:
    at = count - 1 if number == -1 else number - 1
    if not 0 <= at < count:
        raise RushesError(f"there is no number {number}: {count} are on the table")
    return at


def _merged(base: Query, more: Query, instead: bool) -> Query:
    """Both. `instead`: where both say something of one thing, only `more` does."""
    merged: dict[str, Any] = {}
    for each in fields(Query):
        mine, theirs = getattr(base, each.name), getattr(more, each.name)
        if each.name == "words":
            merged["words"] = " ".join(filter(None, (mine, theirs)))
        else:
            merged[each.name] = (
                theirs if instead and theirs else tuple(dict.fromkeys((*mine, *theirs)))
            )
    return Query(**merged)


def _other(moment: Moment, how: str) -> str:
    """Filters for what is `how` compared with a moment."""
    known = moment.facts
    if how in ("wider", "closer"):
        if known.size is None:
            sizes = LARGER[4:] if how == "wider" else LARGER[:3]
        else:
            at = LARGER.index(known.size)
            sizes = LARGER[at + 1 :] if how == "wider" else LARGER[:at]
        if not sizes:
            raise RushesError(f"it is {known.size} already: nothing is {how}")
        return f"shot:{','.join(sizes)}"
    if how in ("longer", "shorter"):
        length_s = _USUAL_LENGTH_S
        if moment.start_s is not None and moment.end_s is not None:
            length_s = moment.end_s - moment.start_s
        return f"len:>{length_s:.2f}" if how == "longer" else f"len:<{length_s:.2f}"
    if how in ("calmer", "livelier"):
        level = 0.5 if known.motion is None else min(0.999, max(0.001, known.motion))
        return f"motion:<{level:.3f}" if how == "calmer" else f"motion:>{level:.3f}"
    return {
        "brighter": "light:bright",
        "darker": "light:dark",
        "warmer": "light:warm",
        "colder": "light:cold",
        "steadier": "shake:low",
        "sharper": "sharp:high",
        "moving": "move:moving",
        "static": "move:static",
    }[how]
