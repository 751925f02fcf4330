"""What the benchmarks run on: footage like a camera's, made once and kept.

It is cut together from the real clips and pictures of pip packages, enlarged, moved, and covered
with noise like a sensor's, so that decoding it costs what real footage of its bit rate costs.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import accumulate, cycle, islice
from pathlib import Path

import av
import cv2
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from tests.media.library import BIKES_CUTS
from tests.media.library_texts import SPOKEN
from tests.media.sound import Sound
from tests.media.speech import Samples, say
from tests.media.talk import PAGES
from tests.media.video import Image, write_video

VERSION = 1
"""Counted up when the footage changes, so that kept files are made again."""

FPS = Fraction(25)
RATE = 48_000
SHOT_LENGTHS = (75, 120, 160, 90, 140, 65, 200, 100)
"""Frames of the shots, again and again: 2.6 to 8 s, 4.75 s on average."""

PHOTOS = (
    "sd3.5_large_blur-1.webp",
    "flux_canny_model_example-1.webp",
    "sdxl_refiner_prompt_example-1.webp",
    "sdxl_simple_example-1.webp",
    "sdxlturbo_example-1.webp",
    "image_chroma_text_to_image-1.webp",
    "api_reve_image_create-1.webp",
    "image_flux2_text_to_image_9b-1.webp",
    "utility-gan_upscaler-1.webp",
    "image_qwen_image-1.webp",
)
"""Pictures of comfyui-workflow-templates-media-image over which the camera moves."""

# What a decoder notices of x264's "medium": groups of 250, B-frames, two references, CABAC,
# deblocking. The search for motion is cheaper, which costs the encoder bits and nobody else time.
ENCODER = {"preset": "superfast", "bf": "3", "refs": "2"}


@dataclass(frozen=True)
class Footage:
    """A film, the frames with which its shots begin (but the first), and what is said in it."""

    path: Path
    cuts: tuple[int, ...]
    sentences: tuple[str, ...]


def hd_footage(folder: Path, media_dir: Path, seconds: int = 120) -> Footage:
    """1080p25 H.264 at 10 Mbit/s, a group of 250 frames, AAC speech nearly all the time.

    Kept in `folder`. `media_dir` holds, at any depth, bikes.mp4, bigbuckbunny.mp4 and `PHOTOS`.
    """
    path = folder / f"hd-{seconds}s-v{VERSION}.mp4"
    return _kept(path, media_dir, (1920, 1080), round(seconds * FPS), "10M")


def uhd_hour(folder: Path, media_dir: Path, hours: float = 1) -> Path:
    """2160p25 H.264 at about 5 Mbit/s with speech: a clip of 20.48 s, copied until it lasts.

    20.48 s are whole frames of both video (512) and AAC (960 of 1,024 samples at 48 kHz).
    """
    clip = _kept(folder / f"uhd-clip-v{VERSION}.mp4", media_dir, (3840, 2160), 512, "5M").path
    path = folder / f"uhd-{hours:g}h-v{VERSION}.mp4"
    if not path.exists():
        unfinished = path.with_suffix(".part.mp4")
        _repeat(clip, unfinished, times=round(hours * 3600 / 20.48), frames=512)
        unfinished.rename(path)
    return path


def _kept(path: Path, media_dir: Path, size: tuple[int, int], count: int, bit_rate: str) -> Footage:
    """The footage at `path` with its notes beside it, made if it is not there."""
    notes = path.with_suffix(".json")
    if not (path.exists() and notes.exists()):
        path.parent.mkdir(parents=True, exist_ok=True)
        lengths = _shot_lengths(count)
        sound, sentences = _voice(float(count / FPS))
        unfinished = path.with_suffix(".part.mp4")
        write_video(
            unfinished,
            _with_noise(_shots(media_dir, size, lengths)),
            FPS,
            sounds=[Sound(sound, RATE)],
            gop=250,
            options={**ENCODER, "b": bit_rate, "crf": "-1"},
        )
        footage = Footage(path, tuple(accumulate(lengths))[:-1], sentences)
        notes.write_text(json.dumps({**asdict(footage), "path": path.name}))
        unfinished.rename(path)
    said = json.loads(notes.read_text())
    return Footage(path, tuple(said["cuts"]), tuple(said["sentences"]))


def _shot_lengths(count: int) -> tuple[int, ...]:
    lengths: list[int] = []
    for length in cycle(SHOT_LENGTHS):
        left = count - sum(lengths)
        if left <= length + 25:  # no shot shorter than a second at the end
            return (*lengths, left)
        lengths.append(length)
    raise AssertionError("cycle ends never")


def _shots(media_dir: Path, size: tuple[int, int], lengths: Sequence[int]) -> Iterator[Image]:
    """Real shots and moves over photographs by turns."""
    found = {path.name: path for path in media_dir.rglob("*") if path.is_file()}
    bikes = _frames(found["bikes.mp4"])
    starts, ends = (0, *BIKES_CUTS[:-1]), BIKES_CUTS
    real = [bikes[start:end] for start, end in zip(starts, ends, strict=True)]
    real.append(_frames(found["bigbuckbunny.mp4"]))
    for number, length in enumerate(lengths):
        if number % 2:
            photo = found[PHOTOS[number // 2 % len(PHOTOS)]]
            yield from _moves(photo, size, length)
        else:
            shot = real[number // 2 % len(real)]
            there_and_back = cycle([*shot, *shot[-2:0:-1]])
            for frame in islice(there_and_back, length):
                yield _fill(frame, size)


def _frames(path: Path) -> list[Image]:
    with av.open(str(path)) as container:
        return [
            frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
            for frame in container.decode(video=0)
        ]


def _fill(frame: Image, size: tuple[int, int]) -> Image:
    """The middle of a frame, enlarged to fill `size`."""
    height, width = frame.shape[:2]
    scale = max(size[0] / width, size[1] / height)
    keep_x, keep_y = round(size[0] / scale), round(size[1] / scale)
    left, top = (width - keep_x) // 2, (height - keep_y) // 2
    cropped = frame[top : top + keep_y, left : left + keep_x]
    return cv2.resize(cropped, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)


def _moves(photo: Path, size: tuple[int, int], length: int) -> Iterator[Image]:
    """The camera goes down a photograph and comes closer by a tenth."""
    from PIL import Image as PillowImage

    with PillowImage.open(photo) as opened:
        picture = np.asarray(opened.convert("RGB"))
    height, width = picture.shape[:2]
    for index in range(length):
        progress = index / length
        wide = width * (1 - 0.1 * progress)
        high = wide * size[1] / size[0]
        scale = size[0] / wide
        left, top = (width - wide) / 2, (height - high) * progress
        matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
        moved = cv2.warpAffine(
            picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        yield moved.astype(np.uint8, copy=False)


def _with_noise(frames: Iterator[Image]) -> Iterator[Image]:
    """Grain of 2.5 levels, different in every frame: one field, shifted at random."""
    random = np.random.default_rng(0)
    field: NDArray[np.int16] | None = None
    for frame in frames:
        height, width = frame.shape[:2]
        if field is None:
            grey = random.normal(0, 2.5, (height + 64, width + 64, 1)).astype(np.int16)
            field = np.repeat(grey, 3, axis=2)
        top, left = random.integers(0, 64, 2)
        grain = field[top : top + height, left : left + width]
        noisy = cv2.add(frame, grain, dtype=cv2.CV_8U)
        yield noisy.astype(np.uint8, copy=False)


def _voice(seconds: float) -> tuple[Samples, tuple[str, ...]]:
    """Speech with half a second between the sentences, cut to length; the sentences in it."""
    texts = [text for page in PAGES for text in page.sentences] + list(SPOKEN.values())
    pause = np.zeros(RATE // 2, np.float32)
    sound: list[Samples] = []
    sentences: list[str] = []
    length = 0
    for text in cycle(texts):
        spoken = say(text, rate=RATE).samples
        if length + len(spoken) > seconds * RATE:
            break
        sound += [spoken, pause]
        sentences.append(text)
        length += len(spoken) + len(pause)
    whole = np.concatenate([*sound, np.zeros(round(seconds * RATE), np.float32)])
    return whole[: round(seconds * RATE)], tuple(sentences)


def _repeat(clip: Path, path: Path, times: int, frames: int) -> None:
    """Copy the packets of a clip so many times, one after the other."""
    with (
        av.open(str(clip)) as source,
        av.open(str(path), "w", container_options={"fflags": "+bitexact"}) as target,
    ):
        picture, sound = source.streams.video[0], source.streams.audio[0]
        outputs: dict[int, VideoStream | AudioStream] = {
            picture.index: target.add_stream_from_template(picture),
            sound.index: target.add_stream_from_template(sound),
        }
        assert picture.time_base is not None
        step = round(frames / FPS / picture.time_base)
        samples = 0
        for turn in range(times):
            source.seek(0)
            for packet in source.demux(picture, sound):
                if packet.pts is None or packet.dts is None:
                    continue
                if packet.stream is picture:
                    packet.pts += turn * step
                    packet.dts += turn * step
                else:
                    if packet.pts < 0 or packet.pts >= frames / FPS * RATE:
                        continue  # the coder's delay, and what is left over at the end
                    packet.pts = packet.dts = samples
                    samples += 1024
                packet.stream = outputs[packet.stream.index]
                target.mux(packet)
