"""What the camera does in a shot: the moves that the motion from frame to frame makes up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.motion import Motion, Parallax
from rushes.facts import Move


@dataclass(frozen=True)
class Camera:
    """The camera in a stretch of a shot; see `rushes.facts.Facts` for the units."""

    moves: tuple[Move, ...] = ()
    speed: float | None = None
    shake: float | None = None
    motion: float | None = None


_STEP_S = 0.1  # of the path on which moves are looked for
_SMOOTH = 5  # steps

# A move is a run of the smoothed path in one direction, faster than `drift`, which is what stays
# of a good hand or a tripod's give. It is told if it goes `far`, or if it is `fast` and goes `some`
# way: a tenth of the width in eight seconds is a creep that one sees; 0.04 in one second, a nudge
# that one sees too. `weight` is the mean way of a picture's points, in frame widths, for a unit of
# the component: so unlike moves compare. A point is on average 0.3 widths from the middle.


@dataclass(frozen=True)
class _Axis:
    """One component of the motion: what is told when it goes up or down, and from where on."""

    up: Move
    down: Move
    drift: float
    fast: float
    some: float
    far: float
    weight: float


_AXES = (
    _Axis(Move.PAN_LEFT, Move.PAN_RIGHT, drift=0.012, fast=0.025, some=0.04, far=0.1, weight=1),
    _Axis(Move.TILT_UP, Move.TILT_DOWN, drift=0.012, fast=0.025, some=0.04, far=0.1, weight=1),
    _Axis(Move.ZOOM_IN, Move.ZOOM_OUT, drift=0.008, fast=0.017, some=0.03, far=0.05, weight=0.3),
    _Axis(Move.ROLL_LEFT, Move.ROLL_RIGHT, drift=0.8, fast=1.7, some=2.5, far=4, weight=0.3 / 57.3),
)
_MOSTLY = 0.4  # of the path seen; if less was, a slow move may be a hand's sway
_SHORTEST = 6  # steps
_BESIDE = 0.25  # of the strongest move's way: less is its slant
_HANDHELD = 0.001  # frame widths of shaking
_SHAKE_HALF = 0.004  # frame widths of shaking that count as 0.5
_STAYING = {Move.ZOOM_IN: Move.DOLLY_IN, Move.ZOOM_OUT: Move.DOLLY_OUT}


def camera_in(
    motions: Sequence[Motion], parallaxes: Sequence[Parallax], start_s: float, end_s: float
) -> Camera:
    """What the camera does from `start_s` to `end_s`, from the motions that were seen of it."""
    inside = [m for m in motions if m.end_s > start_s and m.start_s < end_s]
    path, known = _velocities(inside, start_s, end_s)
    if not known:
        return Camera()
    shaking = _shaking(inside)
    told: dict[Move, tuple[float, float]] = {}  # its way in frame widths, and its speed
    for axis, speeds in zip(_AXES, path.T, strict=True):
        told |= dict(_runs(axis, speeds, shaking or 0.0, known > _MOSTLY))
    most = max((way for way, _ in told.values()), default=0.0)
    moves = sorted((m for m in told if told[m][0] >= _BESIDE * most), key=lambda m: -told[m][0])
    speed = told[moves[0]][1] if moves else None
    if _is_dolly(parallaxes):
        moves = [_STAYING.get(move, move) for move in moves]
    if shaking is not None and shaking > _HANDHELD:
        moves.append(Move.HANDHELD)
    elif not moves:
        moves, speed = [Move.STATIC], 0.0
    subjects = [m.subject for m in inside if m.near]
    return Camera(
        tuple(moves),
        speed,
        None if shaking is None else shaking / (shaking + _SHAKE_HALF),
        float(np.mean(subjects)) if subjects else None,
    )


def _velocities(
    motions: Sequence[Motion], start_s: float, end_s: float
) -> tuple[NDArray[np.float64], float]:
    """The smoothed path's components a second, shape (steps, 4), and the part of it that was seen.

    Where nothing was seen, the camera goes on from what it did before to what it does after.
    """
    count = max(1, round((end_s - start_s) / _STEP_S))
    times = start_s + (np.arange(count) + 0.5) * (end_s - start_s) / count
    path = np.full((count, 4), np.nan)
    for motion in sorted(motions, key=lambda m: m.near):  # the close ones over the far ones
        covered = (times >= motion.start_s) & (times < motion.end_s)
        path[covered] = motion.velocity
    known = ~np.isnan(path[:, 0])
    if known.sum() < min(2, count):
        return path, 0.0
    usual = _smoothed(path[known])
    for component, of in zip(path.T, usual.T, strict=True):
        component[~known] = np.interp(times[~known], times[known], of)
    return _smoothed(path), float(known.mean())


def _smoothed(path: NDArray[np.float64]) -> NDArray[np.float64]:
    width = min(_SMOOTH, len(path))
    padded = np.pad(path, ((width // 2, width - 1 - width // 2), (0, 0)), mode="edge")
    window = np.lib.stride_tricks.sliding_window_view(padded, width, axis=0)
    return np.asarray(window.mean(axis=-1), np.float64)


def _runs(
    axis: _Axis, speeds: NDArray[np.float64], shaking: float, mostly_seen: bool
) -> Iterator[tuple[Move, tuple[float, float]]]:
    """The moves along one axis, with their ways in frame widths and their speeds."""
    shortest = min(_SHORTEST, len(speeds))
    # Who holds the camera sways too: what they mean goes further.
    sway = 12 * max(0.0, shaking - _HANDHELD / 2) / axis.weight
    for move, sign in ((axis.up, 1), (axis.down, -1)):
        going = np.flatnonzero(np.diff(np.concatenate([[0], sign * speeds > axis.drift, [0]])))
        way = energy = 0.0
        for first, end in going.reshape(-1, 2):
            going_on = sign * speeds[first:end]
            length = float(going_on.sum()) * _STEP_S
            speed = length / ((end - first) * _STEP_S)
            fast = speed >= axis.fast * (1 if mostly_seen else 2) and length >= axis.some + sway
            far = mostly_seen and length >= axis.far + sway
            if end - first >= shortest and (fast or far):
                way += length
                energy += float((going_on**2).sum()) * _STEP_S
        if way:  # the mean speed over its way: setting off and coming to rest count little
            yield move, (way * axis.weight, energy / way)


def _shaking(motions: Sequence[Motion]) -> float | None:
    """How far the camera is off its path every tenth of a second, in frame widths.

    The velocity of each pair is compared with the mean of the pairs around it: that passes
    trembling of 2 Hz and more, and neither pans nor how they begin and end. The median over the
    pairs, so that one bump is no shaking.
    """
    off = [off for _, off in departures(motions)]
    return sorted(off)[(len(off) - 1) // 2] if off else None


def departures(motions: Sequence[Motion]) -> list[tuple[Motion, float]]:
    """The pairs between two others close by, and how far each leaves the path, in frame widths."""
    ordered = sorted((m for m in motions if m.near), key=lambda m: m.start_s)
    return [
        (b, _departure(a, b, c))
        for a, b, c in zip(ordered, ordered[1:], ordered[2:], strict=False)
        if b.start_s - a.end_s < 0.01 and c.start_s - b.end_s < 0.01
    ]


def _departure(a: Motion, b: Motion, c: Motion) -> float:
    before, here, after = (np.array(m.velocity) for m in (a, b, c))
    usual = (before + after) / 2
    rest = (here - usual)[:2] * _STEP_S
    speed = float(np.hypot(*usual[:2]))
    turning = float((here - usual)[3]) * _STEP_S * _AXES[3].weight
    if speed > 0:
        # Frames that are doubled (24 in 30) or dropped make the speed seem to change by a third.
        along = float(rest @ usual[:2]) / speed
        less = max(0.0, abs(along) - 0.35 * speed * _STEP_S)
        rest = rest - usual[:2] / speed * (along - np.sign(along) * less)
    return float(np.hypot(np.hypot(*rest), turning))


def _is_dolly(parallaxes: Sequence[Parallax]) -> bool:
    """Whether near things grow faster than far ones.

    What a zoom leaves over is the tracker's error, alike in all directions. What a camera that
    goes forward leaves over points along the rays.
    """
    if len(parallaxes) < 2:
        return False
    along, across, growth = (
        float(np.median([getattr(p, name) for p in parallaxes]))
        for name in ("along", "across", "growth")
    )
    return along > 0.02 and along > 3 * across and along > (0.15**2) * growth
