"""Films: their shots, what is said in them and what can be read in them."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

from indexer.readers.made import prompt_words
from indexer.screen_words import ScreenWords
from indexer.segments import Picture, Segment, Sounds, Tools
from indexer.shots import shot_frames
from indexer.speech import hear
from indexer.tagged_sounds import track_of_sounds
from rushes.errors import Cancelled, UnreadableFile
from rushes.media import MediaInfo, probe
from rushes.synthetic import synthetic


def read_video(path: Path, tools: Tools) -> Iterator[Segment | Picture | Sounds]:
    """The prompt of one that was made, the best frame of every shot, on-screen words, speech,
    and what is heard when.

    The sound is heard while the pictures are watched.

    Raises:
        UnreadableFile: it has neither sound nor pictures that can be decoded.
    """
    info = probe(path)
    yield from prompt_words(synthetic(info.marks), 0.0, info.duration_s)
    heard: queue.SimpleQueue[list[Segment | Sounds] | Exception] = queue.SimpleQueue()
    stop = threading.Event()
    listener = threading.Thread(target=_listen, args=(path, info, tools, stop, heard), daemon=True)
    listener.start()
    try:
        if info.video is not None:
            yield from _watch(path, tools)
        result = heard.get()
    finally:
        stop.set()
    if isinstance(result, UnreadableFile) and info.video is not None:
        return  # a film whose sound is damaged is still a film
    if isinstance(result, Exception):
        raise result
    yield from result


def _watch(path: Path, tools: Tools) -> Iterator[Segment | Picture]:
    screen = ScreenWords(tools.ocr) if tools.ocr is not None else None
    for shot in shot_frames(path, tools.frame_every_s, tools.job.check_cancelled):
        tools.watched(shot.end_s)
        yield Picture(
            shot.image,
            shot.start_s,
            shot.end_s,
            shot.at_s,
            shot=shot.shot,
            facts=shot.facts,
        )
        if screen is not None:
            yield from screen.add(shot.start_s, shot.end_s, shot.image)
    if screen is not None:
        yield from screen.finish()


def _listen(
    path: Path,
    info: MediaInfo,
    tools: Tools,
    stop: threading.Event,
    heard: "queue.SimpleQueue[list[Segment | Sounds] | Exception]",
) -> None:
    """Puts the film's speech and sounds into `heard`, or the reason why there are none."""

    def check() -> None:
        tools.job.check_cancelled()
        if stop.is_set():
            raise Cancelled

    found: list[Segment | Sounds] = []
    try:
        if info.audio_tracks:
            track = track_of_sounds(tools.tagger, check)
            for segment in hear(path, tools.speech, track, check):
                found.append(segment)
                if info.video is None:
                    tools.watched(segment.end_s or 0.0)
            found.append(Sounds(track))
    except Exception as error:  # noqa: BLE001  # handed over and raised in the reader's thread
        heard.put(error)
    else:
        heard.put(found)
