"""`rushes upscale`: a film, or a stretch of one, made larger frame by frame."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator import flow
from generator.upscale.choice import AUTO, Upscaler, Work, choose_upscaler, load_upscaler
from generator.upscale.size import delivered_rate, fitted
from rushes.encoding import Codec, FilmWriter, Format, Picture, check_format, film_writer
from rushes.errors import WrongUsage
from rushes.jobs import Job
from rushes.media import probe
from rushes.models import ModelStore
from rushes.output import check_output
from rushes.place import Place
from rushes.stretch import Stretch, open_stretch, pictures, reading, sound
from rushes.synthetic import kept_marks


@dataclass(frozen=True)
class Wish:
    """How a film is to be made larger. `box` is the width and height that it must fit.

    `fps` None keeps the film's own rate, up to 60; a higher one is filled along the optical flow.
    `codec` None is HEVC for films of more than eight bits, and H.264 otherwise.
    """

    box: tuple[int, int]
    upscaler: str = AUTO
    fps: Fraction | None = None
    codec: Codec | None = None


@dataclass(frozen=True)
class Upscaled:
    """A film that was made. `passed_over` says why better upscalers were not taken."""

    path: Path
    upscaler: str
    runs_on: str
    size: tuple[int, int]
    fps: Fraction
    frames: int
    duration_s: float
    codec: Codec
    has_sound: bool
    passed_over: tuple[str, ...]


def upscale_film(
    place: Place, out: Path, wish: Wish, store: ModelStore, job: Job, *, force: bool = False
) -> Upscaled:
    """Write the film at `place` to `out` as `wish` says, with its sound.

    Frames stream from decoder to encoder: memory does not grow with length. `out` appears when it
    is whole. Progress is reported in frames. What was made by a machine says so still.

    Raises:
        WrongUsage: the file's ending does not fit the codec, or the codec not the film.
        RushesError: a file cannot be read or written, or the upscaler does not work here.
        Cancelled: the job was cancelled. No file is left behind.
    """
    check_output(out, force, [place.path])
    with reading(place.path):
        stretch = open_stretch(place)
        marks = probe(place.path).marks
        codec = wish.codec or (Codec.HEVC if stretch.deep else Codec.H264)
        check_format(out, codec)
        if stretch.colour.is_hdr and codec is Codec.H264:
            raise WrongUsage(f"{place.path.name} is HDR, which H.264 cannot show: --codec hevc")
        own = delivered_rate(stretch.fps)
        fps = wish.fps or own
        stretch = replace(stretch, fps=min(own, fps))
        size = fitted(stretch.width, stretch.height, wish.box)
        work = Work((stretch.width, stretch.height), size, stretch.frames)
        chosen = choose_upscaler(wish.upscaler, store, work)
        form = Format(*size, fps, codec, stretch.colour, stretch.deep)
        total = None if stretch.duration_s is None else max(1, round(stretch.duration_s * fps))
        stage = f"upscaling with {chosen.name} on {chosen.runs_on}"
        with (
            closing(load_upscaler(chosen.name, store)) as upscaler,
            film_writer(
                out, form, stretch.sound_layout, metadata=kept_marks(marks), force=force
            ) as writer,
        ):
            made: Iterator[Picture] = _enlarged(pictures(stretch), upscaler, size, job)
            if fps > stretch.fps:
                made = flow.at_rate(made, stretch.fps, fps)
            ears = _Ears(writer, stretch)
            job.report(stage, 0, total)
            for picture in made:
                job.check_cancelled()
                writer.add(picture)
                job.preview(picture)
                ears.hear_until(float(writer.seconds))
                told = f"frame {writer.frames}" + (f" of {total}" if total else "")
                job.report(stage, writer.frames, total, told)
            ears.hear_until(float("inf"))
    return Upscaled(
        path=out,
        upscaler=chosen.name,
        runs_on=chosen.runs_on,
        size=size,
        fps=fps,
        frames=writer.frames,
        duration_s=float(writer.seconds),
        codec=codec,
        has_sound=stretch.sound_layout is not None,
        passed_over=chosen.passed_over,
    )


class _Ears:
    """Brings the sound along with the pictures: what either is ahead waits in memory."""

    def __init__(self, writer: FilmWriter, stretch: Stretch) -> None:
        self._writer = writer
        silent: Iterator[NDArray[np.float32]] = iter(())
        self._blocks = silent if stretch.sound_layout is None else sound(stretch)

    def hear_until(self, seconds: float) -> None:
        while self._writer.heard_s < seconds and (block := next(self._blocks, None)) is not None:
            self._writer.hear(block)


def _enlarged(
    frames: Iterator[Picture], upscaler: Upscaler, size: tuple[int, int], job: Job
) -> Iterator[Picture]:
    """Each frame at `size`. One that is shown again is not made again."""
    before: tuple[Picture, Picture] | None = None
    for frame in frames:
        if before is None or frame is not before[0]:
            before = frame, upscaler.upscale(frame, size, job)
        yield before[1]
