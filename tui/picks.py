"""The selects of a library: an ordered list that the app keeps on disk."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from rushes.errors import RushesError, WrongUsage
from rushes.moment import Kind, Moment, Timecode
from rushes.output import whole_file, writing
from rushes.rates import SOURCE_RATES, TIMELINE_RATES, nearest_rate, timeline_rate
from rushes.selects import Select, Timeline, parse_selects, select_of, selects_json
from rushes.text import one_line

USUAL_FPS = Fraction(25)
"""The rate of a timeline that has no film."""

_UNDONE = 100  # changes that can be taken back
_LONGEST_S = 360_000.0


@dataclass(frozen=True)
class Pick:
    """A select, and what the list shows of it. `fps` is its film's own rate, None of others."""

    select: Select
    kind: Kind
    fps: Fraction | None = None
    thumbnail: Path | None = None

    @property
    def name(self) -> str:
        """Safe to show."""
        return one_line(self.select.name or self.select.path.name)

    @property
    def moment(self) -> Moment:
        """As a search would find it."""
        still = self.kind is Kind.IMAGE
        end_s = self.select.end_s if math.isfinite(self.select.end_s) else None
        return Moment(
            path=self.select.path,
            kind=self.kind,
            start_s=None if still else self.select.start_s,
            end_s=None if still else end_s,
            thumbnail=self.thumbnail,
            fps=self.fps,
        )

    def counted_at(self, fps: Fraction) -> Fraction:
        """The rate at which its frames are counted on a timeline at `fps`."""
        own = None if self.fps is None else nearest_rate(self.fps, SOURCE_RATES)
        return own or fps

    def frames(self, fps: Fraction, file_s: float = math.inf) -> int:
        """How many frames of a timeline at `fps` it fills, as `rushes export` counts them.

        `file_s` is how long its file is, as far as that is known. One that goes to an end that is
        not known counts as one frame.
        """
        own = self.counted_at(fps)
        first, last = self._range(own, file_s)
        return max(1, int((last - first) / own * fps)) if last is not None else 1

    def trimmed(self, fps: Fraction, start: int, end: int, file_s: float) -> "Pick":
        """See `Reel.trimmed`."""
        own = self.counted_at(fps)
        first, last = self._range(own, file_s)
        if last is None:
            return self
        start_s, end_s = self.select.start_s, self.select.end_s
        if start and self.kind is not Kind.IMAGE:
            first = min(max(0, first + start), last - 1)
            start_s = float(first / own)
        if end:
            last = max(first + 1, min(last + end, self._most(own, file_s)))
            end_s = float(last / own)
        return replace(self, select=replace(self.select, start_s=start_s, end_s=end_s))

    def _range(self, own: Fraction, file_s: float) -> tuple[int, int | None]:
        """Its first frame, and the first after it; None if the file's end is not known."""
        still = self.kind is Kind.IMAGE
        first = 0 if still else Timecode.from_seconds(self.select.start_s, own).frame
        if math.isfinite(self.select.end_s):
            last = Timecode.from_seconds(self.select.end_s, own).frame
            return first, max(first + 1, min(last, self._most(own, file_s)))
        if not math.isfinite(file_s):
            return first, None
        return first, max(first + 1, self._most(own, file_s))

    def _most(self, own: Fraction, file_s: float) -> int:
        """How many frames there are."""
        known_s = _LONGEST_S if self.kind is Kind.IMAGE else min(file_s, _LONGEST_S)
        return max(1, round(known_s * own))


def pick_of(moment: Moment) -> Pick:
    """A found moment as a select.

    Raises:
        WrongUsage: it is a page of a document, which has nothing to show in time.
    """
    if moment.kind not in (Kind.VIDEO, Kind.AUDIO, Kind.IMAGE):
        raise WrongUsage(
            f"{one_line(moment.path.name)} is a {moment.kind}: "
            "only film, sound and pictures can be selected"
        )
    return Pick(select_of(moment), moment.kind, moment.fps, moment.thumbnail)


