"""Recordings: what they hold, their sound in its place, pictures upright."""

import socket
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image as Pillow

from rushes.errors import Cancelled, UnreadableFile
from rushes.media import SAMPLE_RATE, probe, save_thumbnail, sound_blocks, upright
from tests.media.headers import cut_off
from tests.media.sound import Sound, tone, write_audio, write_tracks
from tests.media.timecode import stamped
from tests.media.video import make_clip, read_number

SMALL = (160, 90)


def whole(path: Path, block_s: float = 1000) -> tuple[float, np.ndarray]:
    """When the sound starts, and all of it."""
    blocks = list(sound_blocks(path, block_s))
    return blocks[0][0], np.concatenate([samples for _, samples in blocks])


@pytest.mark.parametrize(
    "fps", [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60)]
)
@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".mts"])
def test_a_film_says_what_it_holds(tmp_path: Path, ending: str, fps: Fraction) -> None:
    clip = make_clip(tmp_path / f"clip{ending}", fps, (30,), SMALL, sounds=[tone(0.4), tone(0.4)])
    info = probe(clip.path)
    assert info.video is not None
    assert (info.video.width, info.video.height) == SMALL
    assert float(info.video.fps) == pytest.approx(float(fps), rel=1e-3)
    assert info.audio_tracks == 2
    assert info.duration_s == pytest.approx(float(30 / fps), abs=0.15)


@pytest.mark.parametrize("rotation", [90, 180, -90])
def test_a_turned_film_is_as_wide_as_it_is_shown_and_upright(tmp_path: Path, rotation: int) -> None:
    clip = make_clip(tmp_path / "clip.mp4", Fraction(25), (30,), (180, 320), rotation=rotation)
    info = probe(clip.path)
    assert info.video is not None
    assert (info.video.width, info.video.height) == (180, 320)
    with av.open(str(clip.path)) as container:
        frames = [upright(frame, 160) for frame in container.decode(video=0)]
    assert {frame.shape for frame in frames} == {(160, 90, 3)}
    assert [read_number(frame) for frame in frames] == list(range(30))


@pytest.mark.parametrize("ending", [".mov", ".mp4", ".mkv"])
def test_a_film_says_the_timecode_of_its_first_frame(tmp_path: Path, ending: str) -> None:
    fps = Fraction(30000, 1001)
    plain = make_clip(tmp_path / "plain.mov", fps, (30,), SMALL, sounds=[tone(2)]).path
    assert probe(plain).timecode is None
    for timecode in ("01:00:00;02", "23:59:59:29"):
        path = stamped(plain, tmp_path / f"clip{ending}", timecode)
        assert probe(path).timecode == timecode


def test_a_timecode_that_is_none_is_not_said(tmp_path: Path) -> None:
    plain = make_clip(tmp_path / "plain.mov", Fraction(25), (5,), SMALL).path
    for text in ("25:00:00:00", "01:00", "", "01:00:00:00\n* x"):
        assert probe(stamped(plain, tmp_path / "clip.mkv", text)).timecode is None


def test_a_film_is_as_long_as_its_pictures(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", Fraction(25), (30,), SMALL, sounds=[tone(2)]).path
    info = probe(path)
    assert info.video is not None
    assert (info.video.duration_s, info.duration_s) == (1.2, 2.0)


def test_a_frame_that_is_small_already_is_not_enlarged(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", Fraction(25), (2,), SMALL)
    with av.open(str(clip.path)) as container:
        frame = next(container.decode(video=0))
    assert upright(frame).shape == upright(frame, 1280).shape == (90, 160, 3)


def test_a_song_with_a_cover_is_no_film(tmp_path: Path) -> None:
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as container:
        sound = container.add_stream("aac", rate=48_000)
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90, np.uint8))
        container.mux(cover.encode(picture.reformat(format="yuvj420p")))
        container.mux(cover.encode(None))
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), "fltp", "mono")
        frame.sample_rate = 48_000
        container.mux([*sound.encode(frame), *sound.encode(None)])
    info = probe(path)
    assert info.video is None
    assert info.audio_tracks == 1


@pytest.mark.parametrize(
    "content", [b"", b"just a letter\n" * 100, bytes(5000)], ids=["empty", "text", "zeroes"]
)
def test_what_is_no_recording_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as caught:
        probe(path)
    assert "\n" not in str(caught.value) and path.name not in str(caught.value)


def test_a_film_whose_header_was_cut_off_asks_whether_it_was(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", Fraction(25), (30,), SMALL)
    cut_off(clip.path, 0.5)
    with pytest.raises(UnreadableFile, match="cut off"):
        probe(clip.path)


def test_a_file_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="gone"):
        probe(tmp_path / "none.mp4")


