"""The frames of a film by their number: one after the other, back, or by jumps."""

from collections import OrderedDict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rushes.errors import UnreadableFile
from rushes.media import container_start, open_media, upright, video_stream
from rushes.moment import Timecode
from rushes.stretch import frames_from

_AHEAD = 48  # frames: so far ahead it is quicker to go on decoding than to jump
_KEPT_BYTES = 96 << 20


class FilmFrames:
    """Frames of one film, scaled down so that no side exceeds `max_side`. For one thread at a time.

    What was decoded on the way is kept, so that going back a frame costs nothing.
    """

    def __init__(self, path: Path, fps: Fraction, max_side: int) -> None:
        self.path = path
        self.fps = fps
        self._max_side = max_side
        self._kept: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()
        self._kept_bytes = 0
        self._running: Iterator[tuple[float, NDArray[np.uint8]]] | None = None
        self._last: tuple[int, NDArray[np.uint8]] | None = None

    def at(self, number: int) -> NDArray[np.uint8]:
        """The frame that is on the screen at `number` / fps; the last one after the end.

        Returns shape (height, width, 3), upright, with the pixels of the file: not square in all.

        Raises:
            UnreadableFile: the file cannot be read, or has no frame there.
        """
        number = max(0, number)
        if number not in self._kept:
            self._decode(number)
        self._kept.move_to_end(number)
        return self._kept[number]

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        self._running = self._last = None

    def _decode(self, number: int) -> None:
        last = self._last
        if self._running is None or last is None or not last[0] <= number <= last[0] + _AHEAD:
            self._running = self._frames(float(number / self.fps))
            last = None
        for seconds, image in self._running:
            begins = Timecode.from_seconds(max(0.0, seconds), self.fps).frame
            if last is not None:
                self._keep(range(last[0], max(begins, last[0] + 1)), last[1], number)
            last = self._last = (begins if last is None else max(begins, last[0] + 1), image)
            if number < last[0] and number in self._kept:
                return
        self._running = None
        if last is None:
            raise UnreadableFile("it has no frame there")
        self._keep(range(last[0], max(last[0], number) + 1), last[1], number)
        if number not in self._kept:  # the first frame there is comes later
            self._keep(range(number, number + 1), last[1], number)

    def _frames(self, start_s: float) -> Iterator[tuple[float, NDArray[np.uint8]]]:
        with open_media(self.path) as container:
            stream = video_stream(container)
            if stream is None:
                raise UnreadableFile("it has no moving pictures")
            origin = container_start(container)
            for frame in frames_from(container, stream, start_s):
                yield (frame.time or 0.0) - origin, upright(frame, self._max_side)

    def _keep(self, numbers: range, image: NDArray[np.uint8], wanted: int) -> None:
        """One image stands for several numbers where a film holds a picture for long."""
        for number in numbers[:_AHEAD] if wanted not in numbers[_AHEAD:] else (numbers[0], wanted):
            if number not in self._kept:
                self._kept[number] = image
                self._kept_bytes += image.nbytes
        while self._kept_bytes > _KEPT_BYTES and len(self._kept) > 1:
            oldest, dropped = self._kept.popitem(last=False)
            if oldest == wanted:
                self._kept[oldest] = dropped
                continue
            self._kept_bytes -= dropped.nbytes
