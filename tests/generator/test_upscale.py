"""Films made larger: their size, rate, frames and sound, and how near they come to the original."""

import importlib.util
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.filter
import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from generator.upscale import (
    AUTO,
    Wish,
    Work,
    box_of,
    choose_upscaler,
    load_upscaler,
    upscale_film,
)
from generator.upscale.lanczos import LanczosUpscaler, resized
from generator.upscale.realesrgan import MARGIN, RealEsrganUpscaler
from generator.upscale.rtx import RtxUpscaler, known_picture
from generator.upscale.size import delivered_rate, fitted
from generator.upscale.tiles import Planes, by_tiles, pixels_by_tiles
from rushes.encoding import Codec, Picture
from rushes.errors import Cancelled, ModelMissing, RushesError, WrongUsage
from rushes.jobs import Job, Progress
from rushes.models import ModelStore, load_catalogue
from rushes.place import Place
from tests.fakes import nvvfx
from tests.generator.opened import click_s, clicks, opened, psnr
from tests.media.sound import Sound, write_audio
from tests.media.video import Image, make_clip, variable_times

SMALL = (160, 90)
DOUBLE = Wish((320, 180), "lanczos")


@pytest.fixture(scope="session")
def realesrgan(starter_store: ModelStore) -> RealEsrganUpscaler:
    return RealEsrganUpscaler(starter_store.path(load_catalogue().get("realesr-animevideov3")))


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which nvidia-vfx is installed."""
    monkeypatch.setitem(sys.modules, "nvvfx", nvvfx)
    yield


@pytest.fixture(scope="session")
def photograph() -> Image:
    """A real photograph: scikit-learn's China, the middle of it, 384×256."""
    spec = importlib.util.find_spec("sklearn")
    assert spec is not None and spec.origin is not None
    with Pillow.open(Path(spec.origin).parent / "datasets/images/china.jpg") as opened_:
        whole = np.asarray(opened_.convert("RGB"))
    return np.ascontiguousarray(whole[80:336, 128:512])


@pytest.mark.parametrize(
    ("size", "box", "wanted"),
    [
        ((1920, 1080), "4k", (3840, 2160)),
        ((854, 480), "4k", (3840, 2160)),
        ((1080, 1920), "4k", (2160, 3840)),
        ((640, 272), "4k", (3840, 1632)),
        ((1440, 1080), "4k", (2880, 2160)),
        ((1000, 1000), "4k", (2160, 2160)),
        ((720, 576), "1080p", (1350, 1080)),
        ((640, 360), "800x800", (800, 450)),
    ],
)
def test_a_film_fits_its_box_in_its_own_shape(
    size: tuple[int, int], box: str, wanted: tuple[int, int]
) -> None:
    assert fitted(*size, box_of(box)) == wanted


@pytest.mark.parametrize("text", ["9k", "", "10x10", "4000x90000", "x"])
def test_a_size_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match="is no size"):
        box_of(text)


def test_rates_up_to_60_are_kept_and_higher_ones_halved() -> None:
    kept = [Fraction(24000, 1001), Fraction(25), Fraction(60000, 1001), Fraction(60)]
    assert [delivered_rate(fps) for fps in kept] == kept
    assert delivered_rate(Fraction(240)) == 60


@pytest.mark.parametrize("fps", [Fraction(24000, 1001), Fraction(25), Fraction(60)])
def test_a_film_keeps_its_frames_rate_and_sound(tmp_path: Path, fps: Fraction) -> None:
    count = round(2 * fps)
    sounds = [Sound(clicks(2, 1), 48_000)]
    film = make_clip(tmp_path / "film.mp4", fps, (count,), SMALL, sounds=sounds).path
    told: list[Progress] = []
    made = upscale_film(
        Place(film), tmp_path / "large.mp4", DOUBLE, ModelStore(tmp_path), Job(told.append)
    )
    large = opened(made.path)
    assert (large.size, large.fps, large.colours) == ((320, 180), fps, (1, 1, 1, 1))
    assert large.numbers == list(range(count))
    assert click_s(large) == pytest.approx(1, abs=0.005)
    assert large.sound_s == pytest.approx(float(count / fps), abs=1024 / 48_000 + 0.005)
    assert (told[-1].done, told[-1].total) == (count, count)
    assert "lanczos" in told[-1].stage


