"""How loud a stretch of a recording is, moment by moment: what a waveform is drawn from."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rushes.media import SAMPLE_RATE, container_start, open_media, until_broken
from rushes.stretch import seek_to

_SEEK_BACK_S = 0.5  # a decoder's first packets after a jump may be silent


def peaks(
    path: Path, start_s: float, end_s: float, count: int, check: Callable[[], None] = lambda: None
) -> NDArray[np.float32]:
    """The greatest amplitude, 0 to 1, in each of `count` equal parts of a stretch.

    Returns shape (count,); of a file without sound shape (0,). What is before the file's start or
    after its end is silent. `check` is called between packets and may raise to stop.

    Raises:
        UnreadableFile: the file cannot be opened.
    """
    import av

    found = np.zeros(count, np.float32)
    with open_media(path) as container:
        if not container.streams.audio:
            return np.zeros(0, np.float32)
        stream = container.streams.audio[0]
        stream.codec_context.thread_type = "AUTO"
        origin = container_start(container)
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
        seek_to(container, start_s - _SEEK_BACK_S)
        per_second = count / (end_s - start_s)
        for packet in until_broken(container.demux(stream)):
            check()
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                continue
            for frame in frames:
                if frame.time is None:
                    continue
                at_s = frame.time - origin
                if at_s >= end_s:
                    return found
                frame.pts = None
                for piece in resampler.resample(frame):
                    samples = np.abs(piece.to_ndarray().reshape(-1))
                    times = at_s - start_s + np.arange(len(samples)) / SAMPLE_RATE
                    parts = np.floor(times * per_second).astype(np.int64)
                    inside = (parts >= 0) & (parts < count)
                    np.maximum.at(found, parts[inside], samples[inside])
    return np.minimum(found, 1.0)
