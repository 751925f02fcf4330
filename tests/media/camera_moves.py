"""Clips whose camera path is known, since it is made here: moves over photographs and layers.

The camera is virtual. It looks at a plane that shows a photograph, mirrored at its edges so that it
never ends, or at several planes at unlike distances, or past something that moves by itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from tests.media.video import Image, write_video

FPS = Fraction(25)
SIZE = (384, 216)

DEFAULT: Mapping[str, str] = {"preset": "veryfast", "x264-params": "keyint=250"}
"""x264 as it comes: a key frame every 250 frames, three B-frames."""

SHORT: Mapping[str, str] = {"preset": "veryfast", "x264-params": "keyint=12:bframes=0:scenecut=0"}
"""As cameras write: a key frame every half second, and no B-frames."""

MEDIUM: Mapping[str, str] = {"preset": "veryfast", "x264-params": "keyint=50:min-keyint=50"}
"""As phones and editors write: a key frame every two seconds."""


@dataclass(frozen=True)
class Pose:
    """Where the camera looks: `x` and `y` in frame widths to the right and down from the start.

    `zoom` is how many times larger than at the start things look. `roll` is in degrees, clockwise
    as the person behind the camera sees it.
    """

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0
    roll: float = 0.0


CameraPath = Callable[[float], Pose]
"""The pose at a time in seconds."""


def steady(
    pan: float = 0.0,
    tilt: float = 0.0,
    zoom: float = 0.0,
    roll: float = 0.0,
    from_s: float = 0.0,
    to_s: float = 1000.0,
) -> CameraPath:
    """A move at one speed from one time to another, in the units of `rushes.facts.Facts`.

    To the right, down, closer and clockwise; a zoom grows by the same part every second.
    """

    def pose(time_s: float) -> Pose:
        t = min(max(0.0, time_s - from_s), to_s - from_s)
        return Pose(pan * t, tilt * t, float(np.exp(zoom * t)), roll * t)

    return pose


def handheld(strength: float = 0.004, seed: int = 0) -> CameraPath:
    """A hand's trembling, `strength` frame widths (rms): 0.4 to 7 Hz, weaker the faster."""
    random = np.random.default_rng(seed)
    rates = random.uniform(0.4, 7, (3, 24))
    phases = random.uniform(0, 2 * np.pi, (3, 24))
    sizes = 1 / rates
    sizes *= np.sqrt(2) / np.sqrt((sizes**2).sum(axis=1, keepdims=True))

    def pose(time_s: float) -> Pose:
        x, y, roll = (sizes * np.sin(2 * np.pi * rates * time_s + phases)).sum(axis=1)
        return Pose(strength * x, strength * y, 1.0, 40 * strength * roll)

    return pose


def bump(at_s: float, size: float = 0.05) -> CameraPath:
    """A knock against the camera, `size` frame widths: away and back within 0.4 s."""

    def pose(time_s: float) -> Pose:
        t = time_s - at_s
        inside = 0 <= t <= 0.4
        return Pose(0, size * float(np.sin(np.pi * t / 0.2)) * (1 - t / 0.4) if inside else 0.0)

    return pose


def together(*paths: CameraPath) -> CameraPath:
    """Several paths at once."""

    def pose(time_s: float) -> Pose:
        poses = [path(time_s) for path in paths]
        return Pose(
            sum(p.x for p in poses),
            sum(p.y for p in poses),
            float(np.prod([p.zoom for p in poses])),
            sum(p.roll for p in poses),
        )

    return pose


def photo(path: Path, width: int = 900) -> Image:
    """A photograph, `width` pixels wide."""
    with PillowImage.open(path) as opened:
        height = round(opened.height * width / opened.width)
        resized = opened.convert("RGB").resize((width, height), PillowImage.Resampling.LANCZOS)
    return np.asarray(resized)


def view(picture: Image, pose: Pose, size: tuple[int, int] = SIZE) -> Image:
    """What the camera sees of a photograph at arm's length."""
    return np.asarray(_warp(picture, pose, size, cv2.BORDER_REFLECT_101), np.uint8)


def filmed(
    picture: Image,
    path: CameraPath,
    seconds: float,
    size: tuple[int, int] = SIZE,
    fps: Fraction = FPS,
) -> Iterator[Image]:
    for index in range(round(seconds * fps)):
        yield view(picture, path(float(index / fps)), size)