@pytest.mark.parametrize(("codec", "ending"), [(Codec.HEVC, ".mp4"), (Codec.PRORES, ".mov")])
def test_a_stretch_alone_is_made_in_the_codec_that_was_asked_for(
    tmp_path: Path, codec: Codec, ending: str
) -> None:
    film = make_clip(
        tmp_path / "film.mp4",
        scene_lengths=(75,),
        size=SMALL,
        sounds=[Sound(clicks(3, 1.5), 48_000)],
    ).path
    wish = Wish((320, 180), "lanczos", codec=codec)
    place = Place(film, 1.0, 2.0)
    out = tmp_path / f"large{ending}"
    upscale_film(place, out, wish, ModelStore(tmp_path), Job())
    large = opened(out)
    assert large.numbers == list(range(25, 50))
    assert large.codec in (codec, "prores")
    assert click_s(large) == pytest.approx(0.5, abs=0.005)
    assert large.sound_s == pytest.approx(1, abs=1024 / 48_000 + 0.001)


def test_a_turned_film_is_made_upright(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "film.mp4", scene_lengths=(5,), size=(90, 160), rotation=-90).path
    made = upscale_film(Place(film), tmp_path / "l.mp4", DOUBLE, ModelStore(tmp_path), Job())
    large = opened(made.path)
    assert (large.size, large.rotation) == ((180, 320), 0)
    assert large.numbers == list(range(5))


def test_a_variable_rate_becomes_a_steady_one_of_the_same_length(tmp_path: Path) -> None:
    times = variable_times(60)
    film = make_clip(tmp_path / "film.mp4", scene_lengths=(60,), size=SMALL, times_s=times).path
    made = upscale_film(Place(film), tmp_path / "l.mp4", DOUBLE, ModelStore(tmp_path), Job())
    large = opened(made.path)
    assert made.duration_s == pytest.approx(float(times[-1]), abs=0.06)
    for index, number in enumerate(large.numbers[:50]):
        middle_s = (index + 0.5) / float(made.fps)  # when the frame is to have been on the screen
        assert times[number] - 0.001 <= middle_s <= times[number + 1] + 0.001


def test_delivery_at_60_keeps_length_and_original_frames(tmp_path: Path) -> None:
    film = make_clip(
        tmp_path / "film.mp4", Fraction(30), (15, 15), SMALL, sounds=[Sound(clicks(1, 0.5), 48_000)]
    ).path
    wish = Wish((320, 180), "lanczos", fps=Fraction(60))
    made = upscale_film(Place(film), tmp_path / "l.mp4", wish, ModelStore(tmp_path), Job())
    large = opened(made.path)
    assert (large.fps, len(large.images)) == (Fraction(60), 60)
    assert large.numbers[::2] == list(range(30))
    assert click_s(large) == pytest.approx(0.5, abs=0.005)


