"""Keyframes out of a Blender scene, rendered by the `blender` program."""

import hashlib
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from rushes.errors import RushesError, WrongUsage
from rushes.jobs import Job
from rushes.output import writing
from rushes.text import one_line

_BEGINNINGS = (b"BLENDER", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
"""Of a scene as it is, and compressed with gzip or Zstandard."""

_MOST_FRAMES = 64
_LAST_FRAME = 1_048_574  # Blender's own limit
_TOLD = re.compile(r"^rushes: (\w+) (.*)$", re.MULTILINE)
_CAMERA = """
import sys
import bpy

name = sys.argv[sys.argv.index("--") + 1]
scene = bpy.context.scene
if name:
    camera = bpy.data.objects.get(name)
    if camera is None or camera.type != "CAMERA":
        names = ", ".join(sorted(each.name for each in bpy.data.objects if each.type == "CAMERA"))
        print(f"rushes: missing {names}", flush=True)
        sys.exit(3)
    scene.camera = camera
    # Markers that are bound to cameras would switch to theirs at every frame.
    for marker in scene.timeline_markers:
        marker.camera = None
elif scene.camera is None:
    print("rushes: missing ", flush=True)
    sys.exit(3)
try:
    import _cycles

    # Debian's build has no denoiser, and stops at a scene that asks for one.
    if not _cycles.with_openimagedenoise:
        scene.cycles.use_denoising = False
except (ImportError, AttributeError):
    pass
print(f"rushes: fps {scene.render.fps} {scene.render.fps_base}", flush=True)
"""


class Engine(StrEnum):
    """What Blender draws with."""

    EEVEE = "eevee"
    CYCLES = "cycles"


@dataclass(frozen=True)
class Scene:
    """What to render of a .blend file. `camera` None is the scene's own; so is `engine`."""

    path: Path
    frames: tuple[int, ...]
    camera: str | None = None
    engine: Engine | None = None


@dataclass(frozen=True)
class Stills:
    """Pictures of a scene, one for each frame asked for, and the scene's rate."""

    paths: tuple[Path, ...]
    fps: Fraction


def parse_frames(text: str) -> tuple[int, ...]:
    """Reads `1,60,120`: frames of a scene, in order.

    Raises:
        WrongUsage: it is none, or they go backwards.
    """
    words = [word.strip() for word in text.split(",")]
    if not all(re.fullmatch(r"\d{1,7}", word, re.ASCII) for word in words):
        raise WrongUsage(f"{one_line(text)[:40]!r} is no list of frames: write it as 1,60,120")
    frames = tuple(map(int, words))
    if list(frames) != sorted(set(frames)) or frames[-1] > _LAST_FRAME:
        raise WrongUsage(f"frames {one_line(text)[:40]} must rise, up to {_LAST_FRAME}")
    if len(frames) > _MOST_FRAMES:
        raise WrongUsage(f"{len(frames)} keyframes are too many: name {_MOST_FRAMES} at most")
    return frames


def check_scene(path: Path) -> None:
    """Whether a file is one of Blender's.

    Raises:
        RushesError: it is not, or cannot be read.
    """
    name = one_line(path.name)
    try:
        with path.open("rb") as file:
            beginning = file.read(7)
    except OSError as error:
        raise RushesError(f"cannot read {name}: {error.strerror or error}") from None
    if not beginning.startswith(_BEGINNINGS):
        raise RushesError(f"{name} is no Blender file: name a .blend that Blender saved")


def scene_key(scene: Scene) -> str:
    """Names what would be rendered of a file, in 16 hexadecimal digits."""
    told = [str(scene.path.absolute()), scene.frames, scene.camera, scene.engine]
    return hashlib.sha256(repr(told).encode(errors="replace")).hexdigest()[:16]


def render_stills(scene: Scene, folder: Path, job: Job) -> Stills:
    """Have Blender render frames of a scene as PNG files in `folder`.

    Scripts inside the scene are not run. `folder` is made if it is not there.

    Raises:
        RushesError: it is no scene, `blender` is not here or fails, or there is no such camera.
        Cancelled: the job was cancelled; Blender is stopped.
    """
    engine = {None: (), Engine.CYCLES: ("-E", "CYCLES"), Engine.EEVEE: ("-E", "BLENDER_EEVEE")}
    # Blender obeys its arguments in order: the frames come last, after all that concerns them.
    arguments = [
        *engine[scene.engine],
        *("-o", str(folder.absolute() / "kf_#####")),
        *("-F", "PNG", "-x", "1"),
        *("-f", ",".join(map(str, scene.frames))),
    ]
    names = [f"kf_{frame:05d}.png" for frame in scene.frames]
    return run_blender(scene, folder, arguments, "", names, job)


def run_blender(
    scene: Scene,
    folder: Path,
    arguments: Sequence[str],
    script: str,
    names: Sequence[str],
    job: Job,
) -> Stills:
    """Have Blender open a scene, choose its camera, and write files of these names into `folder`.

    `script` is Python that runs in Blender when the camera is chosen, before the arguments count.

    Raises:
        RushesError: it is no scene, `blender` is not here or fails, or there is no such camera.
        Cancelled: the job was cancelled; Blender is stopped.
    """
    check_scene(scene.path)
    program = shutil.which("blender")
    if program is None:
        raise RushesError(
            "blender is not on this machine: install it from blender.org, or give rendered "
            "pictures with --keyframe"
        )
    file = folder / "camera.py"
    paths = tuple(folder / name for name in names)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for old in paths:
            old.unlink(missing_ok=True)
        file.write_text(_CAMERA + script, encoding="utf-8")
    opening = [
        program,
        "--background",
        "--factory-startup",
        "--disable-autoexec",
        *("--python-exit-code", "3"),
        str(scene.path.absolute()),
        *("-P", str(file)),
    ]
    told = _run([*opening, *arguments, "--", scene.camera or ""], paths, job)
    said = {match[1]: match[2] for match in _TOLD.finditer(told)}
    if "missing" in said:
        has = one_line(said["missing"])[:200] or "none"
        raise RushesError(
            f"{one_line(scene.path.name)} has no camera {one_line(scene.camera or '')!r}: "
            f"its cameras are {has}"
        )
    gone = [path for path in paths if not path.is_file()]
    if gone or "fps" not in said:
        raise RushesError(f"blender could not render {one_line(scene.path.name)}: {_failure(told)}")
    fps, base = said["fps"].split()
    # The base is a float of 32 bits: 1.001 arrives as 1.00100004673.
    return Stills(paths, Fraction(fps) / Fraction(base).limit_denominator(1000))


def _failure(told: str) -> str:
    """What Blender says went wrong, in one line; else the last that it said."""
    lines = [one_line(line) for line in told.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("Error")]
    return ([*lines, *errors] or ["it said nothing"])[-1][:160]


def _run(arguments: Sequence[str], paths: Sequence[Path], job: Job) -> str:
    """Run Blender and return what it prints."""
    total = len(paths)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as printed:
        try:
            running = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT
            )
        except OSError as error:
            raise RushesError(f"cannot start blender: {error.strerror or error}") from None
        try:
            while running.poll() is None:
                job.check_cancelled()
                done = sum(path.exists() for path in paths)
                job.report("rendering with Blender", done, total, f"frame {done} of {total}")
                time.sleep(0.1)
        finally:
            if running.poll() is None:
                running.kill()
                running.wait()
        printed.seek(0)
        return printed.read()