@dataclass(frozen=True)
class Reel:
    """Picks one after the other. Every change gives another reel.

    `fps` None is the rate that most of them have.
    """

    picks: tuple[Pick, ...] = ()
    name: str = "selects"
    fps: Fraction | None = None

    @property
    def rate(self) -> Fraction:
        """Frames a second of the timeline, as `rushes export` chooses it."""
        own = (nearest_rate(each.fps, SOURCE_RATES) for each in self.picks if each.fps)
        counted = Counter(rate for rate in own if rate in TIMELINE_RATES)
        usual = next((rate for rate, _ in counted.most_common(1) if rate), USUAL_FPS)
        return self.fps or usual

    @property
    def timeline(self) -> Timeline:
        return Timeline(self.name, tuple(each.select for each in self.picks), self.fps)

    def added(self, picks: Iterable[Pick]) -> "Reel":
        """With those at the end that are not there yet, cut the same."""
        there = {_place(each) for each in self.picks}
        new = [each for each in picks if _place(each) not in there]
        return replace(self, picks=(*self.picks, *new))

    def without(self, index: int) -> "Reel":
        return replace(self, picks=(*self.picks[:index], *self.picks[index + 1 :]))

    def moved(self, index: int, to: int) -> "Reel":
        """With one elsewhere: `to` is where it is then, brought within the list."""
        rest = self.without(index).picks
        to = min(max(0, to), len(rest))
        return replace(self, picks=(*rest[:to], self.picks[index], *rest[to:]))

    def trimmed(self, index: int, start: int, end: int, file_s: float = math.inf) -> "Reel":
        """With the in and the out point so many frames later, or earlier if less than 0.

        A frame is the film's own, else the timeline's. One frame stays, and points stay within
        the file, which is `file_s` long as far as that is known.
        """
        picks = list(self.picks)
        picks[index] = picks[index].trimmed(self.rate, start, end, file_s)
        return replace(self, picks=tuple(picks))

    def cut(self, index: int, moment: Moment) -> "Reel":
        """With the in and out points of a moment, which is of the same file."""
        picks = list(self.picks)
        start_s, end_s = moment.start_s or 0.0, moment.end_s
        select = replace(
            picks[index].select, start_s=start_s, end_s=math.inf if end_s is None else end_s
        )
        picks[index] = replace(picks[index], select=select)
        return replace(self, picks=tuple(picks))


def _place(pick: Pick) -> tuple[Path, float, float]:
    return pick.select.path, pick.select.start_s, pick.select.end_s


