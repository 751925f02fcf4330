"""The media that other tests trust are what they claim to be."""

import re
import socket
import stat
import zipfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image as PillowImage

from indexer.evaluation import read_questions
from tests.media.headers import cut_off, lie_about_length, trim_start
from tests.media.hostile import (
    billion_laughs_odt,
    hostile_folder,
    huge_png,
    links,
    locked_pdf,
    odd_names,
    special_files,
    zip_bomb_docx,
)
from tests.media.library import media_names, write_documents
from tests.media.library_more import write_more_documents, write_more_recordings
from tests.media.sound import Sound, tone, write_audio, write_tracks
from tests.media.speech import say, speak
from tests.media.talk import PAGES, make_talk
from tests.media.video import Clip, make_clip, read_number, scenes, variable_times

QUESTIONS = Path(__file__).parents[1] / "quality" / "library.json"
VIDEO_ENDINGS = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mts", ".gif")
AUDIO_ENDINGS = (".wav", ".mp3", ".m4a", ".flac", ".ogg", ".opus")
RATES = (Fraction(24000, 1001), Fraction(30000, 1001), Fraction(25), Fraction(60))


def decoded(path: Path) -> list[tuple[Fraction, int]]:
    """Time and number of every frame."""
    with av.open(str(path)) as container:
        return [(frame_time(frame), frame_number(frame)) for frame in container.decode(video=0)]


def frame_time(frame: av.VideoFrame) -> Fraction:
    assert frame.pts is not None and frame.time_base is not None
    return frame.pts * frame.time_base


def frame_number(frame: av.VideoFrame) -> int:
    return read_number(frame.to_ndarray(format="rgb24").astype(np.uint8))


def as_made(clip: Clip) -> list[tuple[Fraction, int]]:
    return list(zip(clip.times_s, range(clip.frame_count), strict=True))


def test_espeak_says_every_word_in_order() -> None:
    speech = say("The tram climbs the hill.")
    assert [word.text for word in speech.words] == ["The", "tram", "climbs", "the", "hill"]
    starts = [word.start_s for word in speech.words]
    assert starts == sorted(starts)
    assert 1 < speech.length_s < 4
    assert np.abs(speech.samples).max() > 0.2


def test_same_text_takes_the_same_time() -> None:
    first, second = (speak("Once more, please.")[0] for _ in range(2))
    assert abs(len(first) - len(second)) < 32


@pytest.mark.parametrize("ending", VIDEO_ENDINGS)
def test_every_frame_comes_back_at_its_time(tmp_path: Path, ending: str) -> None:
    clip = make_clip(tmp_path / f"clip{ending}", scene_lengths=(20, 20), sounds=[tone(1.6)])
    frames = decoded(clip.path)
    first = frames[0][0]
    assert [(time - first, number) for time, number in frames] == as_made(clip)


@pytest.mark.parametrize("fps", RATES)
def test_frame_rates_are_exact(tmp_path: Path, fps: Fraction) -> None:
    clip = make_clip(tmp_path / "clip.mp4", fps, scene_lengths=(30, 31))
    with av.open(str(clip.path)) as container:
        assert container.streams.video[0].average_rate == fps
    assert decoded(clip.path) == as_made(clip)


def test_variable_rate_keeps_each_frames_time(tmp_path: Path) -> None:
    times = variable_times(40)
    assert len({later - time for time, later in zip(times, times[1:], strict=False)}) > 10
    clip = make_clip(tmp_path / "clip.mp4", scene_lengths=(40,), times_s=times)
    assert decoded(clip.path) == as_made(clip)


