"""What a film is to show: shots, each with its keyframes, camera, words, length and sound."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from generator.camera import Camera
from rushes.errors import WrongUsage
from rushes.place import Place
from rushes.text import one_line

LONGEST_PROMPT = 4000
"""Characters: about a thousand tokens, which is what the text encoders of LTX-2 read."""

LONGEST_SHOT_S = 600.0
FASTEST_FPS = 60
SIDES = range(64, 4097)
FIRST_LAST = ("first", "last")

_UNHEARD_S = 1e-6


class SoundSource(StrEnum):
    """Where a shot's sound comes from."""

    GENERATED = "generated"
    KEPT = "kept"
    SILENT = "silent"


class Fit(StrEnum):
    """What becomes of a keyframe whose shape is not the film's.

    It fills the film and loses its edges, is whole between black bars, or is squeezed.
    """

    CROP = "crop"
    PAD = "pad"
    STRETCH = "fit"


class SeedPolicy(StrEnum):
    """The same seed in every shot keeps the look; varied ones, counted up, keep shots apart."""

    SAME = "same"
    VARIED = "varied"


@dataclass(frozen=True)
class Where:
    """A place in a shot: a frame counted from 0, seconds, or (neither) its last frame."""

    frame: int | None = None
    seconds: float | None = None

    def frame_of(self, frames: int, fps: Fraction) -> int:
        """The frame it is in a shot of so many; past the end is for `check_storyboard` to say."""
        if self.frame is not None:
            return self.frame
        if self.seconds is not None:
            return round(Fraction(self.seconds) * fps)
        return frames - 1

    def __str__(self) -> str:
        if self.frame is not None:
            return f"frame {self.frame}" if self.frame else "first"
        return "last" if self.seconds is None else f"{self.seconds:g} s"


FIRST = Where(frame=0)
LAST = Where()


@dataclass(frozen=True)
class Keyframe:
    """A picture that a shot passes through: a still, or a film's frame at `source.start_s`.

    `sharpest` takes the sharpest frame near that time instead of the exact one: just after it, or
    just before if the time is an out point. `rendered_from` names the scene of a rendered still.
    """

    source: Place
    where: Where
    strength: float = 1.0
    sharpest: bool = False
    rendered_from: str | None = None


@dataclass(frozen=True)
class Shot:
    """One shot. `clip` is the found stretch whose sound may be kept.

    `sound` None keeps the clip's, else has it generated where the back end can. `seed` None takes
    the storyboard's. `follows`: without a keyframe at its start it begins with the last frame of
    the shot before. `style` None takes the storyboard's, too. `depth` is a film of how far away
    things are, near in white, which the shot follows from its first frame to its last.
    """

    prompt: str
    seconds: float
    keyframes: tuple[Keyframe, ...] = ()
    clip: Place | None = None
    negative: str = ""
    camera: Camera | None = None
    sound: SoundSource | None = None
    seed: int | None = None
    follows: bool = True
    style: str | None = None
    depth: Path | None = None


@dataclass(frozen=True)
class Storyboard:
    """A film. `style` is said with every shot's prompt, so that the look is kept across cuts.

    `seeds` says what shots draw with that have no seed of their own.

    `size` is width × height, and None the first keyframe's shape; `fps` None is the first clip's
    rate, or 24. `fit` None refuses keyframes of another shape.
    """

    shots: tuple[Shot, ...]
    style: str = ""
    size: tuple[int, int] | None = None
    fps: Fraction | None = None
    fit: Fit | None = None
    seed: int = 0
    seeds: SeedPolicy = SeedPolicy.SAME

    def seed_of(self, index: int) -> int:
        """What a shot draws with, counted from 0."""
        own = self.shots[index].seed
        if own is not None:
            return own
        return (self.seed + index * (self.seeds is SeedPolicy.VARIED)) % 2**32

    def words_of(self, index: int) -> str:
        """A shot's prompt and style, as one."""
        shot = self.shots[index]
        style = self.style if shot.style is None else shot.style
        return ", ".join(filter(None, (shot.prompt.strip(), style.strip())))

    @property
    def files(self) -> tuple[Path, ...]:
        """All that it is made from."""
        keyframes = [each.source.path for shot in self.shots for each in shot.keyframes]
        clips = [shot.clip.path for shot in self.shots if shot.clip is not None]
        depths = [shot.depth for shot in self.shots if shot.depth is not None]
        return tuple(dict.fromkeys([*keyframes, *clips, *depths]))


def parse_where(text: str) -> Where:
    """Reads `first`, `last`, seconds (`2.5`) or a frame (`frame 60`).

    Raises:
        WrongUsage: it is none of them.
    """
    word = text.strip().lower()
    if word in FIRST_LAST:
        return FIRST if word == "first" else LAST
    if match := re.fullmatch(r"(?:frame\s*)(\d{1,6})", word, re.ASCII):
        return Where(frame=int(match[1]))
    if match := re.fullmatch(r"(\d{1,5}(?:\.\d{1,6})?)\s?s?", word, re.ASCII):
        return Where(seconds=float(match[1]))
    raise WrongUsage(
        f"{one_line(text)[:40]!r} is no place in a shot: say first, last, seconds or frame N"
    )


