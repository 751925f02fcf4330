"""The animatic: it begins and ends on its keyframes, goes where the camera goes, and says so."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from generator.backends.animatic import AnimaticBackend
from generator.backends.protocol import Backend, PlacedKeyframe, Request
from generator.camera import parse_camera
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job, Progress
from tests.generator.opened import psnr
from tests.generator.test_flow import shifted
from tests.media.video import Image, scenes

PLAIN = AnimaticBackend(labelled=False)


def request(*keyframes: tuple[Image, int], frames: int = 25, camera: str | None = None) -> Request:
    height, width = keyframes[0][0].shape[:2] if keyframes else (180, 320)
    return Request(
        prompt="",
        negative="",
        keyframes=tuple(PlacedKeyframe(image, frame) for image, frame in keyframes),
        frames=frames,
        fps=Fraction(25),
        width=width,
        height=height,
        seed=0,
        camera=None if camera is None else parse_camera(camera),
    )


def drawn(asked: Request, backend: Backend = PLAIN) -> list[Image]:
    return list(backend.draw(asked, Job()).pictures)


def moved(one: Image, two: Image) -> tuple[float, float]:
    """How far the middle of a picture went, to the right and down, by phase correlation."""
    import cv2

    greys = [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY)[30:-30, 40:-40] for each in (one, two)]
    (right, down), _ = cv2.phaseCorrelate(*(each.astype(np.float64) for each in greys))
    return right, down


def test_it_begins_and_ends_on_its_keyframes() -> None:
    one, two = list(scenes((1, 1), (320, 180)))
    for camera in (None, "dolly in", "fast pan left", "handheld", "orbit right"):
        made = drawn(request((one, 0), (two, 24), camera=camera))
        assert len(made) == 25
        assert (made[0] == one).all() and (made[-1] == two).all()
        assert psnr(made[12], one) < 30 and psnr(made[12], two) < 30


def test_a_keyframe_in_the_middle_is_passed_through() -> None:
    one, two, three = list(scenes((1, 1, 1), (320, 180)))
    made = drawn(request((three, 24), (one, 0), (two, 10)))
    assert (made[10] == two).all()


def test_between_like_keyframes_it_follows_the_flow() -> None:
    made = drawn(request((shifted(0), 0), (shifted(12), 24)))
    inner = np.s_[20:160, 30:290]
    assert psnr(made[12][inner], shifted(6)[inner]) > 24


@pytest.mark.parametrize(
    ("camera", "right", "down"),
    [
        ("pan left", 1, 0),
        ("pan right", -1, 0),
        ("tracking right", -1, 0),
        ("tilt up", 0, 1),
        ("crane down", 0, -1),
    ],
)
def test_the_picture_goes_against_the_camera(camera: str, right: int, down: int) -> None:
    image = shifted(20)
    across, below = moved(image, drawn(request((image, 0), camera=f"slow {camera}"))[-1])
    assert np.sign(round(across / 4)) == right
    assert np.sign(round(below / 4)) == down


def test_a_faster_move_goes_further() -> None:
    image = shifted(20)
    slow = moved(image, drawn(request((image, 0), camera="slow pan right"))[-1])[0]
    medium = moved(image, drawn(request((image, 0), camera="pan right"))[-1])[0]
    assert medium == pytest.approx(2 * slow, rel=0.1)


def test_a_dolly_in_enlarges_the_middle() -> None:
    image = np.zeros((180, 320, 3), np.uint8)
    image[80:100, 150:170] = 255
    nearer = drawn(request((image, 0), camera="fast dolly in"))[-1]
    further = drawn(request((image, 0), camera="fast dolly out"))[-1]
    assert nearer.sum() > 1.5 * image.sum()
    assert further[60:120, 100:220].sum() < 0.7 * image.sum()


def test_it_says_on_every_frame_what_it_is() -> None:
    image = shifted(0)
    corner = np.s_[:20, :80]
    for picture in drawn(request((image, 0), frames=5), AnimaticBackend()):
        assert psnr(picture[corner], image[corner]) < 15
        assert (picture[40:] == image[40:]).all()


def test_it_is_no_generator_and_needs_a_keyframe() -> None:
    assert not PLAIN.capabilities.generates
    assert "nothing is generated" in PLAIN.estimate(request((shifted(0), 0))).notes[0]
    for ask in (PLAIN.estimate, lambda each: PLAIN.draw(each, Job())):
        with pytest.raises(RushesError, match="there is none: give one with --keyframe"):
            ask(request())


def test_it_stops_between_two_frames() -> None:
    seen: list[float] = []

    def stop(progress: Progress) -> None:
        seen.append(progress.done)
        if progress.done == 3:
            job.cancel()

    job = Job(stop)
    with pytest.raises(Cancelled):
        list(PLAIN.draw(replace(request((shifted(0), 0)), frames=100), job).pictures)
    assert seen == [1, 2, 3]
