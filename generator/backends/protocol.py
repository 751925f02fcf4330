"""What a back end is asked, and what it gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from generator.camera import Camera
from rushes.jobs import Job

Image = NDArray[np.uint8]
"""An upright RGB picture, shape (height, width, 3)."""

Samples = NDArray[np.float32]
"""Sound in [-1, 1], shape (channels, samples)."""


@dataclass(frozen=True)
class PlacedKeyframe:
    """A picture that the shot must pass through, at a pixel frame counted from 0.

    `strength` is how closely, 0 to 1.
    """

    image: Image
    frame: int
    strength: float = 1.0


@dataclass(frozen=True)
class Request:
    """One shot, ready to be drawn: sizes and lengths are what the back end can do."""

    prompt: str
    negative: str
    keyframes: tuple[PlacedKeyframe, ...]
    frames: int
    fps: Fraction
    width: int
    height: int
    seed: int
    camera: Camera | None = None
    wants_sound: bool = False


@dataclass(frozen=True)
class Capabilities:
    """What a back end can do. Sides are multiples of `multiple_of`, frames `frame_step`·k + 1.

    `generates`: it draws what was not there before. An animatic does not.
    """

    multiple_of: int
    frame_step: int
    longest_s: float
    most_keyframes: int
    sound: bool
    generates: bool


@dataclass(frozen=True)
class Estimate:
    """What a run would take. What is not known is None; `notes` are for the user, a line each."""

    model: str
    device: str
    seconds: float | None = None
    memory_bytes: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """A shot. `pictures` come one by one; `sound` is known when they have all come.

    `revision` is the commit or checksum of the model, if it has one.
    """

    pictures: Iterator[Image]
    sound: Samples | None
    sound_rate: int
    model: str
    revision: str | None = None


class Backend(Protocol):
    """Draws shots. One at a time."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def estimate(self, request: Request) -> Estimate:
        """What it would take, without loading a model.

        Raises:
            RushesError: it cannot be done here. The text says what to install or change.
        """

    def draw(self, request: Request, job: Job) -> Drawn:
        """
        Raises:
            RushesError: it failed; the text names the cause.
            Cancelled: the user asked to stop; within one step.
        """
