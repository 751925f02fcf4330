"""Timelines, read back by opentimelineio: right to the frame, whatever the files are called."""

import csv
import wave
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import opentimelineio as otio
import pytest
from PIL import Image

from rushes.handoff.timecode import can_drop, first_frame, label
from rushes.rates import TIMELINE_RATES
from rushes.selects import Cue, Select, Timeline
from rushes.timeline import write_timeline
from tests.media.sound import tone, write_audio
from tests.media.video import make_clip
from tests.rushes.footage import FAST, FILM, NTSC, PAL, SMALL, film, selects
from tests.rushes.read_back import Event, from_edl, from_fcpxml, from_otio

STRETCHES = ((7, 19), (100, 148), (0, 1), (149, 150))
"""Frames of a film of 150, the end not included."""

CLOCKS = [
    (FILM, None, 0),
    (FILM, "01:00:00:00", 86_400),
    (PAL, None, 0),
    (PAL, "01:00:00:00", 90_000),
    (NTSC, None, 0),
    (NTSC, "01:00:00;00", 107_892),
    (NTSC, "01:00:00:00", 108_000),
    (FAST, None, 0),
    (FAST, "10:00:00:59", 2_160_059),
]
"""A rate, a timecode, and the number that it gives to the first frame."""


def expected(path: Path, first: int) -> list[Event]:
    at, events = 0, []
    for start, end in STRETCHES:
        events.append(Event(path.name, path.as_uri(), first + start, end - start, at))
        at += end - start
    return events


@pytest.mark.parametrize(("fps", "timecode", "first"), CLOCKS)
def test_every_format_says_the_same_frames(
    tmp_path: Path, fps: Fraction, timecode: str | None, first: int
) -> None:
    path = film(tmp_path, fps, timecode)
    timeline = selects(path, fps, STRETCHES)
    for ending in ("otio", "edl", "fcpxml", "csv"):
        written = write_timeline(timeline, tmp_path / f"reel.{ending}")
        assert (written.clips, written.length.frame, written.length.fps) == (4, 62, fps)
    wanted = expected(path, first)
    assert from_otio(tmp_path / "reel.otio") == wanted
    assert from_otio(tmp_path / "reel.otio", "Audio") == wanted
    assert from_fcpxml(tmp_path / "reel.fcpxml", fps) == wanted
    for kind in ("Video", "Audio"):
        events = from_edl(tmp_path / "reel.edl", fps, kind)
        assert [(e.name, e.start, e.frames, e.at) for e in events] == [
            (e.name, e.start, e.frames, e.at) for e in wanted
        ]
        assert {e.url for e in events} == {str(path)}
    rows = list(csv.DictReader((tmp_path / "reel.csv").open(newline="")))
    for row, event in zip(rows, wanted, strict=True):
        ends = [
            otio.opentime.from_timecode(row[column], float(fps)).to_frames()
            for column in ("source_in", "source_out", "record_in", "record_out")
        ]
        assert ends == [
            event.start, event.start + event.frames, event.at, event.at + event.frames
        ]  # fmt: skip


@pytest.mark.parametrize(("fps", "timecode", "first"), CLOCKS)
def test_fcpxml_counts_in_whole_frames_of_exact_length(
    tmp_path: Path, fps: Fraction, timecode: str | None, first: int
) -> None:
    path = film(tmp_path, fps, timecode)
    write_timeline(selects(path, fps, STRETCHES), tmp_path / "reel.fcpxml")
    root = ElementTree.parse(tmp_path / "reel.fcpxml").getroot()
    frame = exact(root.findall(".//format")[0].get("frameDuration"))
    assert frame == 1 / fps
    asset = root.findall(".//asset")[0]
    assert (exact(asset.get("start")), exact(asset.get("duration"))) == (first / fps, 150 / fps)
    times = [
        [exact(clip.get(name)) * fps for name in ("start", "duration", "offset")]
        for clip in root.findall(".//asset-clip")
    ]
    assert times == [[e.start, e.frames, e.at] for e in expected(path, first)]
    drop = timecode == "01:00:00;00" or (timecode is None and can_drop(fps))
    assert {c.get("tcFormat") for c in root.findall(".//asset-clip")} == {"DF" if drop else "NDF"}


def exact(text: str | None) -> Fraction:
    assert text is not None and text.endswith("s")
    return Fraction(text[:-1])


