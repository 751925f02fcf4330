"""Waveforms: what is loud where."""

import wave
from pathlib import Path

import numpy as np
import pytest

from rushes.errors import UnreadableFile
from rushes.peaks import peaks


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """Four seconds: silence, a quarter, a half, and full."""
    path = tmp_path / "steps.wav"
    tone = np.sin(np.arange(16_000) * 2 * np.pi * 400 / 16_000)
    sound = np.concatenate([level * tone for level in (0.0, 0.25, 0.5, 0.999)])
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes((sound * 32767).astype("<i2").tobytes())
    return path


def test_each_part_has_its_loudest(steps: Path) -> None:
    assert peaks(steps, 0.0, 4.0, 4) == pytest.approx([0.0, 0.25, 0.5, 1.0], abs=0.01)


def test_a_stretch_is_that_stretch(steps: Path) -> None:
    assert peaks(steps, 1.25, 2.75, 2) == pytest.approx([0.25, 0.5], abs=0.01)


def test_after_the_end_it_is_silent(steps: Path) -> None:
    assert peaks(steps, 3.0, 5.0, 2) == pytest.approx([1.0, 0.0], abs=0.01)


def test_what_has_no_sound_has_no_waveform(demo_media: Path) -> None:
    assert len(peaks(next(demo_media.rglob("bikes.mp4")), 0.0, 1.0, 10)) == 0


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        peaks(tmp_path / "gone.wav", 0.0, 1.0, 10)
