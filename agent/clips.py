"""The footage that could be cut to a line: what shows it, and which part of it is usable."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agent.lines import Script
from indexer.hits import LEAST, NAME, Found, Hit, Way
from indexer.library import Library
from indexer.likeness import ALIKE, alike_to
from indexer.query import Query
from indexer.reading import Shown
from indexer.segments import Origin
from indexer.values import Among
from rushes.facts import Facts, ShotSize, Sound
from rushes.jobs import Job
from rushes.moment import Kind, Moment

SHORTEST_S = 1.0
"""A shot shorter than this is a flash."""

STILL_S = 5.0
"""So long a still can be looked at."""

_LOOKED_AT = 20  # moments for each line
_MOST_WORDS = 60  # of a line: what comes later says nothing that a picture could show

# The best picture must stand out by so much from the tenth, half of which is chance, or the line is
# a gap: where nothing shows what is asked for, many pictures are as near as the best. On the tuning
# half of benchmarks/broll.py that keeps 0.85 of the right firsts and refuses 0.61 of what is not
# there; a floor for the best alone that refuses as many keeps 0.75, and in a library of fifty
# pictures half as many.
_STANDS_OUT, _LOOSELY = 0.2, 0.1
_CHANCE, _TENTH = 0.5, 9

_GOOD = 0.3  # as likely as this must be what is found by words
_GOOD_BESIDE = 0.2  # and pictures beside one that stands out

_INSTEAD = 0.8  # what shows something like it is worth so much beside what shows the line

# What is said while a shot runs, or stands in it, says less of its picture than what it looks like;
# and of a file's name one word of three says nothing.
_WORTH: dict[str, float] = {
    Origin.SAID: 0.4,
    Origin.ON_SCREEN: 0.4,
    Origin.WRITTEN: 0.4,
    Origin.HEARD: 0.8,
    NAME: 0.6,
}

_FACES = (
    ShotSize.EXTREME_CLOSE_UP,
    ShotSize.CLOSE_UP,
    ShotSize.MEDIUM_CLOSE_UP,
    ShotSize.MEDIUM,
)
_TOUCHING_S = 0.1


@dataclass(frozen=True)
class Clip:
    """A moment that shows a line, and the stretch of it that may be cut in.

    The stretch is the usable part of its shot; of a still, from 0 to how long it can be looked at.
    `fit` is 1 for the best of its line. Clips with one `look` show nearly the same, or are parts
    of one shot: only one of them can be in a reel.
    """

    moment: Moment
    start_s: float
    end_s: float
    fit: float
    look: int = 0

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s

    @property
    def facts(self) -> Facts:
        return self.moment.facts

    @property
    def is_still(self) -> bool:
        return self.moment.kind is Kind.IMAGE


@dataclass(frozen=True)
class Choices:
    """The clips that show a line, the best first, and the moment that comes nearest to it."""

    clips: tuple[Clip, ...] = ()
    nearest: Moment | None = None


def clips_for(script: Script, library: Library, job: Job) -> list[Choices]:
    """The clips for each line of a script.

    Raises:
        LibraryError: there is no library, or not one that can be read.
        Cancelled: the user asked to stop.
    """
    asked: dict[str, tuple[list[Moment], Moment | None]] = {}
    least = {line.text: _STANDS_OUT for line in script.lines}
    least |= {line.instead: _LOOSELY for line in script.lines if line.instead}
    for done, (text, stands_out) in enumerate(least.items()):
        job.check_cancelled()
        job.report("looking for clips", done, len(least), text[:60])
        asked[text] = _moments(text, library, script.source, stands_out)
    paths = dict.fromkeys(m.path for moments, _ in asked.values() for m in moments)
    pictures: dict[Path, list[Shown]] = {}
    for shown in library.pictures(list(paths)):
        pictures.setdefault(shown.path, []).append(shown)
    looks = _Looks()
    choices = {
        text: Choices(tuple(_clips(moments, pictures, looks)), nearest)
        for text, (moments, nearest) in asked.items()
    }
    return [_either(choices[line.text], choices.get(line.instead)) for line in script.lines]


def _either(just: Choices, instead: Choices | None) -> Choices:
    if instead is None or instead is just:
        return just
    looks = {clip.look for clip in just.clips}
    others = (replace(clip, fit=_INSTEAD * clip.fit) for clip in instead.clips)
    clips = (*just.clips, *(clip for clip in others if clip.look not in looks))
    return Choices(clips, just.nearest or instead.nearest)


def _moments(
    text: str, library: Library, source: Path | None, stands_out: float
) -> tuple[list[Moment], Moment | None]:
    """What shows a text, and what comes nearest to it."""
    words = " ".join(text.split()[:_MOST_WORDS])
    query = Query(words=words, kinds=(Among((Kind.VIDEO, Kind.IMAGE)),))
    searcher = library.searcher()
    found = _of_pictures(searcher.find(query))
    moments = list(searcher.results(_good(found, stands_out), _LOOKED_AT).moments)
    if source is not None:  # the voice itself is no picture for its words
        moments = [each for each in moments if each.path != source.absolute()]
    if moments:
        return moments, moments[0]
    others = searcher.results(found, 1)
    return [], next(iter(others.moments or others.nearest), None)


def _of_pictures(found: Found) -> Found:
    lists = {way: [_weighed(hit) for hit in hits] for way, hits in found.lists.items()}
    return replace(found, lists=lists)


def _weighed(hit: Hit) -> Hit:
    return replace(hit, weight=_WORTH.get(hit.sense, 1.0) * hit.weight)


def _good(found: Found, stands_out: float) -> Found:
    """The hits that show what was asked for."""
    lists = dict(found.lists)
    looks = [hit.weight for hit in lists.pop(Way.LOOKS, ())]
    tenth = looks[_TENTH] if len(looks) > _TENTH else 0.0
    good = {way: [h for h in hits if h.weight >= _GOOD] for way, hits in lists.items()}
    if looks and looks[0] - _CHANCE * tenth >= stands_out:
        hits = found.lists[Way.LOOKS]
        good[Way.LOOKS] = [hit for hit in hits if hit is hits[0] or hit.weight >= _GOOD_BESIDE]
    # Search has a floor of its own, for all that it is asked: these are above ours.
    return replace(
        found,
        lists={
            way: [replace(hit, weight=max(LEAST, hit.weight)) for hit in hits]
            for way, hits in good.items()
        },
    )


def _clips(
    moments: Iterable[Moment], pictures: dict[Path, list[Shown]], looks: "_Looks"
) -> list[Clip]:
    clips: list[Clip] = []
    for moment in moments:
        at = _home(moment, pictures.get(moment.path, []))
        if at is None or _is_talking_head(moment, at.facts):
            continue
        moment = replace(moment, facts=at.facts)
        shot = _shot(at, pictures[moment.path])
        stretch = (0.0, STILL_S) if moment.kind is Kind.IMAGE else _usable(moment, shot)
        if stretch is not None and stretch[1] - stretch[0] >= SHORTEST_S:
            clips.append(Clip(moment, *stretch, moment.score, looks.of(at, shot)))
    best = max((clip.fit for clip in clips), default=1.0)
    # Squared, since what is found second is right far less often than its score says: without it
    # fewer lines of the tuning half get a right clip (0.304 for 0.319, neighbours left aside).
    return [replace(clip, fit=(clip.fit / best) ** 2) for clip in clips]


def _home(moment: Moment, rows: Sequence[Shown]) -> Shown | None:
    """The picture that stands for a moment: of a file found by its name, the first usable one."""
    if moment.kind is Kind.IMAGE or moment.start_s is None or moment.end_s is None:
        return next((row for row in rows if row.facts.usable_s), rows[0] if rows else None)
    start_s, end_s = moment.start_s, moment.end_s

    def shared_s(row: Shown) -> float:
        return min(end_s, row.end_s or 0.0) - max(start_s, row.start_s or 0.0)

    return max(rows, key=shared_s, default=None)


def _is_talking_head(moment: Moment, facts: Facts) -> bool:
    """Found only by what its speaker says: their face is no picture of it."""
    return (
        moment.senses == (Origin.SAID,)
        and Sound.SPEECH in facts.sound
        and facts.people != 0
        and (facts.size is None or facts.size in _FACES)
    )


def _shot(at: Shown, rows: Sequence[Shown]) -> list[Shown]:
    """The pictures of the shot that one of them is from, in order."""
    if at.shot is None:
        return [at]
    return [row for row in rows if row.shot == at.shot]


def _usable(moment: Moment, shot: Sequence[Shown]) -> tuple[float, float] | None:
    """The usable stretch of a shot that has the most of the moment. A long shot is in parts."""
    stretches: list[tuple[float, float]] = []
    for row in shot:
        if row.start_s is None or row.end_s is None:
            continue
        # What was never looked at, as too short a shot, has no usable part and no fault either.
        part = row.facts.usable_s or (
            (row.start_s, row.end_s) if row.facts.sharpness is None else None
        )
        if part is None:
            continue
        if stretches and part[0] - stretches[-1][1] <= _TOUCHING_S:
            stretches[-1] = (stretches[-1][0], part[1])
        else:
            stretches.append(part)
    if moment.start_s is None or moment.end_s is None:
        return max(stretches, key=lambda each: each[1] - each[0], default=None)
    start_s, end_s = moment.start_s, moment.end_s
    return max(
        stretches, key=lambda each: min(end_s, each[1]) - max(start_s, each[0]), default=None
    )


class _Looks:
    """Numbers for what clips show: one number for one shot, and for all that look nearly alike."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Path, int | None], int] = {}
        self._known: list[tuple[bytes, int]] = []

    def of(self, at: Shown, shot: Sequence[Shown]) -> int:
        key = (at.path, at.shot)
        if key in self._numbers:
            return self._numbers[key]
        marks = [row.likeness for row in shot if row.likeness]
        number = next((n for n in map(self._like, marks) if n is not None), len(self._numbers))
        self._numbers[key] = number
        self._known += [(mark, number) for mark in marks]
        return number

    def _like(self, mark: bytes) -> int | None:
        if not self._known:
            return None
        degrees = alike_to(mark, [known for known, _ in self._known])
        best = int(degrees.argmax())
        return self._known[best][1] if degrees[best] >= ALIKE else None
