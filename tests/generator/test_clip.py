"""Clips: exactly the frames that were asked for, told by their marks, with sound in sync."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from generator.clip import How, cut_clip
from rushes.encoding import Codec, Format, film_writer
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job
from rushes.media import probe
from rushes.place import Place
from tests.generator.opened import click_s, clicks, opened
from tests.media.sound import Sound, tone, write_audio
from tests.media.video import make_clip, numbered, scenes, variable_times, write_video

SCENES = (50, 50)
SIZE = (192, 108)
X264 = {"preset": "veryfast", "bf": "3"}
X265 = {"preset": "ultrafast", "bf": "3"}


def source(path: Path, codec: str = "libx264", extra: str = "", **how: object) -> Path:
    """A hundred numbered frames with a key frame every 25, B-frames and a click at 2 s."""
    options = {"libx264": X264, "libx265": X265}.get(codec, {})
    if codec == "libx264":
        options = {**options, "x264-params": f"scenecut=0{extra}"}
    if codec == "libx265":
        options = {**options, "x265-params": f"log-level=none:keyint=25:scenecut=0{extra}"}
    write_video(
        path,
        numbered(scenes(SCENES, SIZE)),
        Fraction(25),
        sounds=[Sound(clicks(4, 2), 48_000)],
        gop=25,
        codec=codec,
        options=options,
        **how,  # type: ignore[arg-type]
    )
    return path


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize(
    ("start_s", "end_s", "how"),
    [
        (1.0, 3.0, How.COPIED),
        (0.0, None, How.COPIED),
        (1.2, 3.0, How.EDGES),
        (1.0, 3.48, None),  # the encoders' B-frames decide
        (1.32, 3.48, How.EDGES),
        (1.32, 1.8, How.CODED),
    ],
)
def test_a_clip_shows_exactly_its_frames(
    tmp_path: Path, codec: str, start_s: float, end_s: float | None, how: How | None
) -> None:
    film = source(tmp_path / "film.mp4", codec, ":open-gop=0")
    clip = cut_clip(Place(film, start_s or None, end_s), tmp_path / "cut.mp4", Job())
    frames = list(range(round(start_s * 25), round((end_s or 4) * 25)))
    made = opened(clip.path)
    assert made.numbers == frames
    assert made.times_s == pytest.approx([n / 25 for n in range(len(frames))], abs=1e-6)
    assert clip.frames == len(frames)
    assert (clip.coded == 0) == (clip.how is How.COPIED)
    assert clip.coded < 28 and clip.how is not How.CODED if how is None else clip.how is how
    assert probe(clip.path).duration_s == pytest.approx(len(frames) / 25, abs=0.045)


def test_a_copy_holds_the_very_bits_of_its_film(tmp_path: Path) -> None:
    import av

    film = source(tmp_path / "film.mp4")
    clip = cut_clip(Place(film, 1.0, 3.0), tmp_path / "cut.mp4", Job())
    assert clip.how is How.COPIED

    def packets(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [bytes(p) for p in container.demux(video=0) if p.size]

    assert packets(clip.path) == packets(film)[25:75]


@pytest.mark.parametrize("start_s", [1.0, 1.2, 1.36])
@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv"])
def test_sound_stays_with_its_pictures_to_an_audio_frame(
    tmp_path: Path, ending: str, start_s: float
) -> None:
    film = source(tmp_path / "film.mp4")
    clip = cut_clip(Place(film, start_s, 3.4), tmp_path / f"cut{ending}", Job())
    made = opened(clip.path)
    assert click_s(made) == pytest.approx(2 - start_s, abs=1024 / 48_000)
    assert made.sound_s == pytest.approx(3.4 - start_s, abs=2 * 1024 / 48_000)


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_open_groups_are_cut_without_what_refers_back(tmp_path: Path, codec: str) -> None:
    film = source(tmp_path / "film.mp4", codec, ":open-gop=1")
    for start_s in (1.0, 1.2):
        clip = cut_clip(Place(film, start_s, 3.0), tmp_path / "cut.mp4", Job(), force=True)
        assert opened(clip.path).numbers == list(range(round(start_s * 25), 75))


@pytest.mark.parametrize("rotation", [90, -90])
def test_a_turned_film_stays_turned(tmp_path: Path, rotation: int) -> None:
    make_clip(tmp_path / "film.mp4", scene_lengths=SCENES, size=SIZE, rotation=rotation, gop=25)
    for start_s, end_s in ((1.0, 2.0), (1.2, 2.4), (1.2, 1.6)):
        place = Place(tmp_path / "film.mp4", start_s, end_s)
        clip = cut_clip(place, tmp_path / "cut.mp4", Job(), force=True)
        made = opened(clip.path)
        assert made.rotation == rotation
        assert made.numbers == list(range(round(start_s * 25), round(end_s * 25)))


def test_frames_of_a_variable_rate_keep_their_times(tmp_path: Path) -> None:
    times = variable_times(100)
    film = make_clip(
        tmp_path / "film.mp4", scene_lengths=SCENES, size=SIZE, times_s=times, gop=25
    ).path
    clip = cut_clip(Place(film, 1.3, 3.0), tmp_path / "cut.mp4", Job())
    first = max(n for n, time in enumerate(times) if time <= Fraction(13, 10))
    wanted = [n for n, time in enumerate(times) if n >= first and time < 3]
    made = opened(clip.path)
    assert made.numbers == wanted
    expected = [float(times[n] - times[first]) for n in wanted]
    assert made.times_s == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize("ending", [".mkv", ".mts", ".webm"])
def test_other_containers_are_cut_to_the_frame(tmp_path: Path, ending: str) -> None:
    film = make_clip(tmp_path / f"film{ending}", scene_lengths=SCENES, size=SIZE, gop=25).path
    clip = cut_clip(Place(film, 1.2, 3.0), tmp_path / "cut.mp4", Job())
    assert opened(clip.path).numbers == list(range(30, 75))
    if ending == ".webm":
        assert clip.how is How.CODED and "vp9" in clip.reason


def test_pictures_that_need_no_others_are_always_copied(tmp_path: Path) -> None:
    film = tmp_path / "film.mov"
    with film_writer(film, Format(*SIZE, Fraction(25), Codec.PRORES)) as writer:
        for picture in numbered(scenes(SCENES, SIZE)):
            writer.add(picture)
    clip = cut_clip(Place(film, 1.32, 3.48), tmp_path / "cut.mov", Job())
    assert clip.how is How.COPIED
    assert opened(clip.path).numbers == list(range(33, 87))


def test_all_sound_tracks_come_along(tmp_path: Path) -> None:
    sounds = [tone(4), tone(4, 880)]
    film = make_clip(
        tmp_path / "film.mp4", scene_lengths=SCENES, size=SIZE, gop=25, sounds=sounds
    ).path
    clip = cut_clip(Place(film, 1.2, 3.0), tmp_path / "cut.mp4", Job())
    assert probe(clip.path).audio_tracks == 2


def test_the_timecode_goes_on_from_the_films(tmp_path: Path) -> None:
    import av

    source(tmp_path / "film.mp4")
    with (
        av.open(str(tmp_path / "film.mp4")) as given,
        av.open(str(tmp_path / "film.mov"), "w") as made,
    ):
        made.metadata["timecode"] = "01:00:00:00"
        video = made.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(video=0):
            if packet.size:
                packet.stream = video
                made.mux(packet)
    clip = cut_clip(Place(tmp_path / "film.mov", 1.2, 3.0), tmp_path / "cut.mov", Job())
    assert probe(clip.path).timecode == "01:00:01:05"


def test_a_stop_leaves_nothing(tmp_path: Path) -> None:
    film = source(tmp_path / "film.mp4")
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        cut_clip(Place(film, 1.2, 3.0), tmp_path / "cut.mp4", job)
    assert [each.name for each in tmp_path.iterdir()] == ["film.mp4"]


@pytest.mark.parametrize(
    ("place", "out", "said"),
    [
        (("film.mp4", 9.0, 10.0), "cut.mp4", "it ends at 4.00 s"),
        (("film.mp4", 1.0, 10.0), "cut.mp4", "it ends at 4.00 s"),
        (("sound.wav", 1.0, 2.0), "cut.mp4", "no moving pictures"),
        (("none.mp4", 1.0, 2.0), "cut.mp4", "cannot read none.mp4: the file is gone"),
        (("film.mp4", 1.0, 2.0), "none/cut.mp4", "its folder is not there"),
        (("film.mp4", 1.0, 2.0), "film.mp4", "it is what would be read"),
        (("film.mp4", 1.0, 2.0), "cut.txt", "end it in"),
        (("film.mp4", 1.0, 2.0), "cut.webm", "does not hold"),
    ],
)
def test_what_cannot_be_cut_is_one_sentence(
    tmp_path: Path, place: tuple[str, float, float], out: str, said: str
) -> None:
    source(tmp_path / "film.mp4")
    write_audio(tmp_path / "sound.wav", np.zeros(48_000, np.float32), 48_000)
    name, start_s, end_s = place
    with pytest.raises(RushesError, match=said) as caught:
        cut_clip(Place(tmp_path / name, start_s, end_s), tmp_path / out, Job(), force=True)
    assert "\n" not in str(caught.value)
    assert {each.name for each in tmp_path.iterdir()} == {"film.mp4", "sound.wav"}
