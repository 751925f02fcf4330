"""Words that were spoken, at the times at which they were, and none where nobody spoke."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from indexer import speech as module
from indexer.readers.sound import read_sound
from indexer.readers.video import read_video
from indexer.segments import Origin, Picture, Segment, Sounds, Tools, Word
from indexer.sounds import SoundTrack
from indexer.speech import Speech, hear, voiced_blocks
from rushes.errors import Cancelled, UnreadableFile
from rushes.facts import Sound as Heard
from rushes.jobs import Job
from rushes.media import sound_blocks
from rushes.models import ModelStore, load_catalogue
from tests.media.sound import Sound, tone, write_audio, write_tracks
from tests.media.speech import say
from tests.media.talk import Talk, make_talk
from tests.media.video import make_clip

SMALL = (160, 90)
SENTENCE = "The marketing budget for this spring is forty thousand euros."


@pytest.fixture(scope="module")
def speech(starter_store: ModelStore) -> Speech:
    models = load_catalogue().profile("starter")
    return Speech(starter_store.path(next(model for model in models if model.job == "speech")))


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    return make_talk(tmp_path_factory.mktemp("talk") / "talk.mp4", size=(320, 180))


def heard(speech: Speech, path: Path) -> list[Word]:
    return [word for segment in segments(speech, path) for word in segment.words]


def segments(speech: Speech, path: Path) -> list[Segment]:
    return list(hear(path, speech, SoundTrack(), lambda: None))


def plain(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def spoken(start_s: float = 0.0) -> Sound:
    voiced = say(SENTENCE, rate=48_000)
    return Sound(voiced.samples, voiced.rate, start_s=Fraction(start_s))


def is_the_sentence(text: str) -> bool:
    """Most of `SENTENCE` was understood. espeak-ng never says it twice alike."""
    found = {"marketing", "budget", "spring", "thousand", "000", "euros"} & set(plain(text))
    return len(found) >= 3


def silent(seconds: float) -> Sound:
    return Sound(np.zeros(round(seconds * 48_000), np.float32), 48_000)


def assert_words_of(talk: Talk, words: list[Word], share: float) -> None:
    said = [word for sentence in talk.sentences for word in plain(sentence.text)]
    found = {text for word in words for text in plain(word.text)}
    assert sum(word in found for word in said) >= share * len(said)


def errors_s(talk: Talk, words: list[Word]) -> list[float]:
    """How far from the start of each sentence its first word was heard, where it was."""
    off = []
    for sentence in talk.sentences:
        first = plain(sentence.text)[0]
        near = [
            abs(word.start_s - sentence.start_s)
            for word in words
            if plain(word.text)[:1] == [first]
        ]
        off += [error for error in sorted(near)[:1] if error < 1.2]
    return off


def test_a_talk_is_heard_word_for_word_and_on_time(speech: Speech, talk: Talk) -> None:
    found = segments(speech, talk.path)
    words = [word for segment in found for word in segment.words]
    assert_words_of(talk, words, 0.85)
    off = errors_s(talk, words)
    assert len(off) >= 10
    assert np.median(off) < 0.2
    for segment in found:
        assert segment.origin == Origin.SAID
        assert segment.text == " ".join(word.text for word in segment.words)
        assert (segment.start_s, segment.end_s) == (
            segment.words[0].start_s,
            segment.words[-1].end_s,
        )
        assert len(segment.words) <= 45
    assert all(a.start_s <= b.start_s for a, b in zip(words, words[1:], strict=False))
    assert all(word.start_s <= word.end_s <= talk.length_s + 0.1 for word in words)


def test_nothing_is_lost_where_sound_is_cut_into_blocks(
    speech: Speech, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BLOCK_S", 30.0)
    words = heard(speech, talk.path)
    assert_words_of(talk, words, 0.85)
    assert np.median(errors_s(talk, words)) < 0.3
    assert all(a.start_s <= b.start_s for a, b in zip(words, words[1:], strict=False))


def test_real_speech_is_heard(speech: Speech, demo_media: Path) -> None:
    (recording,) = demo_media.rglob("beckett.wav")
    text = " ".join(word.text for word in heard(speech, recording))
    assert {"ever", "tried", "failed", "matter", "again", "better"} <= set(plain(text))


def test_nobody_is_heard_in_silence_noise_and_tones(speech: Speech, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 8 * 48_000).astype(np.float32)
    write_audio(tmp_path / "silence.wav", silent(8).samples, 48_000)
    write_audio(tmp_path / "noise.wav", noise, 48_000)
    write_audio(tmp_path / "tone.wav", tone(8).samples, 48_000)
    for name in ("silence.wav", "noise.wav", "tone.wav"):
        assert heard(speech, tmp_path / name) == []
        (sounds,) = read_sound(tmp_path / name, Tools(Job(), speech=speech))
        assert isinstance(sounds, Sounds)


def test_sound_that_starts_late_keeps_its_times(speech: Speech, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "late.mp4", Fraction(25), (250,), SMALL, sounds=[spoken(4)])
    words = heard(speech, clip.path)
    assert is_the_sentence(" ".join(word.text for word in words))
    assert words[0].start_s == pytest.approx(4, abs=0.4)


def test_blocks_end_in_pauses_and_hold_every_sample_once(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = np.concatenate([samples for _, samples in sound_blocks(talk.path, 240.0)])
    monkeypatch.setattr(module, "_BLOCK_S", 20.0)
    blocks = list(voiced_blocks(talk.path, lambda: None))
    assert len(blocks) > 2
    assert np.array_equal(np.concatenate([block.samples for block in blocks]), whole)
    at = 0
    for block in blocks:
        assert block.start_s == pytest.approx(at / 16_000, abs=1e-3)
        assert all(0 <= first < last <= len(block.samples) for first, last in block.voices)
        at += len(block.samples)
    for block in blocks[:-1]:
        assert block.voices[-1][1] <= len(block.samples)
        assert np.abs(block.samples[-160:]).max() < 0.05


def test_speech_after_a_long_silence_keeps_its_times(
    speech: Speech, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BLOCK_S", 10.0)
    voiced = spoken().samples
    write_audio(tmp_path / "memo.wav", np.concatenate([silent(23).samples, voiced]), 48_000)
    words = heard(speech, tmp_path / "memo.wav")
    assert is_the_sentence(" ".join(word.text for word in words))
    assert words[0].start_s == pytest.approx(23, abs=0.5)
    assert words[-1].end_s == pytest.approx(23 + len(voiced) / 48_000, abs=0.8)


def test_the_first_of_several_tracks_is_heard(speech: Speech, tmp_path: Path) -> None:
    write_tracks(tmp_path / "two.mkv", [spoken(), tone(4)])
    words = heard(speech, tmp_path / "two.mkv")
    assert is_the_sentence(" ".join(word.text for word in words))


def test_a_film_without_sound_says_nothing(speech: Speech, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "mute.mp4", Fraction(25), (25,), SMALL)
    assert heard(speech, clip.path) == []


def test_hearing_stops_when_asked(speech: Speech, talk: Talk) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        list(hear(talk.path, speech, SoundTrack(), job.check_cancelled))


def test_a_recording_is_read_as_speech_with_its_progress(speech: Speech, tmp_path: Path) -> None:
    write_audio(tmp_path / "memo.mp3", spoken().samples, 48_000)
    seconds: list[float] = []
    segment, sounds = read_sound(
        tmp_path / "memo.mp3", Tools(Job(), speech=speech, watched=seconds.append)
    )
    assert isinstance(segment, Segment)
    assert isinstance(sounds, Sounds)
    assert sounds.track.between(0, segment.end_s or 0) == (Heard.SPEECH,)
    assert is_the_sentence(segment.text)
    assert seconds == [segment.end_s]


def test_a_film_is_read_as_shots_then_speech(speech: Speech, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "film.mp4", Fraction(25), (50, 50), SMALL, sounds=[spoken()])
    found = list(read_video(clip.path, Tools(Job(), speech=speech)))
    shots = [one for one in found if isinstance(one, Picture)]
    words = [one for one in found if isinstance(one, Segment)]
    assert found[:-1] == [*shots, *words]
    assert isinstance(found[-1], Sounds)
    assert [shot.start_s for shot in shots] == pytest.approx([0, 2], abs=0.05)
    assert is_the_sentence(words[0].text)


def test_a_film_that_is_only_sound_is_read_for_its_speech(speech: Speech, tmp_path: Path) -> None:
    write_tracks(tmp_path / "sound only.mp4", [spoken()])
    segment, _ = read_video(tmp_path / "sound only.mp4", Tools(Job(), speech=speech))
    assert isinstance(segment, Segment)
    assert is_the_sentence(segment.text)


def test_pictures_without_sound_are_no_sound_recording(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "mute.mp4", Fraction(25), (5,), SMALL)
    with pytest.raises(UnreadableFile, match="no sound"):
        list(read_sound(clip.path.rename(tmp_path / "mute.m4a"), Tools(Job())))


def test_a_whisper_of_the_larger_profiles_is_heard_through_the_same_code(
    tmp_path: Path,
    starter_store: ModelStore,
    demo_media: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A small random one, converted to CTranslate2 as the hub's are. It babbles."""
    import ctranslate2
    import torch
    from transformers import PreTrainedTokenizerFast, WhisperConfig
    from transformers import WhisperForConditionalGeneration as Whisper

    starter = starter_store.path(load_catalogue().get("whisper-tiny-en"))
    config = WhisperConfig(
        vocab_size=51864,
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
    )
    torch.manual_seed(1)  # not all of them say something
    Whisper(config).save_pretrained(tmp_path / "torch")
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_file=str(starter / "tokenizer.json")
    )
    tokenizer.save_pretrained(tmp_path / "torch")
    ctranslate2.converters.TransformersConverter(
        str(tmp_path / "torch"), copy_files=["tokenizer.json"]
    ).convert(str(tmp_path / "random"), quantization="int8")
    babbler = Speech(tmp_path / "random")
    monkeypatch.setattr("indexer.speech._MOST_REPETITIVE", float("inf"))
    words = [
        word
        for segment in segments(babbler, demo_media / "speech/beckett.wav")
        for word in segment.words
    ]
    assert words
    assert all(0 <= word.start_s <= word.end_s <= 10.1 for word in words)
