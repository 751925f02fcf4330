"""Runs a reader of documents as the pipeline does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.segments import Picture, Segment, Tools, WordsInPictures
from rushes.errors import UnreadableFile
from rushes.jobs import Job, Progress

DocumentReader = Callable[[Path, Tools], Iterator[Segment | Picture]]


def segments(
    reader: DocumentReader, path: Path, words: int = 200, ocr: WordsInPictures | None = None
) -> list[Segment]:
    found = reader(path, Tools(Job(), passage_words=words, ocr=ocr))
    return [one for one in found if isinstance(one, Segment)]


def pictures(reader: DocumentReader, path: Path) -> list[Picture]:
    return [one for one in reader(path, Tools(Job())) if isinstance(one, Picture)]


def text(reader: DocumentReader, path: Path) -> str:
    """All words, passages joined by line ends."""
    return "\n".join(segment.text for segment in segments(reader, path))


def refusal(reader: DocumentReader, path: Path) -> str:
    """Why the file cannot be read: one line, without the file's name."""
    with pytest.raises(UnreadableFile) as caught:
        segments(reader, path)
    reason = str(caught.value)
    assert reason and "\n" not in reason and path.name not in reason
    return reason


def notes(reader: DocumentReader, path: Path) -> list[str]:
    """What the screen is told while the file is read."""
    told: list[Progress] = []
    list(reader(path, Tools(Job(told.append))))
    return [progress.note for progress in told if progress.note]
