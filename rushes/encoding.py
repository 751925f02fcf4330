"""Writing films picture by picture: H.264, HEVC or ProRes, with sound, whole or not at all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rushes.errors import RushesError, WrongUsage
from rushes.output import whole_file, writing
from rushes.text import one_line

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.stream import VideoStream

Picture = NDArray[np.unsignedinteger[Any]]
"""An upright RGB picture, shape (height, width, 3), of 8 or 16 bits and over their whole range."""

SOUND_RATE = 48_000
"""Of every film that is made, in hertz."""


class Codec(StrEnum):
    """What pictures are written as."""

    H264 = "h264"
    HEVC = "hevc"
    PRORES = "prores"


@dataclass(frozen=True)
class Colour:
    """What the numbers of a picture mean: code points of ISO/IEC 23091-2, which FFmpeg shares."""

    primaries: int = 1
    transfer: int = 1
    matrix: int = 1

    @property
    def is_hdr(self) -> bool:
        """PQ or HLG: 8 bits would show bands."""
        return self.transfer in (16, 18)


BT709 = Colour()


@dataclass(frozen=True)
class Format:
    """How pictures are written. Their size is even; `deep` keeps ten bits where the codec can."""

    width: int
    height: int
    fps: Fraction
    codec: Codec = Codec.H264
    colour: Colour = BT709
    deep: bool = False

    @property
    def pix_fmt(self) -> str:
        if self.codec is Codec.PRORES:
            return "yuv422p10le"
        # Ten bits of H.264 play almost nowhere.
        return "yuv420p10le" if self.deep and self.codec is Codec.HEVC else "yuv420p"


_ENDINGS = {
    Codec.H264: (".mp4", ".mov", ".mkv", ".m4v"),
    Codec.HEVC: (".mp4", ".mov", ".mkv", ".m4v"),
    Codec.PRORES: (".mov", ".mkv"),
}
# Quality that a second coding does not show. The lookahead is what an encoder's memory goes into.
_ENCODERS: dict[Codec, tuple[str, dict[str, str]]] = {
    Codec.H264: ("libx264", {"preset": "fast", "crf": "17", "x264-params": "rc-lookahead=20"}),
    Codec.HEVC: (
        "libx265",
        {"preset": "fast", "crf": "19", "x265-params": "log-level=none:rc-lookahead=15:open-gop=0"},
    ),
    Codec.PRORES: ("prores_ks", {"profile": "3", "vendor": "apl0"}),
}
_QUICKTIME = (".mp4", ".mov", ".m4v")
_TAGS_OF_MP4 = frozenset("title artist album comment copyright date description genre".split())
_KEY_FRAME_S = 2


def check_format(path: Path, codec: Codec) -> None:
    """Whether the container that a file's ending stands for holds the codec.

    Raises:
        WrongUsage: it does not.
    """
    endings = _ENDINGS[codec]
    if path.suffix.lower() not in endings:
        raise WrongUsage(
            f"cannot write {codec} as {one_line(path.name)}: end it in {', '.join(endings)}"
        )


@contextmanager
def film_writer(
    path: Path,
    form: Format,
    sound_layout: str | None = None,
    *,
    metadata: Mapping[str, str] | None = None,
    force: bool = False,
) -> "Iterator[FilmWriter]":
    """A film to add pictures and sound to. It is at `path` when the block has ended well.

    `sound_layout` is FFmpeg's name: mono, stereo, 5.1; None for a silent film. Sound becomes PCM
    beside ProRes, AAC otherwise. Pictures and sound are to be given side by side: what one is
    ahead of the other waits in memory.

    Raises:
        WrongUsage: the file's ending does not fit the codec.
        RushesError: the file exists and `force` is not given, its folder is not there, or it
            cannot be written to its end.
    """
    import av

    check_format(path, form.codec)
    quicktime = path.suffix.lower() in _QUICKTIME
    flags = "+faststart"
    if set(metadata or {}) - _TAGS_OF_MP4:
        flags += "+use_metadata_tags"  # else the muxer drops names that it does not know
    with whole_file(path, force) as partial:
        with writing(path):
            container = av.open(
                str(partial), "w", container_options={"movflags": flags} if quicktime else {}
            )
        try:
            container.metadata.update(metadata or {})
            writer = FilmWriter(container, path, form, sound_layout)
            yield writer
            writer.finish()
        except BaseException:
            with suppress(OSError):  # else closing would put what is thrown away in order
                partial.unlink()
            with suppress(RushesError), writing(path):
                container.close()
            raise
        with writing(path):
            container.close()


class FilmWriter:
    """See `film_writer`."""

    def __init__(
        self, container: "OutputContainer", path: Path, form: Format, sound_layout: str | None
    ) -> None:
        self.format = form
        self.frames = 0
        self._container = container
        self._path = path
        with writing(path):
            self._video = _video_stream(container, form, path.suffix.lower())
            self._audio = (
                None if sound_layout is None else _audio_stream(container, form, sound_layout)
            )
        self._samples = 0

    @property
    def seconds(self) -> Fraction:
        """How long the pictures are so far."""
        return self.frames / self.format.fps

    @property
    def heard_s(self) -> float:
        """How long the sound is so far."""
        return self._samples / SOUND_RATE

    def add(self, picture: Picture) -> None:
        """Write the next picture, shape (height, width, 3), of the film's size and colour."""
        import av

        form = self.format
        pixels = np.ascontiguousarray(picture)
        source = "rgb48le" if pixels.dtype == np.uint16 else "rgb24"
        frame = av.VideoFrame.from_ndarray(pixels, source).reformat(
            format=form.pix_fmt, dst_colorspace=form.colour.matrix, dst_color_range="MPEG"
        )
        # Not given to `reformat`: it would convert between transfers, of which it knows but one.
        frame.color_primaries, frame.color_trc = form.colour.primaries, form.colour.transfer
        frame.pts, frame.time_base = self.frames, 1 / form.fps
        self.frames += 1
        with writing(self._path):
            self._container.mux(self._video.encode(frame))

    def hear(self, samples: NDArray[np.float32]) -> None:
        """Write the next sound: shape (channels, samples) in [-1, 1] at `SOUND_RATE`."""
        import av

        assert self._audio is not None, "the film was begun without sound"
        layout = self._audio.layout.name
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", layout)
        frame.sample_rate = SOUND_RATE
        frame.time_base = Fraction(1, SOUND_RATE)
        frame.pts = self._samples
        self._samples += samples.shape[1]
        with writing(self._path):
            self._container.mux(self._audio.encode(frame))

    def finish(self) -> None:
        """Write what the encoders still hold. `film_writer` calls it."""
        with writing(self._path):
            if self.frames:
                self._container.mux(self._video.encode(None))
            if self._audio is not None:
                self._container.mux(self._audio.encode(None))


