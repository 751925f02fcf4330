"""Recordings, through PyAV: what is in them, their pictures and their sound.

Times are seconds on the player's clock: zero is the container's first time stamp, for
pictures and sound alike.
"""

import errno
import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rushes.errors import UnreadableFile
from rushes.synthetic import MARKS

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

AnyPacket = TypeVar("AnyPacket", bound="Packet[Any]")

SAMPLE_RATE = 16_000
"""What speech models hear, in hertz."""

# Containers that hold their own sound and pictures. Playlists (HLS, DASH, concat) are left
# out: they make FFmpeg open other files and addresses, whatever the file is called.
_DEMUXERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,h264,hevc,gif,asf,flv,mxf,"
    "wav,w64,aiff,mp3,aac,flac,ogg,opus,caf,ac3,dv,ivf"
)

_DAMAGED = "not a recording that FFmpeg can read (is it a copy that was cut off?)"
_RATES = range(1_000, 6_000_000)
"""Samples a second: from what telephones keep to what the finest recorders do."""

_TIMECODE = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d[:;.]\d{2,3}", re.ASCII)


@dataclass(frozen=True)
class VideoTrack:
    """The first moving-picture track, upright: `width` and `height` count after rotation.

    `rotation` is how far a decoded frame must be turned anticlockwise, in degrees. `duration_s`
    is None in containers that know only how long the whole is.
    """

    width: int
    height: int
    fps: Fraction
    rotation: int
    duration_s: float | None = None


