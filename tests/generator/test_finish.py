"""What becomes of pictures that were drawn: their rate, their size, who enlarges and who looks."""

import io
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from generator.backends.ltx.folder import read_folder
from generator.delivery import Delivery, plan_finish
from generator.planning import plan_film, prepare
from generator.render import render_film
from generator.storyboard import (
    FIRST,
    Fit,
    Keyframe,
    Shot,
    SoundSource,
    Storyboard,
    clip_keyframes,
)
from rushes.encoding import Picture
from rushes.errors import Cancelled, RushesError, WrongUsage
from rushes.jobs import Job, Progress
from rushes.models import ModelStore
from rushes.place import Place
from tests.fakes.comfyui_nodes import RTX
from tests.fakes.comfyui_server import FakeComfyUI
from tests.fakes.tiny_ltx import write_tiny_ltx
from tests.generator.comfyui_shots import backend, nodes
from tests.generator.comfyui_shots import film as drawn_film
from tests.generator.films import FPS, SIZE, Make, Stills, Watched, two_shots
from tests.generator.opened import click_s, clicks, opened, psnr
from tests.media.sound import Sound
from tests.media.video import make_clip


def test_a_film_is_delivered_at_60_with_its_own_frames_and_sound_in_sync(
    tmp_path: Path, make: Make
) -> None:
    clip = make_clip(
        tmp_path / "clip.mp4",
        scene_lengths=(100,),
        size=SIZE,
        sounds=[Sound(clicks(4, 2.3), 48_000)],
    )
    place = Place(clip.path, 2.0, 3.0)
    board = Storyboard((Shot("b", 1.4, clip_keyframes(place), clip=place),))
    drawn = opened(make(board).path)
    made = make(board, fps=Fraction(60))
    film = opened(made.path)
    assert (made.drawn, made.fps, made.drawn_fps, made.frames) == (0, Fraction(60), FPS, 84)
    assert (film.fps, len(film.images)) == (Fraction(60), 84)
    assert click_s(film) == pytest.approx(0.3, abs=0.02)
    assert film.sound_s == pytest.approx(1.4, abs=0.03)
    for index, image in enumerate(drawn.images):
        if index % 5 == 0:  # five frames of 25 a second last as long as twelve of 60
            assert psnr(film.images[index * 12 // 5], image) > 30
    assert film.metadata["comment"].startswith(
        "An animatic, not generated: keyframes moved and blended; frames between are filled in "
        "along the optical flow"
    )
    account = json.loads(made.sidecar.read_text())
    assert (account["fps"], account["delivered_fps"]) == ("25", "60")
    assert account["frames_filled_in"] == "along the optical flow"


def test_filling_in_mixes_nothing_across_a_cut_between_like_shots(
    stills: Stills, make: Make, tmp_path: Path
) -> None:
    shots: list[Shot] = []
    for brighter in (0, 10):
        path = tmp_path / f"dark-{brighter}.png"
        Pillow.fromarray((stills.images[0] // 8 + brighter).astype(np.uint8)).save(path)
        shots.append(Shot("a", 0.2, (Keyframe(Place(path), FIRST),)))
    film = opened(make(Storyboard(tuple(shots), fps=FPS), fps=Fraction(50)).path)
    brightness = [float(image.mean()) for image in film.images]
    assert len(brightness) == 20
    assert np.ptp(brightness[:10]) < 2 and np.ptp(brightness[10:]) < 2
    assert brightness[10] - brightness[9] == pytest.approx(10, abs=2)


def test_fewer_frames_than_are_drawn_are_refused_before_drawing(stills: Stills, make: Make) -> None:
    with pytest.raises(WrongUsage, match="25 frames a second cannot be delivered at 24"):
        make(two_shots(stills), watched := Watched(), fps=Fraction(24))
    assert not watched.asked


def test_the_model_is_let_go_before_the_film_is_enlarged(stills: Stills, make: Make) -> None:
    watched = Watched()
    seen: list[tuple[bool, int]] = []

    def look(progress: Progress) -> None:
        if "drawing" in progress.stage or "upscaling" in progress.stage:
            seen.append(("upscaling" in progress.stage, watched.closed))

    make(two_shots(stills), watched, box=(320, 192), upscaler="lanczos", job=Job(look))
    assert set(seen) == {(False, 0), (True, 1)}


def test_the_model_is_let_go_when_drawing_is_stopped(stills: Stills, make: Make) -> None:
    def stop(progress: Progress) -> None:
        if "drawing" in progress.stage:
            job.cancel()

    job, watched = Job(stop), Watched()
    with pytest.raises(Cancelled):
        make(two_shots(stills), watched, job=job)
    assert watched.closed == 1


def test_another_revision_of_the_model_draws_anew(stills: Stills, make: Make) -> None:
    assert make(two_shots(stills), Watched(revision="a")).drawn == 2
    assert make(two_shots(stills), Watched(revision="a")).drawn == 0
    assert make(two_shots(stills), Watched(revision="b")).drawn == 2


def test_other_weights_of_the_same_name_are_another_revision(tmp_path: Path) -> None:
    model = write_tiny_ltx(tmp_path / "tiny")
    before = read_folder(model).revision
    assert before == read_folder(model).revision
    weights = next((model / "transformer").glob("*.safetensors"))
    content = bytearray(weights.read_bytes())
    content[-3] ^= 1
    weights.write_bytes(content)
    assert read_folder(model).revision not in (before, None)


def test_what_is_drawn_can_be_watched(stills: Stills, make: Make) -> None:
    seen: list[Picture] = []
    job = Job(on_preview=seen.append, preview_every_s=0)
    make(two_shots(stills), job=job, box=(320, 192), upscaler="lanczos")
    drawn = 25 + 16  # the second shot draws the frame again that it begins with
    assert [each.shape[1] for each in seen] == [160] * drawn + [320] * 40
    assert psnr(seen[0].astype(np.uint8), stills.images[0]) > 40
    calmer: list[Picture] = []
    make(two_shots(stills), job=Job(on_preview=calmer.append, preview_every_s=3600))
    assert len(calmer) == 1


def test_a_server_that_has_rtx_video_enlarges_what_it_draws(
    stills: Stills, server: FakeComfyUI, tmp_path: Path
) -> None:
    """The film is 160×90, drawn as 160×96 and enlarged to 320×192, of which 320×180 are kept."""
    shot = Shot("a", 0.68, (stills.keyframe(0),), sound=SoundSource.SILENT)
    on = replace(shot, prompt="b", keyframes=())
    board = Storyboard((shot, on), fps=FPS, size=(160, 90), fit=Fit.CROP)
    wish = Delivery(tmp_path / "film.mp4", box=(320, 180))
    server.infos |= RTX
    server.film = drawn_film(tmp_path / "larger.mp4", (320, 192))
    plan = plan_film(prepare(board, Job()), backend(server), wish.backend_box)
    finish = plan_finish(plan, wish, ModelStore(tmp_path))
    assert (finish.size, finish.upscaler) == ((320, 180), None)
    assert finish.enlarged_by == f"RTX Video at {server.url}"
    made = render_film(plan, board, wish, ModelStore(tmp_path), Job())
    film = opened(made.path)
    assert (film.size, len(film.images)) == ((320, 180), plan.frames)
    assert made.upscaler == finish.enlarged_by
    assert json.loads(made.sidecar.read_text())["upscaler"] == finish.enlarged_by
    (asked,) = nodes(server, "RTXVideoSuperResolution")
    assert (asked["resize_type.width"], asked["resize_type.height"]) == (320, 192)
    # What the second shot begins with goes back in the size that is drawn.
    sizes = [Pillow.open(io.BytesIO(png)).size for png in server.uploads.values()]
    assert sizes == [(160, 96)] * 2
    came_back = opened(tmp_path / "larger.mp4").images[0]
    assert psnr(film.images[0], came_back[6:186]) > 30


def test_a_server_without_rtx_video_leaves_enlarging_to_this_machine(
    stills: Stills, server: FakeComfyUI, tmp_path: Path
) -> None:
    server.film = drawn_film(tmp_path / "drawn.mp4", SIZE)
    board = Storyboard((Shot("a", 0.68, (stills.keyframe(0),)),), fps=FPS)
    store = ModelStore(tmp_path)
    wish = Delivery(tmp_path / "film.mp4", box=(320, 192))
    plan = plan_film(prepare(board, Job()), backend(server), wish.backend_box)
    made = render_film(plan, board, wish, store, Job())
    assert made.upscaler == "lanczos on CPU" and opened(made.path).size == (320, 192)
    assert "lacks the node RTXVideoSuperResolution" in made.passed_over[0]
    with pytest.raises(RushesError, match="cannot enlarge --with comfyui: .* lacks the node"):
        plan_finish(plan, replace(wish, upscaler="comfyui"), store)
    server.infos |= RTX
    named = replace(wish, upscaler="lanczos")
    plan = plan_film(prepare(board, Job()), backend(server), named.backend_box)
    assert plan_finish(plan, named, store).upscaler == "lanczos"
