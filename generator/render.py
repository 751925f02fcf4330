"""`rushes generate`: shots drawn part by part, joined, enlarged, and given their sound."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from generator.backends.protocol import Image, Request
from generator.keyframes import narrowed
from generator.planning import FilmPlan, PlannedShot, with_first
from generator.provenance import (
    Origin,
    account,
    checksums,
    metadata,
    sidecar_of,
    write_sidecar,
)
from generator.soundtrack import LAYOUT, Heard, shot_sound
from generator.steps import Step, check_room, draw_step, find_step, forget_old, step_key
from generator.storyboard import Storyboard, shot_name
from generator.upscale import Chosen, load_upscaler
from generator.upscale.size import fitted
from rushes.encoding import Codec, FilmWriter, Format, check_format, film_writer
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.output import check_output
from rushes.paths import paths


@dataclass(frozen=True)
class Delivery:
    """What is to become of a film. `box` is the size that it is enlarged to fit; None leaves it."""

    out: Path
    box: tuple[int, int] | None = None
    upscaler: str = "auto"
    codec: Codec = Codec.H264
    force: bool = False


@dataclass(frozen=True)
class Rendered:
    """A film that was made. `drawn` of `parts` were not there from an earlier run.

    `passed_over` says why better upscalers could not be had.
    """

    path: Path
    sidecar: Path
    backend: str
    models: tuple[str, ...]
    is_generated: bool
    size: tuple[int, int]
    fps: Fraction
    frames: int
    parts: int
    drawn: int
    has_sound: bool
    upscaler: str | None
    passed_over: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        return float(self.frames / self.fps)


def work_folder() -> Path:
    """Where parts of films are kept between runs."""
    return paths().cache / "renders"


def check_delivery(delivery: Delivery, sources: Sequence[Path]) -> None:
    """Refuse what cannot be written, before anything is read or drawn.

    Raises:
        WrongUsage: the file's ending does not fit the codec.
        RushesError: its folder is not there, or it exists and `force` is not given.
    """
    check_output(delivery.out, delivery.force, sources)
    check_output(sidecar_of(delivery.out), delivery.force, sources)
    check_format(delivery.out, delivery.codec)


def render_film(
    plan: FilmPlan, board: Storyboard, delivery: Delivery, store: ModelStore, job: Job
) -> Rendered:
    """Draw a film as planned, and write it with its account beside it.

    Each part that was drawn is kept: a second run draws only what is missing or has changed.
    Frames stream through: memory does not grow with length. The film appears when it is whole.

    Raises:
        WrongUsage: as `check_delivery`.
        RushesError: as `check_delivery`; a part cannot be drawn, or a file not be written.
        Cancelled: the job was cancelled. Finished parts are kept, no film is left.
    """
    check_delivery(delivery, board.files)
    chosen = None if delivery.box is None else load_upscaler(delivery.upscaler, store)
    work = work_folder()
    forget_old(work)
    sources = checksums(board.files, job)
    drawing = _Drawing(plan, work, job)
    steps = tuple(drawing.shot(index) for index in range(len(plan.shots)))
    origin = Origin(plan, steps, sources, None if chosen is None else chosen.upscaler.name)
    size = plan.size if delivery.box is None else fitted(*plan.size, delivery.box)
    _join(plan, origin, delivery, size, chosen, job)
    write_sidecar(delivery.out, account(origin, board))
    return Rendered(
        path=delivery.out,
        sidecar=sidecar_of(delivery.out),
        backend=plan.backend.name,
        models=origin.models,
        is_generated=origin.is_generated,
        size=size,
        fps=plan.fps,
        frames=plan.frames,
        parts=plan.parts,
        drawn=drawing.drawn,
        has_sound=plan.has_sound,
        upscaler=origin.upscaler,
        passed_over=() if chosen is None else chosen.passed_over,
    )


class _Drawing:
    """Has the shots of a film drawn, in order."""

    def __init__(self, plan: FilmPlan, work: Path, job: Job) -> None:
        self.drawn = 0
        self._plan = plan
        self._work = work
        self._job = job
        self._last: Step | None = None
        self._models = iter([each.model for each in plan.estimates])

    def shot(self, index: int) -> tuple[Step, ...]:
        shot = self._plan.shots[index]
        name = shot_name(index + 1, len(self._plan.shots))
        steps: list[Step] = []
        for number, part in enumerate(shot.parts, 1):
            self._job.check_cancelled()
            request = part.request
            if part.carried:
                assert self._last is not None, "the first part of a film is not carried"
                request = with_first(request, self._last.last)
            where = name if len(shot.parts) == 1 else f"{name}, part {number}"
            if len(self._plan.shots) > 1:
                where = where.replace(name, f"{name} of {len(self._plan.shots)}")
            self._last = self._step(request, next(self._models), where)
            steps.append(self._last)
        return tuple(steps)

    def _step(self, request: Request, model: str, where: str) -> Step:
        backend = self._plan.backend
        key = step_key(backend.name, model, request)
        step = find_step(self._work, key)
        if step is None:
            check_room(self._work, request)
            step = draw_step(self._work, key, backend, request, _PartJob(self._job, where))
            self.drawn += 1
        return step


class _PartJob(Job):
    """What a back end tells of its part, told with the part's name."""

    def __init__(self, whole: Job, name: str) -> None:
        super().__init__()
        self._whole = whole
        self._name = name

    def report(self, stage: str, done: float, total: float | None = None, note: str = "") -> None:
        self._whole.report(f"{self._name}: {stage}", done, total, note)

    def cancel(self) -> None:
        self._whole.cancel()

    @property
    def cancelled(self) -> bool:
        return self._whole.cancelled

    def check_cancelled(self) -> None:
        self._whole.check_cancelled()


def _join(
    plan: FilmPlan,
    origin: Origin,
    delivery: Delivery,
    size: tuple[int, int],
    chosen: Chosen | None,
    job: Job,
) -> None:
    """One film of all parts."""
    form = Format(*size, plan.fps, delivery.codec)
    stage = "writing"
    if chosen is not None:
        stage = f"upscaling with {chosen.upscaler.name} on {chosen.upscaler.runs_on}"
    told = metadata(origin)
    layout = LAYOUT if plan.has_sound else None
    with film_writer(delivery.out, form, layout, metadata=told, force=delivery.force) as writer:
        for shot, steps in zip(plan.shots, origin.steps, strict=True):
            sound = shot_sound(shot, steps, writer.frames, plan.fps) if plan.has_sound else None
            for picture in _shot_pictures(shot, steps):
                job.check_cancelled()
                shown = narrowed(picture, plan.size)
                if chosen is not None:
                    shown = chosen.upscaler.upscale(shown, size, job)
                writer.add(shown)
                if sound is not None:
                    _hear_until(writer, sound, float(writer.seconds))
                job.report(
                    stage, writer.frames, plan.frames, f"frame {writer.frames} of {plan.frames}"
                )
            if sound is not None:
                _hear_until(writer, sound, float("inf"))


def _hear_until(writer: FilmWriter, blocks: Iterator[Heard], seconds: float) -> None:
    """Bring the sound along with the pictures: what either is ahead waits in memory."""
    while writer.heard_s < seconds and (block := next(blocks, None)) is not None:
        writer.hear(block)


def _shot_pictures(shot: PlannedShot, steps: Sequence[Step]) -> Iterator[Image]:
    """Without the first of a carried part, which the part before has shown."""
    for part, step in zip(shot.parts, steps, strict=True):
        for index, picture in enumerate(step.pictures()):
            if index or not part.carried:
                yield picture