def test_a_playlist_opens_neither_other_files_nor_addresses(tmp_path: Path) -> None:
    make_clip(tmp_path / "real.mts", Fraction(25), (30,), SMALL)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        for number, target in enumerate([address, "real.mts", f"file:{tmp_path}/real.mts"]):
            path = tmp_path / f"list{number}.mts"
            path.write_text(
                f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{target}\n#EXT-X-ENDLIST\n"
            )
            with pytest.raises(UnreadableFile):
                probe(path)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    ("ending", "slack_s"),
    [(".wav", 0), (".flac", 0), (".mp3", 0.06), (".m4a", 0.06), (".ogg", 0.03), (".opus", 0.03)],
)
def test_sound_is_heard_whole_and_in_its_place(tmp_path: Path, ending: str, slack_s: float) -> None:
    click = np.zeros(3 * 48_000, np.float32)
    click[2 * 48_000 : 2 * 48_000 + 480] = 0.8
    write_audio(tmp_path / f"click{ending}", click, 48_000)
    start_s, samples = whole(tmp_path / f"click{ending}")
    loudest_s = start_s + int(np.argmax(np.abs(samples) > 0.3)) / SAMPLE_RATE
    assert loudest_s == pytest.approx(2, abs=slack_s + 0.002)
    assert len(samples) / SAMPLE_RATE == pytest.approx(3, abs=slack_s + 0.1)


def test_blocks_follow_each_other_without_a_gap(tmp_path: Path) -> None:
    sound = tone(5)
    write_audio(tmp_path / "tone.wav", sound.samples, sound.rate)
    _, one = whole(tmp_path / "tone.wav")
    blocks = list(sound_blocks(tmp_path / "tone.wav", 1.0))
    assert len(blocks) >= 4
    for (start_s, samples), (next_s, _) in zip(blocks, blocks[1:], strict=False):
        assert start_s + len(samples) / SAMPLE_RATE == pytest.approx(next_s)
    assert np.array_equal(np.concatenate([samples for _, samples in blocks]), one)


@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".mts"])
def test_sound_that_starts_late_keeps_its_place(tmp_path: Path, ending: str) -> None:
    sound = tone(1)
    late = Sound(sound.samples, sound.rate, start_s=Fraction(2))
    clip = make_clip(tmp_path / f"clip{ending}", Fraction(25), (100,), SMALL, sounds=[late])
    start_s, samples = whole(clip.path)
    heard_s = start_s + int(np.argmax(np.abs(samples) > 0.1)) / SAMPLE_RATE
    assert heard_s == pytest.approx(2, abs=0.06)


def test_a_clock_that_does_not_begin_at_zero_is_the_same_for_sound(tmp_path: Path) -> None:
    sound = tone(1)
    at_seven = Sound(sound.samples, sound.rate, start_s=Fraction(7))
    clip = make_clip(
        tmp_path / "clip.mkv", Fraction(25), (100,), SMALL, sounds=[at_seven], start_s=Fraction(5)
    )
    assert whole(clip.path)[0] == pytest.approx(2, abs=0.06)


def test_the_first_of_several_tracks_is_heard(tmp_path: Path) -> None:
    loud, silent = tone(1), Sound(np.zeros(48_000, np.float32), 48_000)
    write_tracks(tmp_path / "loud.mkv", [loud, silent])
    write_tracks(tmp_path / "silent.mkv", [silent, loud])
    assert np.abs(whole(tmp_path / "loud.mkv")[1]).max() > 0.2
    assert np.abs(whole(tmp_path / "silent.mkv")[1]).max() < 0.01


def test_a_film_without_sound_gives_none(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", Fraction(25), (10,), SMALL)
    assert list(sound_blocks(clip.path, 10)) == []


def test_sound_that_breaks_off_is_heard_up_to_there(tmp_path: Path) -> None:
    write_audio(
        tmp_path / "tone.m4a", tone(6).samples, 48_000, container_options={"movflags": "faststart"}
    )
    cut_off(tmp_path / "tone.m4a", 0.5)
    _, samples = whole(tmp_path / "tone.m4a")
    assert 1 < len(samples) / SAMPLE_RATE < 5.5


def test_hearing_can_be_stopped(tmp_path: Path) -> None:
    sound = tone(3)
    write_audio(tmp_path / "tone.flac", sound.samples, sound.rate)

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        list(sound_blocks(tmp_path / "tone.flac", 10, stop))


def test_a_thumbnail_is_a_small_webp_in_its_shape(tmp_path: Path) -> None:
    image = np.zeros((720, 1280, 3), np.uint8)
    image[:, 640:] = (220, 30, 30)
    path = tmp_path / "new folder" / "a.webp"
    save_thumbnail(image, path)
    with Pillow.open(path) as opened:
        assert (opened.format, opened.size) == ("WEBP", (320, 180))
        red, green, blue = opened.convert("RGB").getpixel((300, 90))  # type: ignore[misc]
    assert red > 190 and green < 60 and blue < 60
    assert list(path.parent.iterdir()) == [path]
