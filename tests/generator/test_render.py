"""Films from storyboards: their size, frames, sound and origin, and what a second run does."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from PIL import Image as Pillow

from generator.backends.protocol import Drawn, Request
from generator.planning import prepare
from generator.render import work_folder
from generator.storyboard import (
    FIRST,
    LAST,
    Fit,
    Keyframe,
    Shot,
    SoundSource,
    Storyboard,
    Where,
    clip_keyframes,
)
from generator.storyboard_file import read_storyboard
from rushes.errors import Cancelled, RushesError, WrongUsage
from rushes.jobs import Job, Progress
from rushes.place import Place
from rushes.synthetic import COMPOSITE
from tests.generator.films import FPS, NO_LABEL, SIZE, Make, Stills, Watched, planned, two_shots
from tests.generator.opened import click_s, clicks, opened, psnr
from tests.media.sound import Sound, tone
from tests.media.video import make_clip, scenes


@dataclass
class Humming(Watched):
    """The same, with a tone of 440 Hz that begins anew in each part."""

    def draw(self, request: Request, job: Job) -> Drawn:
        seconds = float(request.frames / request.fps)
        hum = tone(seconds, rate=24_000)
        return replace(super().draw(request, job), sound=hum.samples[None], sound_rate=hum.rate)


LIKE_A_MODEL = replace(
    NO_LABEL.capabilities, multiple_of=32, frame_step=8, longest_s=0.7, most_keyframes=3
)


def test_a_film_begins_and_ends_on_its_keyframes(stills: Stills, make: Make) -> None:
    made = make(two_shots(stills))
    film = opened(made.path)
    assert (film.size, film.fps, len(film.images)) == (SIZE, FPS, 40)
    assert film.times_s[-1] == pytest.approx(39 / 25, abs=0.001)
    assert film.colours[:3] == (1, 1, 1)
    assert film.sound is None
    for index, still in ((0, 0), (24, 1), (39, 2)):
        assert psnr(film.images[index], stills.images[still]) > 30


def test_a_shot_without_a_first_keyframe_goes_on_from_the_shot_before(
    stills: Stills, make: Make
) -> None:
    watched = Watched()
    film = opened(make(two_shots(stills), watched).path)
    carried = watched.asked[1].keyframes[0]
    assert carried.frame == 0 and psnr(carried.image, stills.images[1]) > 30
    # Shown once: the next frame has moved on.
    assert psnr(film.images[24], film.images[25]) > 25
    board = two_shots(stills)
    alone = replace(board, shots=(board.shots[0], replace(board.shots[1], follows=False)))
    make(alone, watched := Watched())
    (own,) = watched.asked[-1].keyframes
    assert own.frame == 14


def test_a_second_run_draws_nothing_again(stills: Stills, make: Make) -> None:
    watched = Watched()
    first = make(two_shots(stills), watched)
    assert (first.drawn, first.parts, len(watched.asked)) == (2, 2, 2)
    before = opened(first.path).images
    again = make(two_shots(stills), watched)
    assert (again.drawn, len(watched.asked)) == (0, 2)
    after = opened(again.path).images
    assert all(psnr(one, two) > 40 for one, two in zip(before, after, strict=True))


def test_only_what_changed_is_drawn_again(stills: Stills, make: Make) -> None:
    board = two_shots(stills)
    make(board)
    changed = replace(board, shots=(board.shots[0], replace(board.shots[1], prompt="c")))
    assert make(changed, watched := Watched()).drawn == 1
    assert [request.prompt for request in watched.asked] == ["c"]
    Pillow.fromarray(stills.images[2]).save(stills.paths[0])
    assert make(board).drawn == 1


def test_a_stopped_film_goes_on_where_it_was(stills: Stills, make: Make, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.stage.startswith("shot 2 of 2") and progress.done == 5:
            job.cancel()

    job = Job(stop)
    with pytest.raises(Cancelled):
        make(two_shots(stills), job=job)
    assert not (tmp_path / "film.mp4").exists()
    assert not list(tmp_path.glob(".rushes-*")) and not list(work_folder().rglob(".rushes-*"))
    watched = Watched()
    assert make(two_shots(stills), watched).drawn == 1
    assert len(opened(tmp_path / "film.mp4").images) == 40


def test_a_long_shot_is_drawn_in_parts_that_join_without_a_jump(stills: Stills, make: Make) -> None:
    watched = Watched(LIKE_A_MODEL)
    shot = Shot("a", 1.96, (stills.keyframe(0), stills.keyframe(1, LAST)))
    board = Storyboard((shot,), fps=FPS)
    made = make(board, watched)
    assert [request.frames for request in watched.asked] == [17, 17, 17]
    film = opened(made.path)
    assert len(film.images) == made.frames == 49
    for join in (16, 32):
        assert psnr(film.images[join], film.images[join + 1]) > 28
        asked = watched.asked[join // 16].keyframes[0]
        assert asked.frame == 0 and psnr(asked.image, film.images[join]) > 30
    assert psnr(film.images[-1], stills.images[1]) > 30


def test_generated_sound_goes_on_through_parts_without_a_click(stills: Stills, make: Make) -> None:
    board = Storyboard((Shot("a", 1.96, (stills.keyframe(0),)),), fps=FPS)
    film = opened(make(board, Humming(replace(LIKE_A_MODEL, sound=True))).path)
    assert film.sound is not None
    assert film.sound_s == pytest.approx(49 / 25, abs=0.03)
    heard = film.sound[2400:-4800]
    assert np.abs(heard).max() > 0.2
    # A sine of 440 Hz and 0.3 rises by 0.0173 in a sample; a jump would be far more.
    assert np.abs(np.diff(heard)).max() < 0.025


def test_sides_and_lengths_are_what_the_back_end_draws(stills: Stills, make: Make) -> None:
    watched = Watched(LIKE_A_MODEL)
    shot = Shot("a", 0.5, (stills.keyframe(0),))
    board = Storyboard((shot,), fps=FPS, size=(150, 90))
    plan = planned(board, watched)
    assert (plan.size, plan.drawn_size, plan.frames) == ((150, 90), (160, 96), 9)
    assert "becomes 9 frames, not 12: animatic draws multiples of 8 and one" in plan.notes[-1]
    film = opened(make(board, watched).path)
    assert (film.size, len(film.images)) == ((150, 90), 9)
    small = np.asarray(Pillow.fromarray(stills.images[0]).resize((150, 90)), np.uint8)
    assert psnr(film.images[0], small) > 25


def test_the_clips_sound_is_kept_in_sync(tmp_path: Path, make: Make, stills: Stills) -> None:
    clip = make_clip(
        tmp_path / "clip.mp4",
        scene_lengths=(100,),
        size=SIZE,
        sounds=[Sound(clicks(4, 2.3), 48_000)],
    )
    place = Place(clip.path, 2.0, 3.0)
    board = Storyboard(
        (
            Shot("a", 0.52, (stills.keyframe(1),)),
            Shot("b", 1.4, clip_keyframes(place), clip=place),
        )
    )
    made = make(board)
    film = opened(made.path)
    assert (made.fps, len(film.images), film.sound_rate) == (FPS, 48, 48_000)
    assert click_s(film) == pytest.approx(0.52 + 0.3, abs=0.02)
    assert film.sound_s == pytest.approx(1.92, abs=0.03)
    silent = replace(board.shots[1], sound=SoundSource.SILENT)
    assert opened(make(replace(board, shots=(silent,))).path).sound is None


def test_a_film_says_where_it_comes_from(stills: Stills, make: Make, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", scene_lengths=(50,), size=SIZE)
    shot = Shot("rain", 0.4, (Keyframe(Place(clip.path, 1.0), FIRST),))
    board = Storyboard((shot,), style="grain", seed=5)
    made = make(board)
    told = opened(made.path).metadata
    assert told["comment"].startswith("An animatic, not generated")
    assert told["description"] == "rain, grain"
    assert told["digital_source_type"] == COMPOSITE
    account = json.loads(made.sidecar.read_text())
    assert made.sidecar.name == "film.mp4.json"
    assert (account["made_with_ai"], account["backend"]) == (False, "animatic")
    (said,) = account["shots"]
    assert (said["prompt"], said["seed"]) == ("rain, grain", 5)
    (keyframe,) = said["keyframes"]
    assert keyframe["sha256"] == hashlib.sha256(clip.path.read_bytes()).hexdigest()
    assert (keyframe["file"], keyframe["moment_s"]) == (str(clip.path), 1.0)
    # The storyboard in it makes the same film again.
    (tmp_path / "again.toml").write_text(account["storyboard"])
    assert make(read_storyboard(tmp_path / "again.toml")).drawn == 0


def test_a_film_is_enlarged_on_request(stills: Stills, make: Make) -> None:
    board = Storyboard((Shot("a", 0.2, (stills.keyframe(0),)),), fps=FPS)
    made = make(board, box=(320, 192), upscaler="lanczos")
    film = opened(made.path)
    assert (made.upscaler, film.size, len(film.images)) == ("lanczos on CPU", (320, 192), 5)
    large = np.asarray(Pillow.fromarray(stills.images[0]).resize((320, 192)), np.uint8)
    assert psnr(film.images[0], large) > 25


def test_progress_says_which_shot(stills: Stills, make: Make) -> None:
    seen: list[Progress] = []
    make(two_shots(stills), job=Job(seen.append))
    stages = list(dict.fromkeys(each.stage for each in seen))
    assert stages == ["reading sources", "shot 1 of 2: drawing", "shot 2 of 2: drawing", "writing"]
    assert (seen[-1].done, seen[-1].total) == (40, 40)


def test_what_a_back_end_cannot_do_is_said_before_it_runs(stills: Stills) -> None:
    model = Watched(replace(LIKE_A_MODEL, most_keyframes=2))
    near = (stills.keyframe(0), stills.keyframe(1, Where(frame=3)))
    many = tuple(stills.keyframe(0, Where(frame=frame)) for frame in (0, 8, 16))
    for shot, error, said in (
        (Shot("a", 0.6, near), WrongUsage, "at frames 0 and 3 are 3 frames apart"),
        (Shot("a", 2, many), WrongUsage, "3 keyframes in one part, of which 2 are possible"),
        (
            Shot("a", 0.6, (stills.keyframe(0, Where(frame=99)),)),
            WrongUsage,
            "keyframe at frame 99",
        ),
        (
            Shot("a", 1, (stills.keyframe(0),), sound=SoundSource.GENERATED),
            WrongUsage,
            "generated sound, which animatic does not make",
        ),
        (Shot("only words", 1), RushesError, "there is none: give one with --keyframe"),
    ):
        with pytest.raises(error, match=said):
            planned(Storyboard((shot,), fps=FPS), model)
    assert not model.asked


def test_keyframes_of_different_shapes_need_a_choice(stills: Stills, tmp_path: Path) -> None:
    Pillow.fromarray(next(iter(scenes((1,), (96, 96))))).save(tmp_path / "square.png")
    square = Keyframe(Place(tmp_path / "square.png"), LAST)
    board = Storyboard((Shot("a", 1, (stills.keyframe(0), square)),))
    with pytest.raises(RushesError, match="square.png is 96×96, the film 160×96: choose --fit"):
        prepare(board, Job())
    assert prepare(replace(board, fit=Fit.PAD), Job()).size == SIZE


def test_a_path_that_cannot_be_written_is_refused_before_drawing(
    stills: Stills, make: Make, tmp_path: Path
) -> None:
    watched = Watched()
    (tmp_path / "there.mp4").touch()
    for out, said in (
        (tmp_path / "there.mp4", "it is there already"),
        (tmp_path / "no" / "film.mp4", "its folder is not there"),
        (tmp_path / "film.avi", "end it in"),
        (stills.paths[0], "it is what would be read"),
    ):
        with pytest.raises(RushesError, match=said):
            make(two_shots(stills), watched, out=out, force=False)
    assert not watched.asked


def test_a_part_that_another_run_draws_is_left_to_it(stills: Stills, make: Make) -> None:
    make(two_shots(stills))
    film = next(work_folder().glob("*/pictures.mov"))
    with (
        FileLock(film.parent.with_suffix(".lock"), timeout=0),
        pytest.raises(RushesError, match="another run is drawing the same part"),
    ):
        film.unlink()
        make(two_shots(stills))


def test_a_full_disk_is_said_before_drawing(
    stills: Stills, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.steps._BYTES_A_PIXEL", 1e12)
    with pytest.raises(RushesError, match="is full: .* GB are needed"):
        make(two_shots(stills), watched := Watched())
    assert not watched.asked


def test_a_clip_without_sound_has_none_to_keep(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", scene_lengths=(50,), size=SIZE)
    place = Place(clip.path, 0.0, 1.0)
    shot = Shot("a", 1, clip_keyframes(place), clip=place, sound=SoundSource.KEPT)
    with pytest.raises(RushesError, match="clip.mp4 has no sound to keep"):
        prepare(Storyboard((shot,)), Job())