def parse_size(text: str) -> tuple[int, int]:
    """Reads `1280x720`: width and height.

    Raises:
        WrongUsage: it is no size, or one that no film has.
    """
    match = re.fullmatch(r"(\d{2,4})[x×](\d{2,4})", text.strip(), re.ASCII)
    if match is None:
        raise WrongUsage(f"{one_line(text)[:20]!r} is no size: write WIDTHxHEIGHT, as 1280x720")
    return int(match[1]), int(match[2])


def clip_keyframes(clip: Place) -> tuple[Keyframe, ...]:
    """What a found stretch gives a shot: a frame near its in point, and one near its out point."""
    start = Keyframe(Place(clip.path, clip.start_s or 0.0), FIRST, sharpest=True)
    if clip.end_s is None:
        return (start,)
    return start, Keyframe(Place(clip.path, clip.end_s), LAST, sharpest=True)


def check_storyboard(board: Storyboard) -> None:
    """Everything that can be known of a storyboard without opening a file.

    Raises:
        WrongUsage: names the shot, and what to change.
    """
    if not board.shots:
        raise WrongUsage("the storyboard has no shot: add a [[shot]] with a prompt or a keyframe")
    if board.size is not None:
        _check_size(board.size)
    if board.fps is not None and not 1 <= board.fps <= FASTEST_FPS:
        raise WrongUsage(f"fps {float(board.fps):g} cannot be made: choose 1 to {FASTEST_FPS}")
    _check_words("the style", board.style)
    _check_seed("the storyboard", board.seed)
    for number, shot in enumerate(board.shots, 1):
        name = shot_name(number, len(board.shots))
        _check_words(f"{name}'s prompt", shot.prompt)
        _check_words(f"{name}'s negative prompt", shot.negative)
        _check_words(f"{name}'s style", shot.style or "")
        _check_seed(name, shot.seed or 0)
        if not 0 < shot.seconds <= LONGEST_SHOT_S:
            raise WrongUsage(
                f"{name} lasts {shot.seconds:g} s: choose more than 0 and up to {LONGEST_SHOT_S:g}"
            )
        begins = bool(shot.keyframes) or (number > 1 and shot.follows)
        if not begins and not shot.prompt.strip():
            raise WrongUsage(f"{name} has neither a keyframe nor a prompt: give it one")
        if shot.sound is SoundSource.KEPT and shot.clip is None:
            raise WrongUsage(f"{name} keeps the sound of no clip: name its clip, as film.mp4@2-5")
        for keyframe in shot.keyframes:
            _check_keyframe(name, shot, keyframe)


def shot_name(number: int, count: int) -> str:
    return "the shot" if count == 1 else f"shot {number}"


def check_distances(name: str, frames: Sequence[int], step: int) -> None:
    """Whether keyframes, in order, are far enough apart for a model that thinks in `step` frames.

    Raises:
        WrongUsage: two are too near each other.
    """
    for before, after in zip(frames, frames[1:], strict=False):
        if after - before < step:
            near = f"are {after - before} frames apart" if after > before else "are the same frame"
            raise WrongUsage(
                f"{name}: two keyframes at frames {before} and {after} {near}: "
                f"leave out one, or move it {step} frames away"
            )


def _check_size(size: tuple[int, int]) -> None:
    if not set(size) <= set(SIDES) or any(side % 2 for side in size):
        width, height = size
        raise WrongUsage(
            f"{width}x{height} cannot be made: choose even sides from {SIDES[0]} to {SIDES[-1]}"
        )


def _check_words(what: str, text: str) -> None:
    if len(text) > LONGEST_PROMPT:
        raise WrongUsage(
            f"{what} has {len(text)} characters: models read {LONGEST_PROMPT} at most, shorten it"
        )


def _check_seed(name: str, seed: int) -> None:
    if not 0 <= seed < 2**32:
        raise WrongUsage(f"{name} has seed {seed}: choose 0 to {2**32 - 1}")


def _check_keyframe(name: str, shot: Shot, keyframe: Keyframe) -> None:
    if not 0 < keyframe.strength <= 1:
        raise WrongUsage(
            f"{name} has a keyframe of strength {keyframe.strength:g}: choose more than 0, up to 1"
        )
    seconds = keyframe.where.seconds
    if seconds is not None and seconds > shot.seconds + _UNHEARD_S:
        raise WrongUsage(
            f"{name} has a keyframe at {seconds:g} s but lasts {shot.seconds:g} s: "
            "make it longer, or move the keyframe"
        )
