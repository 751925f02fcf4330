"""Sound recordings: what is said in them."""

from collections.abc import Iterator
from pathlib import Path

from indexer.segments import Picture, Segment, Tools
from rushes.errors import UnreadableFile
from rushes.media import probe


def read_sound(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    """Stretches of speech with word times.

    Raises:
        UnreadableFile: it has no sound that can be decoded.
    """
    info = probe(path)
    if not info.audio_tracks:
        raise UnreadableFile("it has no sound track")
    if tools.speech is not None:
        for segment in tools.speech.segments(path, tools.job.check_cancelled):
            tools.watched(segment.end_s or 0.0)
            yield segment
