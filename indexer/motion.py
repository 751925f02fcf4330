"""How the whole picture moves from one frame to the next: the camera's motion.

Corners (Shi and Tomasi, CVPR 1994) are followed from one small frame to the next (Lucas and
Kanade, IJCAI 1981, in pyramids after Bouguet) and back again, and those that do not return are
dropped (Kalal et al., ICPR 2010). One shift, turn and growth of the whole picture is fitted to the
others by RANSAC: that is the camera. What does not fit is the subject, or parallax.

A dense flow (DIS, Kroeger et al., ECCV 2016) takes a third of the time on frames 256 wide, but it
is smooth: it shrinks zooms by 4 % and drags the wall along with the passer-by.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""A small frame's brightness, upright, shape (height, width)."""

Points = NDArray[np.float32]
"""Places in a frame, in pixels, shape (count, 2)."""

PAIR_MAX_S = 0.35
"""Frames further apart than this show where the camera went, but not how it shook."""

_CORNERS = 120
_APART_PX = 9
_WINDOW_PX = 11
_LEVELS, _LEVELS_FAR = 3, 4
_RETURN_PX = 0.6
_FIT_PX = 0.7
_FEWEST = 12
_LEAST_CONTRAST = 3.0
_BAR = 24  # a row or column without anything brighter than this, of 255, is a letterbox's bar
_PLACES = (16, 9)  # whose brightness is compared
_BLOCKS = (6, 4)  # of which some stand still when the camera does
_STILL_PX, _HARDLY_PX, _CLEARLY_PX = 0.5, 0.8, 1.2
_CELLS = (64, 36)  # in which the picture's own motion is looked for
_TITLE_PX = 0.15  # what is far away stands less perfectly when the camera goes forward
_UNCHANGED = 0.04  # of a block that stands
_CHANGED = 12.0  # levels by which a cell differs after the camera's motion is taken out

# A place at the edge of the picture counts up to three times one in the middle, since subjects
# are framed in the middle, and what is behind them shows at the edges.
_EDGE_WEIGHT = 2.0


@dataclass(frozen=True)
class Motion:
    """What the whole picture did from one time to another, as the camera saw it.

    `dx` and `dy` are in frame widths, to the right and down. `growth` is the logarithm of the
    scale. `turn` is in degrees clockwise. `subject` is the part of the picture, 0 to 1, that moved
    otherwise. `gain` is how much brighter the picture became, in stops.
    """

    start_s: float
    end_s: float
    dx: float
    dy: float
    growth: float
    turn: float
    subject: float
    gain: float

    @property
    def span_s(self) -> float:
        return self.end_s - self.start_s

    @property
    def near(self) -> bool:
        """Whether the frames lie so close that shaking shows."""
        return self.span_s <= PAIR_MAX_S

    @property
    def velocity(self) -> tuple[float, float, float, float]:
        """dx, dy, growth and turn a second."""
        span_s = self.span_s
        return self.dx / span_s, self.dy / span_s, self.growth / span_s, self.turn / span_s


@dataclass(frozen=True)
class Parallax:
    """How a picture that grows or shrinks departs from doing so everywhere alike.

    Mean squares in pixels, of what is left when the common growth is taken out: `along` the rays
    out of the middle and `across` them; `growth` is the mean square of the growth itself.
    """

    along: float
    across: float
    growth: float


def motion_between(before: Grey, after: Grey, start_s: float, end_s: float) -> Motion | None:
    """The camera's motion between two frames, None if it cannot be told: black, fog, a cut."""
    followed = _follow(before, after, far=end_s - start_s > PAIR_MAX_S)
    if followed is None:
        return None
    matrix = _fit(followed)
    if matrix is None:
        return None
    height, width = before.shape
    middle = np.array([width / 2, height / 2])
    shift = matrix[:, :2] @ middle + matrix[:, 2] - middle
    moved = _carried(before, matrix)
    return Motion(
        start_s,
        end_s,
        dx=float(shift[0]) / width,
        dy=float(shift[1]) / width,
        growth=float(np.log(np.hypot(matrix[0, 0], matrix[1, 0]))),
        turn=float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))),
        subject=_changed(moved, followed.after),
        gain=followed.gain,
    )


