"""What can be read in a film, and for how long."""

from dataclasses import dataclass, replace

from indexer.segments import Image, Origin, Segment, WordsInPictures
from indexer.textness import TextLook, same_text, text_look


@dataclass(frozen=True)
class _Read:
    """The frame that was read last, and the words found there."""

    look: TextLook
    text: str


class ScreenWords:
    """Turns a film's frames into on-screen words, each with the stretch it was seen for.

    A frame without text is not read, nor is one whose text looks like that of the frame read
    last: a slide costs one reading, however long it stays.
    """

    def __init__(self, ocr: WordsInPictures) -> None:
        self._ocr = ocr
        self._last: _Read | None = None
        self._open: Segment | None = None

    def add(self, start_s: float, end_s: float, image: Image) -> list[Segment]:
        """Give the next frame, and the stretch it stands for. Returns what is complete by now."""
        text = self._words(image)
        done = self._open
        if done is not None and _letters(text) == _letters(done.text):
            self._open = replace(done, end_s=end_s)
            return []
        self._open = Segment(text, Origin.ON_SCREEN, start_s, end_s) if text else None
        return [done] if done is not None else []

    def finish(self) -> list[Segment]:
        """What is complete now that the film is over."""
        done, self._open, self._last = self._open, None, None
        return [done] if done is not None else []

    def _words(self, image: Image) -> str:
        look = text_look(image)
        if not look.has_text:
            return ""
        if self._last is None or not same_text(self._last.look, look):
            self._last = _Read(look, self._ocr.read_frame(image))
        return self._last.text


def _letters(text: str) -> str:
    """What must agree for two readings to be of the same words."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
