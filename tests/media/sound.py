"""Sound files, and the sound of videos: any number of tracks in any container."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer

from tests.media.speech import Samples, resample


@dataclass(frozen=True)
class Format:
    """What a file ending stands for: the muxer and its usual codecs."""

    muxer: str
    video: str
    audio: str
    audio_rate: int = 48_000
    options: Mapping[str, str] = field(default_factory=dict)


# MP3 begins before 0 by its coder's delay; moved to 0 it would make AVI double a frame.
FORMATS = {
    ".mp4": Format("mp4", "libx264", "aac"),
    ".m4v": Format("mp4", "libx264", "aac"),
    ".mov": Format("mov", "libx264", "aac"),
    ".mkv": Format("matroska", "libx264", "aac"),
    ".webm": Format("webm", "libvpx-vp9", "libopus"),
    ".avi": Format("avi", "mpeg4", "libmp3lame", options={"avoid_negative_ts": "disabled"}),
    ".mts": Format("mpegts", "libx264", "ac3"),
    ".wav": Format("wav", "", "pcm_s16le", 16_000),
    ".mp3": Format("mp3", "", "libmp3lame", 44_100),
    ".m4a": Format("ipod", "", "aac", 44_100),
    ".flac": Format("flac", "", "flac", 44_100),
    ".ogg": Format("ogg", "", "vorbis", 44_100),
    ".opus": Format("opus", "", "libopus"),
}

ENCODER_OPTIONS = {
    "libx264": {"preset": "ultrafast", "bf": "2", "crf": "20"},
    "aac": {"aac_coder": "fast"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "30", "b": "0"},
    "mpeg4": {"b": "2M"},
    "vorbis": {"strict": "experimental"},
}


@dataclass(frozen=True)
class Sound:
    """One audio track. `start_s` is when it begins; `codec` overrides the format's own."""

    samples: Samples
    rate: int
    start_s: Fraction = Fraction(0)
    codec: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


def write_audio(
    path: Path,
    samples: Samples,
    rate: int,
    metadata: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
) -> None:
    """Write mono sound in the format of the file's ending: wav, mp3, m4a, mp4, flac, ogg, opus."""
    write_tracks(path, [Sound(samples, rate)], metadata, container_options)


def write_tracks(
    path: Path,
    sounds: Sequence[Sound],
    metadata: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
) -> None:
    """Write a file of sound alone, one or several tracks."""
    form = FORMATS[path.suffix]
    with open_container(path, form, container_options) as container:
        container.metadata.update(metadata or {})
        tracks = [Track(container, sound, form) for sound in sounds]
        for track in tracks:
            track.finish()


def tone(seconds: float, hertz: float = 440.0, rate: int = 48_000) -> Sound:
    """A steady tone: sound without speech."""
    time = np.arange(round(seconds * rate)) / rate
    return Sound((0.3 * np.sin(2 * np.pi * hertz * time)).astype(np.float32), rate)


def open_container(path: Path, form: Format, options: Mapping[str, str] | None) -> OutputContainer:
    """A file to write to, in the muxer's reproducible mode."""
    return av.open(
        str(path),
        "w",
        format=form.muxer,
        container_options={"fflags": "+bitexact", **form.options, **(options or {})},
    )


class Track:
    """One audio track being written, so far as the pictures have come."""

    def __init__(self, container: OutputContainer, sound: Sound, form: Format) -> None:
        codec = sound.codec or form.audio
        stream = container.add_stream(
            codec, rate=form.audio_rate, options=dict(ENCODER_OPTIONS.get(codec, {}))
        )
        assert isinstance(stream, AudioStream)
        # FFmpeg's Vorbis encoder knows stereo only.
        stream.layout = "stereo" if codec == "vorbis" else "mono"
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        stream.metadata.update(sound.metadata)
        self._container = container
        self._stream = stream
        self._rate = form.audio_rate
        self._first = round(sound.start_s * form.audio_rate)
        self._samples = resample(sound.samples, sound.rate, form.audio_rate)
        self._resampler = av.AudioResampler(stream.format, stream.layout, form.audio_rate)
        self._done = 0

    def write_until(self, time_s: Fraction) -> None:
        """Write the sound that belongs before `time_s`, in whole tenths of a second."""
        step = self._rate // 10
        while self._first + self._done + step <= time_s * self._rate:
            if not self._write(step):
                return

    def finish(self) -> None:
        while self._write(self._rate // 10):
            pass
        self._container.mux(self._stream.encode(None))

    def _write(self, count: int) -> bool:
        chunk = self._samples[self._done : self._done + count]
        if not len(chunk):
            return False
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(chunk[np.newaxis]), format="fltp", layout="mono"
        )
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self._first + self._done
        self._done += len(chunk)
        for ready in self._resampler.resample(frame):
            self._container.mux(self._stream.encode(ready))
        return True
