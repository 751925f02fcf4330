"""A library with planted facts, and questions about them: tests/quality/answers.json on disk.

Budgets, call sheets, lists, recipes, interviews and signs, each with near misses elsewhere:
another quarter, another person, another city. A file and all questions about it are in one half,
"tune" or "report"; a third set, "check", asks about the files of both, and was written later.
"""

import hashlib
import re
import shutil
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from PIL import Image as PillowImage
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from tests.media.documents import write_csv, write_docx, write_pdf, write_pptx
from tests.media.library_more import RATE, card, tell
from tests.media.sound import Sound, write_audio
from tests.media.video import make_clip, write_video

PLAN = Path(__file__).parents[1] / "quality" / "answers.json"
PICTURE_SIZE = (960, 540)
FPS = 25

Half = Literal["tune", "report"]
Set = Literal["tune", "report", "check"]
Span = tuple[float, float]
"""From when to when a sentence is said, in seconds."""

_strict = ConfigDict(frozen=True, extra="forbid")
_told = TypeAdapter(dict[str, tuple[Span, ...]])


class Part(BaseModel):
    """A page, a slide or a chapter. The lines of a slide's text are its bullets."""

    model_config = _strict

    text: str
    page: int | None = None
    heading: str = ""
    notes: str = ""


class File(BaseModel):
    """What one file holds: parts of a document, rows, spoken sentences, or words in a picture."""

    model_config = _strict

    path: str
    kind: Literal["pdf", "docx", "pptx", "txt", "md", "csv", "video", "audio", "image"]
    half: Half
    parts: tuple[Part, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    sentences: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Source(BaseModel):
    """Where a fact stands: a file, and the page or the number of the sentence in it, from 0."""

    model_config = _strict

    path: str
    page: int | None = None
    sentence: int | None = None


class Asked(BaseModel):
    """A question. One of `answers` is in a right reply, and every one of `all`.

    A question without `answers` asks for what no file says; `why` says what is near.
    """

    model_config = _strict

    question: str
    half: Set
    kind: str = ""
    sense: str = ""
    answers: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    source: Source | None = None
    why: str = Field(default="", repr=False)

    def is_answered_by(self, text: str) -> bool:
        """Whether a right answer stands in the text: not within a longer word or number."""
        words = " ".join(text.split()).casefold()

        def there(answer: str) -> bool:
            exact = re.escape(" ".join(answer.split()).casefold())
            return bool(re.search(rf"(?<!\w)(?<!\d[.,:]){exact}(?!\w|[.,:]\d)", words))

        return any(map(there, self.answers)) and all(map(there, self.all))


class Plan(BaseModel):
    """The file of facts and questions."""

    model_config = _strict

    files: tuple[File, ...]
    questions: tuple[Asked, ...]


@dataclass(frozen=True)
class Planted:
    """The library on disk, and when each sentence of its recordings is said."""

    root: Path
    plan: Plan
    told: dict[str, tuple[Span, ...]]

    def path(self, name: str) -> Path:
        """Where a file of the plan lies, as a library knows it."""
        return (self.root / name).resolve()


def plant(folder: Path) -> Planted:
    """The library below `folder`: the one kept there if it was made from the same facts."""
    plan = Plan.model_validate_json(PLAN.read_bytes())
    made_from = hashlib.sha256(repr(plan.files).encode()).hexdigest()[:16]
    root, times = folder / "files", folder / f"told-{made_from}.json"
    if not times.is_file():
        shutil.rmtree(root, ignore_errors=True)
        for other in folder.glob("told-*.json"):
            other.unlink()
        told = {file.path: spans for file in plan.files if (spans := write(root, file))}
        times.write_bytes(_told.dump_json(told))  # last: a half made library is made anew
    return Planted(root, plan, _told.validate_json(times.read_bytes()))


def write(root: Path, file: File) -> tuple[Span, ...]:
    """Make one file, and say when each of its sentences is told."""
    path = root / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    match file.kind:
        case "audio" | "video":
            return _record(path, file)
        case "image":
            PillowImage.fromarray(card(file.words, PICTURE_SIZE)).save(path)
        case "csv":
            write_csv(path, file.rows)
        case "pdf":
            write_pdf(path, [(part.heading, part.text) for part in file.parts])
        case "docx":
            lines = [((part.heading, 1), (part.text, 0)) for part in file.parts]
            write_docx(path, [line for pair in lines for line in pair])
        case "pptx":
            write_pptx(path, [(p.heading, tuple(p.text.split("\n")), p.notes) for p in file.parts])
        case "md":
            chapters = (f"## {part.heading}\n\n{part.text}\n" for part in file.parts)
            path.write_text("\n".join(chapters), encoding="utf-8")
        case "txt":
            path.write_text("\n\n".join(part.text for part in file.parts) + "\n", encoding="utf-8")
    return ()


def _record(path: Path, file: File) -> tuple[Span, ...]:
    """A recording of the sentences; a video shows its words all the while, or else patterns."""
    samples, sentences = tell(file.sentences)
    frames = -(-FPS * len(samples) // RATE)
    if file.kind == "audio":
        write_audio(path, samples, RATE)
    elif file.words:
        still = card(file.words, PICTURE_SIZE)
        write_video(path, [still] * frames, Fraction(FPS), sounds=[Sound(samples, RATE)])
    else:
        make_clip(path, Fraction(FPS), (frames,), sounds=[Sound(samples, RATE)])
    return tuple((sentence.start_s, sentence.end_s) for sentence in sentences)
