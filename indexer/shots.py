"""A film's shots: where it cuts, and the frame that shows each shot best."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.looks import Look, colour_likeness, content_change, looks
from indexer.segments import Image
from indexer.usable import Watch
from rushes.facts import Facts
from rushes.media import upright

FRAME_SIDE = 1280
"""Frames are handed on with no side longer than this, in pixels."""

# A cut is a change that is large, and far larger than the changes around it, so that a fast
# pan is none: PySceneDetect's AdaptiveDetector (window 2, ratio 3, content 15). Slides that
# change while nothing moves differ less, but then nothing else does: the second pair. Where the
# camera moves fast and frames were skipped, all changes are large: then other colours tell.
_CUTS = ((15.0, 3.0), (4.0, 8.0))
_COLOUR_CUT = (15.0, 1.5)
_OTHER_COLOURS = 0.90
_SAME_COLOURS = 0.95
_WINDOW = 2
_SHORTEST_S = 0.4
_CANDIDATES_PER_S = 3.0


@dataclass(frozen=True)
class ShotFrame:
    """The best frame of a stretch of a shot. Times are in seconds.

    `shot` is the number of the shot in the film, from 0; its stretches share it. Of the `facts`,
    those are told that the stretch's frames show together: the camera, the quality, the usable
    part.
    """

    start_s: float
    end_s: float
    at_s: float
    image: Image
    shot: int
    facts: Facts


def shot_frames(path: Path, every_s: float, check: Callable[[], None]) -> Iterator[ShotFrame]:
    """The shots of a video in order, each with its best frame.

    A shot longer than `every_s` is given in stretches of that length, each with a frame
    of its own, so that what happens late in a long shot is found too. `check` is called often
    and may raise to stop.

    Raises:
        UnreadableFile: no frame can be decoded.
    """
    stretch: _Stretch | None = None
    end_s = 0.0
    for look, cut in with_cuts(looks(path, every_s, check)):
        end_s = look.end_s
        start_s = max(0.0, look.time_s)
        if stretch is None:
            stretch = _Stretch(start_s, 0, Watch())
        stretch.watch_passed(look)
        if cut:
            yield stretch.best(start_s)
            stretch = _Stretch(start_s, stretch.shot + 1, Watch())
        stretch.watch(look)
        if start_s - stretch.start_s >= every_s:
            start_s -= (start_s - stretch.start_s) % every_s
            yield stretch.best(start_s)
            stretch = stretch.after(start_s)
        stretch.consider(look)
    if stretch is not None:
        # Not the length in the header, which may lie or count the sound.
        yield stretch.best(end_s)


def with_cuts(seen: Iterator[Look]) -> Iterator[tuple[Look, bool]]:
    """Each look with whether a new shot begins at it.

    The change from one look to the next is compared with the mean of those up to two looks
    before and after it.
    """
    window: deque[_Change] = deque()  # the looks around the one that is judged
    last_cut_s = 0.0
    previous: Look | None = None

    def judge(index: int) -> tuple[Look, bool]:
        nonlocal last_cut_s
        look = window[index].look
        around = [
            window[i]
            for i in range(max(0, index - _WINDOW), min(len(window), index + _WINDOW + 1))
            if i != index and window[i].look.follows
        ]
        cut = look.changed or (look.follows and _is_cut(window[index], around))
        cut = cut and look.time_s - last_cut_s >= _SHORTEST_S
        if cut:
            last_cut_s = look.time_s
            cut = not _is_flash(window, index)
        return look, cut

    for look in seen:
        window.append(_change(previous, look))
        previous = look
        if len(window) > _WINDOW:
            yield judge(len(window) - 1 - _WINDOW)
        if len(window) > 2 * _WINDOW:
            window.popleft()
    for index in range(max(0, len(window) - _WINDOW), len(window)):
        yield judge(index)


@dataclass(frozen=True)
class _Change:
    """How a look differs from the one before it: its content (0-255), its colours (1: alike)."""

    look: Look
    content: float
    colours: float


def _change(previous: Look | None, look: Look) -> _Change:
    if previous is None:
        return _Change(look, 0.0, 1.0)
    return _Change(
        look,
        content_change(previous.small, look.small),
        colour_likeness(previous.small, look.small),
    )


def _is_cut(change: _Change, around: list[_Change]) -> bool:
    mean = float(np.mean([other.content for other in around])) if around else 0.0
    if any(change.content >= max(least, ratio * mean) for least, ratio in _CUTS):
        return True
    least, ratio = _COLOUR_CUT
    return (
        change.content >= max(least, ratio * mean)
        and change.colours < _OTHER_COLOURS
        and all(other.colours >= _SAME_COLOURS for other in around)
    )


def _is_flash(window: Sequence[_Change], index: int) -> bool:
    """Whether the picture before is back too soon for a shot: lightning, a photographer's flash."""
    if index == 0:
        return False
    before, flash = window[index - 1].look, window[index]
    return any(
        later.look.time_s - flash.look.time_s < _SHORTEST_S
        and content_change(before.small, later.look.small) < flash.content / 4
        and colour_likeness(before.small, later.look.small) >= _OTHER_COLOURS
        for later in islice(window, index + 1, None)
    )


class _Stretch:
    """Part of a shot while it is being watched. Holds one decoded frame: the best so far."""

    def __init__(self, start_s: float, shot: int, watch: Watch) -> None:
        self.start_s = start_s
        self.shot = shot
        self._watch = watch
        self._best: Look | None = None
        self._best_quality = -1.0
        self._judged_s = float("-inf")

    def after(self, start_s: float) -> "_Stretch":
        """The next stretch of the same shot."""
        self._watch.forget(start_s)
        return _Stretch(start_s, self.shot, self._watch)

    def watch_passed(self, look: Look) -> None:
        """How the camera moved on the way to a look."""
        for glimpse in look.passed:
            self._watch.see(glimpse.time_s, _upright(glimpse.grey, look))

    def watch(self, look: Look) -> None:
        grey = _upright(look.small[..., 2], look)
        self._watch.see(look.time_s, grey, look.small)

    def consider(self, look: Look) -> None:
        if look.time_s - self._judged_s < 1 / _CANDIDATES_PER_S and self._best is not None:
            return
        self._judged_s = look.time_s
        quality = picture_quality(look.small[..., 2])
        if quality > self._best_quality:
            self._best, self._best_quality = look, quality

    def best(self, end_s: float) -> ShotFrame:
        assert self._best is not None  # every stretch starts with a look
        image = upright(self._best.frame, FRAME_SIDE)
        facts = self._watch.facts(self.start_s, end_s)
        return ShotFrame(self.start_s, end_s, self._best.time_s, image, self.shot, facts)


def _upright(grey: NDArray[np.uint8], look: Look) -> NDArray[np.uint8]:
    """A small frame turned as a player turns it: directions are the viewer's."""
    return np.ascontiguousarray(np.rot90(grey, look.frame.rotation // 90 % 4))


def picture_quality(value: NDArray[np.uint8]) -> float:
    """How well a frame shows what is in it, 0 and up: sharp, and not black or burnt out.

    Sharpness is the variance of the Laplacian (Pech-Pacheco et al., ICPR 2000) of the
    brightness, shape (height, width); it counts less the more of the picture is clipped.
    """
    import cv2

    sharpness = float(cv2.Laplacian(value, cv2.CV_32F).var())
    clipped = float(np.mean((value < 12) | (value > 247)))
    return sharpness * (1.0 - clipped) + float(value.std()) * 0.01
