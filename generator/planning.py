"""From a storyboard to what a back end is asked: sizes, frames, parts and sound, before it runs."""

import math
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from generator.backends.protocol import (
    Backend,
    Estimate,
    Image,
    PlacedKeyframe,
    Request,
)
from generator.depth import DepthFilm, along, check_depth, open_depth
from generator.enlarging import grown
from generator.keyframes import Source, fitted_to, read_keyframe, widened
from generator.parts import Part, in_parts, with_lead
from generator.storyboard import (
    Shot,
    SoundSource,
    Storyboard,
    check_storyboard,
    shot_name,
)
from generator.upscale.size import fitted
from rushes.errors import RushesError, WrongUsage
from rushes.jobs import Job
from rushes.stretch import open_stretch, reading
from rushes.text import one_line

DEFAULT_SIZE = (1280, 720)
"""The box that a film fits of which no size is said, and its size if there is no keyframe."""

DEFAULT_FPS = Fraction(24)
_FASTEST_KEPT = 30


@dataclass(frozen=True)
class Prepared:
    """A storyboard whose files were read. `sources` holds each shot's keyframes, in `size`."""

    board: Storyboard
    size: tuple[int, int]
    fps: Fraction
    sources: tuple[tuple[Source, ...], ...]
    has_sound: tuple[bool, ...]
    """Whether each shot's clip has any."""

    depths: tuple[DepthFilm | None, ...]
    """What each shot follows."""


@dataclass(frozen=True)
class PlannedShot:
    """A shot in parts, and where its sound comes from. `frames` is what it adds to the film."""

    shot: Shot
    sources: tuple[Source, ...]
    sound: SoundSource
    parts: tuple[Part, ...]
    frames: int


@dataclass(frozen=True)
class FilmPlan:
    """What would run. `drawn_size` is `size`, rounded up to what the back end draws.

    `estimates` has one for each part. `enlarged_to` is what the back end makes of `size`, if it
    enlarges what it draws.
    """

    backend: Backend
    size: tuple[int, int]
    drawn_size: tuple[int, int]
    fps: Fraction
    shots: tuple[PlannedShot, ...]
    estimates: tuple[Estimate, ...]
    enlarged_to: tuple[int, int] | None = None

    @property
    def frames(self) -> int:
        return sum(shot.frames for shot in self.shots)

    @property
    def parts(self) -> int:
        return sum(len(shot.parts) for shot in self.shots)

    @property
    def has_sound(self) -> bool:
        return any(shot.sound is not SoundSource.SILENT for shot in self.shots)

    @property
    def seconds(self) -> float | None:
        """How long drawing would take, where that is known of every part."""
        known = [each.seconds for each in self.estimates if each.seconds is not None]
        return sum(known) if len(known) == len(self.estimates) else None

    @property
    def memory_bytes(self) -> int | None:
        return max((each.memory_bytes or 0 for each in self.estimates), default=0) or None

    @property
    def notes(self) -> tuple[str, ...]:
        """The back end's, each once, and those about lengths."""
        told = [note for estimate in self.estimates for note in estimate.notes]
        for number, shot in enumerate(self.shots, 1):
            wished = round(Fraction(shot.shot.seconds) * self.fps)
            if shot.frames != wished:
                told.append(
                    f"{shot_name(number, len(self.shots))} becomes {shot.frames} frames, not "
                    f"{wished}: {self.backend.name} draws multiples of "
                    f"{self.backend.capabilities.frame_step} and one"
                )
        return tuple(dict.fromkeys(told))


def prepare(board: Storyboard, job: Job) -> Prepared:
    """Read what a storyboard names, and settle the film's size and rate.

    Raises:
        WrongUsage: as `check_storyboard`.
        RushesError: a file cannot be read, has no such moment, or another shape than the film.
    """
    check_storyboard(board)
    has_sound: list[bool] = []
    rates: list[Fraction] = []
    for shot in board.shots:
        sounds = False
        if shot.clip is not None:
            with reading(shot.clip.path):
                stretch = open_stretch(shot.clip)
            sounds = stretch.sound_layout is not None
            rates.append(stretch.fps)
            if shot.sound is SoundSource.KEPT and not sounds:
                raise RushesError(
                    f"{one_line(shot.clip.path.name)} has no sound to keep: say silent or generated"
                )
        has_sound.append(sounds)
    size = board.size
    sources: list[tuple[Source, ...]] = []
    depths: list[DepthFilm | None] = []
    for number, shot in enumerate(board.shots, 1):
        read: list[Source] = []
        for keyframe in shot.keyframes:
            job.report("reading keyframes", number, len(board.shots), f"shot {number}")
            source = read_keyframe(keyframe, job)
            size = size or _size_for(source.size)
            read.append(replace(source, image=fitted_to(source, size, board.fit)))
        sources.append(tuple(read))
        depths.append(None if shot.depth is None else open_depth(shot.depth, job))
        if depths[-1] is not None:
            size = size or _size_for(depths[-1].first.size)
    fps = board.fps or (_kept_rate(rates[0]) if rates else DEFAULT_FPS)
    return Prepared(
        board, size or DEFAULT_SIZE, fps, tuple(sources), tuple(has_sound), tuple(depths)
    )


