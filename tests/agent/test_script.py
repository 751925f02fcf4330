"""What a script says, and for how long, whatever it is written in."""

from pathlib import Path

import numpy as np
import pytest

from agent.brief import brief
from agent.lines import Line
from agent.script import read_script, script_of
from agent.script_text import in_sentences, spoken_lines, subtitles
from indexer.parts import Parts
from rushes.errors import RushesError, WrongUsage
from rushes.facts import ShotSize
from rushes.jobs import Job
from tests.media.documents import write_docx
from tests.media.sound import write_audio
from tests.media.speech import speak

SRT = """1
00:00:01,000 --> 00:00:03,500
The tram climbs

2
00:00:03,500 --> 00:00:05,000
<i>the hill.</i>

3
00:00:08,000 --> 00:00:12,000
{\\an8}[music] Rain on the windows.
"""

VTT = """WEBVTT

NOTE nobody says this

00:01.000 --> 00:04.000 align:start
<v Ana>Fish &amp; chips</v>

intro
00:04.000 --> 00:06.000
♪

01:00:00.000 --> 01:00:02.500
The end.
"""

SCREENPLAY = """Title: The Hill
Author: A. Person

# Act one

INT. TRAM - DAY

The driver pulls a brass lever.

ANA
(softly)
We are late again.

[[check the number of the line]]

CUT TO:

EXT. HARBOUR - NIGHT

Gulls.
"""


def read(path: Path, parts: Parts) -> list[Line]:
    return list(read_script(path, parts, Job()).lines)


def test_every_sentence_is_a_line_and_lasts_as_long_as_it_takes_to_read(
    tmp_path: Path, starter_parts: Parts
) -> None:
    path = tmp_path / "script.txt"
    path.write_text("The tram climbs the hill past the old market. Rain.\n\nA cat sleeps\n")
    assert read(path, starter_parts) == [
        Line("The tram climbs the hill past the old market.", 3.6),
        Line("Rain.", 2.0),
        Line("A cat sleeps", 2.0),
    ]


def test_lines_broken_to_fit_a_page_are_one_sentence() -> None:
    wrapped = (
        "In the early morning the old tram climbs slowly up the hill past\n"
        "the market.\nShort lines\nstay apart"
    )
    assert spoken_lines(wrapped) == [
        "In the early morning the old tram climbs slowly up the hill past the market.",
        "Short lines",
        "stay apart",
    ]


def test_of_markdown_only_what_is_read_aloud_is_left() -> None:
    text = (
        "---\ntitle: x\n---\n# Heading\n\nOther heading\n-----\n\n"
        "- A **red** [boat](http://x.y)\n- Two _gulls_\n\n```\ncode\n```\n<!-- note -->\n"
        "Narrator (V.O.): The tide turns.\n"
    )
    assert spoken_lines(text) == ["A red boat", "Two gulls", "The tide turns."]


def test_of_a_screenplay_only_action_and_dialogue_are_left() -> None:
    assert spoken_lines(SCREENPLAY) == [
        "The driver pulls a brass lever.",
        "We are late again.",
        "Gulls.",
    ]


def test_a_script_all_in_capitals_is_read() -> None:
    assert spoken_lines("A BOAT ON THE SEA\n\nTHE HARBOUR") == ["A BOAT ON THE SEA", "THE HARBOUR"]


def test_subtitles_are_joined_to_sentences_that_keep_their_times() -> None:
    said = in_sentences(subtitles(SRT))
    assert [(each.text, each.start_s, each.end_s) for each in said] == [
        ("The tram climbs the hill.", 0.0, 8.0),
        ("Rain on the windows.", 8.0, 12.0),
    ]


def test_web_subtitles_lose_their_marks() -> None:
    assert [(cue.text, cue.start_s, cue.end_s) for cue in subtitles(VTT)] == [
        ("Fish & chips", 1.0, 4.0),
        ("The end.", 3600.0, 3602.5),
    ]


def test_subtitles_out_of_order_and_without_length_do_no_harm() -> None:
    text = (
        "00:00:09,000 --> 00:00:12,000\nLater.\n\n00:00:05,000 --> 00:00:04,000\nNever.\n\n"
        "00:00:01,000 --> 00:00:04,000\nFirst.\n"
    )
    assert [(each.text, each.end_s) for each in in_sentences(subtitles(text))] == [
        ("First.", 9.0),
        ("Later.", 12.0),
    ]


def test_a_file_of_subtitles_is_timed_by_them(tmp_path: Path, starter_parts: Parts) -> None:
    path = tmp_path / "voice.srt"
    path.write_text(SRT, "utf-8-sig")
    script = read_script(path, starter_parts, Job())
    assert [line.seconds for line in script.lines] == [8.0, 4.0]
    assert (script.name, script.spoken, script.source) == ("voice", True, path)


