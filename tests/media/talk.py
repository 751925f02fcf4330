"""A talk over slides, spoken by espeak-ng: every word, slide and time is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from tests.media.sound import Sound
from tests.media.speech import Samples, SpokenWord, say
from tests.media.video import Image, write_video

RATE = 48_000
PAUSE_S = 0.35
"""Silence before each sentence."""


@dataclass(frozen=True)
class Page:
    """What a slide shows, and what is said while it does."""

    title: str
    bullets: tuple[str, ...]
    sentences: tuple[str, ...]
    background: tuple[int, int, int] = (248, 248, 244)


@dataclass(frozen=True)
class Sentence:
    """A spoken sentence, its place in the film, and when each of its words begins there."""

    text: str
    start_s: float
    end_s: float
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True)
class Slide:
    """A slide and the stretch for which it is on the screen."""

    page: Page
    start_s: float
    end_s: float
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Talk:
    """A film of slides with a voice, and what is in it."""

    path: Path
    fps: Fraction
    slides: tuple[Slide, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(sentence for slide in self.slides for sentence in slide.sentences)

    @property
    def length_s(self) -> float:
        return self.slides[-1].end_s


PAGES = (
    Page(
        "Spring Report",
        ("Three cities", "One small team"),
        (
            "Good morning, and thank you all for coming.",
            "I will tell you where our money went, and what we learned on the road.",
        ),
    ),
    Page(
        "Marketing Budget",
        ("Total 40,000 euros", "Radio 12,000", "Posters 9,000"),
        (
            "The marketing budget for this spring is forty thousand euros.",
            "Almost a third of that goes into radio spots, because young parents still listen "
            "in the car.",
            "We stopped paying for newspaper advertisements, since nobody answered them.",
        ),
        (28, 52, 94),
    ),
    Page(
        "Lisbon Tram 28",
        ("Filming permit until 14 June", "Start at Martim Moniz"),
        (
            "In Lisbon we rode the old yellow tram up the steep hills of the city.",
            "The driver let us put a camera beside his brake handle.",
            "Please remember that our permit ends in the middle of June.",
        ),
        (246, 201, 60),
    ),
    Page(
        "Coral Reef",
        ("Water 29 degrees", "Half the colony bleached"),
        (
            "The divers came back from the reef with sad pictures.",
            "The water was far too warm, and half of the corals have turned white.",
            "A biologist told us that they can recover when the summer is short.",
        ),
        (10, 96, 110),
    ),
    Page(
        "Hiring Plan",
        ("Sound editor: August", "Two interns: autumn"),
        (
            "We are looking for someone who cuts sound, to begin in August.",
            "Until then, Martin takes care of the microphones.",
        ),
        (92, 34, 58),
    ),
    Page(
        "Questions?",
        ("studio@example.org",),
        ("Thank you for listening, and now I would like to hear your questions.",),
        (20, 20, 22),
    ),
)


def make_talk(
    path: Path,
    pages: Sequence[Page] = PAGES,
    size: tuple[int, int] = (1280, 720),
    fps: Fraction = Fraction(25),
    voice: str = "en-us",
) -> Talk:
    """Film `pages`, each for as long as it takes to say its sentences, whole frames each.

    With the pages given here it is 64 s long. Neighbouring slides have unlike backgrounds, so
    that each change of slide is a cut.
    """
    slides: list[Slide] = []
    sound: list[Samples] = []
    spoken = 0
    frames = 0
    for page in pages:
        shown_from_s = float(frames / fps)
        sentences: list[Sentence] = []
        for text in page.sentences:
            voiced, silence = say(text, voice=voice, rate=RATE), _silence(PAUSE_S)
            spoken += len(silence)
            # espeak-ng adds silence after the last word; it is no part of the sentence.
            heard = int(np.flatnonzero(np.abs(voiced.samples) > 0.01)[-1]) + 1
            start_s, end_s = spoken / RATE, (spoken + heard) / RATE
            words = tuple(SpokenWord(w.text, start_s + w.start_s) for w in voiced.words)
            sentences.append(Sentence(text, start_s, end_s, words))
            spoken += len(voiced.samples)
            sound += [silence, voiced.samples]
        frames = -(-(spoken + round(PAUSE_S * RATE)) * fps // RATE)
        fill = _silence(float(frames / fps) - spoken / RATE)
        spoken += len(fill)
        sound.append(fill)
        slides.append(Slide(page, shown_from_s, float(frames / fps), tuple(sentences)))
    talk = Talk(path, fps, tuple(slides))
    whole = np.concatenate(sound)
    write_video(path, _frames(talk, size), fps, sounds=[Sound(whole, RATE)])
    return talk


def draw_slide(page: Page, size: tuple[int, int] = (1280, 720)) -> Image:
    """The slide as a picture: a title over a rule, and bullets."""
    width, height = size
    dark = sum(page.background) < 384
    ink = (250, 250, 250) if dark else (24, 24, 28)
    picture = PillowImage.new("RGB", size, page.background)
    draw = ImageDraw.Draw(picture)
    margin = width // 12
    draw.text((margin, height // 8), page.title, ink, font=ImageFont.load_default(height // 8))
    draw.rectangle((margin, height * 0.33, width - margin, height * 0.33 + height // 120), ink)
    font = ImageFont.load_default(height // 13)
    for line, bullet in enumerate(page.bullets):
        top = height * (0.42 + 0.16 * line)
        dot = height // 60
        middle = top + height // 21
        draw.ellipse((margin, middle - dot, margin + 2 * dot, middle + dot), ink)
        draw.text((margin + 5 * dot, top), bullet, ink, font=font)
    return np.asarray(picture)


def _frames(talk: Talk, size: tuple[int, int]) -> Iterator[Image]:
    for slide in talk.slides:
        image = draw_slide(slide.page, size)
        for _ in range(round((slide.end_s - slide.start_s) * talk.fps)):
            yield image


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)