def parallax_between(before: Grey, after: Grey) -> Parallax | None:
    """How unlike the parts of the picture grow from one frame to another."""
    followed = _follow(before, after, far=False)
    if followed is None:
        return None
    matrix = _fit(followed, loose=4.0)
    if matrix is None:
        return None
    height, width = before.shape
    rays = followed.start - np.array([width / 2, height / 2], np.float32)
    far = np.hypot(*rays.T) > width / 10  # in the middle nothing moves anyhow
    if far.sum() < _FEWEST:
        return None
    rays = rays[far] / np.hypot(*rays[far].T)[:, None]
    common = followed.start[far] @ matrix[:, :2].T + matrix[:, 2]
    rest = followed.end[far] - common
    rest -= np.median(rest, axis=0)
    along, across = (rest * rays).sum(1), rest[:, 0] * rays[:, 1] - rest[:, 1] * rays[:, 0]
    usual = np.hypot(along, across) < 4.0  # pixels: what is more is a subject
    titles = np.hypot(*(followed.end - followed.start)[far].T) < _TITLE_PX
    usual &= ~(titles & (np.hypot(*(common - followed.start[far]).T) > 2 * _STILL_PX))
    if usual.sum() < _FEWEST:
        return None
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0])) - 1
    grown = scale * np.hypot(*(followed.start[far] - [width / 2, height / 2]).T)
    return Parallax(
        float(np.mean(along[usual] ** 2)),
        float(np.mean(across[usual] ** 2)),
        float(np.mean(grown[usual] ** 2)),
    )


@dataclass(frozen=True)
class _Followed:
    """Places that were found again, and the second frame made as bright as the first.

    It was brighter by `gain` stops.
    """

    before: Grey
    after: Grey
    start: Points
    end: Points
    gain: float


def _follow(before: Grey, after: Grey, far: bool) -> _Followed | None:
    import cv2

    inside = _within_bars(before)
    if inside is None or float(before.std()) < _LEAST_CONTRAST or before.shape != after.shape:
        return None
    gain = _gain(before, after)
    if abs(gain) > 0.04:  # a fade, or a change of exposure
        after = cv2.convertScaleAbs(after, alpha=2.0 ** -max(-3.0, gain)).astype(np.uint8)
    corners = cv2.goodFeaturesToTrack(before, _CORNERS, 0.005, _APART_PX, mask=inside, blockSize=5)
    if corners is None or len(corners) < _FEWEST:
        return None
    window, levels = (_WINDOW_PX, _WINDOW_PX), _LEVELS_FAR if far else _LEVELS
    ends, found, _ = cv2.calcOpticalFlowPyrLK(  # type: ignore[call-overload]
        before, after, corners, None, winSize=window, maxLevel=levels
    )
    back, found_back, _ = cv2.calcOpticalFlowPyrLK(  # type: ignore[call-overload]
        after, before, ends, None, winSize=window, maxLevel=levels
    )
    start, end = corners.reshape(-1, 2), ends.reshape(-1, 2)
    off = np.abs(back.reshape(-1, 2) - start).max(axis=1)
    good = (found.ravel() == 1) & (found_back.ravel() == 1) & (off < _RETURN_PX)
    if good.sum() < max(_FEWEST, 0.25 * len(start)):
        return None
    return _Followed(before, after, start[good], end[good], gain)


def _gain(before: Grey, after: Grey) -> float:
    """How many stops brighter a frame is than another: the median over the places in it.

    Neither a pan nor a white van that passes brightens most places alike.
    """
    import cv2

    a, b = (
        cv2.resize(f, _PLACES, interpolation=cv2.INTER_AREA).astype(float) for f in (before, after)
    )
    shown = (np.maximum(a, b) > _BAR) & (np.minimum(a, b) < 245)
    if shown.sum() < _FEWEST:
        return 0.0
    return float(np.median(np.log2((b[shown] + 2) / (a[shown] + 2))))


def _within_bars(grey: Grey) -> NDArray[np.uint8] | None:
    """A mask of the picture without black bars around it, and without its outermost pixels."""
    rows = np.flatnonzero(grey.max(axis=1) > _BAR)
    columns = np.flatnonzero(grey.max(axis=0) > _BAR)
    if len(rows) < 0.3 * grey.shape[0] or len(columns) < 0.3 * grey.shape[1]:
        return None
    mask = np.zeros(grey.shape, np.uint8)
    margin = 3 + _WINDOW_PX // 4
    mask[rows[0] + margin : rows[-1] - margin + 1, columns[0] + margin : columns[-1] - margin] = 255
    return mask


