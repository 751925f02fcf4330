"""What the tests of rendering make films of, and a back end that remembers what it was asked."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator.backends.animatic import AnimaticBackend
from generator.backends.protocol import Backend, Capabilities, Drawn, Estimate, Request
from generator.planning import FilmPlan, plan_film, prepare
from generator.render import Rendered
from generator.storyboard import FIRST, LAST, Keyframe, Shot, Storyboard, Where
from rushes.jobs import Job
from rushes.place import Place
from tests.media.video import Image

Make = Callable[..., Rendered]
SIZE = (160, 96)
FPS = Fraction(25)
NO_LABEL = AnimaticBackend(labelled=False)


@dataclass
class Watched:
    """The animatic, with what it is asked for written down, and within limits if any are given."""

    limits: Capabilities = NO_LABEL.capabilities
    revision: str | None = None
    asked: list[Request] = field(default_factory=list)
    closed: int = 0

    name = "animatic"

    @property
    def capabilities(self) -> Capabilities:
        return self.limits

    def estimate(self, request: Request) -> Estimate:
        return replace(NO_LABEL.estimate(request), revision=self.revision)

    def draw(self, request: Request, job: Job) -> Drawn:
        self.asked.append(request)
        return NO_LABEL.draw(request, job)

    def close(self) -> None:
        self.closed += 1


@dataclass(frozen=True)
class Stills:
    """Three pictures of unlike scenes, on disk and in memory."""

    paths: tuple[Path, ...]
    images: tuple[Image, ...]

    def keyframe(self, index: int, where: Where = FIRST) -> Keyframe:
        return Keyframe(Place(self.paths[index]), where)


def planned(board: Storyboard, backend: Backend = NO_LABEL) -> FilmPlan:
    return plan_film(prepare(board, Job()), backend)


def two_shots(stills: Stills) -> Storyboard:
    first = Shot("a", 1.0, (stills.keyframe(0), stills.keyframe(1, LAST)))
    return Storyboard((first, Shot("b", 0.6, (stills.keyframe(2, LAST),))), fps=FPS)


def assert_same(pictures: NDArray[np.integer], drawn: NDArray[np.integer]) -> None:
    """The same but for rounding: how memory lies decides on some processors how sums are made."""
    assert pictures.shape == drawn.shape
    assert np.abs(pictures.astype(int) - drawn).max() <= 1
