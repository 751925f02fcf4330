"""Small videos whose every frame, cut and time is known.

The codecs follow the file's ending, as `sound.FORMATS` says. All encoders run in their reproducible
mode: the same frames and sound give the same bytes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import PictureType
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw

from tests.media.sound import ENCODER_OPTIONS, FORMATS, Sound, Track, open_container

Image = NDArray[np.uint8]
"""An upright RGB picture, shape (height, width, 3)."""


@dataclass(frozen=True)
class Clip:
    """A video that was made, and what is true of it.

    `times_s` holds the presentation time of each frame, `cuts_s` that of the first frame of each
    scene but the first. Frame n carries the number n (`read_number`).
    """

    path: Path
    size: tuple[int, int]
    fps: Fraction
    times_s: tuple[Fraction, ...]
    scene_lengths: tuple[int, ...]

    @property
    def frame_count(self) -> int:
        return len(self.times_s)

    @property
    def cuts_s(self) -> tuple[Fraction, ...]:
        return tuple(self.times_s[first] for first in list(accumulate(self.scene_lengths))[:-1])

    @property
    def length_s(self) -> Fraction:
        """From the first frame's time to the end of the last, which is shown for 1/fps."""
        return self.times_s[-1] + 1 / self.fps - self.times_s[0]


def make_clip(
    path: Path,
    fps: Fraction = Fraction(25),
    scene_lengths: Sequence[int] = (50, 50, 50),
    size: tuple[int, int] = (320, 180),
    *,
    sounds: Sequence[Sound] = (),
    rotation: int = 0,
    start_s: Fraction = Fraction(0),
    times_s: Sequence[Fraction] | None = None,
    gop: int | None = None,
    container_options: Mapping[str, str] | None = None,
) -> Clip:
    """A clip of unlike scenes, each so many frames long. `size` is width × height as shown.

    `times_s` gives every frame its own time (a variable rate); otherwise the first is at
    `start_s` and the others follow 1/fps apart.
    """
    count = sum(scene_lengths)
    times = tuple(times_s) if times_s else tuple(start_s + index / fps for index in range(count))
    write_video(
        path,
        numbered(scenes(scene_lengths, size)),
        fps,
        sounds=sounds,
        rotation=rotation,
        times_s=times,
        gop=gop,
        container_options=container_options,
    )
    return Clip(path, size, fps, times, tuple(scene_lengths))


def variable_times(count: int, seed: int = 0) -> tuple[Fraction, ...]:
    """Frame times as a phone in poor light makes them: 20 to 60 ms apart, whole milliseconds."""
    gaps = np.random.default_rng(seed).integers(20, 61, count - 1)
    return tuple(Fraction(int(ms), 1000) for ms in np.concatenate([[0], np.cumsum(gaps)]))


