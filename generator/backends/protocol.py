"""What a back end is asked, and what it gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from generator.camera import Camera
from generator.storyboard import Fit
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
class Depth:
    """A film of depth that a shot follows: near is white, far is black.

    `pictures` says which of its pictures, counted from 0, belongs to each frame of the request.
    They are laid as keyframes are: by `fit` into `size`, width × height of the film to be made.
    """

    path: Path
    sha256: str
    pictures: tuple[int, ...]
    size: tuple[int, int]
    fit: Fit | None = None


@dataclass(frozen=True)
class Request:
    """One shot, ready to be drawn: sizes and lengths are what the back end can do.

    `enlarge_to` is (width, height), for back ends that enlarge what they have drawn: the pictures
    then come in that size. Only those are asked for it whose estimate says so. `lead` are pictures
    that the shot begins with, frame by frame: what it goes on from.
    """

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
    enlarge_to: tuple[int, int] | None = None
    depth: Depth | None = None
    lead: tuple[Image, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pictures that come."""
        return self.enlarge_to or (self.width, self.height)


@dataclass(frozen=True)
class Capabilities:
    """What a back end can do. Sides are multiples of `multiple_of`, frames `frame_step`·k + 1.

    `generates`: it draws what was not there before. An animatic does not. `depth_multiple_of` is
    what sides are multiples of in shots that follow depth; None: it cannot follow any.
    `most_lead` is how many frames of another part it can go on from, `frame_step`·k + 1 of them.
    """

    multiple_of: int
    frame_step: int
    longest_s: float
    most_keyframes: int
    sound: bool
    generates: bool
    depth_multiple_of: int | None = None
    most_lead: int = 1


@dataclass(frozen=True)
class Estimate:
    """What a run would take. What is not known is None; `notes` are for the user, a line each.

    `revision` is the model's commit or checksum: another one draws another film.
    `enlarged_by` names what would enlarge the pictures as asked. None leaves that to others;
    `why_not_enlarged` is told where the back end might have done it.
    """

    model: str
    device: str
    seconds: float | None = None
    memory_bytes: int | None = None
    notes: tuple[str, ...] = ()
    revision: str | None = None
    enlarged_by: str | None = None
    why_not_enlarged: str = ""


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

    def close(self) -> None:
        """Give back memory that the model takes. Drawing again loads it again."""