def plan_film(prepared: Prepared, backend: Backend, box: tuple[int, int] | None = None) -> FilmPlan:
    """What the back end would be asked. No model is loaded.

    `box` is the width and height that the back end is to enlarge the film to fit, if it can.

    Raises:
        WrongUsage: the back end cannot do what a shot asks; says what to change.
        RushesError: the back end cannot run here.
    """
    multiple = backend.capabilities.multiple_of
    if any(prepared.depths):
        multiple = check_depth(backend)
    drawn_size = (
        _up_to_multiple(prepared.size[0], multiple),
        _up_to_multiple(prepared.size[1], multiple),
    )
    shots = tuple(
        _planned_shot(prepared, index, backend, drawn_size)
        for index in range(len(prepared.board.shots))
    )
    to = None if box is None else fitted(*prepared.size, box)
    enlarge_to = None if to is None else grown(drawn_size, prepared.size, to)
    larger = tuple(_enlarged(shot, enlarge_to) for shot in shots)
    estimates = tuple(
        backend.estimate(with_lead(part.request, [_unknown_yet(part.request)] * part.shared))
        for shot in larger
        for part in shot.parts
    )
    if any(each.enlarged_by is None for each in estimates):
        larger, to = shots, None
    return FilmPlan(backend, prepared.size, drawn_size, prepared.fps, larger, estimates, to)


def _unknown_yet(request: Request) -> Image:
    return np.zeros((request.height, request.width, 3), np.uint8)


def _enlarged(shot: PlannedShot, to: tuple[int, int] | None) -> PlannedShot:
    """The shot, with pictures of that size asked for."""
    parts = (replace(p, request=replace(p.request, enlarge_to=to)) for p in shot.parts)
    return replace(shot, parts=tuple(parts))


def _planned_shot(
    prepared: Prepared, index: int, backend: Backend, drawn_size: tuple[int, int]
) -> PlannedShot:
    board, shot, fps = prepared.board, prepared.board.shots[index], prepared.fps
    can = backend.capabilities
    name = shot_name(index + 1, len(board.shots))
    carried = index > 0 and shot.follows and all(k.where.frame != 0 for k in shot.keyframes)
    extra = int(carried)
    wished = max(1, round(Fraction(shot.seconds) * fps))
    frames = _drawable(wished + extra, can.frame_step)
    placed = []
    for source in prepared.sources[index]:
        at = source.keyframe.where.frame_of(frames - extra, fps) + extra
        if source.keyframe.where.frame is None:
            at = min(at, frames - 1)
        elif at >= frames:
            raise WrongUsage(
                f"{name} has a keyframe at frame {at - extra} but {frames - extra} frames at "
                f"{float(fps):.5g} a second: make it longer, or move the keyframe"
            )
        image = widened(source.image, drawn_size)
        placed.append(PlacedKeyframe(image, at, source.keyframe.strength))
    placed.sort(key=lambda each: each.frame)
    sound = _sound_source(shot, prepared.has_sound[index], backend, name)
    depth = prepared.depths[index]
    followed = None
    if depth is not None:
        followed = along(depth, frames, extra, prepared.size, board.fit)
    whole = Request(
        prompt=board.words_of(index),
        negative=shot.negative,
        keyframes=tuple(placed),
        frames=frames,
        fps=fps,
        width=drawn_size[0],
        height=drawn_size[1],
        seed=board.seed_of(index),
        camera=shot.camera,
        wants_sound=sound is SoundSource.GENERATED,
        depth=followed,
    )
    parts = in_parts(whole, carried, can, name)
    return PlannedShot(shot, prepared.sources[index], sound, parts, frames - extra)


def _sound_source(shot: Shot, has_sound: bool, backend: Backend, name: str) -> SoundSource:
    if shot.sound is SoundSource.GENERATED and not backend.capabilities.sound:
        raise WrongUsage(
            f"{name} asks for generated sound, which {backend.name} does not make: "
            "say kept or silent"
        )
    if shot.sound is not None:
        return shot.sound
    if has_sound:
        return SoundSource.KEPT
    return SoundSource.GENERATED if backend.capabilities.sound else SoundSource.SILENT


def _drawable(frames: int, step: int) -> int:
    """The nearest number of frames that is a multiple of `step` and one."""
    return max(1, round(Fraction(frames - 1, step))) * step + 1


def _up_to_multiple(side: int, of: int) -> int:
    return math.ceil(side / of) * of


def _size_for(size: tuple[int, int]) -> tuple[int, int]:
    """The keyframe's own shape, not larger than the default and not larger than itself."""
    width, height = fitted(*size, DEFAULT_SIZE)
    if width * height <= size[0] * size[1]:
        return width, height
    return max(64, size[0] // 2 * 2), max(64, size[1] // 2 * 2)


def _kept_rate(fps: Fraction) -> Fraction:
    """A clip's own rate, halved until models have seen such."""
    while fps > _FASTEST_KEPT:
        fps /= 2
    return fps