class Picks:
    """The reel of a library in force, written to `file` with every change.

    `problem` says in one line why what was kept there is not in it, or is "".
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._before: list[Reel] = []
        self.problem = ""
        try:
            self._reel = read_reel(file)
        except RushesError as error:
            self._reel = Reel()
            self.problem = str(error)

    @property
    def reel(self) -> Reel:
        return self._reel

    @property
    def picks(self) -> tuple[Pick, ...]:
        return self._reel.picks

    @property
    def total_s(self) -> float:
        """How long the selects last, one after the other."""
        fps = self._reel.rate
        return float(sum(each.frames(fps) for each in self.picks) / fps)

    def timeline(self) -> Timeline:
        """What is exported."""
        return self._reel.timeline

    def add(self, *moments: Moment) -> int:
        """Put moments at the end. Returns how many: what is there already is not put there again.

        Raises:
            WrongUsage: one is a page of a document.
            RushesError: the list cannot be written.
        """
        before = len(self.picks)
        self.change(self._reel.added(map(pick_of, moments)))
        return len(self.picks) - before

    def remove(self, index: int) -> None:
        """
        Raises:
            RushesError: the list cannot be written. The same of all others.
        """
        self.change(self._reel.without(index))

    def move(self, index: int, to: int) -> None:
        self.change(self._reel.moved(index, to))

    def trim(self, index: int, start: int, end: int, file_s: float = math.inf) -> None:
        """Move the in and the out point by frames: see `Reel.trimmed`."""
        self.change(self._reel.trimmed(index, start, end, file_s))

    def cut(self, index: int, moment: Moment) -> None:
        """Give one the in and out points of a moment of its file."""
        self.change(self._reel.cut(index, moment))

    def call(self, name: str, fps: Fraction | None) -> None:
        """Name the timeline, and choose its rate."""
        self.change(replace(self._reel, name=name, fps=fps))

    def undo(self) -> bool:
        """Take back the last change. Returns whether there was one."""
        if not self._before:
            return False
        self._reel = self._before.pop()
        write_reel(self._file, self._reel)
        return True

    def change(self, reel: Reel) -> None:
        """Put another reel in force."""
        if reel == self._reel:
            return
        self._before = [*self._before[-_UNDONE + 1 :], self._reel]
        self._reel = reel
        write_reel(self._file, reel)


class _KeptPick(BaseModel):
    """What is kept of a pick beside its select."""

    kind: Kind = Kind.VIDEO
    fps: str | None = Field(None, max_length=20)
    thumbnail: str | None = None


class _Kept(BaseModel):
    selects: tuple[_KeptPick, ...]


def read_reel(file: Path) -> Reel:
    """The reel in a file, an empty one if there is none.

    Raises:
        RushesError: the file is damaged, and kept aside, or cannot be read.
    """
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        return Reel()
    except OSError as error:
        raise RushesError(f"cannot read {one_line(str(file))}: {error.strerror}") from None
    try:
        timeline = parse_selects(text, one_line(file.name))
        kept = _Kept.model_validate(json.loads(text)).selects
        picks = tuple(map(_pick, timeline.selects, kept))
    except (RushesError, ValidationError):
        raise RushesError(_put_aside(file)) from None
    return Reel(picks, timeline.name, timeline.fps)


def _pick(select: Select, kept: _KeptPick) -> Pick:
    fps = None if kept.fps is None else _rate(kept.fps)
    return Pick(select, kept.kind, fps, Path(kept.thumbnail) if kept.thumbnail else None)


def _rate(text: str) -> Fraction | None:
    """Any that a film can have; it need not be a timeline's."""
    try:
        fps = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise WrongUsage(f"{text!r} is no rate") from None
    if not 0 < fps < 10_000:
        raise WrongUsage(f"{text!r} is no rate")
    return fps


def _put_aside(file: Path) -> str:
    aside = file.with_suffix(".damaged")
    try:
        file.replace(aside)
    except OSError as error:
        return f"the selects are damaged, and {one_line(str(file))} stays: {error.strerror}"
    return f"the selects are damaged: they are kept as {one_line(str(aside))}, a new list begins"


def write_reel(file: Path, reel: Reel) -> None:
    """Write a reel as `rushes export --selects` reads it, for its owner alone.

    Raises:
        RushesError: it cannot be written.
    """
    if not reel.picks:
        with writing(file):
            file.unlink(missing_ok=True)
        return
    document: dict[str, Any] = selects_json(reel.timeline)
    document["selects"] = [
        {**told, "kind": str(pick.kind), "fps": None if pick.fps is None else str(pick.fps)}
        | {"thumbnail": None if pick.thumbnail is None else str(pick.thumbnail)}
        for told, pick in zip(document["selects"], reel.picks, strict=True)
    ]
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(file, force=True) as partial:
            partial.touch(mode=0o600)
            partial.write_text(json.dumps(document, indent=1), encoding="ascii")


def parse_fps(text: str) -> Fraction | None:
    """A rate as it is typed for the timeline; nothing is the rate that most clips have.

    Raises:
        WrongUsage: it is not a rate that editors count in.
    """
    return timeline_rate(text.strip()) if text.strip() else None


def lengths(reel: Reel, files: Sequence[float]) -> tuple[int, ...]:
    """How long each pick is, in frames of the timeline. `files` are their files' lengths in s."""
    fps = reel.rate
    return tuple(each.frames(fps, file_s) for each, file_s in zip(reel.picks, files, strict=True))
