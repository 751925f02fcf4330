"""Making films: frames a second beside FFmpeg's scaler and plain coding, and memory by length."""

import importlib.util
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.filter
import cv2
import numpy as np
from av.video.stream import VideoStream
from PIL import Image

from benchmarks.place import Place, Run
from generator.flow import at_rate
from generator.upscale.lanczos import resized
from rushes.encoding import Picture
from rushes.place import Place as Stretch
from rushes.stretch import open_stretch, pictures

QUARTER, HALF, HD, FULL = (480, 270), (960, 540), (1280, 720), (3840, 2160)
FRAMES = 25
SLOW_FRAMES = 2
SCALED = 10
LENGTHS_S = (2, 6)
DRAWN_S = (2, 8)
X264 = {"preset": "fast", "crf": "17", "x264-params": "rc-lookahead=20"}
"""As `rushes.encoding` has it."""


@dataclass(frozen=True)
class Speed:
    """Frames a second, and seconds of processor time for each."""

    per_s: float
    cpu_s: float


def run(place: Place) -> None:
    film = place.hd().path
    out = place.folder / "made.mp4"
    print("  frames a second, seconds of processor time a frame, and both beside the first line's")
    print(f"  1080p25 to 2160p, {FRAMES} frames:")
    scaled = timed(FRAMES, lambda: plain(film, out, FULL))
    tell("FFmpeg: its lanczos scaler, encode at 2160p", scaled, scaled)
    tell("FFmpeg: decode, encode at 1080p", timed(FRAMES, lambda: plain(film, out, None)), scaled)
    made = whole(FRAMES, lambda n: upscale(place, film, out, "lanczos", n / 25))
    tell("rushes upscale --with lanczos", made, scaled)
    drawing(place, film, out)
    scaling(film)
    likeness()
    flowing = timed(FRAMES * 60 // 25, lambda: flow(film))
    print("  flow alone, 25 to 60 at 1080p:")
    tell("rushes", flowing, flowing)
    print("  720p:")
    coded = timed(FRAMES, lambda: plain(film, out, HD))
    tell("FFmpeg: decode, scale, encode", coded, coded)
    drawn = whole(FRAMES * 2, lambda n: animatic(place, film, out, n / 25))
    tell("rushes generate --backend animatic", drawn, coded)
    clip = place.rushes("clip", f"{film}@3.1-17.3", "--out", out, "--force")
    print(f"  rushes clip, 14.2 s of 1080p: {clip.wall_s:.1f} s ({clip.output.strip()[-60:]})")
    print("  memory at its highest:")
    for seconds in LENGTHS_S:
        peak_mb = upscale(place, film, out, "lanczos", seconds).peak_mb
        print(f"    {seconds} s upscaled to 2160p with lanczos: {peak_mb:,.0f} MB", flush=True)
    for seconds in DRAWN_S:
        peak_mb = animatic(place, film, out, seconds).peak_mb
        print(f"    {seconds} s of animatic at 720p: {peak_mb:,.0f} MB", flush=True)
    out.unlink()


def timed(count: int, work: Callable[[], object]) -> Speed:
    started, cpu_s = time.perf_counter(), time.process_time()
    work()
    wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu_s
    return Speed(count / wall_s, cpu_s / count)


def whole(frames: int, make: Callable[[int], Run]) -> Speed:
    """The whole program, less what it costs to make one frame: starting and loading."""
    one, all_ = make(1), make(frames + 1)
    return Speed(frames / (all_.wall_s - one.wall_s), (all_.cpu_s - one.cpu_s) / frames)


def tell(name: str, speed: Speed, peer: Speed) -> None:
    faster, cpu = speed.per_s / peer.per_s, speed.cpu_s / peer.cpu_s
    print(
        f"    {name}: {speed.per_s:.2f}, {speed.cpu_s:.3f} s ({faster:.2f}×, {cpu:.2f}×)",
        flush=True,
    )


def drawing(place: Place, film: Path, out: Path) -> None:
    """Real-ESRGAN, from a sixteenth of 1080p's pixels: its time goes with them."""
    small = place.folder / "small.mp4"
    plain(film, small, QUARTER)
    print(f"  the same from {QUARTER[0]}×{QUARTER[1]} to {HALF[0]}×{HALF[1]}:")
    scaled = timed(FRAMES, lambda: plain(small, out, HALF))
    tell("FFmpeg", scaled, scaled)
    made = whole(SLOW_FRAMES, lambda n: upscale(place, small, out, "realesrgan", n / 25, HALF))
    tell("rushes upscale --with realesrgan", made, scaled)
    small.unlink()


def upscale(
    place: Place,
    film: Path,
    out: Path,
    name: str,
    seconds: float,
    size: tuple[int, int] = FULL,
) -> Run:
    to = "x".join(map(str, size))
    stretch = f"{film}@0-{seconds:g}"
    return place.rushes(
        *("upscale", stretch, "--to", to, "--with", name, "--out", out, "--force"),
        *unfiled(place),
    )


def unfiled(place: Place) -> tuple[str | Path, ...]:
    """Names a library that is not there: what it costs to put a film into one is not measured."""
    return "--library", place.folder / "no-library"


def animatic(place: Place, film: Path, out: Path, seconds: float) -> Run:
    new = uuid.uuid4().hex  # else a part of before is found again
    return place.rushes(
        *("generate", "--from", f"{film}@2-4", "--prompt", new, "--camera", "dolly in"),
        *("--seconds", f"{seconds:g}", "--size", "x".join(map(str, HD)), "--fps", "25"),
        *("--backend", "animatic", "--out", out, "--force"),
        *unfiled(place),
    )


def plain(film: Path, out: Path, size: tuple[int, int] | None) -> None:
    """What FFmpeg alone does: decode, scale, encode with our settings."""
    with av.open(str(film)) as source, av.open(str(out), "w") as target:
        source.streams.video[0].thread_type = "AUTO"
        video = target.add_stream("libx264", rate=25, options=dict(X264))
        assert isinstance(video, VideoStream)
        given = source.streams.video[0]
        video.width, video.height = size or (given.width, given.height)
        video.pix_fmt = "yuv420p"
        for count, frame in enumerate(source.decode(given)):
            if count == FRAMES:
                break
            scaled = frame.reformat(video.width, video.height, interpolation="LANCZOS")
            scaled.pts, scaled.time_base, scaled.pict_type = count, Fraction(1, 25), 0
            target.mux(video.encode(scaled))
        target.mux(video.encode(None))


def scaling(film: Path) -> None:
    """One RGB picture, enlarged again and again."""
    picture = next(pictures(open_stretch(Stretch(film, 2.0, 3.0))))
    print("  an RGB picture from 1080p to 2160p, one picture:")
    theirs = timed(SCALED, lambda: [filtered(picture, FULL) for _ in range(SCALED)])
    tell("FFmpeg: scale=flags=lanczos", theirs, theirs)
    opencv = lambda: [cv2.resize(picture, FULL, interpolation=4) for _ in range(SCALED)]  # noqa: E731
    tell("OpenCV: INTER_LANCZOS4", timed(SCALED, opencv), theirs)
    tell("rushes", timed(SCALED, lambda: [resized(picture, FULL) for _ in range(SCALED)]), theirs)


def likeness() -> None:
    """Photographs made smaller, enlarged again, and compared with what they were."""
    spec = importlib.util.find_spec("sklearn")
    assert spec is not None and spec.origin is not None
    print("  photographs enlarged again, PSNR in dB and SSIM: rushes, FFmpeg's lanczos")
    for name in ("china", "flower"):
        path = Path(spec.origin).parent / f"datasets/images/{name}.jpg"
        with Image.open(path) as opened:
            whole_ = np.asarray(opened.convert("RGB"))[:424]
        height, width = whole_.shape[:2]
        for scale in (2, 4):
            size = (width // scale, height // scale)
            small = cv2.resize(whole_, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
            figures = [
                f"{cv2.PSNR(whole_, made):.2f}, {ssim(whole_, made):.4f}"
                for made in (resized(small, (width, height)), filtered(small, (width, height)))
            ]
            print(f"    {name}, {scale} times: {'; '.join(figures)}")


def filtered(picture: Picture, size: tuple[int, int]) -> Picture:
    """What FFmpeg's own filter makes of it."""
    frame = av.VideoFrame.from_ndarray(picture, "rgb24")
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 25)
    )
    scale = graph.add("scale", f"{size[0]}:{size[1]}:flags=lanczos")
    sink = graph.add("buffersink")
    source.link_to(scale)
    scale.link_to(sink)
    graph.configure()
    graph.push(frame)
    pulled = graph.pull()
    assert isinstance(pulled, av.VideoFrame)
    return pulled.to_ndarray().astype(np.uint8, copy=False)


def ssim(one: Picture, two: Picture) -> float:
    """Structural similarity of the grey pictures (Wang et al., IEEE TIP 2004)."""

    def mean(image: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(image, (11, 11), 1.5)

    a, b = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(np.float64) for each in (one, two))
    spread = mean(a * a) - mean(a) ** 2 + mean(b * b) - mean(b) ** 2
    together = mean(a * b) - mean(a) * mean(b)
    bright = (2 * mean(a) * mean(b) + 6.5025) / (mean(a) ** 2 + mean(b) ** 2 + 6.5025)
    return float((bright * (2 * together + 58.5225) / (spread + 58.5225)).mean())


def flow(film: Path) -> None:
    stretch = open_stretch(Stretch(film, 2.0, 2.0 + FRAMES / 25))
    for _ in at_rate(pictures(stretch), stretch.fps, Fraction(60)):
        pass
