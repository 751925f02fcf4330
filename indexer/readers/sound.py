"""Sound recordings: what is said in them, and what else is heard."""

from collections.abc import Iterator
from pathlib import Path

from indexer.segments import Picture, Segment, Sounds, Tools
from indexer.speech import hear
from indexer.tagged_sounds import track_of_sounds
from rushes.errors import UnreadableFile
from rushes.media import probe


def read_sound(path: Path, tools: Tools) -> Iterator[Segment | Picture | Sounds]:
    """Stretches of speech with word times, sounds by name, then what is heard when.

    Raises:
        UnreadableFile: it has no sound that can be decoded.
    """
    info = probe(path)
    if not info.audio_tracks:
        raise UnreadableFile("it has no sound track")
    track = track_of_sounds(tools.tagger, tools.job.check_cancelled)
    for segment in hear(path, tools.speech, track, tools.job.check_cancelled):
        tools.watched(segment.end_s or 0.0)
        yield segment
    yield Sounds(track)
