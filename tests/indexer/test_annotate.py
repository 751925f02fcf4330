"""What is known of a file reaches the rows that it is true of."""

from pathlib import Path

import numpy as np

from indexer.annotate import annotated, facts_of_picture
from indexer.embed.detector import Detected
from indexer.rows import Asset, FrameRow, IndexedFile, SegmentRow
from indexer.segments import Origin, Picture
from rushes.facts import Colour, Facts, Move, ShotSize, Sound
from rushes.moment import Kind

NO_VECTOR = np.zeros(4, np.float32)


class Heard:
    """Speech until 10 s, music from there on."""

    def between(self, start_s: float, end_s: float) -> tuple[Sound, ...]:
        heard = ((Sound.SPEECH, start_s < 10), (Sound.MUSIC, end_s > 10))
        return tuple(sound for sound, there in heard if there)


def film(kind: Kind, segments: list[SegmentRow], frames: list[FrameRow]) -> IndexedFile:
    return IndexedFile(Asset("a", Path("/a"), kind, 1, 1, duration_s=34.0), segments, frames)


def said(start_s: float, end_s: float) -> SegmentRow:
    return SegmentRow("words", Origin.SAID, NO_VECTOR, start_s, end_s)


def frame(start_s: float, end_s: float, shot: int, facts: Facts) -> FrameRow:
    return FrameRow(NO_VECTOR, start_s=start_s, end_s=end_s, shot=shot, facts=facts)


WIDE, CLOSE = Facts(size=ShotSize.WIDE), Facts(size=ShotSize.CLOSE_UP)


def test_the_words_take_the_shot_that_is_seen_during_most_of_them() -> None:
    file = film(
        Kind.VIDEO,
        [said(1, 4), said(6, 13), said(30, 33)],
        [frame(0, 8, 0, WIDE), frame(8, 12, 0, WIDE), frame(12, 20, 1, CLOSE)],
    )
    done = annotated(file, Heard())
    assert [(each.facts.size, each.length_s) for each in done.segments] == [
        (ShotSize.WIDE, 12),
        (ShotSize.WIDE, 12),
        (None, 34),  # nothing is seen any more
    ]
    assert [each.length_s for each in done.frames] == [12, 12, 8]


def test_a_shot_says_what_is_heard_in_it() -> None:
    file = film(Kind.VIDEO, [], [frame(0, 8, 0, WIDE), frame(8, 16, 1, CLOSE)])
    assert [each.facts.sound for each in annotated(file, Heard()).frames] == [
        (Sound.SPEECH,),
        (Sound.SPEECH, Sound.MUSIC),
    ]
    assert [each.facts for each in annotated(file, None).frames] == [WIDE, CLOSE]


def test_a_recording_is_told_in_stretches_of_one_sound() -> None:
    done = annotated(film(Kind.AUDIO, [said(1, 4)], []), Heard())
    assert done.segments[0].facts.sound == (Sound.SPEECH,)
    assert [(each.start_s, each.end_s, each.facts.sound) for each in done.frames] == [
        (0.0, 10.0, (Sound.SPEECH,)),
        (10.0, 34.0, (Sound.MUSIC,)),
    ]
    assert all(each.vector is None and each.length_s == 34 for each in done.frames)


def test_a_still_tells_its_light_colour_and_quality() -> None:
    noise = np.random.default_rng(1).integers(-30, 30, (360, 640, 1))
    red = np.clip(np.array([200, 30, 30]) + noise, 0, 255).astype(np.uint8)
    detected = Detected((), (), 2, ShotSize.MEDIUM)
    facts = facts_of_picture(Picture(red), detected)
    assert facts.colours == (Colour.RED,)
    assert (facts.people, facts.size) == (2, ShotSize.MEDIUM)
    assert facts.warmth is not None and facts.warmth > 0.5
    assert facts.sharpness is not None and facts.sharpness > 0.5
    assert facts.exposure is not None and facts.exposure > 0.9


def test_what_the_shot_told_stays() -> None:
    known = Facts(moves=(Move.PAN_LEFT,), sharpness=0.25, exposure=0.5)
    facts = facts_of_picture(Picture(np.zeros((36, 64, 3), np.uint8), facts=known), None)
    assert (facts.moves, facts.sharpness, facts.exposure) == ((Move.PAN_LEFT,), 0.25, 0.5)
    assert facts.people is None  # nobody has looked
    assert facts.brightness == 0.0
