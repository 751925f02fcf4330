"""What is asked of `rushes generate` on the command line, as a storyboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from generator.blender import Engine, Scene, Stills, parse_frames, render_stills, scene_key
from generator.camera import parse_camera
from generator.render import work_folder
from generator.scene_depth import check_depth_frames, render_depth
from generator.storyboard import (
    FIRST,
    LAST,
    Fit,
    Keyframe,
    Shot,
    SoundSource,
    Storyboard,
    Where,
    check_storyboard,
    clip_keyframes,
    parse_size,
    parse_where,
)
from generator.storyboard_file import read_storyboard
from rushes.errors import WrongUsage
from rushes.jobs import Job
from rushes.paths import expanded
from rushes.place import Place, parse_place
from rushes.rates import timeline_rate
from rushes.text import clean, one_line

SECONDS = 5.0
"""How long a shot is of which nothing is said."""

_FILMS = frozenset(".mp4 .mov .m4v .mkv .webm .avi .mts .m2ts .ts .mxf .mpg .mpeg .gif".split())


@dataclass(frozen=True)
class Asked:
    """The flags of `rushes generate`, as they were typed."""

    clip: str | None = None
    keyframes: tuple[str, ...] = ()
    blend: Path | None = None
    camera_object: str | None = None
    frames: str | None = None
    engine: str | None = None
    depth: bool = False
    storyboard: Path | None = None
    prompt: str | None = None
    negative: str | None = None
    camera: str | None = None
    seconds: float | None = None
    size: str | None = None
    fps: str | None = None
    seed: int | None = None
    sound: str | None = None
    fit: str | None = None


def storyboard_of(asked: Asked, job: Job) -> Storyboard:
    """What is asked for, as a storyboard.

    Raises:
        WrongUsage: the flags contradict each other.
    """
    if asked.storyboard is not None:
        return _from_file(asked, asked.storyboard)
    if asked.blend is None and (given := _given(_of_a_scene(asked))):
        raise WrongUsage(f"{given[0]} needs --blend: it is of a Blender scene")
    if asked.depth and asked.blend is None:
        raise WrongUsage(
            "--depth needs --blend, whose scene it is of; a film of depth that you have is named "
            "in a storyboard: depth = 'depth.mov'"
        )
    clip = None if asked.clip is None else parse_place(asked.clip)
    keyframes = [] if clip is None else list(clip_keyframes(clip))
    seconds = asked.seconds
    fps = None if asked.fps is None else timeline_rate(asked.fps)
    if asked.blend is not None:
        scene = scene_of(asked)
        if asked.depth:
            check_depth_frames(scene.frames)
        stills = render_stills(scene, _stills(scene), job)
        seconds = seconds or _scene_seconds(scene, stills)
        keyframes += _scene_keyframes(scene, stills, seconds)
        fps = fps or stills.fps
    keyframes += _placed(asked.keyframes, unplaced_first=not keyframes)
    shot = Shot(
        prompt=clean(asked.prompt or ""),
        seconds=SECONDS if seconds is None else seconds,
        keyframes=tuple(keyframes),
        clip=clip,
        negative=clean(asked.negative or ""),
        camera=None if asked.camera is None else parse_camera(asked.camera),
        sound=_sound(asked.sound),
    )
    board = Storyboard(
        (shot,),
        size=None if asked.size is None else parse_size(asked.size),
        fps=fps,
        fit=_fit(asked.fit),
        seed=asked.seed or 0,
    )
    check_storyboard(board)
    return board


def _from_file(asked: Asked, path: Path) -> Storyboard:
    """A storyboard file; what concerns the whole film may be said anew."""
    of_a_shot = {
        "--from": asked.clip,
        "--keyframe": asked.keyframes,
        "--blend": asked.blend,
        **_of_a_scene(asked),
        "--depth": asked.depth,
        "--prompt": asked.prompt,
        "--negative": asked.negative,
        "--camera": asked.camera,
        "--seconds": asked.seconds,
        "--sound": asked.sound,
    }
    if given := _given(of_a_shot):
        raise WrongUsage(f"{given[0]} and --storyboard do not go together: write it in the file")
    board = read_storyboard(path)
    return replace(
        board,
        size=board.size if asked.size is None else parse_size(asked.size),
        fps=board.fps if asked.fps is None else timeline_rate(asked.fps),
        fit=board.fit if asked.fit is None else _fit(asked.fit),
        seed=board.seed if asked.seed is None else asked.seed,
    )


def _of_a_scene(asked: Asked) -> dict[str, object]:
    """The flags that say what of a Blender scene."""
    return {
        "--frames": asked.frames,
        "--camera-object": asked.camera_object,
        "--engine": asked.engine,
    }


def _given(flags: Mapping[str, object]) -> list[str]:
    return [flag for flag, value in flags.items() if value]


def _placed(texts: Sequence[str], unplaced_first: bool) -> list[Keyframe]:
    """Reads `IMG[@WHERE]` and `FILM@TIME[@WHERE]`. Only the first may leave out its place."""
    keyframes: list[Keyframe] = []
    for index, text in enumerate(texts):
        source, where = _source_and_where(text)
        if where is None and not (index == 0 and unplaced_first):
            name = one_line(text)[:80]
            raise WrongUsage(f"say where {name} belongs: {name}@last, or @SECONDS")
        keyframes.append(Keyframe(source, where or FIRST))
    return keyframes


def _source_and_where(text: str) -> tuple[Place, Where | None]:
    if expanded(text).exists() or "@" not in text:
        return parse_place(text), None
    before, _, after = text.rpartition("@")
    whole = expanded(before)
    film_at_a_time = whole.suffix.lower() in _FILMS and after not in ("first", "last")
    if film_at_a_time:
        return parse_place(text), None
    return parse_place(before), parse_where(after)


def scene_of(asked: Asked) -> Scene:
    """The Blender scene that is asked for.

    Raises:
        WrongUsage: it is not said which frames of it.
    """
    assert asked.blend is not None
    if asked.frames is None:
        raise WrongUsage("--blend needs --frames: which of the scene's to render, as 1,60,120")
    try:
        engine = None if asked.engine is None else Engine(asked.engine)
    except ValueError:
        raise WrongUsage(f"no engine is called {asked.engine!r}: eevee, cycles") from None
    return Scene(asked.blend, parse_frames(asked.frames), asked.camera_object, engine)


def follow_depth(board: Storyboard, scene: Scene, job: Job) -> Storyboard:
    """Have the one shot of a film follow the depth of the scene that it is of.

    Raises:
        RushesError: Blender cannot render it.
        Cancelled: the job was cancelled.
    """
    film = render_depth(scene, _stills(scene), job)
    return replace(board, shots=tuple(replace(shot, depth=film) for shot in board.shots))


def _stills(scene: Scene) -> Path:
    return work_folder() / f"stills-{scene_key(scene)}"


def _scene_seconds(scene: Scene, stills: Stills) -> float:
    """How long the scene's camera takes from the first frame to the last."""
    return max(1.0, float((scene.frames[-1] - scene.frames[0] + 1) / stills.fps))


def _scene_keyframes(scene: Scene, stills: Stills, seconds: float) -> list[Keyframe]:
    """The stills at their times in the scene, which are stretched to the shot's length."""
    first, last = scene.frames[0], scene.frames[-1]
    keyframes: list[Keyframe] = []
    for frame, path in zip(scene.frames, stills.paths, strict=True):
        where = Where(seconds=seconds * (frame - first) / max(1, last - first))
        if frame in (first, last):
            where = FIRST if frame == first else LAST
        camera = scene.camera or "the scene's camera"
        keyframes.append(
            Keyframe(Place(path), where, rendered_from=f"{scene.path}, frame {frame}, {camera}")
        )
    return keyframes


def _sound(text: str | None) -> SoundSource | None:
    if text is None:
        return None
    try:
        return SoundSource(text)
    except ValueError:
        known = ", ".join(SoundSource)
        raise WrongUsage(f"no sound is called {one_line(text)[:20]!r}: {known}") from None


def _fit(text: str | None) -> Fit | None:
    if text is None:
        return None
    try:
        return Fit(text)
    except ValueError:
        known = ", ".join(Fit)
        raise WrongUsage(f"--fit {one_line(text)[:20]!r} is not known: {known}") from None