def test_real_esrgan_is_nearer_to_a_photograph_than_lanczos(
    realesrgan: RealEsrganUpscaler, photograph: Image
) -> None:
    """By structure at both scales; by PSNR at four times, and 0.1 dB behind at twice the size."""
    height, width = photograph.shape[:2]
    for scale, gain_db in ((2, -0.15), (4, 0.1)):
        small = cv2.resize(
            photograph, (width // scale, height // scale), interpolation=cv2.INTER_AREA
        ).astype(np.uint8)
        ours = realesrgan.upscale(small, (width, height), Job()).astype(np.uint8)
        theirs = LanczosUpscaler().upscale(small, (width, height), Job()).astype(np.uint8)
        assert psnr(ours, photograph) > psnr(theirs, photograph) + gain_db
        assert ssim(ours, photograph) > ssim(theirs, photograph) + 0.01
        again = cv2.resize(ours, small.shape[1::-1], interpolation=cv2.INTER_AREA)
        assert psnr(again.astype(np.uint8), small) > 40  # scaled down it is what it was made of


def test_tiles_leave_no_seams(starter_store: ModelStore, photograph: Image) -> None:
    folder = starter_store.path(load_catalogue().get("realesr-animevideov3"))
    small = photograph[:120, :150]
    size = (600, 480)
    whole = RealEsrganUpscaler(folder, tile=1000).upscale(small, size, Job()).astype(np.int16)
    tiled = RealEsrganUpscaler(folder, tile=50).upscale(small, size, Job())
    assert np.abs(whole - tiled).max() <= 1


def test_sixteen_bits_stay_sixteen(realesrgan: RealEsrganUpscaler, photograph: Image) -> None:
    deep = photograph[:60, :80].astype(np.uint16) * 257
    for upscaler in (realesrgan, LanczosUpscaler()):
        large = upscaler.upscale(deep, (160, 120), Job())
        eight = upscaler.upscale(photograph[:60, :80], (160, 120), Job())
        assert large.dtype == np.uint16
        assert np.abs(large / 257 - eight).max() < 1.5


def test_enlarging_can_be_stopped_within_a_picture(realesrgan: RealEsrganUpscaler) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        realesrgan.upscale(np.zeros((90, 160, 3), np.uint8), (320, 180), job)


@pytest.mark.usefixtures("card")
def test_rtx_frames_do_not_share_memory() -> None:
    upscaler = RtxUpscaler(device="cpu")
    bright = known_picture()
    dark = (bright // 4).astype(np.uint8)
    first = upscaler.upscale(bright, (640, 384), Job())
    kept = first.copy()
    second = upscaler.upscale(dark, (640, 384), Job())
    assert np.array_equal(first, kept)
    assert np.abs(first.astype(float) / 4 - second).mean() < 1.5
    assert psnr(first.astype(np.uint8), resized(bright, (640, 384)).astype(np.uint8)) > 25


@pytest.mark.usefixtures("card")
def test_beyond_four_times_rtx_hands_over_to_lanczos() -> None:
    large = RtxUpscaler(device="cpu").upscale(known_picture(), (1600, 960), Job())
    assert large.shape == (960, 1600, 3)


@pytest.mark.usefixtures("card")
def test_rtx_that_gives_black_frames_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nvvfx, "BROKEN", True)
    with pytest.raises(RushesError, match="wrong pictures"):
        RtxUpscaler(device="cpu")


def test_auto_takes_the_best_that_works_and_says_why_not_a_better_one(
    starter_store: ModelStore, tmp_path: Path
) -> None:
    second = Work((64, 64), (128, 128), 25)
    chosen = choose_upscaler(AUTO, starter_store, second)
    assert chosen.name == "realesrgan"
    assert len(chosen.passed_over) == 1 and "nvidia-vfx" in chosen.passed_over[0]
    bare = choose_upscaler(AUTO, ModelStore(tmp_path), second)
    assert bare.name == "lanczos"
    assert "rushes models install starter" in bare.passed_over[1]


@pytest.mark.parametrize("frames", [100_000, None])
def test_auto_leaves_work_of_hours_on_a_processor_to_lanczos(
    starter_store: ModelStore, frames: int | None
) -> None:
    film = Work((1920, 1080), (3840, 2160), frames)
    chosen = choose_upscaler(AUTO, starter_store, film)
    assert chosen.name == "lanczos"
    said = chosen.passed_over[-1]
    assert said.startswith("realesrgan would take ") and said.endswith(": --with realesrgan")
    assert ("h on this processor" in said) == (frames is not None)
    assert choose_upscaler("realesrgan", starter_store, film).name == "realesrgan"


def test_the_time_goes_with_the_pixels_of_the_source(realesrgan: RealEsrganUpscaler) -> None:
    small, large = (realesrgan.seconds(size, (3840, 2160)) for size in ((960, 540), (1920, 1080)))
    assert 2 < large / small < 8  # four times as many; a busy machine wavers
    assert realesrgan.seconds((3840, 2160), (1920, 1080)) == 0


@pytest.mark.parametrize("size", [(50, 40), (150, 120), (100, 30)])
def test_tiles_count_their_margins(size: tuple[int, int]) -> None:
    counted: list[int] = []

    def enlarge(tile: Planes) -> Planes:
        counted.append(tile.shape[1] * tile.shape[2])
        return tile

    by_tiles(np.zeros((3, size[1], size[0]), np.float32), enlarge, 1, 50, MARGIN)
    assert sum(counted) == pixels_by_tiles(size, 50, MARGIN)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_lanczos_is_as_true_as_ffmpegs(photograph: Image, kind: type[np.unsignedinteger]) -> None:
    """Beside FFmpeg's own filter: the same picture, but for its way through YUV."""
    small = cv2.resize(photograph, (192, 128), interpolation=cv2.INTER_AREA).astype(kind)
    most = np.iinfo(kind).max
    small *= kind(most // 255)
    ours = resized(small, (384, 256))
    theirs = ffmpeg_lanczos(small, (384, 256))
    assert ours.dtype == kind and ours.shape == (256, 384, 3)
    eight = (np.round(each / (most / 255)).astype(np.uint8) for each in (ours, theirs))
    one, two = eight
    assert psnr(one, photograph) > psnr(two, photograph) - 0.02
    assert ssim(one, photograph) > ssim(two, photograph) - 0.001
    assert psnr(one, two) > 45


@pytest.mark.parametrize("size", [(111, 79), (47, 79), (46, 80)])
def test_lanczos_keeps_the_whole_range(size: tuple[int, int]) -> None:
    for kind in (np.uint8, np.uint16):
        most = np.iinfo(kind).max
        for level in (0, 1, most // 16, most):
            plain = np.full((33, 47, 3), level, kind)
            plain[..., 1] = most - level
            large = resized(plain, size)
            assert large.shape == (size[1], size[0], 3)
            assert (large == plain[0, 0]).all()


def test_one_that_is_named_does_not_fall_back(tmp_path: Path) -> None:
    for name in ("rtx", "realesrgan"):
        with pytest.raises(ModelMissing):
            load_upscaler(name, ModelStore(tmp_path))
    with pytest.raises(WrongUsage, match="rtx, realesrgan, lanczos"):
        load_upscaler("magic", ModelStore(tmp_path))


def test_a_stop_leaves_nothing(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "film.mp4", scene_lengths=(25,), size=SMALL).path
    job = Job(lambda progress: job.cancel() if progress.done == 10 else None)
    with pytest.raises(Cancelled):
        upscale_film(Place(film), tmp_path / "l.mp4", DOUBLE, ModelStore(tmp_path), job)
    assert [each.name for each in tmp_path.iterdir()] == ["film.mp4"]


@pytest.mark.parametrize(
    ("place", "out", "said"),
    [
        (("film.mp4", 9.0, None), "l.mp4", "it ends at 1.00 s"),
        (("film.mp4", 0.5, 9.0), "l.mp4", "it ends at 1.00 s"),
        (("sound.wav", None, None), "l.mp4", "no moving pictures"),
        (("none.mp4", None, None), "l.mp4", "cannot read none.mp4: the file is gone"),
        (("film.mp4", None, None), "none/l.mp4", "its folder is not there"),
        (("film.mp4", None, None), "sound.wav", "--force"),
        (("film.mp4", None, None), "l.avi", "end it in"),
    ],
)
def test_what_cannot_be_made_is_one_sentence(
    tmp_path: Path, place: tuple[str, float | None, float | None], out: str, said: str
) -> None:
    make_clip(tmp_path / "film.mp4", scene_lengths=(25,), size=SMALL)
    write_audio(tmp_path / "sound.wav", np.zeros(48_000, np.float32), 48_000)
    where = Place(tmp_path / place[0], *place[1:])
    with pytest.raises(RushesError, match=said) as caught:
        upscale_film(where, tmp_path / out, DOUBLE, ModelStore(tmp_path), Job())
    assert "\n" not in str(caught.value)
    assert {each.name for each in tmp_path.iterdir()} == {"film.mp4", "sound.wav"}


def ffmpeg_lanczos(picture: Picture, size: tuple[int, int]) -> Picture:
    """What `scale=…:flags=lanczos` makes of it."""
    frame = av.VideoFrame.from_ndarray(
        picture, "rgb48le" if picture.dtype == np.uint16 else "rgb24"
    )
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 25)
    )
    scale = graph.add("scale", f"{size[0]}:{size[1]}:flags=lanczos")
    sink = graph.add("buffersink")
    source.link_to(scale)
    scale.link_to(sink)
    graph.configure()
    graph.push(frame)
    pulled = graph.pull()
    assert isinstance(pulled, av.VideoFrame)
    return pulled.to_ndarray().astype(picture.dtype, copy=False)


def ssim(one: Image, two: Image) -> float:
    """Structural similarity of the grey pictures (Wang et al., IEEE TIP 2004)."""

    def mean(image: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(image, (11, 11), 1.5)

    a, b = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(np.float64) for each in (one, two))
    spread = mean(a * a) - mean(a) ** 2 + mean(b * b) - mean(b) ** 2
    together = mean(a * b) - mean(a) * mean(b)
    bright = (2 * mean(a) * mean(b) + 6.5025) / (mean(a) ** 2 + mean(b) ** 2 + 6.5025)
    return float((bright * (2 * together + 58.5225) / (spread + 58.5225)).mean())
