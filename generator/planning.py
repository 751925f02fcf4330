"""From a storyboard to what a back end is asked: sizes, frames, parts and sound, before it runs."""

import math
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from generator.backends.protocol import (
    Backend,
    Capabilities,
    Estimate,
    Image,
    PlacedKeyframe,
    Request,
)
from generator.keyframes import Source, fitted_to, read_keyframe, widened
from generator.storyboard import (
    Shot,
    SoundSource,
    Storyboard,
    check_distances,
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


@dataclass(frozen=True)
class Part:
    """What is drawn at once. Its first frame is the last of the part before, if it is `carried`.

    `request` lacks that frame, which is known when the part before is drawn.
    """

    request: Request
    carried: bool


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

    `estimates` has one for each part.
    """

    backend: Backend
    size: tuple[int, int]
    drawn_size: tuple[int, int]
    fps: Fraction
    shots: tuple[PlannedShot, ...]
    estimates: tuple[Estimate, ...]

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
    for number, shot in enumerate(board.shots, 1):
        read: list[Source] = []
        for keyframe in shot.keyframes:
            job.report("reading keyframes", number, len(board.shots), f"shot {number}")
            source = read_keyframe(keyframe, job)
            size = size or _size_for(source.size)
            read.append(replace(source, image=fitted_to(source, size, board.fit)))
        sources.append(tuple(read))
    fps = board.fps or (_kept_rate(rates[0]) if rates else DEFAULT_FPS)
    return Prepared(board, size or DEFAULT_SIZE, fps, tuple(sources), tuple(has_sound))


def plan_film(prepared: Prepared, backend: Backend) -> FilmPlan:
    """What the back end would be asked. No model is loaded.

    Raises:
        WrongUsage: the back end cannot do what a shot asks; says what to change.
        RushesError: the back end cannot run here.
    """
    can = backend.capabilities
    drawn_size = (
        _up_to_multiple(prepared.size[0], can.multiple_of),
        _up_to_multiple(prepared.size[1], can.multiple_of),
    )
    shots = tuple(
        _planned_shot(prepared, index, backend, drawn_size)
        for index in range(len(prepared.board.shots))
    )
    estimates = tuple(
        backend.estimate(
            with_first(part.request, _unknown_yet(part.request)) if part.carried else part.request
        )
        for shot in shots
        for part in shot.parts
    )
    return FilmPlan(backend, prepared.size, drawn_size, prepared.fps, shots, estimates)


def with_first(request: Request, image: Image) -> Request:
    """The request of a carried part, with the picture that it begins with."""
    return replace(request, keyframes=(PlacedKeyframe(image, 0), *request.keyframes))


def _unknown_yet(request: Request) -> Image:
    return np.zeros((request.height, request.width, 3), np.uint8)


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
    whole = Request(
        prompt=", ".join(filter(None, (shot.prompt.strip(), board.style.strip()))),
        negative=shot.negative,
        keyframes=tuple(placed),
        frames=frames,
        fps=fps,
        width=drawn_size[0],
        height=drawn_size[1],
        seed=board.seed if shot.seed is None else shot.seed,
        camera=shot.camera,
        wants_sound=sound is SoundSource.GENERATED,
    )
    parts = _in_parts(whole, carried, can, name)
    return PlannedShot(shot, prepared.sources[index], sound, parts, frames - extra)


def _in_parts(whole: Request, carried: bool, can: Capabilities, name: str) -> tuple[Part, ...]:
    """The shot in parts that the back end can draw: each begins where the one before ends."""
    steps = (whole.frames - 1) // can.frame_step
    most = max(1, math.floor((math.floor(can.longest_s * whole.fps) - 1) / can.frame_step))
    count = math.ceil(steps / most)
    parts: list[Part] = []
    for number in range(count):
        first = steps * number // count * can.frame_step
        last = steps * (number + 1) // count * can.frame_step
        own_carried = carried if number == 0 else True
        inside = [
            replace(each, frame=each.frame - first)
            for each in whole.keyframes
            # The frame of a join is the part's before: what it drew there is carried over.
            if (first if number == 0 else first + 1) <= each.frame <= last
        ]
        taken = [*([0] if own_carried else []), *(each.frame for each in inside)]
        check_distances(name, taken, can.frame_step)
        if len(taken) > can.most_keyframes:
            raise WrongUsage(
                f"{name} has {len(taken)} keyframes in one part, of which "
                f"{can.most_keyframes} are possible: leave some out, or make it two shots"
            )
        request = replace(whole, keyframes=tuple(inside), frames=last - first + 1)
        parts.append(Part(request, own_carried))
    return tuple(parts)


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
