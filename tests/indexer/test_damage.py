"""What the corpus has brought to light, one small file each."""

import struct
from pathlib import Path

import av
import numpy as np
import pytest

from indexer.readers.image import date_taken, made_picture, picture_size, read_image
from indexer.readers.office import read_xlsx
from indexer.readers.rtf import read_rtf
from indexer.readers.text import read_text
from rushes.errors import UnreadableFile
from rushes.media import SAMPLE_RATE, open_media, sound_blocks
from tests.indexer.read import refusal, text
from tests.media.monsters import overlapping_archive
from tests.media.sound import tone, write_audio


@pytest.mark.parametrize("rate", [1, 0x7FFFFFFF])
def test_sound_that_claims_an_absurd_rate_is_refused(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "note.wav"
    write_audio(path, tone(0.1).samples, 48_000)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, 24, rate)
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=r"samples a second|more memory"):
        list(sound_blocks(path, 1.0))


def test_damaged_floating_point_sound_stays_within_bounds(tmp_path: Path) -> None:
    samples = np.array([np.nan, np.inf, -np.inf, 1e30, 0.25] * 400, "<f4").tobytes()
    head = struct.pack("<IHHIIHH", 16, 3, 1, 16_000, 64_000, 4, 32)
    size = struct.pack("<I", len(samples))
    body = b"WAVEfmt " + head + b"data" + size + samples
    path = tmp_path / "note.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    heard = np.concatenate([block for _, block in sound_blocks(path, 1.0)])
    assert np.isfinite(heard).all() and np.abs(heard).max() <= 1.0


def test_sound_that_goes_on_at_another_rate_is_heard_to_its_end(tmp_path: Path) -> None:
    parts = []
    for rate in (48_000, 24_000):
        path = tmp_path / f"{rate}.aac"
        with av.open(str(path), "w", format="adts") as file:
            stream = file.add_stream("aac", rate=rate, layout="mono")
            samples = tone(1.0, rate=rate).samples[np.newaxis]
            frame = av.AudioFrame.from_ndarray(samples, "fltp", "mono")
            frame.sample_rate = rate
            file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
        parts.append(path.read_bytes())
    path.write_bytes(b"".join(parts))
    heard = sum(len(block) for _, block in sound_blocks(path, 10.0))
    assert 1.8 < heard / SAMPLE_RATE < 2.3


def test_a_damaged_recording_is_not_named_in_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "song.ogg"
    path.write_bytes(b"OggS" + bytes(20))
    with pytest.raises(UnreadableFile) as caught, open_media(path):
        pass
    assert "a recording that FFmpeg can read" in str(caught.value)
    assert path.name not in str(caught.value) and "Errno" not in str(caught.value)


def test_an_avif_without_its_picture_is_refused(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "still.avif"
    Image.new("RGB", (80, 80)).save(path)
    path.write_bytes(path.read_bytes().replace(b"pitm", b"pitn"))
    assert picture_size(path) is None
    assert date_taken(path) is None
    assert made_picture(path) is None
    assert "picture" in refusal(read_image, path)


def test_a_damaged_png_is_not_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "cut off" in refusal(read_image, path)


def test_an_archive_of_parts_upon_each_other_is_refused(tmp_path: Path) -> None:
    assert "over each other" in refusal(read_xlsx, overlapping_archive(tmp_path / "sums.xlsx"))


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0"])
def test_a_mark_that_lies_is_passed_over(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(mark + "The gulls sleep by the café.".encode())
    assert "The gulls sleep by the café." in text(read_text, path)


def test_one_damaged_letter_does_not_change_the_others(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes("Çà et là, 你好, and caf".encode() + b"\xc3.")
    assert "Çà et là, 你好" in text(read_text, path)


def test_what_ran_into_a_letter_is_not_taken_for_words(tmp_path: Path) -> None:
    path = tmp_path / "letter.rtf"
    noise = np.random.default_rng(0).integers(0, 256, 4000, np.uint8).tobytes()
    for mark in (b"\\", b"{", b"}", b"\n", b"\r"):
        noise = noise.replace(mark, b"\x01")
    path.write_bytes(rb"{\rtf1\ansi The gulls sleep.\par " + noise + rb"\par By noon.}")
    assert text(read_rtf, path).split("\n") == ["The gulls sleep.", "By noon."]