def _fit(followed: _Followed, loose: float = 1.0) -> NDArray[np.float64] | None:
    """The similarity that carries most of the picture along, if any does.

    What it leaves is asked for its own motion. Where that is none to speak of, and whole parts of
    the picture agree, the camera stands, and traffic fills most of the picture.
    """
    start, end = followed.start, followed.end
    height, width = followed.before.shape
    places = np.abs(start / np.array([width, height], np.float32) - 0.5).max(axis=1) * 2
    weight = 1 + _EDGE_WEIGHT * places**2
    best, most = None, 0.3
    resting = [np.eye(2, 3)]
    left = np.ones(len(start), bool)
    for _ in range(2):
        model = _ransac(start[left], end[left], loose) if left.sum() >= _FEWEST else None
        if model is None:
            break
        fits = _misses(model, start, end) < loose * _reach(start, end)
        part = float(weight[fits].sum() / weight.sum())
        if part > most:
            best, most = model, part
        if _way(model, start) < _HARDLY_PX:
            resting.append(model)
        left &= ~fits
    if best is not None and _way(best, start) > _CLEARLY_PX:
        for model in reversed(resting):
            if _settled(model, best, followed):
                return model
    return best


def _misses(model: NDArray[np.float64], start: Points, end: Points) -> NDArray[np.float64]:
    """How far from where the model takes them points end, in pixels."""
    return np.asarray(np.hypot(*(start @ model[:, :2].T + model[:, 2] - end).T), np.float64)


def _reach(start: Points, end: Points) -> NDArray[np.float64]:
    """How exactly points are expected to follow, in pixels: fast ones less."""
    return np.asarray(_FIT_PX + 0.03 * np.hypot(*(end - start).T), np.float64)


def _way(model: NDArray[np.float64], start: Points) -> float:
    """How far a model takes most points, in pixels."""
    return float(np.median(_misses(model, start, start)))


def _settled(model: NDArray[np.float64], other: NDArray[np.float64], followed: _Followed) -> bool:
    """Whether whole parts of the picture follow a model, and clearly not the other.

    Titles stand before a pan too, but between their letters the picture moves: only blocks count
    in which the model leaves nothing to differ. Where there is hardly any detail, encoders repeat
    what was there, and both models leave little: such blocks say nothing.
    """
    import cv2

    height, width = followed.before.shape
    columns, rows = _BLOCKS
    block = (followed.start / np.array([width / columns, height / rows])).astype(int)
    numbers = np.minimum(block, [columns - 1, rows - 1]) @ np.array([1, columns])
    follows = _misses(model, followed.start, followed.end) < _STILL_PX
    corners = np.bincount(numbers, minlength=columns * rows)
    following = np.bincount(numbers, weights=follows, minlength=columns * rows)
    rest, other_rest = (
        cv2.absdiff(_carried(followed.before, m), followed.after).astype(np.float32)
        for m in (model, other)
    )
    differs, left, other_left = (
        cv2.resize(of.astype(np.float32), _BLOCKS, interpolation=cv2.INTER_AREA).ravel()
        for of in (rest > _CHANGED, rest, other_rest)
    )
    told = (following >= 0.8 * corners) & (differs < _UNCHANGED)
    settled = told & (other_left > 2 * left + 1)
    return bool(settled.sum() >= max(4, 0.25 * ((corners >= 2) | settled).sum()))


def _carried(grey: Grey, model: NDArray[np.float64]) -> Grey:
    """A frame as the model moves it."""
    import cv2

    size = grey.shape[1], grey.shape[0]
    return np.asarray(cv2.warpAffine(grey, model, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _ransac(start: Points, end: Points, loose: float) -> NDArray[np.float64] | None:
    import cv2

    reach = loose * float(np.median(_reach(start, end)))
    model, _ = cv2.estimateAffinePartial2D(
        start, end, method=cv2.RANSAC, ransacReprojThreshold=reach, maxIters=300
    )
    if model is None or not np.isfinite(model).all():
        return None
    scale = float(np.hypot(model[0, 0], model[1, 0]))
    return np.asarray(model, np.float64) if 0.5 < scale < 2 else None


def _changed(moved: Grey, after: Grey) -> float:
    """The part of the picture that differs when the camera's motion is taken out."""
    import cv2

    a = cv2.resize(moved, _CELLS, interpolation=cv2.INTER_AREA)
    b = cv2.resize(after, _CELLS, interpolation=cv2.INTER_AREA)
    return float(np.mean(cv2.absdiff(a, b)[2:-2, 2:-2] > _CHANGED))