def _video_stream(container: "OutputContainer", form: Format, ending: str) -> "VideoStream":
    from av.video.stream import VideoStream

    name, options = _ENCODERS[form.codec]
    stream = container.add_stream(name, rate=form.fps, options=dict(options))
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = form.width, form.height, form.pix_fmt
    # Left to itself the muxer counts in 1/90000 s, which 23.976 fps does not fit.
    stream.time_base = stream.codec_context.time_base = 1 / form.fps
    context = stream.codec_context
    context.color_primaries = form.colour.primaries
    context.color_trc = form.colour.transfer
    context.colorspace = form.colour.matrix
    context.color_range = 1  # limited, as video is
    if form.codec is not Codec.PRORES:
        context.gop_size = max(1, round(_KEY_FRAME_S * form.fps))  # later cuts are cheap
    if form.codec is Codec.HEVC and ending in _QUICKTIME:
        context.codec_tag = "hvc1"  # Apple's players refuse hev1
    return stream


def _audio_stream(container: "OutputContainer", form: Format, layout: str) -> "AudioStream":
    from av.audio.stream import AudioStream

    codec = "pcm_s24le" if form.codec is Codec.PRORES else "aac"
    stream = container.add_stream(codec, rate=SOUND_RATE)
    assert isinstance(stream, AudioStream)
    stream.layout = layout
    if codec == "aac":
        stream.bit_rate = 128_000 * stream.layout.nb_channels
    return stream