def dollied(
    far: Image,
    near: Image,
    speed: float,
    seconds: float,
    seed: int = 0,
    size: tuple[int, int] = SIZE,
) -> Iterator[Image]:
    """The camera goes forward past near things, `speed` a second in units of the growth midway.

    Four planes lie at distances of 1.5 to 9: what is near grows six times as fast as what is far.
    """
    random = np.random.default_rng(seed)
    height, width = near.shape[:2]
    layers: list[tuple[float, Image, NDArray[np.float32]]] = []
    for distance in (4.0, 2.5, 1.6):
        mask = np.zeros((height, width), np.uint8)
        for _ in range(7):
            middle = (int(random.integers(0, width)), int(random.integers(0, height)))
            axes = (int(random.integers(20, 60)), int(random.integers(20, 60)))
            cv2.ellipse(mask, middle, axes, float(random.uniform(0, 180)), 0, 360, 255, -1)
        layers.append((distance, near, (mask / 255).astype(np.float32)))
        near = np.ascontiguousarray(near[::-1, ::-1], np.uint8)
    for index in range(round(seconds * FPS)):
        ahead = speed * 3 * float(index / FPS)
        frame: NDArray[np.float32] = view(far, Pose(zoom=9 / (9 - ahead)), size).astype(np.float32)
        for distance, texture, shape in layers:
            left = distance - ahead
            if left < 0.3:
                continue  # behind the camera
            pose = Pose(zoom=distance / left)
            alpha = _warp(shape, pose, size, cv2.BORDER_REFLECT_101)[..., None]
            frame = frame * (1 - alpha) + view(texture, pose, size) * alpha
        yield frame.astype(np.uint8)


def with_subject(
    frames: Iterator[Image], texture: Image, share: float, speed: float
) -> Iterator[Image]:
    """Something in front, as large as `share` of the picture, goes to and fro, frame widths/s."""
    for index, frame in enumerate(frames):
        height, width = frame.shape[:2]
        w, h = round(width * np.sqrt(share)), round(height * np.sqrt(share))
        way = width - w
        x = abs((round(float(index / FPS) * speed * width) + way // 3) % (2 * way) - way)
        shown = frame.copy()
        y = (height - h) // 2
        shown[y : y + h, x : x + w] = texture[:h, :w]
        yield shown


def with_focus(frames: Iterator[Image], sigma_px: Callable[[float], float]) -> Iterator[Image]:
    """Blurred by so many pixels at each time."""
    for index, frame in enumerate(frames):
        sigma = sigma_px(float(index / FPS))
        blurred = cv2.GaussianBlur(frame, (0, 0), sigma) if sigma > 0.3 else frame
        yield np.asarray(blurred, np.uint8)


def with_exposure(frames: Iterator[Image], stops: Callable[[float], float]) -> Iterator[Image]:
    for index, frame in enumerate(frames):
        lit = frame.astype(np.float32) * 2.0 ** stops(float(index / FPS))
        yield np.clip(lit, 0, 255).astype(np.uint8)


def with_bars(frames: Iterator[Image], share: float = 0.12) -> Iterator[Image]:
    """Black bars above and below, each `share` of the height."""
    for frame in frames:
        barred = frame.copy()
        bar = round(len(frame) * share)
        barred[:bar], barred[-bar:] = 0, 0
        yield barred


def with_title(
    frames: Iterator[Image], words: Sequence[str] = ("MOUNTAIN LIVE", "Ana Lopez")
) -> Iterator[Image]:
    """A logo and a subtitle that stand still."""
    for frame in frames:
        titled = frame.copy()
        height, width = frame.shape[:2]
        for words_, place, size in zip(
            words, ((10, 25), (width // 4, height - 20)), (0.6, 1.0), strict=True
        ):
            cv2.putText(titled, words_, place, cv2.FONT_HERSHEY_SIMPLEX, size, (0, 0, 0), 5)
            cv2.putText(titled, words_, place, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), 2)
        yield titled


def with_grain(frames: Iterator[Image], levels: float = 8.0, seed: int = 0) -> Iterator[Image]:
    random = np.random.default_rng(seed)
    for frame in frames:
        grain = random.normal(0, levels, frame.shape[:2])[..., None]
        yield np.clip(frame + grain, 0, 255).astype(np.uint8)


def with_doubles(frames: Iterator[Image]) -> Iterator[Image]:
    """Every fourth frame twice, as when 24 frames a second are shown at 30."""
    for index, frame in enumerate(frames):
        yield frame
        if index % 4 == 3:
            yield frame


def write(
    path: Path, frames: Iterator[Image], options: Mapping[str, str] = DEFAULT, fps: Fraction = FPS
) -> Path:
    write_video(path, frames, fps, options=options)
    return path


def _warp(
    picture: NDArray[np.uint8] | NDArray[np.float32], pose: Pose, size: tuple[int, int], border: int
) -> NDArray[np.float32]:
    height, width = picture.shape[:2]
    angle = np.radians(pose.roll)  # the frame's right edge goes down: clockwise
    cos, sin = np.cos(angle) / pose.zoom, np.sin(angle) / pose.zoom
    turn = np.array([[cos, -sin], [sin, cos]])
    middle = np.array([width / 2 + pose.x * size[0], height / 2 + pose.y * size[0]])
    offset = middle - turn @ np.array([size[0] / 2, size[1] / 2])
    matrix = np.hstack([turn, offset[:, None]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, matrix, size, flags=flags, borderMode=border))
