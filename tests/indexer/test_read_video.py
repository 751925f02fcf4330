"""Films read with fakes in the place of models: what is asked of them, and what their faults do."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from indexer.readers.video import read_video
from indexer.segments import Image, Origin, Picture, Segment, Sounds, Tools, VoicedBlock
from rushes.errors import Cancelled, UnreadableFile
from rushes.facts import Sound as Heard
from rushes.jobs import Job
from tests.media.sound import Sound, tone
from tests.media.soundscapes import music
from tests.media.talk import PAGES, draw_slide
from tests.media.video import make_clip, write_video

PAL = Fraction(25)
SMALL = (160, 90)


class Says:
    """Hears the same in every recording, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked = 0
        self._error = error

    def segments(
        self, blocks: Iterator[VoicedBlock], check: Callable[[], None]
    ) -> Iterator[Segment]:
        self.asked += 1
        yield Segment("hello", Origin.SAID, 0.5, 1.0)
        if self._error is not None:
            raise self._error


class Waits:
    """Hears on until it is stopped."""

    def segments(
        self, blocks: Iterator[VoicedBlock], check: Callable[[], None]
    ) -> Iterator[Segment]:
        while True:
            check()
            yield Segment("hm", Origin.SAID, 0.0, 0.1)


class Reads:
    def read_frame(self, image: Image) -> str:
        return "EXIT"

    read_still = read_page = read_frame


def film(tmp_path: Path, sounds: bool = True) -> Path:
    return make_clip(
        tmp_path / "film.mp4", PAL, (50, 50), SMALL, sounds=[tone(4)] if sounds else []
    ).path


def said(found: list[Segment | Picture | Sounds]) -> list[str]:
    return [one.text for one in found if isinstance(one, Segment) and one.origin == Origin.SAID]


def test_a_film_gives_shots_words_on_screen_and_speech(tmp_path: Path) -> None:
    seconds: list[float] = []
    slides = [draw_slide(page, (640, 360)) for page in PAGES[:2]]
    path = tmp_path / "talk.mp4"
    write_video(path, [slide for slide in slides for _ in range(50)], PAL, sounds=[tone(4)])
    tools = Tools(Job(), ocr=Reads(), speech=Says(), watched=seconds.append)
    found = list(read_video(path, tools))
    assert sum(isinstance(one, Picture) for one in found) == 2
    assert said(found) == ["hello"]
    (screen,) = [
        one for one in found if isinstance(one, Segment) and one.origin == Origin.ON_SCREEN
    ]
    assert (screen.text, screen.start_s) == ("EXIT", 0)  # the same words on both: once
    assert screen.end_s == pytest.approx(4, abs=0.05)
    assert seconds == pytest.approx([2, 4], abs=0.05)


def test_nobody_listens_to_a_film_without_sound(tmp_path: Path) -> None:
    ear = Says()
    found = list(read_video(film(tmp_path, sounds=False), Tools(Job(), speech=ear)))
    assert ear.asked == 0
    assert not any(isinstance(one, Sounds) for one in found)


def test_what_is_heard_is_told_last_and_without_a_speech_model(tmp_path: Path) -> None:
    song = Sound(music("band", 1, 6.0), 16_000)
    path = make_clip(tmp_path / "film.mp4", PAL, (75, 75), SMALL, sounds=[song]).path
    *_, sounds = read_video(path, Tools(Job()))
    assert isinstance(sounds, Sounds)
    assert sounds.track.between(0, 3) == (Heard.MUSIC,)


def test_a_film_whose_sound_is_damaged_is_still_a_film(tmp_path: Path) -> None:
    found = list(read_video(film(tmp_path), Tools(Job(), speech=Says(UnreadableFile("torn")))))
    assert sum(isinstance(one, Picture) for one in found) == 2


def test_a_fault_of_the_speech_model_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(MemoryError):
        list(read_video(film(tmp_path), Tools(Job(), speech=Says(MemoryError()))))


def test_a_cancel_reaches_both_eye_and_ear(tmp_path: Path) -> None:
    job = Job()
    reading = read_video(film(tmp_path), Tools(job, speech=Waits()))
    assert isinstance(next(reading), Picture)
    job.cancel()
    with pytest.raises(Cancelled):
        list(reading)


def test_a_reader_that_is_closed_early_stops_listening(tmp_path: Path) -> None:
    import threading

    before = set(threading.enumerate())
    reading = read_video(film(tmp_path), Tools(Job(), speech=Waits()))
    next(reading)
    (ear,) = set(threading.enumerate()) - before
    reading.close()  # type: ignore[attr-defined]  # it is a generator
    ear.join(30)
    assert not ear.is_alive()


def test_an_empty_film_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"")
    with pytest.raises(UnreadableFile):
        list(read_video(tmp_path / "film.mp4", Tools(Job())))
