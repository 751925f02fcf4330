"""Sounds told and named by a tagger: a small model in the layout that the catalogue installs."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from indexer.engines import ENGINES
from indexer.library import Library
from indexer.parts import Parts
from indexer.segments import Tagged
from indexer.sound_tagger import AudioSetClasses, load_tagger
from indexer.speech import voices_in
from indexer.tagged_sounds import TaggedSounds
from rushes.errors import Cancelled, ModelMissing, RushesError
from rushes.facts import Sound
from rushes.jobs import Job
from rushes.models import Model, ModelDamaged, ModelStore, load_catalogue
from rushes.models.catalogue import Catalogue, HubSource, ModelFile
from rushes.models.install import install
from rushes.settings import Settings
from tests.fakes.engine import HereEngine
from tests.fakes.hub import FakeHub, FakeRepo
from tests.fakes.tiny_ast import CLASSES, SURE, save_tiny_ast
from tests.media.sound import write_audio
from tests.media.soundscapes import ambience, at_level, mixed, music
from tests.media.speech import Samples, say

RATE = 16_000
RAIN = ambience("rain", 3, 10.0)
SONG = music("chords", 3, 10.0)
HUM = ambience("traffic", 3, 10.0)
SOUNDS = (
    (RAIN, ("Rain", "Wind", "Inside, small room")),
    (SONG, ("Music", "Guitar")),
    (HUM, ("Vehicle", "Outside, rural or natural")),
)


@pytest.fixture(scope="module")
def installed_tagger(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Model, ModelStore]:
    """A tiny model, installed from a hub: only the files are there that the catalogue lists."""
    made = tmp_path_factory.mktemp("made")
    save_tiny_ast(made, SOUNDS)
    return installed_from(made, ModelStore(tmp_path_factory.mktemp("models")))


def installed_from(made: Path, store: ModelStore) -> tuple[Model, ModelStore]:
    listed = load_catalogue().get("ast-audioset")
    assert isinstance(listed.source, HubSource)
    model = replace(
        listed,
        source=replace(listed.source, revision="c" * 40),
        files=tuple(ModelFile(file.path) for file in listed.files),
    )
    with FakeHub() as hub, pytest.MonkeyPatch.context() as patch:
        contents = {path.name: path.read_bytes() for path in made.iterdir()}
        hub.repos[listed.source.repo] = FakeRepo(contents, large={"model.safetensors"})
        patch.setenv("HF_ENDPOINT", hub.url)
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        install([model], store, Job())
    return model, store


class Says:
    """Tags for windows as the test has them, in order, and keeps what it was given."""

    def __init__(self, *tags: Tagged) -> None:
        self.given: list[Samples] = []
        self._tags = iter(tags)

    def tags(self, windows: Sequence[Samples], check: Callable[[], None]) -> list[Tagged]:
        check()
        self.given += windows
        return [next(self._tags) for _ in windows]


def track_with(samples: Samples, *tags: Tagged) -> TaggedSounds:
    track = TaggedSounds(Says(*tags), lambda: None)
    track.add(0.0, samples, voices_in(samples))
    return track


def talk() -> Samples:
    spoken = say("The harbour was quiet that morning. Nobody knew why.").samples
    return at_level(np.concatenate([spoken] * 8)[: 10 * RATE], -20)


def classes_heard(**surely: float) -> Tagged:
    found = np.zeros(len(CLASSES), np.float32)
    for name, probability in surely.items():
        found[CLASSES.index(name.replace("_", " "))] = probability
    return AudioSetClasses(CLASSES).tagged(found)


# --- the model ------------------------------------------------------------------------------------


def test_known_sounds_get_their_classes_and_kinds(
    installed_tagger: tuple[Model, ModelStore],
) -> None:
    model, store = installed_tagger
    tagger = load_tagger(model, store, "cpu")
    rain, song, hum, again, *_ = tagger.tags([RAIN, SONG, HUM, SONG, RAIN, HUM], lambda: None)
    likely, unlikely = 1 / (1 + np.exp(-SURE)), 1 / (1 + np.exp(SURE))
    assert set(rain.names) == {"Rain", "Wind"}
    assert (rain.speech, rain.music) == pytest.approx((unlikely, unlikely), abs=0.01)
    assert rain.ambience == pytest.approx(likely, abs=0.01)
    assert song.names == again.names == ("Guitar",)
    assert (song.music, song.ambience) == pytest.approx((likely, unlikely), abs=0.01)
    assert hum.names == ("Vehicle",)


def test_a_short_sound_is_tagged_too(installed_tagger: tuple[Model, ModelStore]) -> None:
    model, store = installed_tagger
    (found,) = load_tagger(model, store, "cpu").tags([RAIN[: RATE // 10]], lambda: None)
    assert 0 <= found.ambience <= 1


def test_it_can_be_stopped_between_two_batches(installed_tagger: tuple[Model, ModelStore]) -> None:
    model, store = installed_tagger
    asked = iter([None, Cancelled()])

    def check() -> None:
        if error := next(asked):
            raise error

    with pytest.raises(Cancelled):
        load_tagger(model, store, "cpu").tags([RAIN] * 12, check)
    assert list(asked) == []


def test_nothing_is_asked_of_the_hub_and_nothing_said_on_the_screen(
    installed_tagger: tuple[Model, ModelStore],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    recwarn: pytest.WarningsRecorder,
) -> None:
    import socket

    def refuse(*args: object) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    model, store = installed_tagger
    load_tagger(model, store, "cpu").tags([RAIN], lambda: None)
    assert capfd.readouterr() == ("", "")
    assert not [str(each.message) for each in recwarn if "mel filter" in str(each.message)]


def test_a_tagger_that_is_not_installed_says_how_to_get_it(tmp_path: Path) -> None:
    model = load_catalogue().get("ast-audioset")
    with pytest.raises(ModelMissing, match="rushes models install standard"):
        load_tagger(model, ModelStore(tmp_path), "cpu")


def test_a_damaged_tagger_is_not_loaded_and_says_so_in_a_line(tmp_path: Path) -> None:
    made = tmp_path / "made"
    save_tiny_ast(made, SOUNDS)
    model, store = installed_from(made, ModelStore(tmp_path / "models"))
    weights = store.path(model) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000] + b"\0" * 1000)
    with pytest.raises(ModelDamaged, match=r"model\.safetensors is not the file") as told:
        load_tagger(model, store, "cpu")
    assert "\n" not in str(told.value)


def test_a_tagger_of_other_classes_is_refused(tmp_path: Path) -> None:
    made = tmp_path / "made"
    save_tiny_ast(made, [(RAIN, ("down",))], classes=("up", "down"))
    model, store = installed_from(made, ModelStore(tmp_path / "models"))
    with pytest.raises(ModelDamaged, match="it has no class 'Music'"):
        load_tagger(model, store, "cpu").tags([RAIN], lambda: None)


def test_a_device_that_is_not_here_is_refused(
    installed_tagger: tuple[Model, ModelStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    model, store = installed_tagger
    with pytest.raises(RushesError, match="no cuda device here"):
        load_tagger(model, store, "cuda").tags([RAIN], lambda: None)


# --- classes to kinds -----------------------------------------------------------------------------


def test_singing_is_music_and_laughter_is_neither_speech_nor_music() -> None:
    assert classes_heard(Singing=0.8).music == pytest.approx(0.8)
    laughing = classes_heard(Laughter=0.7)
    assert (laughing.speech, laughing.music) == (0, 0)
    assert laughing.ambience == pytest.approx(0.7)


def test_a_church_bell_is_no_music_although_audioset_counts_it_there() -> None:
    bell = classes_heard(Church_bell=0.9)
    assert (bell.music, bell.ambience) == pytest.approx((0, 0.9))


def test_a_room_and_silence_are_no_sound() -> None:
    room = AudioSetClasses(CLASSES).tagged(
        np.array([name in ("Inside, small room", "Silence") for name in CLASSES], np.float32)
    )
    assert room == Tagged()


def test_names_are_those_that_tell_something_and_are_likely() -> None:
    found = classes_heard(Speech=0.9, Music=0.9, Bark=0.4, Dog=0.6, Rain=0.1, Guitar=0.35)
    assert found.names == ("Dog", "Bark", "Guitar")


# --- windows to stretches -------------------------------------------------------------------------


def test_sound_is_tagged_ten_seconds_at_a_time_and_the_last_ten_whole() -> None:
    sound = ambience("rain", 1, 24.0)
    tagger = Says(*[Tagged()] * 3)
    TaggedSounds(tagger, lambda: None).add(0.0, sound, ())
    assert [len(window) / RATE for window in tagger.given] == [10, 10, 10]
    assert np.array_equal(tagger.given[-1], sound[14 * RATE :])


def test_what_is_digitally_silent_is_not_tagged() -> None:
    tagger = Says(Tagged(ambience=1.0, names=("Rain",)))
    track = TaggedSounds(tagger, lambda: None)
    track.add(0.0, np.concatenate([np.zeros(10 * RATE, np.float32), RAIN]), ())
    assert len(tagger.given) == 1
    assert track.between(0, 10) == (Sound.SILENCE,)
    assert [(each.start_s, each.end_s) for each in track.named()] == [(10, 20)]


def test_a_stretch_is_told_by_the_windows_that_it_lies_in() -> None:
    noise = ambience("pink", 1, 20.0)
    track = track_with(noise, Tagged(music=0.9), Tagged(ambience=0.8))
    assert track.between(1, 9) == (Sound.MUSIC,)
    assert track.between(11, 19) == (Sound.AMBIENCE,)
    assert track.between(4, 16) == (Sound.MUSIC, Sound.AMBIENCE)
    assert track.between(9, 18) == (Sound.AMBIENCE,)  # a ninth of 0.9 is not enough


def test_a_speaker_comes_first_and_the_model_hears_what_is_behind() -> None:
    sound = mixed(talk(), ambience("rain", 1, 10.0, level_db=-45))
    track = track_with(sound, Tagged(speech=0.8, ambience=0.5))
    assert track.between(0, 9) == (Sound.SPEECH, Sound.AMBIENCE)


def test_a_voice_that_the_model_takes_for_singing_is_music() -> None:
    assert track_with(talk(), Tagged(speech=0.02, music=0.9)).between(0, 9) == (Sound.MUSIC,)


def test_speech_elsewhere_in_the_window_does_not_count() -> None:
    sound = np.concatenate([ambience("waves", 1, 6.0), talk()[: 4 * RATE]])
    track = track_with(sound, Tagged(speech=0.9, ambience=0.6))
    assert track.between(0, 5) == (Sound.AMBIENCE,)


def test_where_the_model_is_sure_of_nothing_it_is_told_as_without_one() -> None:
    assert track_with(SONG, Tagged(music=0.1, ambience=0.1)).between(0, 10) == (Sound.MUSIC,)


def test_silence_stays_silence_whatever_the_model_says() -> None:
    hiss = ambience("pink", 1, 10.0, level_db=-78)
    assert track_with(hiss, Tagged(music=0.9)).between(0, 10) == (Sound.SILENCE,)


def test_sounds_of_the_same_names_are_one_stretch_of_words() -> None:
    both, turned = Tagged(names=("Rain", "Wind")), Tagged(names=("Wind", "Rain"))
    track = track_with(ambience("rain", 1, 40.0), both, turned, Tagged(), Tagged(names=("Dog",)))
    told = [(each.text, each.origin, each.start_s, each.end_s) for each in track.named()]
    assert told == [
        ("Sound of rain, wind", "heard", 0, 20),
        ("Sound of dog", "heard", 30, 40),
    ]


def test_blocks_follow_each_other_in_time() -> None:
    tagger = Says(Tagged(music=0.9), Tagged(ambience=0.9))
    track = TaggedSounds(tagger, lambda: None)
    track.add(0.0, RAIN[: 7 * RATE], ())
    track.add(7.0, RAIN[: 8 * RATE], ())
    assert track.between(0, 7) == (Sound.MUSIC,)
    assert track.between(7, 15) == (Sound.AMBIENCE,)


def test_a_click_too_short_to_tag_does_no_harm() -> None:
    track = track_with(RAIN[: RATE // 20])
    assert track.between(0, 0.05) == (Sound.AMBIENCE,)


# --- a whole library ------------------------------------------------------------------------------


@pytest.fixture
def larger_library(
    tmp_path: Path,
    starter_store: ModelStore,
    installed_tagger: tuple[Model, ModelStore],
    monkeypatch: pytest.MonkeyPatch,
) -> Library:
    """A library of a profile that has the tagger and, to run here, the starter's other models."""
    tagger, taggers = installed_tagger
    starter = load_catalogue().profile("starter")
    models = tuple(replace(model, profiles=("standard",)) for model in (*starter, tagger))
    monkeypatch.setattr("indexer.parts.load_catalogue", lambda: Catalogue(models))
    monkeypatch.setitem(ENGINES, "local", HereEngine)
    root = tmp_path / "models"
    root.mkdir()
    for store in (starter_store, taggers):
        for folder in filter(Path.is_dir, store.root.iterdir()):
            (root / folder.name).symlink_to(folder, target_is_directory=True)
    return Library(Settings(library=tmp_path / "library", device="cpu"), ModelStore(root))