@pytest.mark.parametrize("fps", [FILM, PAL, NTSC, FAST])
def test_an_hour_in_is_right_to_the_frame_on_both_sides(tmp_path: Path, fps: Fraction) -> None:
    sound = tmp_path / "long.wav"
    with wave.open(str(sound), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"")
    header = sound.stat().st_size
    size = 2 * 8000 * 4000  # 4000 s of silence, not stored
    with sound.open("r+b") as raw:
        raw.seek(4)
        raw.write((header - 8 + size).to_bytes(4, "little"))
        raw.seek(header - 4)
        raw.write(size.to_bytes(4, "little"))
        raw.truncate(header + size)
    hour = int(3600 * fps)
    stretches = ((hour - 1, hour + 11), (17, hour + 17), (hour + 29, hour + 31))
    timeline = Timeline("long", selects(sound, fps, stretches).selects, fps)
    write_timeline(timeline, tmp_path / "long.otio")
    write_timeline(timeline, tmp_path / "long.edl")
    wanted = [(hour - 1, 12, 0), (17, hour, 12), (hour + 29, 2, hour + 12)]
    for events in (
        from_otio(tmp_path / "long.otio", "Audio"),
        from_edl(tmp_path / "long.edl", fps, "Audio"),
    ):
        assert [(e.start, e.frames, e.at) for e in events] == wanted
    assert from_otio(tmp_path / "long.otio") == []


def test_handles_are_all_the_file_has(tmp_path: Path) -> None:
    path = film(tmp_path, PAL, "01:00:00:00")
    timeline = selects(path, PAL, [(30, 50)])
    for ending in ("otio", "fcpxml", "csv"):
        write_timeline(timeline, tmp_path / f"reel.{ending}")
    clip = otio.adapters.read_from_file(str(tmp_path / "reel.otio")).video_tracks()[0][0]
    whole = clip.available_range()
    assert (whole.start_time.value, whole.duration.value, whole.start_time.rate) == (
        90_000,
        150,
        25,
    )
    (row,) = csv.DictReader((tmp_path / "reel.csv").open(newline=""))
    assert (row["head_s"], row["tail_s"]) == ("1.2", "4")
    assert (row["start_s"], row["end_s"]) == ("1.2", "2")


def test_a_whole_film_ends_with_its_last_frame_though_its_sound_goes_on(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "film.mov", PAL, (30,), SMALL, sounds=[tone(2)]).path
    write_timeline(Timeline("all", (Select(path, 0, float("inf")),)), tmp_path / "all.otio")
    assert from_otio(tmp_path / "all.otio") == [Event("film.mov", path.as_uri(), 0, 30, 0)]


def test_clips_of_several_rates_keep_their_own_and_fill_frames_of_the_timeline(
    tmp_path: Path,
) -> None:
    slow = film(tmp_path, PAL, "01:00:00:12", "pal.mov")
    fast = film(tmp_path, FAST, None, "fast.mov")
    timeline = Timeline(
        "mixed", (Select(fast, 0.5, 1.5), Select(slow, 1.0, 2.0), Select(slow, 0.0, 0.5)), FILM
    )
    for ending in ("otio", "edl", "fcpxml"):
        write_timeline(timeline, tmp_path / f"mixed.{ending}")
    tracks = otio.adapters.read_from_file(str(tmp_path / "mixed.otio")).video_tracks()[0]
    ranges = [clip.source_range for clip in tracks]
    assert [(r.start_time.value, r.duration.value, r.start_time.rate) for r in ranges] == [
        (30, 60, 60), (90_037, 25, 25), (90_012, 12, 25)
    ]  # fmt: skip
    # One second is 23.976 frames: 23 can be filled. 01:00:00:12 at 25 is 01:00:00:11 at 24.
    events = from_edl(tmp_path / "mixed.edl", FILM)
    assert [(e.start, e.frames, e.at) for e in events] == [
        (11, 23, 0), (86_411 + 23, 23, 23), (86_411, 11, 46)
    ]  # fmt: skip
    root = ElementTree.parse(tmp_path / "mixed.fcpxml").getroot()
    clips = root.findall(".//asset-clip")
    assert [exact(c.get("start")) for c in clips] == [
        Fraction(1, 2), Fraction(90_037, 25), Fraction(90_012, 25)
    ]  # fmt: skip
    assert [exact(c.get("duration")) * FILM for c in clips] == [23, 23, 11]
    rates = [clip.find("conform-rate") for clip in clips]
    assert [r is not None and r.get("srcFrameRate") for r in rates] == ["60", "25", "25"]


