"""`rushes generate`: shots drawn part by part, joined, enlarged, and given their sound."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from generator.backends.protocol import Estimate, Request
from generator.delivery import Delivery, Finish, check_delivery, plan_finish
from generator.enlarging import cut_out
from generator.flow import at_rate
from generator.keyframes import eight_bits, narrowed
from generator.parts import joined, with_lead
from generator.planning import FilmPlan
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
from generator.upscale import Upscaler, load_upscaler
from generator.upscale.lanczos import resized
from rushes.encoding import FilmWriter, Format, Picture, film_writer
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.paths import paths


@dataclass(frozen=True)
class Rendered:
    """A film that was made. `drawn` of `parts` were not there from an earlier run.

    `drawn_fps` is the rate that it was filled up from. `passed_over` says why better upscalers
    were not taken.
    """

    path: Path
    sidecar: Path
    backend: str
    models: tuple[str, ...]
    is_generated: bool
    size: tuple[int, int]
    fps: Fraction
    drawn_fps: Fraction
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


def render_film(
    plan: FilmPlan, board: Storyboard, delivery: Delivery, store: ModelStore, job: Job
) -> Rendered:
    """Draw a film as planned, and write it with its account beside it.

    Each part that was drawn is kept: a second run draws only what is missing or has changed.
    Frames stream through: memory does not grow with length. The film appears when it is whole.

    Raises:
        WrongUsage: as `check_delivery` and `plan_finish`.
        RushesError: as both; a part cannot be drawn, or a file not be written.
        Cancelled: the job was cancelled. Finished parts are kept, no film is left.
    """
    check_delivery(delivery, board.files)
    finish = plan_finish(plan, delivery, store)
    work = work_folder()
    forget_old(work)
    sources = checksums(board.files, job)
    with closing(plan.backend):  # what it holds on a card is wanted for enlarging
        drawing = _Drawing(plan, work, job)
        steps = tuple(drawing.shot(index) for index in range(len(plan.shots)))
    origin = Origin(plan, steps, sources, finish.enlarged_by, finish.size, finish.fps)
    frames = _join(plan, origin, delivery, finish, store, job)
    write_sidecar(delivery.out, account(origin, board))
    return Rendered(
        path=delivery.out,
        sidecar=sidecar_of(delivery.out),
        backend=plan.backend.name,
        models=origin.models,
        is_generated=origin.is_generated,
        size=finish.size,
        fps=finish.fps,
        drawn_fps=plan.fps,
        frames=frames,
        parts=plan.parts,
        drawn=drawing.drawn,
        has_sound=plan.has_sound,
        upscaler=finish.enlarged_by,
        passed_over=finish.passed_over,
    )


class _Drawing:
    """Has the shots of a film drawn, in order."""

    def __init__(self, plan: FilmPlan, work: Path, job: Job) -> None:
        self.drawn = 0
        self._plan = plan
        self._work = work
        self._job = job
        self._last: Step | None = None
        self._estimates = iter(plan.estimates)

    def shot(self, index: int) -> tuple[Step, ...]:
        shot = self._plan.shots[index]
        name = shot_name(index + 1, len(self._plan.shots))
        steps: list[Step] = []
        for number, part in enumerate(shot.parts, 1):
            self._job.check_cancelled()
            request = part.request
            if part.carried:
                assert self._last is not None, "the first part of a film is not carried"
                size = (request.width, request.height)
                last = [eight_bits(resized(each, size)) for each in self._last.last(part.shared)]
                request = with_lead(request, last)
            where = name if len(shot.parts) == 1 else f"{name}, part {number}"
            if len(self._plan.shots) > 1:
                where = where.replace(name, f"{name} of {len(self._plan.shots)}")
            self._last = self._step(request, next(self._estimates), where)
            steps.append(self._last)
        return tuple(steps)

    def _step(self, request: Request, estimate: Estimate, where: str) -> Step:
        backend = self._plan.backend
        key = step_key(backend.name, estimate, request)
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

    @property
    def wants_previews(self) -> bool:
        return self._whole.wants_previews

    def preview(self, picture: Picture) -> None:
        self._whole.preview(picture)

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
    finish: Finish,
    store: ModelStore,
    job: Job,
) -> int:
    """One film of all parts. Returns how many pictures it has."""
    form = Format(*finish.size, finish.fps, delivery.codec)
    layout = LAYOUT if plan.has_sound else None
    stage = "writing" if finish.upscaler is None else f"upscaling with {finish.enlarged_by}"
    total = round(plan.frames * finish.fps / plan.fps)
    told = metadata(origin)
    with ExitStack() as held:
        upscaler: Upscaler | None = None
        if finish.upscaler is not None:
            upscaler = held.enter_context(closing(load_upscaler(finish.upscaler, store)))
        writer = held.enter_context(
            film_writer(delivery.out, form, layout, metadata=told, force=delivery.force)
        )
        sound = _film_sound(plan, origin) if plan.has_sound else iter(())
        shown: Iterator[Picture] = _finished(plan, origin, finish, upscaler, job)
        if finish.fps > plan.fps:
            shown = at_rate(shown, plan.fps, finish.fps, _cuts(plan))
        for picture in shown:
            job.check_cancelled()
            writer.add(picture)
            job.preview(picture)
            _hear_until(writer, sound, float(writer.seconds))
            job.report(stage, writer.frames, total, f"frame {writer.frames} of {total}")
        _hear_until(writer, sound, float("inf"))
    return writer.frames


def _finished(
    plan: FilmPlan, origin: Origin, finish: Finish, upscaler: Upscaler | None, job: Job
) -> Iterator[Picture]:
    """The film's pictures as they were drawn, cut out and at their last size."""
    for shot, steps in zip(plan.shots, origin.steps, strict=True):
        drawn = [step.pictures() for step in steps]
        for picture in joined([*zip(shot.parts, drawn, strict=True)]):
            if plan.enlarged_to is not None:
                yield cut_out(picture, plan.drawn_size, plan.size, plan.enlarged_to)
            elif upscaler is not None:
                yield upscaler.upscale(narrowed(picture, plan.size), finish.size, job)
            else:
                yield narrowed(picture, plan.size)


def _cuts(plan: FilmPlan) -> frozenset[int]:
    """The frames that begin a shot which does not go on from the one before."""
    firsts = accumulate((shot.frames for shot in plan.shots), initial=0)
    pairs = zip(firsts, plan.shots, strict=False)  # the last is the film's end
    return frozenset(first for first, shot in pairs if not shot.parts[0].carried)


def _film_sound(plan: FilmPlan, origin: Origin) -> Iterator[Heard]:
    first = 0
    for shot, steps in zip(plan.shots, origin.steps, strict=True):
        yield from shot_sound(shot, steps, first, plan.fps)
        first += shot.frames


def _hear_until(writer: FilmWriter, blocks: Iterator[Heard], seconds: float) -> None:
    """Bring the sound along with the pictures: what either is ahead waits in memory."""
    while writer.heard_s < seconds and (block := next(blocks, None)) is not None:
        writer.hear(block)
