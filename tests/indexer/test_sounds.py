"""What is heard: sounds made with known truth, and real ones."""

from pathlib import Path

import numpy as np
import pytest

from indexer.sounds import SoundTrack
from indexer.speech import hear, voices_in
from rushes.facts import Sound
from tests.media.soundscapes import AMBIENCE, MUSIC, ambience, at_level, mixed, music
from tests.media.speech import Samples, say

RATE = 16_000
SENTENCES = (
    "The harbour was quiet that morning.",
    "Nobody knew why the ships had not come in.",
    "The old man said that it was the wind.",
)


def heard(samples: Samples, start_s: float = 0.0, end_s: float | None = None) -> tuple[Sound, ...]:
    track = SoundTrack()
    track.add(0.0, samples, voices_in(samples))
    return track.between(start_s, len(samples) / RATE if end_s is None else end_s)


def talk() -> Samples:
    """Three sentences at -20 dBFS with 0.8 s between them, as people speak, in a quiet room."""
    pause = np.zeros(round(0.8 * RATE), np.float32)
    spoken = [part for text in SENTENCES for part in (say(text).samples, pause)]
    voice = at_level(np.concatenate(spoken), -20)
    return mixed(voice, ambience("pink", 0, len(voice) / RATE, -65))


@pytest.mark.parametrize("style", [*MUSIC])
def test_music_is_music(style: str) -> None:
    assert Sound.MUSIC in heard(music(style, 7))


@pytest.mark.parametrize("kind", [*AMBIENCE])
def test_ambience_is_ambience_loud_or_quiet(kind: str) -> None:
    assert heard(ambience(kind, 7, level_db=-25)) == (Sound.AMBIENCE,)
    assert heard(ambience(kind, 7, level_db=-58)) == (Sound.AMBIENCE,)


def test_speech_in_a_quiet_room_is_speech_alone() -> None:
    assert heard(talk()) == (Sound.SPEECH,)


def test_a_speaker_comes_before_the_music_under_the_voice() -> None:
    voice = talk()
    song = music("strings", 3, len(voice) / RATE, -32)
    assert heard(mixed(voice, song)) == (Sound.SPEECH, Sound.MUSIC)


def test_traffic_behind_a_speaker_is_heard_too() -> None:
    voice = talk()
    street = ambience("traffic", 3, len(voice) / RATE, -28)
    assert heard(mixed(voice, street)) == (Sound.SPEECH, Sound.AMBIENCE)


def test_silence_is_what_nobody_would_hear() -> None:
    assert heard(np.zeros(5 * RATE, np.float32)) == (Sound.SILENCE,)
    assert heard(ambience("pink", 1, 5, level_db=-78)) == (Sound.SILENCE,)


def test_a_quiet_recording_is_not_silence() -> None:
    assert heard(at_level(music("chords", 2), -58)) == (Sound.MUSIC,)
    assert heard(at_level(talk(), -55))[0] == Sound.SPEECH


def test_the_same_hiss_is_silence_beside_something_loud() -> None:
    hiss = ambience("pink", 1, 6, level_db=-60)
    assert heard(hiss) == (Sound.AMBIENCE,)
    beside = np.concatenate([hiss, talk()])
    assert heard(beside, 0, 5) == (Sound.SILENCE,)


def test_silence_is_said_only_if_nearly_all_of_it_is_silent() -> None:
    sound = np.concatenate([np.zeros(4 * RATE, np.float32), ambience("rain", 1, 2)])
    assert heard(sound, 0, 4) == (Sound.SILENCE,)
    assert heard(sound, 0, 6) == (Sound.AMBIENCE,)


def test_what_was_said_elsewhere_does_not_count() -> None:
    sound = np.concatenate([ambience("waves", 1, 8), talk()])
    assert heard(sound, 0, 7) == (Sound.AMBIENCE,)
    assert heard(sound, 9, 14)[0] == Sound.SPEECH


def test_a_short_shot_is_told_by_what_is_around_it() -> None:
    assert heard(music("strings", 1), 5.0, 5.8) == (Sound.MUSIC,)
    assert heard(ambience("wind", 1), 5.0, 5.8) == (Sound.AMBIENCE,)


def test_after_the_sound_has_ended_there_is_silence() -> None:
    assert heard(music("melody", 1, 6), 10, 12) == (Sound.SILENCE,)


def test_of_nothing_nothing_is_known() -> None:
    assert SoundTrack().between(0, 5) == ()
    assert heard(music("melody", 1, 6), 3, 3) == ()


def test_blocks_add_up_wherever_they_are_cut() -> None:
    song = music("band", 4, 20)
    track = SoundTrack()
    for first in range(0, len(song), 70_001):
        track.add(first / RATE, song[first : first + 70_001], ())
    assert track.between(0, 20) == (Sound.MUSIC,)
    whole = SoundTrack()
    whole.add(0.0, song, ())
    assert np.allclose(track.bins[:, :2], whole.bins[:, :2], rtol=1e-3)


def test_ten_hours_are_kept_in_a_few_megabytes() -> None:
    minute = ambience("brown", 1, 60)
    track = SoundTrack()
    for number in range(600):
        track.add(number * 60.0, minute[: 2 * RATE], ())
    assert track.bins.nbytes < 4_000_000


def test_times_that_a_damaged_file_makes_up_do_no_harm() -> None:
    track = SoundTrack()
    track.add(-3.0, music("melody", 1, 6), ())
    track.add(1e9, music("melody", 1, 6), ())
    assert track.between(0, 6) == (Sound.MUSIC,)
    assert track.between(2, 1e9) == (Sound.SILENCE,)
    assert track.bins.nbytes < 10_000


def test_real_speech_is_speech(demo_media: Path) -> None:
    track = SoundTrack()
    for _ in hear(demo_media / "speech/beckett.wav", None, track, lambda: None):
        pytest.fail("nothing was there that hears words")
    assert track.between(0, 10) == (Sound.SPEECH,)


def test_the_rabbits_film_has_sound_but_no_silence(demo_media: Path) -> None:
    track = SoundTrack()
    list(hear(demo_media / "footage/bigbuckbunny.mp4", None, track, lambda: None))
    found = track.between(0, 5)
    assert Sound.MUSIC in found
    assert Sound.SILENCE not in found
