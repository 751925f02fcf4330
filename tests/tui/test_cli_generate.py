"""Making films from the command line."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image as Pillow

from generator.storyboard import FIRST, LAST, Keyframe, Where
from rushes.errors import WrongUsage
from rushes.jobs import Job
from rushes.place import Place
from tests.fakes.comfyui_nodes import COMMON, LTX_23, RTX
from tests.fakes.comfyui_server import FakeComfyUI
from tests.fakes.tiny_ltx import write_tiny_ltx
from tests.generator.comfyui_shots import FRAMES, SIZE
from tests.generator.comfyui_shots import film as drawn_film
from tests.generator.opened import opened
from tests.media.sound import tone
from tests.media.video import make_clip, scenes
from tests.tui.home import Home
from tui.film_flags import Asked, storyboard_of


@pytest.fixture
def film(empty: Home) -> Path:
    path = empty.media / "tram.mp4"
    return make_clip(path, scene_lengths=(100,), size=(192, 108), sounds=[tone(4)]).path


def test_a_found_clip_becomes_an_animatic_that_says_so(empty: Home, film: Path) -> None:
    out = empty.media / "rain.mp4"
    done = empty.run(
        *("generate", "--from", f"{film}@1-3", "--prompt", "the tram turns", "--seconds", "2"),
        *("--camera", "dolly in", "--out", out),
    )
    assert done.returncode == 0, done.stderr
    first, second, *rest = done.stdout.splitlines()
    assert first.endswith("rain.mp4: 192×108, 25 frames a second, 50 frames, 2.00 s, with sound")
    assert second == "an animatic, not generated"
    assert any("comfyui: no ComfyUI server is named" in line for line in rest)
    assert any("ltx: no LTX-2 is here" in line for line in rest)
    made = opened(out)
    assert (len(made.images), made.size) == (50, (192, 108))
    assert made.metadata["description"] == "the tram turns"
    assert json.loads((empty.media / "rain.mp4.json").read_text())["made_with_ai"] is False


def test_a_plan_runs_nothing(empty: Home, film: Path) -> None:
    out = empty.media / "rain.mp4"
    asked = ("generate", "--from", f"{film}@1-3", "--out", out, "--plan")
    done = empty.run(*asked)
    assert done.returncode == 0, done.stderr
    assert "would draw with animatic, which generates nothing: animatic on CPU" in done.stdout
    assert "192×108, 25 frames a second, 125 frames, 5.00 s; about 1 s, " in done.stdout
    assert "the shot: 5.00 s, tram.mp4 at 1." in done.stdout
    said = json.loads(empty.run(*asked, "--json").stdout)["plan"]
    assert (said["backend"], said["frames"], said["generates"]) == ("animatic", 125, False)
    assert not out.exists() and not (empty.folder / "cache" / "renders").exists()


def test_a_plan_says_what_is_done_to_the_pictures_afterwards(empty: Home, film: Path) -> None:
    asked = ("generate", "--from", f"{film}@1-3", "--out", empty.media / "rain.mp4", "--plan")
    larger = (*asked, "--upscale", "4k", "--deliver-fps", "60", "--seconds", "600")
    done = empty.run(*larger)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert any(
        each.startswith("then enlarged to 3840×2160 with lanczos on CPU, about ") for each in lines
    )
    assert any(
        each.startswith("then filled in from 25 to 60 frames a second along the optical flow, ")
        for each in lines
    )
    assert any("realesrgan would take about" in each for each in lines)
    said = json.loads(empty.run(*larger, "--with", "realesrgan", "--json").stdout)["plan"]
    assert (said["upscaler"], said["delivered_fps"]) == ("realesrgan on CPU", "60")
    assert said["seconds_to_enlarge"] > 0 and said["seconds_to_fill_in"] > 0
    done = empty.run(*asked, "--deliver-fps", "24")
    assert (done.returncode, done.stdout) == (2, "")
    assert "ask for --fps 24" in done.stderr.splitlines()[-1]


def test_a_film_is_delivered_at_60(empty: Home, film: Path) -> None:
    out = empty.media / "rain.mp4"
    done = empty.run(
        *("generate", "--from", f"{film}@1-3", "--seconds", "1", "--deliver-fps", "60"),
        *("--out", out),
    )
    assert done.returncode == 0, done.stderr
    first, second, *_ = done.stdout.splitlines()
    assert first.endswith("192×108, 60 frames a second, 60 frames, 1.00 s, with sound")
    assert second == "an animatic, not generated, filled in from 25 frames a second"
    made = opened(out)
    assert (made.fps, len(made.images)) == (Fraction(60), 60)
    assert made.sound_s == pytest.approx(1.0, abs=0.03)


def test_a_preview_is_made_beside_the_film(empty: Home, film: Path) -> None:
    out = empty.media / "rain.mp4"
    asked = ("generate", "--from", f"{film}@1-3", "--out", out, "--seconds", "0.4", "--preview")
    done = empty.run(*asked, "--plan")
    assert "would draw with animatic" in done.stdout
    assert not out.exists()
    assert len(opened(empty.media / "rain.animatic.mp4").images) == 10


def test_pictures_and_a_storyboard_become_a_film(empty: Home) -> None:
    for name, image in zip(("start", "end"), scenes((1, 1), (128, 72)), strict=True):
        Pillow.fromarray(image).save(empty.media / f"{name}.png")
    out = empty.media / "morph.mp4"
    start, end = empty.media / "start.png", empty.media / "end.png"
    done = empty.run(
        *("generate", "--keyframe", start, "--keyframe", f"{end}@last", "--seconds", "1"),
        *("--fps", "25", "--no-label", "--out", out, "--json"),
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["frames"], said["parts"], said["drawn"]) == (25, 1, 1)
    board = empty.media / "film.toml"
    board.write_text(
        'fps = 25\n[[shot]]\nprompt = "one"\nseconds = 1\n[[shot.keyframe]]\nimage = "start.png"\n'
        '[[shot]]\nprompt = "two"\nseconds = 1\n[[shot.keyframe]]\nimage = "end.png"\nat = "last"\n'
    )
    done = empty.run("generate", "--storyboard", board, "--out", out, "--force", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["frames"] == len(opened(out).images) == 50


def test_a_model_draws_what_was_not_there_and_the_film_says_so(empty: Home) -> None:
    model = write_tiny_ltx(empty.folder / "tiny-ltx")
    Pillow.fromarray(next(iter(scenes((1,), (128, 128))))).save(empty.media / "start.png")
    out = empty.media / "made.mp4"
    done = empty.run(
        *("generate", "--keyframe", empty.media / "start.png", "--prompt", "the tram"),
        *("--seconds", "0.68", "--fps", "25", "--out", out, "--json"),
        RUSHES_VIDEO_MODEL=str(model),
        RUSHES_DEVICE="cpu",
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["backend"], said["made_with_ai"], said["frames"]) == ("ltx", True, 17)
    made = opened(out)
    assert (made.size, len(made.images)) == ((128, 128), 17)
    assert made.sound_s == pytest.approx(0.68, abs=0.03)
    assert made.metadata["comment"].startswith("Made with AI: ")
    assert made.metadata["digital_source_type"].endswith("/trainedAlgorithmicMedia")


def test_a_comfyui_server_that_the_user_named_draws(empty: Home, tmp_path: Path) -> None:
    start = empty.media / "start.png"
    Pillow.fromarray(next(iter(scenes((1,), SIZE)))).save(start)
    asked = ("generate", "--keyframe", start, "--seconds", "0.68", "--fps", "25", "--json", "--out")
    with FakeComfyUI(drawn_film(tmp_path / "film.mp4")) as server:
        done = empty.run(*asked, empty.media / "made.mp4", RUSHES_COMFYUI_URL=server.url)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["backend"], said["made_with_ai"], said["frames"]) == ("comfyui", True, FRAMES)
    made = opened(empty.media / "made.mp4")
    assert (made.size, made.numbers) == (SIZE, list(range(FRAMES)))
    assert made.sound_s == pytest.approx(FRAMES / 25, abs=0.03)
    # Asked for by name, a server that is gone is an error; else the next back end draws.
    gone = {"RUSHES_COMFYUI_URL": server.url}
    done = empty.run(*asked, empty.media / "other.mp4", "--backend", "comfyui", **gone)
    assert (done.returncode, done.stdout) == (1, "")
    done = empty.run(*asked, empty.media / "other.mp4", **gone)
    assert json.loads(done.stdout)["backend"] == "animatic"


def test_a_server_with_rtx_video_enlarges_the_film(empty: Home, tmp_path: Path) -> None:
    start = empty.media / "start.png"
    Pillow.fromarray(next(iter(scenes((1,), SIZE)))).save(start)
    shot = ("generate", "--keyframe", start, "--seconds", "0.68", "--fps", "25", "--sound")
    asked = (*shot, "silent", "--backend", "comfyui", "--upscale", "512x384", "--out")
    larger = drawn_film(tmp_path / "film.mp4", (512, 384))
    with FakeComfyUI(larger, COMMON | LTX_23 | RTX) as server:
        url = {"RUSHES_COMFYUI_URL": server.url}
        planned = empty.run(*asked, empty.media / "made.mp4", "--plan", **url)
        done = empty.run(*asked, empty.media / "made.mp4", **url)
    assert f"then enlarged to 512×384 with RTX Video at {server.url}" in planned.stdout
    assert done.returncode == 0, done.stderr
    assert f"enlarged with RTX Video at {server.url}" in done.stdout
    made = opened(empty.media / "made.mp4")
    assert (made.size, made.numbers) == ((512, 384), list(range(FRAMES)))


def test_what_cannot_be_made_is_one_line(empty: Home, film: Path) -> None:
    given = ("generate", "--from", f"{film}@1-3")
    for arguments, code, said in (
        ((*given, "--out", "no/x.mp4"), 1, "its folder is not there"),
        (("generate", "--from", f"{film}@9-12", "--out", "x.mp4"), 1, "it ends at 4.00 s"),
        ((*given, "--prompt", "x" * 100_000, "--out", "x.mp4"), 2, "100000 characters"),
        ((*given, "--backend", "magic", "--out", "x.mp4"), 2, "no back end is called 'magic'"),
        ((*given, "--backend", "ltx", "--out", "x.mp4"), 1, "no LTX-2 is here"),
    ):
        done = empty.run(*arguments)
        assert (done.returncode, done.stdout) == (code, ""), arguments
        assert said in done.stderr.splitlines()[-1], (arguments, done.stderr)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(), "neither a keyframe nor a prompt"),
        (Asked(prompt="x", camera="spin"), "no camera move"),
        (Asked(prompt="x", size="9x9"), "is no size"),
        (Asked(prompt="x", size="4098x64"), "choose even sides"),
        (Asked(prompt="x", fps="61.7"), "frame rate"),
        (Asked(prompt="x", fit="bend"), "crop, pad, fit"),
        (Asked(prompt="x", sound="loud"), "generated, kept, silent"),
        (Asked(prompt="x", sound="kept"), "keeps the sound of no clip"),
        (Asked(prompt="x", seconds=0.0), "lasts 0 s"),
        (Asked(prompt="x", seed=-1), "choose 0 to"),
        (Asked(keyframes=("a.png", "b.png")), "say where b.png belongs: b.png@last"),
        (Asked(clip="a.mp4@1-2", keyframes=("b.png",)), "say where b.png belongs"),
        (Asked(keyframes=("a.png@soon",)), "no place in a shot"),
        (Asked(keyframes=("a.png@9",)), "keyframe at 9 s but lasts 5 s"),
        (Asked(blend=Path("a.blend")), "--blend needs --frames"),
        (Asked(blend=Path("a.blend"), frames="9,1"), "must rise"),
        (Asked(blend=Path("a.blend"), frames="1", engine="povray"), "eevee, cycles"),
        (Asked(storyboard=Path("f.toml"), prompt="x"), "--prompt and --storyboard do not go"),
    ],
)
def test_flags_that_make_no_film_are_refused(asked: Asked, said: str) -> None:
    with pytest.raises(WrongUsage) as error:
        storyboard_of(asked, Job())
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "place", "where"),
    [
        ("a.png", Place(Path("a.png")), FIRST),
        ("a.png@2.5", Place(Path("a.png")), Where(seconds=2.5)),
        ("tram.mp4@01:12.5", Place(Path("tram.mp4"), 72.5), FIRST),
        ("tram.mp4@12.5@last", Place(Path("tram.mp4"), 12.5), LAST),
        ("tram.mp4@12.5@3", Place(Path("tram.mp4"), 12.5), Where(seconds=3)),
    ],
)
def test_a_keyframe_is_a_picture_or_a_films_moment(text: str, place: Place, where: Where) -> None:
    (shot,) = storyboard_of(Asked(keyframes=(text,)), Job()).shots
    assert shot.keyframes == (Keyframe(place, where),)
