"""Shots longer than a model draws at once: what their parts share, and how they are joined."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import pytest

from generator.backends.protocol import Capabilities, Drawn, Estimate, PlacedKeyframe, Request
from generator.parts import in_parts
from generator.storyboard import Shot, SoundSource, Storyboard
from rushes.errors import WrongUsage
from rushes.jobs import Job
from tests.generator.films import NO_LABEL, Make
from tests.generator.opened import opened

LIMITS = Capabilities(
    multiple_of=32,
    frame_step=8,
    longest_s=4.0,
    most_keyframes=3,
    sound=True,
    generates=True,
    most_lead=17,
)
BLACK = np.zeros((64, 64, 3), np.uint8)
WHOLE = Request("a tram", "", (), 193, Fraction(24), 64, 64, 0)
DRIFT = 17
"""By how much a part shows too light what it goes on from, as models do."""


@dataclass
class Brightening:
    """Draws films that brighten by one a frame, from black or from what they go on from."""

    asked: list[Request] = field(default_factory=list)

    name = "brightening"
    capabilities = LIMITS

    def estimate(self, request: Request) -> Estimate:
        return Estimate(self.name, "CPU", enlarged_by=None)

    def draw(self, request: Request, job: Job) -> Drawn:
        self.asked.append(request)
        levels = [float(picture.mean()) + DRIFT for picture in request.lead]
        last = levels[-1] if levels else -1.0
        levels += [last + 1 + more for more in range(request.frames - len(levels))]
        shape = (request.height, request.width, 3)
        pictures = (np.full(shape, round(level), np.uint8) for level in levels)
        silence = np.zeros((2, round(48_000 * request.frames / request.fps)), np.float32)
        return Drawn(pictures, silence + 0.5, 48_000, self.name)

    def close(self) -> None:
        """It holds nothing."""


def test_parts_share_what_the_model_can_go_on_from() -> None:
    # Four seconds are 89 frames at most, 11 steps of 8: 192 frames are 24 steps.
    parts = in_parts(WHOLE, False, LIMITS, "the shot")
    assert [part.request.frames for part in parts] == [65, 81, 81]
    assert [part.shared for part in parts] == [0, 17, 17]
    assert sum(part.request.frames - part.shared for part in parts) == 193
    parts = in_parts(WHOLE, True, replace(LIMITS, most_lead=1), "the shot")
    assert [part.request.frames for part in parts] == [65, 65, 65]
    assert [part.shared for part in parts] == [1, 1, 1]
    (short,) = in_parts(replace(WHOLE, frames=89), False, LIMITS, "the shot")
    assert (short.request.frames, short.shared) == (89, 0)


def test_slow_films_have_parts_that_share_less() -> None:
    for fps in range(1, 61):
        for frames in range(9, 2000, 88):
            request = replace(WHOLE, frames=frames, fps=Fraction(fps))
            parts = in_parts(request, False, LIMITS, "the shot")
            assert sum(part.request.frames - part.shared for part in parts) == frames
            longest = max(9, 4 * fps)
            assert all(part.shared < part.request.frames <= longest for part in parts)


def test_a_keyframe_belongs_to_the_part_that_first_shows_it() -> None:
    keyframes = tuple(PlacedKeyframe(BLACK, frame) for frame in (60, 72, 192))
    parts = in_parts(replace(WHOLE, keyframes=keyframes), False, LIMITS, "the shot")
    assert [[each.frame for each in part.request.keyframes] for part in parts] == [[60], [24], [80]]
    close = replace(WHOLE, keyframes=(PlacedKeyframe(BLACK, 66),))
    with pytest.raises(WrongUsage, match="frames 16 and 18 are 2 frames apart"):
        in_parts(close, False, LIMITS, "the shot")


def test_a_long_shot_has_no_jump_where_its_parts_meet(make: Make) -> None:
    shot = Shot("a lamp", 8.0, sound=SoundSource.GENERATED)
    backend = Brightening()
    made = make(Storyboard((shot,), size=(64, 64), fps=Fraction(24)), backend)
    assert [len(request.lead) for request in backend.asked] == [0, 17, 17]
    # It goes on from the end of the part before, not from its last picture alone.
    assert np.diff([picture.mean() for picture in backend.asked[1].lead]) == pytest.approx(1, abs=1)
    film = opened(made.path)
    levels = [float(image.mean()) for image in film.images]
    assert len(levels) == 193
    # One a frame, and the drift spread over 17 frames: never at once.
    assert max(np.diff(levels)) < 6 and min(np.diff(levels)) > -1.5
    assert levels[-1] - levels[0] == pytest.approx(192 + 2 * DRIFT, abs=4)
    assert film.sound is not None
    assert film.sound.shape[-1] == pytest.approx(193 / 24 * 48_000, abs=2048)
    inner = film.sound[..., 2400:-4800]
    assert np.ptp(inner) < 0.05


def test_the_animatic_goes_on_from_one_picture() -> None:
    assert NO_LABEL.capabilities.most_lead == 1
