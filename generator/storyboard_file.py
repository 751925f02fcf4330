"""Storyboards as TOML: what a user writes, and what `rushes generate` writes down."""

import json
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from generator.camera import Camera, parse_camera
from generator.storyboard import (
    FIRST,
    Fit,
    Keyframe,
    SeedPolicy,
    Shot,
    SoundSource,
    Storyboard,
    Where,
    check_storyboard,
    clip_keyframes,
    parse_size,
    parse_where,
)
from rushes.errors import RushesError, WrongUsage
from rushes.paths import expanded
from rushes.place import Place, parse_place
from rushes.rates import timeline_rate
from rushes.text import clean, one_line

_LARGEST = 1 << 20


def read_storyboard(path: Path) -> Storyboard:
    """The storyboard in a TOML file. Files that it names are found from the file's own folder.

    Raises:
        WrongUsage: it is no storyboard; says which entry is wrong, and what it should be.
        RushesError: it cannot be read.
    """
    name = one_line(path.name)
    try:
        if path.stat().st_size > _LARGEST:
            raise WrongUsage(f"{name} is no storyboard: it is larger than a megabyte")
        form = _Board.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        board = form.board(path.absolute().parent)
        check_storyboard(board)
    except WrongUsage as error:
        raise WrongUsage(f"{name}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise WrongUsage(f"{name}: {_entry(first['loc'])}: {_said(first['msg'])}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{name} is not TOML: {one_line(str(error))}") from None
    except OSError as error:
        raise RushesError(f"cannot read {name}: {error.strerror or error}") from None
    return board


def storyboard_text(board: Storyboard) -> str:
    """A storyboard as TOML, which `read_storyboard` reads back."""
    head: dict[str, object] = {
        "style": board.style or None,
        "size": None if board.size is None else "x".join(map(str, board.size)),
        "fps": None if board.fps is None else str(board.fps),
        "fit": board.fit,
        "seed": board.seed,
        "seeds": board.seeds,
    }
    lines = _entries(head)
    for shot in board.shots:
        told: dict[str, object] = {
            "prompt": shot.prompt,
            "negative": shot.negative or None,
            "seconds": float(shot.seconds),
            "camera": None if shot.camera is None else str(shot.camera),
            "clip": None if shot.clip is None else _place_text(shot.clip),
            "sound": shot.sound,
            "seed": shot.seed,
            "follows": shot.follows,
            "style": shot.style,
            "depth": None if shot.depth is None else str(shot.depth),
        }
        lines += ["", "[[shot]]", *_entries(told)]
        for keyframe in shot.keyframes:
            placed: dict[str, object] = {
                "image": _place_text(keyframe.source),
                "at": str(keyframe.where),
                "strength": float(keyframe.strength),
                "sharpest": keyframe.sharpest,
            }
            lines += ["", "[[shot.keyframe]]", *_entries(placed)]
    return "\n".join(lines) + "\n"


def _entries(table: dict[str, object]) -> list[str]:
    # JSON's strings, numbers and truth values are TOML's too, but for the letter 0x7f.
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        for key, value in table.items()
        if value is not None
    ]


def _place_text(place: Place) -> str:
    start = "" if place.start_s is None else f"@{place.start_s:.6f}"
    return f"{place.path}{start}" + ("" if place.end_s is None else f"-{place.end_s:.6f}")


def _text(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


def _where(value: object) -> object:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return parse_where(f"{value:f}")
    return parse_where(value) if isinstance(value, str) else value


def _camera(value: object) -> object:
    return parse_camera(value) if isinstance(value, str) else value


def _rate(value: object) -> object:
    return timeline_rate(str(value)) if isinstance(value, (str, int, float)) else value


def _size(value: object) -> object:
    return parse_size(value) if isinstance(value, str) else value


class _Form(BaseModel):
    # An entry that is misspelt must not be passed over.
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _cleaned(cls, data: Any) -> Any:
        return (
            {key: _text(value) for key, value in data.items()} if isinstance(data, dict) else data
        )


class _Keyframe(_Form):
    image: str
    at: Annotated[Where | None, BeforeValidator(_where)] = None
    strength: float = 1.0
    sharpest: bool = False


class _Shot(_Form):
    prompt: str = ""
    negative: str = ""
    seconds: float
    camera: Annotated[Camera | None, BeforeValidator(_camera)] = None
    clip: str | None = None
    sound: SoundSource | None = None
    seed: int | None = None
    follows: bool = True
    style: str | None = None
    depth: str | None = None
    keyframe: tuple[_Keyframe, ...] = ()

    def shot(self, folder: Path) -> Shot:
        clip = None if self.clip is None else _found(self.clip, folder)
        keyframes = [
            Keyframe(_found(each.image, folder), each.at or FIRST, each.strength, each.sharpest)
            for each in self.keyframe
        ]
        if clip is not None and not keyframes:
            keyframes = list(clip_keyframes(clip))
        return Shot(
            prompt=self.prompt,
            seconds=self.seconds,
            keyframes=tuple(keyframes),
            clip=clip,
            negative=self.negative,
            camera=self.camera,
            sound=self.sound,
            seed=self.seed,
            follows=self.follows,
            style=self.style,
            depth=None if self.depth is None else folder / expanded(self.depth),
        )


class _Board(_Form):
    style: str = ""
    size: Annotated[tuple[int, int] | None, BeforeValidator(_size)] = None
    fps: Annotated[Fraction | None, BeforeValidator(_rate)] = None
    fit: Fit | None = None
    seed: int = 0
    seeds: SeedPolicy = SeedPolicy.SAME
    shot: tuple[_Shot, ...] = Field(min_length=1)

    def board(self, folder: Path) -> Storyboard:
        shots = tuple(each.shot(folder) for each in self.shot)
        return Storyboard(shots, self.style, self.size, self.fps, self.fit, self.seed, self.seeds)


def _found(text: str, folder: Path) -> Place:
    """A place whose file is looked for from the storyboard's folder."""
    whole = folder / expanded(text)
    if whole.exists():
        return Place(whole)
    place = parse_place(text)
    return Place(folder / place.path, place.start_s, place.end_s)


def _entry(location: tuple[int | str, ...]) -> str:
    """`('shot', 1, 'seconds')` as `shot 2, seconds`."""
    said = ""
    for part in location:
        said += f" {part + 1}" if isinstance(part, int) else f"{', ' if said else ''}{part}"
    return one_line(said)[:80]


def _said(message: str) -> str:
    known = {
        "Field required": "it is missing: add it",
        "Extra inputs are not permitted": "no such entry is known: see docs/generating.md",
    }
    return known.get(message, one_line(message))[:200]
