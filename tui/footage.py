"""What a preview shows of a file: its frames, its sound, its words. All of it takes time."""

from typing import TYPE_CHECKING

from rushes.moment import Moment
from tui.desk import Desk
from tui.page_words import page_words
from tui.playhead import Playhead, Recording, look_at
from tui.thumbnails import Drawn, Wish, drawn_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from indexer.segments import Word
    from rushes.frames import FilmFrames

_PARTS = 2000  # of a waveform: more than a screen has columns


class Footage:
    """One moment's file. Frames are asked for by one thread at a time; the rest by any."""

    def __init__(self, desk: Desk, moment: Moment) -> None:
        self._desk = desk
        self._moment = moment
        self._recording: Recording | None = None
        self._frames: FilmFrames | None = None
        self._side = 0

    @property
    def has_pictures(self) -> bool:
        """Whether it was opened and has moving pictures."""
        return self._recording is not None and self._recording.aspect is not None

    @property
    def has_sound(self) -> bool:
        return self._recording is not None and self._recording.has_sound

    def open(self) -> Recording:
        """
        Raises:
            RushesError: the file cannot be read.
        """
        self._recording = look_at(self._moment.path, self._moment.start_s or 0.0)
        return self._recording

    def drawn(self, number: int, wish: Wish) -> Drawn:
        """A frame, made ready for the screen.

        Raises:
            RushesError: the file cannot be read there.
        """
        from PIL import Image

        from rushes.frames import FilmFrames
        from rushes.stretch import reading

        recording = self._recording
        assert recording is not None and recording.aspect is not None, "it was opened"
        side = max(wish.columns * wish.cell[0], wish.rows * wish.cell[1])
        if self._frames is None or side != self._side:
            self._side = side
            fps = Playhead(self._moment).fps
            self._frames = FilmFrames(self._moment.path, fps, side)
        with reading(self._moment.path):
            image = Image.fromarray(self._frames.at(number))
        return drawn_of(image, recording.aspect, wish)

    def peaks(self, first_s: float, last_s: float) -> "NDArray[np.float32]":
        """
        Raises:
            RushesError: the file cannot be read.
        """
        from rushes.peaks import peaks
        from rushes.stretch import reading

        with reading(self._moment.path):
            return peaks(self._moment.path, first_s, last_s, _PARTS)

    def words(self, first_s: float, last_s: float) -> "list[Word]":
        """The words that are spoken in a stretch; none if the library does not know.

        Raises:
            RushesError: the library cannot be read.
        """
        from indexer.spoken import spoken_words

        passages = self._desk.library.passages([self._moment.path])
        return spoken_words(passages, first_s, last_s)

    def page(self) -> str:
        """The words of the moment's page or picture.

        Raises:
            RushesError: the library cannot be read.
        """
        return page_words(self._desk.library.passages([self._moment.path]), self._moment)

    def close(self) -> None:
        if self._frames is not None:
            self._frames.close()
