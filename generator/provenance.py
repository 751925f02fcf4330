"""Where a film that was made comes from: said in the film, and beside it in full."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from generator.planning import FilmPlan, PlannedShot
from generator.steps import Step
from generator.storyboard import SoundSource, Storyboard
from generator.storyboard_file import storyboard_text
from rushes import __version__
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.output import whole_file, writing
from rushes.synthetic import ACCOUNT, COMPOSITE, GENERATED, MAKER, PROMPT, SOURCE_TYPE
from rushes.text import one_line

_BLOCK = 1 << 22
_LONGEST = 2000  # characters of a tag: players show it


@dataclass(frozen=True)
class Origin:
    """What is said of a film: how it came about, and what enlarged it, if anything did.

    `checksums` has the SHA-256 of each file that it is made from. `size` and `fps` are what it is
    delivered at: of a higher rate than the plan's, frames are filled in.
    """

    plan: FilmPlan
    steps: tuple[tuple[Step, ...], ...]
    checksums: Mapping[Path, str]
    upscaler: str | None
    size: tuple[int, int]
    fps: Fraction

    @property
    def is_filled_in(self) -> bool:
        return self.fps > self.plan.fps

    @property
    def is_generated(self) -> bool:
        return self.plan.backend.capabilities.generates

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(step.facts.model for steps in self.steps for step in steps))


def checksums(files: Sequence[Path], job: Job) -> dict[Path, str]:
    """The SHA-256 of each file, in hexadecimal digits.

    Raises:
        RushesError: one cannot be read.
        Cancelled: the job was cancelled.
    """
    found: dict[Path, str] = {}
    for done, path in enumerate(files):
        job.report("reading sources", done, len(files), one_line(path.name))
        digest = hashlib.sha256()
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    job.check_cancelled()
                    digest.update(block)
        except OSError as error:
            raise RushesError(
                f"cannot read {one_line(path.name)}: {error.strerror or error}"
            ) from None
        found[path] = digest.hexdigest()
    return found


def sidecar_of(out: Path) -> Path:
    """Where the full account of `out` is."""
    return out.with_name(f"{out.name}.json")


def metadata(origin: Origin) -> dict[str, str]:
    """What is written into the film itself."""
    backend = origin.plan.backend.name
    prompts = dict.fromkeys(shot.parts[0].request.prompt for shot in origin.plan.shots)
    if origin.is_generated:
        told = f"Made with AI: {', '.join(origin.models)} through {backend}"
    else:
        told = "An animatic, not generated: keyframes moved and blended"
    if origin.is_filled_in:
        told += "; frames between are filled in along the optical flow"
    said = {
        MAKER: f"{told}. Rushes {__version__}",
        PROMPT: " / ".join(filter(None, prompts))[:_LONGEST],
        SOURCE_TYPE: GENERATED if origin.is_generated else COMPOSITE,
    }
    return {name: text for name, text in said.items() if text}


def account(origin: Origin, board: Storyboard) -> dict[str, object]:
    """All that is known of how the film came about, as JSON has it."""
    plan = origin.plan
    return {
        ACCOUNT: origin.is_generated,
        "kind": "generated" if origin.is_generated else "animatic, not generated",
        "digital_source_type": GENERATED if origin.is_generated else COMPOSITE,
        "rushes": __version__,
        "backend": plan.backend.name,
        "upscaler": origin.upscaler,
        "size": list(plan.size),
        "fps": str(plan.fps),
        "frames": plan.frames,
        "delivered_size": list(origin.size),
        "delivered_fps": str(origin.fps),
        "frames_filled_in": "along the optical flow" if origin.is_filled_in else None,
        "shots": [
            _shot(shot, steps, origin.checksums)
            for shot, steps in zip(plan.shots, origin.steps, strict=True)
        ],
        "storyboard": storyboard_text(board),
    }


def write_sidecar(out: Path, told: dict[str, object]) -> None:
    """Write the account of `out` beside it.

    Raises:
        RushesError: it cannot be written.
    """
    path = sidecar_of(out)
    with whole_file(path, force=True) as partial, writing(path):
        text = json.dumps(told, indent=2, ensure_ascii=False)
        partial.write_text(text + "\n", encoding="utf-8", errors="replace")


def _shot(
    shot: PlannedShot, steps: Sequence[Step], checksums: Mapping[Path, str]
) -> dict[str, object]:
    request = shot.parts[0].request
    kept = shot.shot.clip if shot.sound is SoundSource.KEPT else None
    return {
        "prompt": request.prompt,
        "negative": request.negative or None,
        "camera": None if request.camera is None else str(request.camera),
        "seed": request.seed,
        "frames": shot.frames,
        "sound": str(shot.sound),
        "sound_of": None if kept is None else str(kept),
        "models": [{"model": step.facts.model, "revision": step.facts.revision} for step in steps],
        "begins_with_the_shot_before": shot.parts[0].carried,
        "depth": request.depth
        and {"file": str(request.depth.path), "sha256": request.depth.sha256},
        "keyframes": [
            {
                "file": str(source.keyframe.source.path),
                "sha256": checksums[source.keyframe.source.path],
                "moment_s": source.at_s,
                "where": str(source.keyframe.where),
                "strength": source.keyframe.strength,
                "rendered_from": source.keyframe.rendered_from,
            }
            for source in shot.sources
        ],
    }
