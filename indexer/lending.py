"""The models that a reader uses itself, lent to it for one file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indexer.pulse import Pulse
from indexer.segments import Image, Segment, VoicedBlock, WordsInPictures, WordsInSound


@dataclass(frozen=True)
class LentOcr:
    """Reads words in pictures. Meanwhile nothing is expected of the file's reader."""

    model: WordsInPictures
    pulse: Pulse

    def read_still(self, image: Image) -> str:
        with self.pulse.in_model():
            return self.model.read_still(image)

    def read_frame(self, image: Image) -> str:
        with self.pulse.in_model():
            return self.model.read_frame(image)

    def read_page(self, image: Image) -> str:
        with self.pulse.in_model():
            return self.model.read_page(image)


@dataclass(frozen=True)
class LentSpeech:
    """Hears words in sound; the sound itself comes from the file's reader."""

    model: WordsInSound
    pulse: Pulse

    def segments(
        self, blocks: Iterator[VoicedBlock], check: Callable[[], None]
    ) -> Iterator[Segment]:
        heard = self.model.segments(self._more(blocks), check)
        while True:
            with self.pulse.in_model():
                segment = next(heard, None)
            if segment is None:
                return
            yield segment

    def _more(self, blocks: Iterator[VoicedBlock]) -> Iterator[VoicedBlock]:
        while True:
            with self.pulse.by_reader():
                block = next(blocks, None)
            if block is None:
                return
            yield block
