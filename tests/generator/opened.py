"""What is in a film that was made, as PyAV reads it."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from rushes.media import upright
from tests.media.video import Image, read_number


@dataclass(frozen=True)
class Opened:
    """`times_s` count from the first frame. `sound` is mono, from the first frame on."""

    codec: str
    tag: str
    size: tuple[int, int]
    fps: Fraction
    pix_fmt: str
    colours: tuple[int, int, int, int]
    images: tuple[Image, ...]
    times_s: tuple[float, ...]
    rotation: int
    sound: NDArray[np.float32] | None
    sound_rate: int
    metadata: dict[str, str]

    @property
    def numbers(self) -> list[int]:
        return [read_number(image) for image in self.images]

    @property
    def sound_s(self) -> float:
        assert self.sound is not None
        return len(self.sound) / self.sound_rate


def opened(path: Path) -> Opened:
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        frames = list(container.decode(video))
        context = video.codec_context
        times = [float(frame.time or 0) for frame in frames]
        metadata = dict(container.metadata)
        has_sound = bool(container.streams.audio)
        colours = (
            context.color_primaries,
            context.color_trc,
            context.colorspace,
            context.color_range,
        )
        assert video.average_rate is not None
        facts = (context.name, context.codec_tag, (context.width, context.height))
        rest = (video.average_rate, str(context.pix_fmt), colours)
    sound, rate = _sound(path, times[0]) if has_sound else (None, 0)
    return Opened(
        *facts,
        *rest,
        images=tuple(upright(frame) for frame in frames),
        times_s=tuple(time - times[0] for time in times),
        rotation=frames[0].rotation,
        sound=sound,
        sound_rate=rate,
        metadata=metadata,
    )


def _sound(path: Path, zero_s: float) -> tuple[NDArray[np.float32], int]:
    """Silence stands before sound that begins late; what is before the first frame is cut off."""
    with av.open(str(path)) as container:
        track = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=track.rate)
        pieces: list[NDArray[np.float32]] = []
        first_s: float | None = None
        for frame in container.decode(track):
            first_s = frame.time if first_s is None else first_s
            frame.pts = None
            pieces += [
                each.to_ndarray()[0].astype(np.float32) for each in resampler.resample(frame)
            ]
        samples = np.concatenate(pieces)
        late = round(((first_s or 0.0) - zero_s) * track.rate)
        return (np.pad(samples, (late, 0)) if late > 0 else samples[-late:]), track.rate


def clicks(seconds: float, at_s: float, rate: int = 48_000) -> NDArray[np.float32]:
    """Silence with one loud click."""
    samples = np.zeros(round(seconds * rate), np.float32)
    samples[round(at_s * rate) : round(at_s * rate) + rate // 200] = 0.8
    return samples


def click_s(film: Opened) -> float:
    """When the click is heard, from the first frame on."""
    assert film.sound is not None
    return int(np.argmax(np.abs(film.sound) > 0.25)) / film.sound_rate


def psnr(one: Image, two: Image) -> float:
    """Peak signal to noise ratio in decibels."""
    error = float(np.mean((one.astype(np.float64) - two) ** 2))
    return 10 * float(np.log10(255**2 / error)) if error else 99.0
