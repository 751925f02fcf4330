"""Films that are written: what another reader finds in them, and what is left when it fails."""

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import rushes
from rushes.encoding import SOUND_RATE, Codec, Colour, Format, film_writer
from rushes.errors import RushesError, WrongUsage
from tests.generator.opened import click_s, clicks, opened, psnr
from tests.media.video import numbered, scenes

SIZE = (320, 180)
RATES = [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60)]


def write(path: Path, form: Format, count: int = 30, sound: bool = True, **options: object) -> None:
    with film_writer(path, form, "mono" if sound else None, **options) as film:  # type: ignore[arg-type]
        length = count / form.fps
        for picture in numbered(scenes((count,), (form.width, form.height))):
            film.add(picture)
        if sound:
            film.hear(clicks(float(length), 0.25)[np.newaxis])


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize(
    ("codec", "ending", "tag", "sound"),
    [
        (Codec.H264, ".mp4", "avc1", 48_000),
        (Codec.HEVC, ".mov", "hvc1", 48_000),
        (Codec.PRORES, ".mov", "apch", 48_000),
    ],
)
def test_a_film_has_its_frames_rate_colours_and_sound(
    tmp_path: Path, codec: Codec, ending: str, tag: str, sound: int, fps: Fraction
) -> None:
    path = tmp_path / f"film{ending}"
    write(path, Format(*SIZE, fps, codec))
    film = opened(path)
    assert (film.size, film.fps, film.tag) == (SIZE, fps, tag)
    assert film.numbers == list(range(30))
    assert film.times_s == pytest.approx([float(n / fps) for n in range(30)], abs=1e-6)
    assert film.colours == (1, 1, 1, 1)
    assert film.sound_rate == sound
    assert film.sound_s == pytest.approx(float(30 / fps), abs=1024 / SOUND_RATE + 0.001)
    assert click_s(film) == pytest.approx(0.25, abs=0.003)
    picture = next(numbered(scenes((30,), SIZE)))
    assert psnr(film.images[0], picture) > 25
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_ten_bits_and_hdr_are_kept_in_hevc(tmp_path: Path) -> None:
    form = Format(*SIZE, Fraction(25), Codec.HEVC, Colour(9, 16, 9), deep=True)
    ramp = np.linspace(0, 65535, SIZE[0], dtype=np.uint16)
    picture = np.repeat(np.tile(ramp, (SIZE[1], 1))[..., np.newaxis], 3, axis=-1)
    with film_writer(tmp_path / "hdr.mp4", form) as film:
        film.add(picture)
    made = opened(tmp_path / "hdr.mp4")
    assert made.pix_fmt == "yuv420p10le"
    assert made.colours == (9, 16, 9, 1)


def test_metadata_is_kept_whatever_it_is_called(tmp_path: Path) -> None:
    form = Format(*SIZE, Fraction(25))
    told = {"title": "Rain", "made_with": "Rushes"}
    write(tmp_path / "film.mp4", form, 2, sound=False, metadata=told)
    assert told.items() <= opened(tmp_path / "film.mp4").metadata.items()


def test_an_ending_that_does_not_hold_the_codec_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="end it in .mov"):
        write(tmp_path / "film.mp4", Format(*SIZE, Fraction(25), Codec.PRORES))
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("mine")
    with pytest.raises(RushesError, match="--force"):
        write(path, Format(*SIZE, Fraction(25)), 2)
    assert path.read_text() == "mine"
    write(path, Format(*SIZE, Fraction(25)), 2, force=True)
    assert len(opened(path).images) == 2


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(RushesError, match="its folder is not there"):
        write(tmp_path / "none" / "film.mp4", Format(*SIZE, Fraction(25)), 2)


def test_nothing_is_left_of_a_film_that_failed(tmp_path: Path) -> None:
    form = Format(*SIZE, Fraction(25))
    with pytest.raises(ZeroDivisionError), film_writer(tmp_path / "film.mp4", form) as film:
        for picture in scenes((5,), SIZE):
            film.add(picture)
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_disk_that_takes_no_more_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, sys, numpy as np\n"
        "from fractions import Fraction\nfrom pathlib import Path\n"
        "from rushes.encoding import Format, film_writer\nfrom rushes.errors import RushesError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "noise = np.random.default_rng(0)\n"
        "try:\n"
        "  with film_writer(Path(sys.argv[1]), Format(256, 256, Fraction(25))) as film:\n"
        "    for _ in range(60): film.add(noise.integers(0, 255, (256, 256, 3), np.uint8))\n"
        "except RushesError as error: print(error)\n"
    )
    root = str(Path(rushes.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "film.mp4")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    (line,) = done.stdout.splitlines()
    assert line.startswith("cannot write ") and "File too large" in line, done.stderr
    assert list(tmp_path.iterdir()) == []