def test_the_rate_is_what_most_clips_have(tmp_path: Path) -> None:
    pal, fast = film(tmp_path, PAL, None, "pal.mov"), film(tmp_path, FAST, None, "fast.mov")
    picks = (Select(pal, 0, 1), Select(fast, 0, 1), Select(fast, 1, 2))
    assert write_timeline(Timeline("a", picks), tmp_path / "a.otio").length.fps == FAST
    write_audio(tmp_path / "a.wav", tone(1).samples, 48_000)
    sound = Timeline("b", (Select(tmp_path / "a.wav", 0, 1),))
    assert write_timeline(sound, tmp_path / "b.otio").length.fps == 25


def test_film_sound_and_stills_each_have_their_place(tmp_path: Path) -> None:
    mute = make_clip(tmp_path / "mute.mp4", PAL, (50,), SMALL).path
    loud = film(tmp_path, PAL, None)
    write_audio(tmp_path / "voice.wav", tone(3).samples, 48_000)
    Image.new("RGB", (40, 30)).save(tmp_path / "card.png")
    timeline = Timeline(
        "all",
        (
            Select(mute, 0, 1),
            Select(tmp_path / "voice.wav", 1, 2),
            Select(tmp_path / "card.png", 0, 3),
            Select(loud, 0, float("inf")),
            Select(tmp_path / "card.png", 0, float("inf")),
        ),
    )
    for ending in ("otio", "edl", "fcpxml", "csv"):
        written = write_timeline(timeline, tmp_path / f"all.{ending}")
        assert str(written.length) == "00:00:15:00"
    placed = {"mute.mp4": 0, "card.png": 50, "film.mov": 125}
    assert {e.name: e.at for e in from_otio(tmp_path / "all.otio")[:3]} == placed
    assert {e.name: e.at for e in from_edl(tmp_path / "all.edl", PAL)[:3]} == placed
    for events in (
        from_otio(tmp_path / "all.otio", "Audio"), from_edl(tmp_path / "all.edl", PAL, "Audio")
    ):  # fmt: skip
        assert [(e.name, e.start, e.frames) for e in events] == [
            ("voice.wav", 25, 25), ("film.mov", 0, 150)
        ]  # fmt: skip
    root = ElementTree.parse(tmp_path / "all.fcpxml").getroot()
    spine = root.find(".//spine")
    assert spine is not None
    assert [each.tag for each in spine] == ["asset-clip"] * 2 + ["video", "asset-clip", "video"]
    assets = {a.get("name"): (a.get("hasVideo"), a.get("hasAudio")) for a in root.iter("asset")}
    assert assets == {
        "mute.mp4": ("1", None),
        "voice.wav": (None, "1"),
        "card.png": ("1", None),
        "film.mov": ("1", "1"),
    }


def test_subtitles_are_cut_to_the_clips_and_follow_them(tmp_path: Path) -> None:
    path = film(tmp_path, PAL, "01:00:00:00")
    cues = (
        Cue(0.2, 0.9, "gone before it begins"),
        Cue(0.5, 1.5, "Ever <b>tried</b>?\nEver failed & such."),
        Cue(1.5, 9.0, "No --> matter."),
    )
    timeline = Timeline(
        "words", (Select(path, 2.0, 4.0), Select(path, 1.0, 3.0, cues=cues), Select(path, 0, 1))
    )
    write_timeline(timeline, tmp_path / "words.srt")
    assert (tmp_path / "words.srt").read_text() == (
        "1\n00:00:02,000 --> 00:00:02,500\nEver ‹b›tried‹/b›? Ever failed & such.\n\n"
        "2\n00:00:02,500 --> 00:00:04,000\nNo --› matter.\n"
    )
    write_timeline(timeline, tmp_path / "words.vtt")
    assert (tmp_path / "words.vtt").read_text() == (
        "WEBVTT\n\n"
        "00:00:02.000 --> 00:00:02.500\n"
        "Ever &lt;b&gt;tried&lt;/b&gt;? Ever failed &amp; such.\n\n"
        "00:00:02.500 --> 00:00:04.000\nNo --&gt; matter.\n"
    )


@pytest.mark.parametrize("fps", TIMELINE_RATES)
def test_timecode_is_opentimelineios(fps: Fraction) -> None:
    day = 86_400 * round(fps)
    for frame in (*range(0, 40_000, 7), *range(107_880, 108_020), *range(day // 2, day, 99_991)):
        for drop in {False, can_drop(fps)}:
            time = otio.opentime.RationalTime(frame, float(fps))
            text = otio.opentime.to_timecode(time, float(fps), drop)
            if frame < day - 10_000:
                assert label(frame, fps, drop) == text
                assert first_frame(text, fps, fps, drop) == frame
