"""Making films: frames a second, beside FFmpeg's scaler and plain coding, and memory by length."""

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
from av.video.stream import VideoStream

from benchmarks.place import Place, Run
from generator.flow import at_rate
from rushes.place import Place as Stretch
from rushes.stretch import open_stretch, pictures

FULL = (3840, 2160)
FRAMES = 50
SLOW_FRAMES = 2
LENGTHS_S = (2, 6)
X264 = {"preset": "fast", "crf": "17", "x264-params": "rc-lookahead=20"}
"""As `rushes.encoding` has it."""


def run(place: Place) -> None:
    film = place.hd().path
    out = place.folder / "made.mp4"
    print(f"  1080p25 to 2160p, {FRAMES} frames, frames a second:")
    tell("FFmpeg: decode and encode at 1080p", FRAMES, lambda: plain(film, out, None))
    tell("FFmpeg: its lanczos scaler, encode at 2160p", FRAMES, lambda: plain(film, out, FULL))
    by_name(place, film, out, "lanczos", FRAMES)
    by_name(place, film, out, "realesrgan", SLOW_FRAMES)
    tell("flow alone, 25 to 60 at 1080p", FRAMES * 60 // 25, lambda: flowing(film))
    clip = place.rushes("clip", f"{film}@3.1-17.3", "--out", out, "--force")
    print(f"  rushes clip, 14.2 s of 1080p: {clip.wall_s:.1f} s ({clip.output.strip()[-60:]})")
    print("  memory at its highest, upscaling to 2160p with lanczos:")
    for seconds in LENGTHS_S:
        made = upscale(place, film, out, "lanczos", seconds)
        print(f"    {seconds} s of film: {made.peak_mb:,.0f} MB")
    out.unlink()


def tell(name: str, frames: int, work: Callable[[], None]) -> None:
    started = time.perf_counter()
    work()
    print(f"    {name}: {frames / (time.perf_counter() - started):.2f}", flush=True)


def by_name(place: Place, film: Path, out: Path, name: str, frames: int) -> None:
    """The whole program, less what it costs to make one frame: starting and loading."""
    one, all_ = (upscale(place, film, out, name, n / 25).wall_s for n in (1, frames + 1))
    print(f"    rushes upscale --with {name}: {frames / (all_ - one):.2f}", flush=True)


def upscale(place: Place, film: Path, out: Path, name: str, seconds: float) -> Run:
    stretch = f"{film}@2-{2 + seconds:g}"
    return place.rushes("upscale", stretch, "--with", name, "--out", out, "--force")


def plain(film: Path, out: Path, size: tuple[int, int] | None) -> None:
    """What FFmpeg alone does, from two seconds on: decode, scale, encode with our settings."""
    with av.open(str(film)) as source, av.open(str(out), "w") as target:
        source.streams.video[0].thread_type = "AUTO"
        video = target.add_stream("libx264", rate=25, options=dict(X264))
        assert isinstance(video, VideoStream)
        given = source.streams.video[0]
        video.width, video.height = size or (given.width, given.height)
        video.pix_fmt = "yuv420p"
        source.seek(2_000_000)
        for count, frame in enumerate(source.decode(given)):
            if count == FRAMES:
                break
            scaled = frame.reformat(video.width, video.height, interpolation="LANCZOS")
            scaled.pts, scaled.time_base, scaled.pict_type = count, Fraction(1, 25), 0
            target.mux(video.encode(scaled))
        target.mux(video.encode(None))


def flowing(film: Path) -> None:
    stretch = open_stretch(Stretch(film, 2.0, 2.0 + FRAMES / 25))
    for _ in at_rate(pictures(stretch), stretch.fps, Fraction(60)):
        pass