@dataclass(frozen=True)
class MediaInfo:
    """What a recording holds. `duration_s` is what its header says, None if it says nothing.

    `timecode` is what the camera wrote for the first frame, as 01:00:00;00; editors find footage
    by it. `marks` are its tags that may say how it was made (rushes/synthetic.py).
    """

    duration_s: float | None
    video: VideoTrack | None
    audio_tracks: int
    created: datetime | None
    timecode: str | None = None
    marks: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def open_media(path: Path) -> "Iterator[InputContainer]":
    """Open a recording for reading; FFmpeg's errors inside the block become one sentence.

    Raises:
        UnreadableFile: it is not a recording, it is damaged, or it is gone.
    """
    import av

    av.logging.set_level(None)
    try:
        container = av.open(
            str(path.absolute()),
            metadata_errors="replace",
            options={"format_whitelist": _DEMUXERS, "protocol_whitelist": "file"},
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UnreadableFile(_reason(error)) from None
    with container:
        try:
            yield container
        except av.FFmpegError as error:
            raise UnreadableFile(_reason(error)) from None


def probe(path: Path) -> MediaInfo:
    """What a recording says of itself, without decoding more than its first frame.

    Raises:
        UnreadableFile: it has neither sound nor pictures, or cannot be opened.
    """
    with open_media(path) as container:
        info = media_info(container)
    if info.video is None and info.audio_tracks == 0:
        raise UnreadableFile("no video or audio stream (is it a copy that was cut off?)")
    return info


def media_info(container: "InputContainer") -> MediaInfo:
    """What an open recording says of itself. Leaves it rewound."""
    import av

    duration = container.duration
    audio = [s for s in container.streams.audio if s.codec_context is not None]
    video = video_stream(container)
    track = None
    if video is not None:
        rotation = 0
        try:
            for frame in container.decode(video):
                rotation = frame.rotation
                break
            container.seek(container.start_time or 0)
        except (av.FFmpegError, IndexError):
            # A damaged start: the reader that decodes the whole file says what is wrong.
            rotation = 0
        width, height = video.codec_context.width, video.codec_context.height
        if rotation % 180:
            width, height = height, width
        fps = video.average_rate or video.guessed_rate or Fraction(25)
        length = video.duration * video.time_base if video.duration and video.time_base else None
        track = VideoTrack(width, height, fps, rotation, float(length) if length else None)
    return MediaInfo(
        duration_s=duration / av.time_base if duration and duration > 0 else None,
        video=track,
        audio_tracks=len(audio),
        created=_created(container.metadata.get("creation_time")),
        timecode=_timecode(container),
        marks=_marks(container),
    )


def video_stream(container: "InputContainer") -> "VideoStream | None":
    """The first moving-picture track that can be decoded. A song's cover is none."""
    from av.stream import Disposition

    for stream in container.streams.video:
        cover = bool(stream.disposition & Disposition.attached_pic)
        if stream.codec_context is not None and not cover:
            return stream
    return None


def until_broken(packets: Iterator[AnyPacket]) -> Iterator[AnyPacket]:
    """The packets of a stream, to its end or to where the file breaks off.

    Raises:
        UnreadableFile: it breaks off before the first.
    """
    import av

    begun = False
    try:
        for packet in packets:
            begun = begun or packet.size > 0
            yield packet
    except (av.FFmpegError, IndexError) as error:  # PyAV knows no track that begins later
        if not begun:
            raise UnreadableFile(_reason(error)) from None


def sound_blocks(
    path: Path, block_s: float, check: Callable[[], None] = lambda: None
) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """The first sound track as 16 kHz mono, in blocks of about `block_s` seconds.

    Yields (start in seconds, samples in [-1, 1]). Silence fills gaps in the time stamps, so
    that sample n of a block was heard at start + n / SAMPLE_RATE. `check` is called between
    packets and may raise to stop. A damaged packet is passed over.

    Raises:
        UnreadableFile: the file cannot be opened, or its sound cannot be as it claims.
    """
    import av

    with open_media(path) as container:
        if not container.streams.audio:
            return
        stream = container.streams.audio[0]
        rate = stream.codec_context.sample_rate
        if rate not in _RATES:
            # One of 1 Hz would become hours of sound, one of 2 GHz takes all memory.
            raise UnreadableFile(f"its sound claims {rate:,} samples a second (is it damaged?)")
        stream.codec_context.thread_type = "AUTO"
        origin = container_start(container)
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
        held: list[NDArray[np.float32]] = []
        held_samples = 0
        position: int | None = None  # the next sample's place on the player's clock
        block_start = 0
        for packet in until_broken(container.demux(stream)):
            check()
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                continue
            for frame in frames:
                at = None if frame.time is None else round((frame.time - origin) * SAMPLE_RATE)
                frame.pts = None
                try:
                    pieces = [_samples(f) for f in resampler.resample(frame)]
                except ValueError:  # damaged or cut together, it goes on at another rate or so
                    if frame.sample_rate not in _RATES:
                        continue
                    pieces = [_samples(f) for f in resampler.resample(None)]
                    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
                    pieces += [_samples(f) for f in resampler.resample(frame)]
                if position is None:
                    position = block_start = at or 0
                elif at is not None and at - position > SAMPLE_RATE // 5:
                    gap = min(at - position, int(block_s * SAMPLE_RATE))
                    pieces.insert(0, np.zeros(gap, np.float32))
                    if at - position > gap:  # too long to fill: start anew after it
                        if held:
                            yield block_start / SAMPLE_RATE, np.concatenate(held)
                        held, held_samples, pieces = [], 0, pieces[1:]
                        position = block_start = at
                for piece in pieces:
                    held.append(piece)
                    held_samples += len(piece)
                    position += len(piece)
                if held_samples >= block_s * SAMPLE_RATE:
                    yield block_start / SAMPLE_RATE, np.concatenate(held)
                    held, held_samples, block_start = [], 0, position
        held += [_samples(f) for f in resampler.resample(None)]
        if held:
            yield block_start / SAMPLE_RATE, np.concatenate(held)


def upright(frame: "VideoFrame", max_side: int | None = None) -> NDArray[np.uint8]:
    """A decoded frame as RGB, turned upright, scaled down so that no side exceeds `max_side`.

    Returns shape (height, width, 3).
    """
    width, height = frame.width, frame.height
    if max_side is not None and max(width, height) > max_side:
        scale = max_side / max(width, height)
        width, height = max(1, round(width * scale)), max(1, round(height * scale))
    image = frame.to_ndarray(format="rgb24", width=width, height=height, interpolation="AREA")
    return np.ascontiguousarray(np.rot90(image, frame.rotation // 90 % 4), np.uint8)


def container_start(container: "InputContainer") -> float:
    """The container's first time stamp in seconds: zero on the player's clock."""
    import av

    return (container.start_time or 0) / av.time_base


def thumbnail(image: NDArray[np.uint8], width: int = 320) -> bytes:
    """A picture, shape (height, width, 3), as a small WebP."""
    from PIL import Image

    picture = Image.fromarray(image)
    picture.thumbnail((width, width * 2), Image.Resampling.BILINEAR, reducing_gap=2.0)
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=72, method=2)
    return file.getvalue()


def save_thumbnail(image: NDArray[np.uint8], path: Path, width: int = 320) -> None:
    """Write a picture, shape (height, width, 3), as a small WebP, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(thumbnail(image, width))
    partial.replace(path)


def _samples(frame: object) -> NDArray[np.float32]:
    samples: NDArray[np.float32] = frame.to_ndarray().reshape(-1)  # type: ignore[attr-defined]
    # Damaged floating-point sound holds what is no number, and numbers without bounds.
    return np.clip(np.nan_to_num(samples, nan=0.0), -1.0, 1.0)


def _created(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _timecode(container: "InputContainer") -> str | None:
    """The first that is one: QuickTime writes it at a track of its own, Matroska in capitals."""
    for holder in (container, *container.streams):
        for name, value in holder.metadata.items():
            if name.lower() == "timecode" and _TIMECODE.fullmatch(value):
                return str(value)
    return None


def _marks(container: "InputContainer") -> dict[str, str]:
    """Matroska writes names in capitals."""
    tags = {name.lower(): value for name, value in container.metadata.items()}
    return {name: tags[name] for name in MARKS if name in tags}


def _reason(error: Exception) -> str:
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.ENOENT:
        return "the file is gone"
    if code == errno.EACCES:
        return "no permission to read it"
    if isinstance(error, MemoryError):
        return "reading it would take more memory than there is (its header may be damaged)"
    # What FFmpeg calls it (end of file, input/output error, not permitted, not yet implemented)
    # tells where in its code it met the damage, which helps nobody.
    return _DAMAGED
