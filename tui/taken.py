"""What is on a contact sheet, and what a user made of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rushes.moment import Moment
from tui.verbs import Verb

_EITHER = (frozenset({Verb.SELECT, Verb.REJECT}), frozenset({Verb.UP, Verb.DOWN}))
"""Of each of these there is one at most."""

_NAMES = {Verb.SELECT: "selected", Verb.REJECT: "rejected"}

_Place = tuple[Path, float | None, float | None, int | None]


class Taken:
    """Moments in order, their takes closed or open, each with its marks.

    Marks go with the place in the file: what is found again is still marked.
    """

    def __init__(self) -> None:
        self._moments: list[Moment] = []
        self._shown: tuple[Moment, ...] = ()
        self._open: dict[int, int] = {}
        self._marks: dict[_Place, frozenset[Verb]] = {}

    @property
    def moments(self) -> tuple[Moment, ...]:
        return self._shown

    def show(self, moments: Sequence[Moment]) -> None:
        self._moments = list(moments)
        self._open = {}
        self._shown = tuple(self._moments)

    def replace(self, index: int, moment: Moment) -> None:
        before = self._moments[index]
        self._moments[index] = moment
        self._shown = tuple(self._moments)
        if marks := self._marks.pop(_place(before), frozenset()):
            self._marks[_place(moment)] = marks

    def toggle(self, index: int) -> int:
        """Open or close the takes of a moment. Returns where the cursor is to be."""
        owner = next((o for o, count in self._open.items() if o <= index <= o + count), None)
        if owner is not None:
            count = self._open.pop(owner)
            self._moments[owner] = replace(
                self._moments[owner], takes=tuple(self._moments[owner + 1 : owner + count + 1])
            )
            del self._moments[owner + 1 : owner + count + 1]
            self._shift(owner, -count)
        elif takes := self._moments[index].takes:
            owner = index
            self._shift(owner, len(takes))
            self._moments[index] = replace(self._moments[index], takes=())
            self._moments[index + 1 : index + 1] = takes
            self._open[owner] = len(takes)
        self._shown = tuple(self._moments)
        return index if owner is None else owner

    def mark(self, moment: Moment, verb: Verb | None) -> None:
        marks = self.marks(moment)
        if verb is None:
            marks = frozenset()
        else:
            marks -= next((each for each in _EITHER if verb in each), frozenset())
            marks |= {verb}
        self._marks[_place(moment)] = marks

    def marks(self, moment: Moment) -> frozenset[Verb]:
        return self._marks.get(_place(moment), frozenset())

    def counts(self) -> Iterator[tuple[str, int]]:
        """How many of those that are shown are selected, and rejected."""
        for verb, name in _NAMES.items():
            places = {place for place, marks in self._marks.items() if verb in marks}
            yield name, sum(_place(each) in places for each in self._shown) if places else 0

    def _shift(self, after: int, by: int) -> None:
        self._open = {o + by if o > after else o: count for o, count in self._open.items()}


def _place(moment: Moment) -> _Place:
    return moment.path, moment.start_s, moment.end_s, moment.page