def test_a_document_is_a_script(tmp_path: Path, starter_parts: Parts) -> None:
    path = tmp_path / "script.docx"
    write_docx(path, [("Opening", 1), ("A boat leaves the harbour. Gulls follow it.", 0)])
    assert [line.text for line in read(path, starter_parts)] == [
        "A boat leaves the harbour.",
        "Gulls follow it.",
    ]


def test_a_voice_over_is_heard_with_its_times(tmp_path: Path, starter_parts: Parts) -> None:
    samples, rate = speak("The boat leaves the harbour at dawn.")
    more, _ = speak("Then the rain begins to fall on the city.")
    pause = np.zeros(2 * rate, np.float32)
    path = tmp_path / "voice.wav"
    write_audio(path, np.concatenate([samples, pause, more]), rate)
    lines = read(path, starter_parts)
    assert len(lines) == 2
    assert "boat" in lines[0].text and "rain" in lines[1].text
    assert lines[0].seconds == pytest.approx(len(samples) / rate + 2, abs=0.6)


@pytest.mark.parametrize(
    ("text", "seconds", "subject"),
    [
        ("a short film about a rainy city morning, 30 seconds", 30, "rainy city morning"),
        ("Make me a 20-second clip of boats at sea", 20, "boats at sea"),
        ("half a minute about trams", 30, "trams"),
        ("the harbour, 1:30 min", 90, "harbour"),
        ("a minute and a half of mountains", 90, "mountains"),
        ("please cut a two-minute montage on street food", 120, "street food"),
        ("the sea at night", 30, "sea at night"),
        ("45s: gulls", 45, "gulls"),
    ],
)
def test_a_brief_says_how_long_and_about_what(text: str, seconds: float, subject: str) -> None:
    script = brief(text)
    assert script.name == subject
    assert script.seconds == pytest.approx(seconds, abs=0.1)


def test_a_brief_begins_and_ends_wide_with_unlike_sizes_between() -> None:
    lines = brief("boats, gulls and the lighthouse, 20 seconds").lines
    assert ShotSize.WIDE in lines[0].sizes and ShotSize.WIDE in lines[-1].sizes
    assert [line.text for line in lines[1:-1]] == ["boats", "gulls", "lighthouse"]
    assert all(one.sizes != other.sizes for one, other in zip(lines, lines[1:], strict=False))
    assert {line.seconds for line in lines} == {4.0}


@pytest.mark.parametrize("text", ["", "a short film", "30 seconds", "a film, 30 seconds", "…"])
def test_a_brief_without_a_subject_is_one_sentence(text: str) -> None:
    with pytest.raises(WrongUsage, match="names no subject"):
        brief(text)


@pytest.mark.parametrize("text", ["three hours of the sea", "0 seconds of gulls", "99:59 of gulls"])
def test_a_film_of_no_sensible_length_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match="2 seconds to 10 minutes"):
        brief(text)


def test_several_lines_typed_are_a_script_and_one_is_a_brief() -> None:
    assert [line.text for line in script_of("A tram.\nA boat.").lines] == ["A tram.", "A boat."]
    assert script_of("A tram.\nA boat.").spoken
    assert not script_of("a tram, 10 seconds").spoken
    assert len(script_of(SRT).lines) == 2


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "it is empty"),
        ("blank.txt", b" \n\n# Only a heading\n", "no line to find pictures for"),
        ("binary.txt", bytes(range(256)) * 40, "it is not text"),
        ("large.txt", b"The tram climbs the hill.\n" * 40_000, "are no script"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", "it is no script"),
        ("voice.wav", b"RIFF....", "cannot read"),
        ("many.txt", b"Rain.\n" * 2001, "at most 2000 lines"),
        ("long.srt", b"00:00:01,000 --> 99:00:00,000\nRain.\n", "at most 2000 lines and 4 h"),
    ],
)
def test_what_is_no_script_is_one_sentence(
    tmp_path: Path, starter_parts: Parts, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RushesError, match=reason) as failure:
        read_script(path, starter_parts, Job())
    assert name in str(failure.value) and "\n" not in str(failure.value)


def test_a_script_that_is_gone_is_one_sentence(tmp_path: Path, starter_parts: Parts) -> None:
    with pytest.raises(RushesError, match="cannot read .*gone.txt: no such file"):
        read_script(tmp_path / "gone.txt", starter_parts, Job())


def test_what_a_script_holds_is_only_words() -> None:
    assert spoken_lines("A \x07red\x1b boat\u202e sails.") == ["A red boat sails."]