def write_video(
    path: Path,
    frames: Iterable[Image],
    fps: Fraction,
    *,
    sounds: Sequence[Sound] = (),
    rotation: int = 0,
    times_s: Sequence[Fraction] | None = None,
    gop: int | None = None,
    codec: str | None = None,
    options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
) -> None:
    """Write upright `frames` at exactly `fps`, or at `times_s`, with any number of sounds.

    `rotation` is 0, 90, 180 or -90: the frames are stored turned, with the flag that tells a
    player to turn them that many degrees counter-clockwise (a phone held upright writes -90).
    `options` go to the encoder. A frame that is the same object as the one before is not
    converted again, which makes slides cheap.
    """
    if path.suffix == ".gif":
        _write_gif(path, frames, fps)
        return
    form = FORMATS[path.suffix]
    name = codec or form.video
    steady = all((time * fps).denominator == 1 for time in times_s or ())
    time_base = 1 / fps if steady else Fraction(1, 90_000)
    with open_container(path, form, container_options) as container:
        video: VideoStream | None = None
        tracks: list[Track] = []
        before: Image | None = None
        for index, image in enumerate(frames):
            if video is None:
                height, width = np.rot90(image, -rotation // 90).shape[:2]
                video = _video_stream(container, name, fps, (width, height), options, gop)
                video.pix_fmt = "yuv420p"
                # Left to itself the muxer counts in 1/90000 s, which 23.976 fps does not fit.
                video.time_base = video.codec_context.time_base = time_base
                if rotation:
                    video.set_display_rotation(rotation)
                tracks = [Track(container, sound, form) for sound in sounds]
            if image is not before:
                turned = np.ascontiguousarray(np.rot90(image, -rotation // 90))
                picture = av.VideoFrame.from_ndarray(turned, format="rgb24").reformat(
                    format="yuv420p", dst_colorspace="ITU709"
                )
                before = image
            time = times_s[index] if times_s is not None else index / fps
            picture.time_base = time_base
            picture.pts = round(time / time_base)
            picture.pict_type = PictureType.NONE
            container.mux(video.encode(picture))
            for track in tracks:
                track.write_until(time)
        if video is not None:
            container.mux(video.encode(None))
        for track in tracks:
            track.finish()


def scenes(
    lengths: Sequence[int], size: tuple[int, int] = (320, 180), first: int = 0
) -> Iterator[Image]:
    """Frames of unlike scenes, each a coloured pattern with a shape that moves across it."""
    for scene, length in enumerate(lengths, first):
        backdrop = _backdrop(scene, size)
        for index in range(length):
            yield _with_shape(backdrop, scene, index / max(1, length - 1))


NUMBER_BITS = 16


def numbered(frames: Iterable[Image]) -> Iterator[Image]:
    """The same frames with their numbers, from 0, as black and white blocks along the bottom."""
    for number, image in enumerate(frames):
        height, width = image.shape[:2]
        marked = image.copy()
        for bit in range(NUMBER_BITS):
            left, right = (width * edge // NUMBER_BITS for edge in (bit, bit + 1))
            marked[height - height // 15 :, left:right] = 255 * (number >> bit & 1)
        yield marked


def read_number(image: Image) -> int:
    """The number that `numbered` wrote, read back after coding, scaling and the like."""
    height, width = image.shape[:2]
    row = image[height - height // 30].mean(axis=-1)
    middles = [width * (2 * bit + 1) // (2 * NUMBER_BITS) for bit in range(NUMBER_BITS)]
    return sum(1 << bit for bit, x in enumerate(middles) if row[x] > 127)


def _video_stream(
    container: OutputContainer,
    codec: str,
    fps: Fraction,
    size: tuple[int, int],
    options: Mapping[str, str] | None,
    gop: int | None,
) -> VideoStream:
    every = {**ENCODER_OPTIONS.get(codec, {}), **(options or {})}
    stream = container.add_stream(codec, rate=fps, options=every)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = size
    stream.codec_context.flags |= av.codec.context.Flags.bitexact
    if gop is not None:
        stream.codec_context.gop_size = gop
    return stream


def _write_gif(path: Path, frames: Iterable[Image], fps: Fraction) -> None:
    """An endless animated GIF. It counts hundredths of a second: 25 fps is 4 of them."""
    pictures = [PillowImage.fromarray(image) for image in frames]
    pictures[0].save(
        path, save_all=True, append_images=pictures[1:], duration=round(1000 / fps), loop=0
    )


PALETTE = (
    ((200, 40, 40), (250, 220, 120)),
    ((30, 80, 180), (170, 220, 250)),
    ((20, 110, 50), (220, 240, 190)),
    ((40, 30, 60), (120, 90, 150)),
    ((235, 235, 230), (150, 150, 150)),
    ((230, 130, 20), (90, 40, 10)),
    ((10, 120, 130), (240, 250, 120)),
    ((150, 20, 110), (250, 190, 220)),
)


def _backdrop(scene: int, size: tuple[int, int]) -> Image:
    """Stripes, checks, rings or a slope in two colours."""
    width, height = size
    dark, light = (np.array(colour, np.float32) for colour in PALETTE[scene % len(PALETTE)])
    y, x = np.mgrid[0:height, 0:width] / height
    patterns = (
        np.floor(x * 8) % 2,
        np.hypot(x - 0.9, y - 0.5) * 6 % 1,
        (np.floor(x * 6) + np.floor(y * 6)) % 2,
        x * height / width,
        np.floor((x + y) * 5) % 2,
    )
    mix = patterns[scene % len(patterns)][..., np.newaxis]
    mixed: Image = (dark * (1 - mix) + light * mix).astype(np.uint8)
    return mixed


def _with_shape(backdrop: Image, scene: int, progress: float) -> Image:
    height, width = backdrop.shape[:2]
    picture = PillowImage.fromarray(backdrop)
    radius = height // 6
    x = radius + progress * (width - 2 * radius)
    y = height * (0.35 + 0.1 * (scene % 3))
    draw = ImageDraw.Draw(picture)
    box = (x - radius, y - radius, x + radius, y + radius)
    shape = (draw.ellipse, draw.rectangle)[scene % 2]
    shape(box, fill=PALETTE[(scene + 3) % len(PALETTE)][1], outline=(0, 0, 0), width=2)
    return np.asarray(picture)
