"""The work folder of renders: each part that was drawn, whole, and found again by what it shows."""

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ValidationError

from generator.backends.protocol import Backend, Estimate, Image, Request, Samples
from generator.keyframes import eight_bits
from rushes.encoding import Codec, Format, film_writer
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.output import writing
from rushes.place import Place
from rushes.stretch import open_stretch, pictures, reading
from rushes.text import one_line

_KEPT_S = 14 * 24 * 3600.0
_BYTES_A_PIXEL = 0.6
"""Of ProRes 422 HQ, at most."""

_FORMAT = 1
"""Of a step: a change of what is drawn or kept makes older ones worthless."""


class Facts(BaseModel):
    """What is known of a step beside its pictures."""

    model: str
    revision: str | None
    frames: int
    sound_rate: int


@dataclass(frozen=True)
class Step:
    """A part that was drawn. Its pictures are ProRes 422 HQ: one more coding is not seen."""

    folder: Path
    facts: Facts

    def pictures(self) -> Iterator[Image]:
        """All of them, one by one."""
        with reading(self._film):
            yield from map(eight_bits, pictures(open_stretch(Place(self._film))))

    @property
    def sound(self) -> Samples | None:
        """What was drawn with them, at `facts.sound_rate`."""
        path = self.folder / "sound.npy"
        return np.load(path) if path.exists() else None

    def last(self, count: int) -> list[Image]:
        """The pictures that the next part begins with."""
        fps = open_stretch(Place(self._film)).fps
        at_s = float((self.facts.frames - count) / fps)
        return [*map(eight_bits, pictures(open_stretch(Place(self._film, at_s))))]

    @property
    def _film(self) -> Path:
        return self.folder / "pictures.mov"


def step_key(backend: str, estimate: Estimate, request: Request) -> str:
    """Names what would be drawn: all that goes into it, in 64 hexadecimal digits."""
    told = {
        "format": _FORMAT,
        "backend": backend,
        "model": estimate.model,
        "revision": estimate.revision,
        "prompt": request.prompt,
        "negative": request.negative,
        "frames": request.frames,
        "fps": str(request.fps),
        "size": [request.width, request.height],
        "enlarged_to": request.enlarge_to,
        "seed": request.seed,
        "camera": None if request.camera is None else str(request.camera),
        "sound": request.wants_sound,
        "keyframes": [
            [hashlib.sha256(each.image.tobytes()).hexdigest(), each.frame, each.strength]
            for each in request.keyframes
        ],
        "lead": [hashlib.sha256(each.tobytes()).hexdigest() for each in request.lead],
        "depth": request.depth and [request.depth.sha256, *astuple(request.depth)[2:]],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def find_step(work: Path, key: str) -> Step | None:
    """The step of that name, if it was drawn to its end."""
    folder = work / key
    try:
        facts = Facts.model_validate_json((folder / "facts.json").read_bytes())
    except (OSError, ValidationError):
        return None
    if not (folder / "pictures.mov").is_file():
        return None
    with suppress(OSError):
        folder.touch()  # in use: see `forget_old`
    return Step(folder, facts)


def check_room(work: Path, request: Request) -> None:
    """Whether the disk has room for a part, before it is drawn.

    Raises:
        RushesError: it has not.
    """
    width, height = request.size
    needed = request.frames * width * height * _BYTES_A_PIXEL
    with writing(work):
        work.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(work).free
    if free < needed:
        raise RushesError(
            f"the disk with {one_line(str(work))} is full: {needed / 1e9:.1f} GB are needed and "
            f"{free / 1e9:.1f} GB are free"
        )


def draw_step(work: Path, key: str, backend: Backend, request: Request, job: Job) -> Step:
    """Have a part drawn, and keep it. Stopped midway, nothing of it counts.

    Raises:
        RushesError: the back end failed or drew too few pictures, the disk is full, or another run
            is drawing the same part.
        Cancelled: the job was cancelled.
    """
    from filelock import FileLock, Timeout

    with writing(work):
        work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(work / f"{key}.lock", timeout=0):
            return _drawn_step(work / key, backend, request, job)
    except Timeout:
        raise RushesError(
            "another run is drawing the same part: wait for it, and run this again"
        ) from None


def _drawn_step(folder: Path, backend: Backend, request: Request, job: Job) -> Step:
    with writing(folder):
        shutil.rmtree(folder, ignore_errors=True)  # what an earlier run did not finish
        folder.mkdir(parents=True)
    drawn = backend.draw(request, job)
    form = Format(*request.size, request.fps, Codec.PRORES)
    with film_writer(folder / "pictures.mov", form) as writer:
        for picture in drawn.pictures:
            job.check_cancelled()
            _check_size(picture, request, backend.name)
            writer.add(picture)
            job.preview(picture)
        if writer.frames != request.frames:
            raise RushesError(
                f"{backend.name} drew {writer.frames} of {request.frames} frames: try again, "
                "or another back end"
            )
    facts = Facts(
        model=one_line(drawn.model),
        revision=None if drawn.revision is None else one_line(drawn.revision),
        frames=writer.frames,
        sound_rate=drawn.sound_rate,
    )
    with writing(folder):
        if drawn.sound is not None:
            np.save(folder / "sound.npy", drawn.sound)
        # The last: a step without it was not finished.
        (folder / "facts.json").write_text(facts.model_dump_json(), encoding="utf-8")
    return Step(folder, facts)


def _check_size(picture: Image, request: Request, backend: str) -> None:
    height, width = picture.shape[:2]
    if (width, height) != request.size:
        wide, high = request.size
        raise RushesError(
            f"{backend} drew {width}×{height}, not {wide}×{high}: "
            f"ask for --size {width}x{height}, or change its workflow"
        )


def forget_old(work: Path) -> None:
    """Remove steps that no run has used for two weeks."""
    before = time.time() - _KEPT_S
    with suppress(OSError):
        for path in work.iterdir():
            if path.stat().st_mtime < before:
                shutil.rmtree(path, ignore_errors=True)
                path.unlink(missing_ok=True)