def heard_in(library: Library, question: str) -> list[tuple[str, float | None, tuple[str, ...]]]:
    found = library.search(question).moments
    return [(each.path.name, each.start_s, each.senses) for each in found]


def test_recordings_are_found_by_what_is_heard_and_by_its_name(
    tmp_path: Path, larger_library: Library
) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    write_audio(folder / "one.wav", np.concatenate([RAIN, SONG]), RATE)
    write_audio(folder / "two.wav", HUM, RATE)
    report = larger_library.index([folder], Job())
    assert report.failed == []
    assert [each[:2] for each in heard_in(larger_library, "sound:music")] == [("one.wav", 10.0)]
    first, *_ = heard_in(larger_library, "rain sound")
    assert first == ("one.wav", 0.0, ("heard",))
    first, *_ = heard_in(larger_library, "vehicle")
    assert first[0] == "two.wav"


def test_a_damaged_tagger_ends_the_run_with_a_line_before_a_file_is_read(
    tmp_path: Path, larger_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*args: object) -> None:
        raise ModelDamaged("model.safetensors is not the file")

    monkeypatch.setattr("indexer.sound_tagger.load_tagger", damaged)
    (tmp_path / "note.txt").write_text("nothing to hear")
    with pytest.raises(ModelDamaged):
        larger_library.index([tmp_path / "note.txt"], Job())


def test_the_starter_profile_loads_no_tagger(starter_parts: Parts) -> None:
    assert starter_parts.tagger is None


def test_tracks_without_a_tagger_import_no_transformers() -> None:
    code = (
        "import sys, indexer.parts, indexer.pipeline, indexer.tagged_sounds;"
        "from indexer.tagged_sounds import track_of_sounds; track_of_sounds(None, print);"
        "print(*sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"transformers", "torch"} & set(ran.stdout.split())
