"""What a reader makes of a file: words and pictures, each with its place."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rushes.facts import Facts, Sound
from rushes.jobs import Job

Image = NDArray[np.uint8]
"""An upright RGB picture, shape (height, width, 3)."""


class Origin(StrEnum):
    """How words came into a file: spoken, written in it, or seen in its pictures.

    Or into the library only: a model has described what happens in a shot, or named a sound.
    """

    SAID = "said"
    WRITTEN = "written"
    ON_SCREEN = "on-screen"
    DESCRIBED = "described"
    HEARD = "heard"


@dataclass(frozen=True)
class Word:
    """One spoken word and when it was spoken, in seconds."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Segment:
    """A stretch of words: a passage, a slide, a sentence or two of speech, the words in a picture.

    Recordings have times, paged documents a page (from 1), other documents a heading.
    """

    text: str
    origin: Origin
    start_s: float | None = None
    end_s: float | None = None
    page: int | None = None
    heading: str | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Picture:
    """One picture to be found by what it shows: a still, a page, or the best frame of a shot.

    A frame stands for the stretch `start_s` to `end_s` of the film's shot number `shot` and was
    taken at `at_s`. `facts` are those that a single picture does not tell.
    """

    image: Image
    start_s: float | None = None
    end_s: float | None = None
    at_s: float | None = None
    page: int | None = None
    shot: int | None = None
    facts: Facts = field(default=Facts())


class HeardWhen(Protocol):
    """What is heard when in a recording."""

    def between(self, start_s: float, end_s: float) -> tuple[Sound, ...]:
        """Of a stretch, the most present first."""


@dataclass(frozen=True)
class Sounds:
    """What is heard in a recording: the last item of its reader, if it has sound."""

    track: HeardWhen


@dataclass(frozen=True)
class VoicedBlock:
    """Sound, 16 kHz mono, and where there are voices in it: (first, last) samples, in order."""

    start_s: float
    samples: NDArray[np.float32]
    voices: tuple[tuple[int, int], ...]


class WordsInPictures(Protocol):
    """Reads the words in a picture (OCR)."""

    def read_still(self, image: Image) -> str:
        """The words, lines in reading order. "" if a cheap test finds none, or there are none."""

    def read_frame(self, image: Image) -> str:
        """As `read_still`, without the test: for a film's frame that is known to hold words."""

    def read_page(self, image: Image) -> str:
        """As `read_still`, without the test: for a page of small print."""


class WordsInSound(Protocol):
    """Hears the words in a recording, given block by block. `check` may raise to stop."""

    def segments(
        self, blocks: Iterator[VoicedBlock], check: Callable[[], None]
    ) -> Iterator[Segment]: ...


@dataclass(frozen=True)
class Tagged:
    """How likely a few seconds of sound hold speech, music and ambience, each from 0 to 1.

    `names` are those of the sounds in it, the likeliest first.
    """

    speech: float = 0.0
    music: float = 0.0
    ambience: float = 0.0
    names: tuple[str, ...] = ()


class TagsOfSound(Protocol):
    """Says what sounds are of."""

    def tags(
        self, windows: Sequence[NDArray[np.float32]], check: Callable[[], None]
    ) -> list[Tagged]:
        """Of each window, 16 kHz mono of 0.1 to 10 s. `check` is called often and may raise."""


@dataclass(frozen=True)
class Tools:
    """What readers may use. A part that is None is not on this machine.

    `watched` is told how far into a recording a reader has come, in seconds.
    """

    job: Job
    passage_words: int = 200
    frame_every_s: float = 8.0
    ocr: WordsInPictures | None = None
    speech: WordsInSound | None = None
    tagger: TagsOfSound | None = None
    watched: Callable[[float], None] = lambda seconds: None


class Reader(Protocol):
    """Turns one file into segments and pictures, in order, without holding it all in memory."""

    def __call__(self, path: Path, tools: Tools) -> Iterator[Segment | Picture | Sounds]:
        """
        Raises:
            UnreadableFile: says why; what was yielded before is dropped by the caller.
        """
