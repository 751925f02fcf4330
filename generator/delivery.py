"""What becomes of pictures that were drawn: how large, how many a second, where they go."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from generator.flow import PIXELS_PER_S
from generator.planning import FilmPlan
from generator.provenance import sidecar_of
from generator.upscale import AUTO, Work, choose_upscaler
from generator.upscale.size import fitted
from rushes.encoding import Codec, check_format
from rushes.errors import RushesError, WrongUsage
from rushes.models import ModelStore
from rushes.output import check_output

BACKEND = "comfyui"
"""The upscaler's name that stands for what a ComfyUI server has."""


@dataclass(frozen=True)
class Delivery:
    """What is to become of a film.

    `box` is the size that it is enlarged to fit; None leaves it. `fps` is the rate that it is
    filled up to along the optical flow; None leaves it.
    """

    out: Path
    box: tuple[int, int] | None = None
    upscaler: str = AUTO
    codec: Codec = Codec.H264
    force: bool = False
    fps: Fraction | None = None

    @property
    def backend_box(self) -> tuple[int, int] | None:
        """The box that the back end is to enlarge to, if it can."""
        return self.box if self.upscaler in (AUTO, BACKEND) else None


@dataclass(frozen=True)
class Finish:
    """What is done to the pictures of a plan. `enlarged_by` is told; None leaves their size.

    `upscaler` names the one that does it here; None leaves it to the back end, or nothing to do.
    `seconds` is about how long enlarging takes here, `filling_s` filling in pictures.
    """

    size: tuple[int, int]
    fps: Fraction
    enlarged_by: str | None = None
    upscaler: str | None = None
    seconds: float | None = None
    filling_s: float | None = None
    passed_over: tuple[str, ...] = ()


def check_delivery(delivery: Delivery, sources: Sequence[Path]) -> None:
    """Refuse what cannot be written, before anything is read or drawn.

    Raises:
        WrongUsage: the file's ending does not fit the codec.
        RushesError: its folder is not there, or it exists and `force` is not given.
    """
    check_output(delivery.out, delivery.force, sources)
    check_output(sidecar_of(delivery.out), delivery.force, sources)
    check_format(delivery.out, delivery.codec)


def plan_finish(plan: FilmPlan, delivery: Delivery, store: ModelStore) -> Finish:
    """What is to be done to the pictures, and with what. An upscaler is tried and let go again.

    Raises:
        WrongUsage: the film is to have fewer pictures a second than are drawn, or no upscaler is
            called so.
        RushesError: the upscaler does not work here.
    """
    fps = delivery.fps or plan.fps
    if fps < plan.fps:
        raise WrongUsage(
            f"a film of {float(plan.fps):.5g} frames a second cannot be delivered at "
            f"{float(fps):.5g}: ask for --fps {float(fps):.5g}"
        )
    size = plan.size if delivery.box is None else fitted(*plan.size, delivery.box)
    filling_s = None
    if fps > plan.fps:
        filling_s = float(plan.frames * fps / plan.fps) * size[0] * size[1] / PIXELS_PER_S
    if delivery.box is None:
        return Finish(size, fps, filling_s=filling_s)
    if plan.enlarged_to is not None:
        return Finish(size, fps, plan.estimates[0].enlarged_by, filling_s=filling_s)
    why_not = plan.estimates[0].why_not_enlarged
    if delivery.upscaler == BACKEND:
        why = why_not or f"{plan.backend.name} draws this film"
        raise RushesError(f"cannot enlarge --with {BACKEND}: {why} (choose another --with)")
    chosen = choose_upscaler(delivery.upscaler, store, Work(plan.size, size, plan.frames))
    by = f"{chosen.name} on {chosen.runs_on}"
    passed_over = (why_not, *chosen.passed_over) if why_not else chosen.passed_over
    return Finish(size, fps, by, chosen.name, chosen.seconds, filling_s, passed_over)
