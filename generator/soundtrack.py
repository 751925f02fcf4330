"""The sound of a film that is made: stereo at 48 kHz, each shot's as long as its pictures."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from generator.planning import PlannedShot
from generator.steps import Step
from generator.storyboard import SoundSource
from rushes.encoding import SOUND_RATE
from rushes.errors import RushesError
from rushes.stretch import open_stretch, reading, sound

LAYOUT = "stereo"
_BLOCK = SOUND_RATE // 4
_FADE = SOUND_RATE // 100
"""Ten milliseconds at each end of a shot: a waveform that breaks off is heard as a click."""

Heard = NDArray[np.float32]
"""Stereo at `SOUND_RATE`: shape (2, samples), in [-1, 1]."""


def shot_sound(
    shot: PlannedShot, steps: Sequence[Step], first: int, fps: Fraction
) -> Iterator[Heard]:
    """A shot's sound in blocks. `first` is the film's frame that it begins with.

    Together they are as long as its pictures, to the sample. What is missing is silence.

    Raises:
        RushesError: the clip whose sound is kept cannot be read any more.
    """
    start = round(first / fps * SOUND_RATE)
    length = round((first + shot.frames) / fps * SOUND_RATE) - start
    given = 0
    for block in _blocks(shot, steps, fps):
        block = block[:, : length - given]
        given += block.shape[1]
        yield _faded(block, given - block.shape[1], length)
        if given == length:
            return
    while given < length:
        silent = min(_BLOCK, length - given)
        given += silent
        yield np.zeros((2, silent), np.float32)


def _blocks(shot: PlannedShot, steps: Sequence[Step], fps: Fraction) -> Iterator[Heard]:
    if shot.sound is SoundSource.KEPT and shot.shot.clip is not None:
        clip = shot.shot.clip
        with reading(clip.path):
            stretch = open_stretch(clip)
            if stretch.sound_layout is None:
                raise RushesError(f"{clip.path.name} has no sound to keep: say silent")
            yield from _stereo(sound(stretch), stretch.sound_layout, SOUND_RATE)
    elif shot.sound is SoundSource.GENERATED:
        yield from _generated(shot, steps, fps)


def _generated(shot: PlannedShot, steps: Sequence[Step], fps: Fraction) -> Iterator[Heard]:
    """The sound that was drawn, part by part. Over the frames that they share, it is crossfaded."""
    held = np.zeros((2, 0), np.float32)
    for number, (part, step) in enumerate(zip(shot.parts, steps, strict=True)):
        heard = _drawn_sound(step, round(part.request.frames / fps * SOUND_RATE))
        shared = round(part.shared / fps * SOUND_RATE)
        if number:
            rising = np.linspace(0, 1, shared, dtype=np.float32)
            heard[:, :shared] = heard[:, :shared] * rising + held * (1 - rising)
        else:
            heard = heard[:, shared:]  # that frame is in the shot before
        following = shot.parts[number + 1].shared if number + 1 < len(shot.parts) else 0
        ends = heard.shape[1] - round(following / fps * SOUND_RATE)
        yield heard[:, :ends]
        held = heard[:, ends:]


def _drawn_sound(step: Step, length: int) -> Heard:
    """A part's sound, cut or filled up with silence to `length` samples."""
    samples = step.sound
    if samples is None:
        return np.zeros((2, length), np.float32)
    layout = "mono" if samples.shape[0] == 1 else "stereo"
    heard = np.concatenate(list(_stereo([samples[:2]], layout, step.facts.sound_rate)), axis=1)
    return np.pad(heard[:, :length], ((0, 0), (0, max(0, length - heard.shape[1]))))


def _stereo(blocks: Iterator[Heard] | Sequence[Heard], layout: str, rate: int) -> Iterator[Heard]:
    import av

    resampler = av.AudioResampler(format="fltp", layout=LAYOUT, rate=SOUND_RATE)
    for block in blocks:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), "fltp", layout)
        frame.sample_rate = rate
        for heard in resampler.resample(frame):
            yield heard.to_ndarray().astype(np.float32, copy=False)
    for heard in resampler.resample(None):
        yield heard.to_ndarray().astype(np.float32, copy=False)


def _faded(block: Heard, start: int, length: int) -> Heard:
    """The block that begins at sample `start` of a shot of `length`."""
    fade = min(_FADE, length // 2)
    at = np.arange(start, start + block.shape[1])
    if not fade or (start >= fade and start + block.shape[1] <= length - fade):
        return block
    level = np.clip(np.minimum(at / fade, (length - at) / fade), 0.0, 1.0).astype(np.float32)
    return np.multiply(block, level, dtype=np.float32)
