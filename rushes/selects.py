"""Selects: the stretches of footage that were picked, in the order in which they are to be cut."""

import json
import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, PlainValidator, ValidationError, model_validator

from rushes.errors import RushesError, WrongUsage
from rushes.moment import Kind, Moment
from rushes.paths import expanded
from rushes.rates import timeline_rate
from rushes.text import clean, one_line

STILL_S = 4.0
"""How long a still is shown of which nothing is said."""

_LONGEST_S = 360_000
_LARGEST_BYTES = 64_000_000


@dataclass(frozen=True)
class Cue:
    """Words that are spoken from `start_s` to `end_s`, on the file's clock."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class Select:
    """A stretch of a film or a recording on its own clock, or a still. The end is exclusive.

    An `end_s` of infinity is the file's end. Of a still `start_s` is 0, and `end_s` how long it is
    shown. `name` is "" for the file's name.
    """

    path: Path
    start_s: float
    end_s: float
    name: str = ""
    note: str = ""
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """Selects one after the other. `fps` None is the rate that most of them have, else 25."""

    name: str
    selects: tuple[Select, ...]
    fps: Fraction | None = None


def select_of(moment: Moment) -> Select:
    """A moment of a film, a recording or a still. Where it says no end, the file's is meant.

    A still is shown for as long as it says, which is what a reel does, else for `STILL_S`.
    """
    if moment.kind is Kind.IMAGE:
        shown_s = STILL_S if moment.end_s is None else moment.end_s - (moment.start_s or 0.0)
        return Select(moment.path, 0.0, shown_s)
    end_s = math.inf if moment.end_s is None else moment.end_s
    return Select(moment.path, moment.start_s or 0.0, end_s)


def selects_json(timeline: Timeline) -> dict[str, object]:
    """The timeline as `read_selects` reads it. A rate is text, as 24000/1001; null is open."""
    return {
        "name": timeline.name,
        "fps": str(timeline.fps) if timeline.fps is not None else None,
        "selects": [
            {
                "path": str(select.path),
                "start_s": select.start_s,
                "end_s": select.end_s if math.isfinite(select.end_s) else None,
                "name": select.name,
                "note": select.note,
                "cues": [
                    {"start_s": cue.start_s, "end_s": cue.end_s, "text": cue.text}
                    for cue in select.cues
                ],
            }
            for select in timeline.selects
        ],
    }


def read_selects(path: Path) -> Timeline:
    """Selects from a JSON file: see `parse_selects`.

    Raises:
        RushesError: it cannot be read, or does not hold selects.
    """
    name = one_line(path.name)
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise RushesError(f"cannot read {name}: it is too large to be a list of selects")
        text = path.read_bytes()
    except OSError as error:
        raise RushesError(f"cannot read {name}: {error.strerror}") from None
    return parse_selects(text, name)


def parse_selects(text: str | bytes, source: str) -> Timeline:
    """Selects as `rushes broll --json` writes them, or the moments of `rushes search --json`.

    Moments of documents are left out: they have nothing to show in time. `source` is what errors
    call the text.

    Raises:
        RushesError: it does not hold selects.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise RushesError(
            f"cannot read {source}: it is not JSON (write it with `rushes search … --json`)"
        ) from None
    try:
        timeline = _parse(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise RushesError(
            one_line(f"cannot read {source}: {where}: {reason}" if where else f"{source}: {reason}")
        ) from None
    if not timeline.selects:
        raise RushesError(f"{source} holds no selects, and no moments of film, sound or pictures")
    return timeline


def _parse(document: object) -> Timeline:
    read = _Document.model_validate(document)
    picked = read.selects if read.selects is not None else read.moments or ()
    return Timeline(
        name=read.name or "selects",
        selects=tuple(
            Select(
                path=each.path,
                start_s=each.start_s or 0.0,
                end_s=each.end_s if each.end_s is not None else math.inf,
                name=each.name,
                note=each.note,
                cues=tuple(Cue(cue.start_s, cue.end_s, cue.text) for cue in each.cues),
            )
            for each in picked
            if each.kind in ("", "video", "audio", "image")
        ),
        fps=read.fps,
    )


def _file(value: object) -> Path:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError("it is not a file's path")
    return expanded(value)


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("it is not a text")
    return clean(value)


def _fps(value: object) -> Fraction | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("it is not a frame rate")
    try:
        return timeline_rate(str(value))
    except WrongUsage as error:
        raise ValueError(str(error)) from None


# Not pydantic's own str: it refuses the surrogates that stand for bytes that are no text.
_File = Annotated[Any, PlainValidator(_file)]
_Words = Annotated[Any, PlainValidator(_words)]
_Seconds = Annotated[float, Field(ge=0, le=_LONGEST_S, allow_inf_nan=False, strict=True)]


class _Spoken(BaseModel):
    start_s: _Seconds
    end_s: _Seconds
    text: _Words


class _Picked(BaseModel):
    path: _File
    kind: _Words = ""
    start_s: _Seconds | None = None
    end_s: _Seconds | None = None
    name: _Words = ""
    note: _Words = ""
    cues: tuple[_Spoken, ...] = ()

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "_Picked":
        if self.end_s is not None and self.end_s <= (self.start_s or 0.0):
            raise ValueError("it ends before it begins")
        return self


class _Document(BaseModel):
    name: _Words = ""
    fps: Annotated[Any, PlainValidator(_fps)] = None
    selects: tuple[_Picked, ...] | None = None
    moments: tuple[_Picked, ...] | None = None

    @model_validator(mode="after")
    def _holds_either(self) -> "_Document":
        if self.selects is None and self.moments is None:
            raise ValueError("it holds neither `selects` nor `moments`")
        return self