def test_cuts_are_where_the_picture_changes(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", scene_lengths=(20, 30, 10))
    assert clip.cuts_s == (Fraction(20, 25), Fraction(50, 25))
    with av.open(str(clip.path)) as container:
        grey = [f.to_ndarray(format="gray").astype(int) for f in container.decode(video=0)]
    change = [np.abs(b - a).mean() for a, b in zip(grey, grey[1:], strict=False)]
    assert sorted(np.argsort(change)[-2:] + 1) == [20, 50]


def test_rotated_clip_is_upright_when_its_flag_is_obeyed(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "phone.mp4", scene_lengths=(5,), size=(180, 320), rotation=-90)
    with av.open(str(clip.path)) as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height, frame.rotation) == (320, 180, -90)
    upright = np.rot90(frame.to_ndarray(format="rgb24"), frame.rotation // 90).astype(int)
    wanted = next(scenes((5,), (180, 320)))
    assert np.abs(upright - wanted)[:-12].mean() < 12


@pytest.mark.parametrize("ending", [".mp4", ".mts"])
def test_first_frame_may_come_late(tmp_path: Path, ending: str) -> None:
    clip = make_clip(tmp_path / f"late{ending}", scene_lengths=(20,), start_s=Fraction(10))
    assert decoded(clip.path)[0][0] == pytest.approx(10, abs=0.1)


def test_trimmed_start_is_skipped(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "trimmed.mp4", scene_lengths=(50,), sounds=[tone(2)])
    trim_start(clip.path, Fraction(1))
    assert decoded(clip.path) == [(Fraction(n, 25), n + 25) for n in range(25)]


def test_several_tracks_and_none(tmp_path: Path) -> None:
    tracks = [tone(1), Sound(tone(1, 880).samples, 48_000, metadata={"language": "fra"})]
    clip = make_clip(tmp_path / "two.mkv", scene_lengths=(25,), sounds=tracks)
    with av.open(str(clip.path)) as container:
        assert [s.type for s in container.streams] == ["video", "audio", "audio"]
        assert container.streams.audio[1].metadata["language"] == "fra"
    write_tracks(tmp_path / "sound only.mp4", [tone(1)])
    with av.open(str(tmp_path / "sound only.mp4")) as container:
        assert [s.type for s in container.streams] == ["audio"]


@pytest.mark.parametrize("ending", AUDIO_ENDINGS)
def test_sound_keeps_its_length(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"memo{ending}"
    samples, rate = speak("A short memo.")
    write_audio(path, samples, rate)
    with av.open(str(path)) as container:
        heard = sum(f.samples / f.sample_rate for f in container.decode(audio=0))
    assert heard == pytest.approx(len(samples) / rate, abs=0.05)


def test_header_lies_and_frames_do_not(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "lie.mkv", scene_lengths=(50,))
    lie_about_length(clip.path, 10)
    with av.open(str(clip.path)) as container:
        assert container.duration == pytest.approx(20_000_000, rel=0.01)
    assert decoded(clip.path) == as_made(clip)


def test_cut_off_video_still_opens(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "cut.mp4", scene_lengths=(75,), container_options={"movflags": "faststart"}
    )
    cut_off(clip.path, 0.5)
    count = 0
    with av.open(str(clip.path)) as container:
        assert container.duration == 3_000_000
        with pytest.raises(av.FFmpegError):
            for _ in container.decode(video=0):
                count += 1
    assert 10 < count < 75


def test_same_call_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        make_clip(tmp_path / name, scene_lengths=(10,), sounds=[tone(0.4)]).path.read_bytes()
        for name in ("a.mkv", "b.mkv")
    )
    assert first == second


def test_talk_speaks_while_its_slide_is_shown(tmp_path: Path) -> None:
    talk = make_talk(tmp_path / "talk.mp4", PAGES[:2], size=(320, 180))
    for slide in talk.slides:
        assert all(slide.start_s < s.start_s < s.end_s < slide.end_s for s in slide.sentences)
    with av.open(str(talk.path)) as container:
        rate = container.streams.audio[0].rate
        sound = np.concatenate([f.to_ndarray()[0] for f in container.decode(audio=0)])
    with av.open(str(talk.path)) as container:
        assert container.streams.video[0].frames == talk.length_s * talk.fps
    words = [word for sentence in talk.sentences for word in sentence.words]
    whole = " ".join(text for page in PAGES[:2] for text in page.sentences)
    joined = re.sub(r"\b(on|in) the\b", r"\1", whole)
    assert [word.text for word in words] == re.findall(r"\w+", joined)
    assert all(a.start_s < b.start_s for a, b in zip(words, words[1:], strict=False))
    before = 0.0
    for sentence in talk.sentences:
        silence = sound[int(before * rate) + rate // 20 : int(sentence.start_s * rate) - rate // 50]
        voice = sound[int(sentence.start_s * rate) : int(sentence.end_s * rate)]
        assert np.abs(silence).max() < 0.02 < np.abs(voice).max()
        before = sentence.end_s


def test_huge_picture_is_small_and_claims_its_size(tmp_path: Path) -> None:
    path = huge_png(tmp_path / "huge.png")
    assert path.stat().st_size < 1000
    with pytest.raises(PillowImage.DecompressionBombError):
        PillowImage.open(path)


def test_bomb_unpacks_to_what_it_says(tmp_path: Path) -> None:
    with zipfile.ZipFile(zip_bomb_docx(tmp_path / "bomb.docx", 32 << 20)) as bomb:
        assert bomb.getinfo("word/document.xml").file_size > 32 << 20
        assert bomb.testzip() is None


def test_dangerous_papers_are_what_they_say(tmp_path: Path) -> None:
    with pytest.raises(pypdfium2.PdfiumError, match="password"):
        pypdfium2.PdfDocument(locked_pdf(tmp_path / "locked.pdf"))
    assert len(pypdfium2.PdfDocument(tmp_path / "locked.pdf", password="sesame")) == 1
    with zipfile.ZipFile(billion_laughs_odt(tmp_path / "laughs.odt")) as odt:
        assert odt.read("content.xml").count(b"<!ENTITY") == 11


def test_odd_names_exist(tmp_path: Path) -> None:
    paths = odd_names(tmp_path / "names")
    assert set(paths) == set((tmp_path / "names").iterdir())
    assert all(path.read_text().startswith("Note number") for path in paths)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no pipes and sockets here")
def test_special_files_and_links_are_special(tmp_path: Path) -> None:
    pipe, server = special_files(tmp_path / "special")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert stat.S_ISSOCK(server.stat().st_mode)
    assert all(link.is_symlink() for link in links(tmp_path / "links", tmp_path / "outside"))


@pytest.mark.stress
def test_hostile_folder_names_real_files(tmp_path: Path) -> None:
    hostile = hostile_folder(tmp_path / "hostile")
    try:
        assert all(path.is_file() for path in (*hostile.failing, *hostile.readable))
    finally:
        hostile.unlock()


def test_what_is_said_is_labelled_where_it_is_said(tmp_path: Path) -> None:
    told = write_more_recordings(tmp_path)
    labels = [
        answer
        for question in read_questions(QUESTIONS)
        for answer in question.right
        if question.sense == "said" and answer.path in told and answer.start_s is not None
    ]
    # A millisecond of espeak-ng's may move a talk by a frame: hence a tenth of a second.
    for label in labels:
        sentences = told[label.path]
        assert pytest.approx(label.start_s, abs=0.1) in [each.start_s for each in sentences]
        assert pytest.approx(label.end_s, abs=0.1) in [each.end_s for each in sentences]
    assert len(labels) >= 25


def test_the_documents_of_the_mixed_library_are_many_and_made_alike(tmp_path: Path) -> None:
    for folder in (tmp_path / "a", tmp_path / "b"):
        write_documents(folder)
        write_more_documents(folder)
    made = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*"))
    again = sorted(path.relative_to(tmp_path / "b") for path in (tmp_path / "b").rglob("*.*"))
    assert made == again and len(made) >= 75
    assert len(media_names()) >= 40
