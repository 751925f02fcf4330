"""Storyboards: what is said in TOML and in the words of a set, and what is refused."""

from fractions import Fraction
from pathlib import Path

import pytest

from generator.camera import Camera, CameraMove, Direction, Speed, parse_camera
from generator.planning import prepare
from generator.storyboard import (
    FIRST,
    LAST,
    Fit,
    Keyframe,
    Shot,
    SoundSource,
    Storyboard,
    Where,
    check_storyboard,
    parse_where,
)
from generator.storyboard_file import read_storyboard, storyboard_text
from rushes.errors import RushesError, WrongUsage
from rushes.jobs import Job
from rushes.place import Place

FILM = """
style = "16 mm, grain"
size = "640x360"
fps = 23.976
fit = "crop"
seed = 7

[[shot]]
prompt = "the tram rounds the corner"
seconds = 4
camera = "slow dolly in"
clip = "tram.mp4@12.5-16"
sound = "kept"

[[shot]]
prompt = "rain on the window"
negative = "people"
seconds = 2.5
follows = false

[[shot.keyframe]]
image = "window.png"

[[shot.keyframe]]
image = "tram.mp4@20"
at = "last"
strength = 0.7

[[shot.keyframe]]
image = "window.png"
at = 1.25
"""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("dolly in", Camera(CameraMove.DOLLY, Direction.IN)),
        ("slow pan left", Camera(CameraMove.PAN, Direction.LEFT, Speed.SLOW)),
        ("Fast Crane-Up", Camera(CameraMove.CRANE, Direction.UP, Speed.FAST)),
        ("jib down", Camera(CameraMove.CRANE, Direction.DOWN)),
        ("handheld", Camera(CameraMove.HANDHELD)),
        ("static", Camera(CameraMove.STATIC)),
        ("push in slowly", Camera(CameraMove.DOLLY, Direction.IN, Speed.SLOW)),
        ("zoom", Camera(CameraMove.ZOOM, Direction.IN)),
        ("tracking right", Camera(CameraMove.TRACKING, Direction.RIGHT)),
    ],
)
def test_a_camera_move_is_read_as_it_is_said(said: str, meant: Camera) -> None:
    assert parse_camera(said) == meant
    assert parse_camera(str(meant)) == meant


@pytest.mark.parametrize(
    "said", ["", "spin", "left", "pan up", "zoom left", "static in", "pan pan"]
)
def test_what_is_no_camera_move_is_refused(said: str) -> None:
    with pytest.raises(WrongUsage, match="camera move"):
        parse_camera(said)


def test_a_storyboard_is_read_from_its_own_folder(tmp_path: Path) -> None:
    path = tmp_path / "film.toml"
    path.write_text(FILM)
    board = read_storyboard(path)
    tram, window = tmp_path / "tram.mp4", tmp_path / "window.png"
    assert (board.size, board.fps, board.fit) == ((640, 360), Fraction(24000, 1001), Fit.CROP)
    assert board.shots == (
        Shot(
            "the tram rounds the corner",
            4.0,
            (
                Keyframe(Place(tram, 12.5), FIRST, sharpest=True),
                Keyframe(Place(tram, 16.0), LAST, sharpest=True),
            ),
            clip=Place(tram, 12.5, 16.0),
            camera=Camera(CameraMove.DOLLY, Direction.IN, Speed.SLOW),
            sound=SoundSource.KEPT,
        ),
        Shot(
            "rain on the window",
            2.5,
            (
                Keyframe(Place(window), FIRST),
                Keyframe(Place(tram, 20.0), LAST, 0.7),
                Keyframe(Place(window), Where(seconds=1.25)),
            ),
            negative="people",
            follows=False,
        ),
    )


def test_style_and_seed_are_kept_across_shots_unless_a_shot_says_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "film.toml"
    shots = "".join(
        f"[[shot]]\nprompt = 'a tram'\nseconds = 1\n{more}\n"
        for more in ("", "style = 'ink on paper'", "seed = 3\nstyle = ''")
    )
    path.write_text(f"style = '16 mm'\nseed = 7\n{shots}")
    board = read_storyboard(path)
    words = [board.words_of(index) for index in range(3)]
    assert words == ["a tram, 16 mm", "a tram, ink on paper", "a tram"]
    assert [board.seed_of(index) for index in range(3)] == [7, 7, 3]
    path.write_text(f"seed = 4294967295\nseeds = 'varied'\n{shots}")
    varied = read_storyboard(path)
    assert [varied.seed_of(index) for index in range(3)] == [2**32 - 1, 0, 3]
    path.write_text(storyboard_text(varied))
    assert read_storyboard(path) == varied


def test_depth_is_a_film_in_the_storyboards_folder(tmp_path: Path) -> None:
    path = tmp_path / "film.toml"
    path.write_text("[[shot]]\nprompt = 'a tower'\nseconds = 1\ndepth = 'depth.mov'\n")
    board = read_storyboard(path)
    assert board.shots[0].depth == tmp_path / "depth.mov"
    assert board.files == (tmp_path / "depth.mov",)
    path.write_text(storyboard_text(board))
    assert read_storyboard(path) == board
    with pytest.raises(RushesError, match="cannot read depth.mov"):
        prepare(board, Job())


def test_a_storyboard_that_is_written_down_reads_back_the_same(tmp_path: Path) -> None:
    (tmp_path / "film.toml").write_text(FILM)
    board = read_storyboard(tmp_path / "film.toml")
    again = tmp_path / "again.toml"
    again.write_text(storyboard_text(board), encoding="utf-8")
    assert read_storyboard(again) == board
    odd = Storyboard((Shot('a "quoted" \\ line\nwith é and \x7f', 1.0),))
    again.write_text(storyboard_text(odd), encoding="utf-8")
    assert read_storyboard(again).shots[0].prompt == 'a "quoted" \\ line\nwith é and '


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "shot: it is missing"),
        ("shot = []", "shot"),
        ("[[shot]]\nprompt='x'", "shot 1, seconds: it is missing"),
        ("[[shot]]\nprompt='x'\nseconds=1\ncolour='red'", "shot 1, colour: no such entry"),
        ("[[shot]]\nprompt='x'\nseconds='long'", "shot 1, seconds"),
        ("[[shot]]\nprompt='x'\nseconds=0", "the shot lasts 0 s"),
        ("[[shot]]\nseconds=1", "neither a keyframe nor a prompt"),
        ("[[shot]]\nprompt='x'\nseconds=1\ncamera='spin'", "no camera move"),
        ("[[shot]]\nprompt='x'\nseconds=1\nsound='loud'", "shot 1, sound"),
        ("[[shot]]\nprompt='x'\nseconds=1\nsound='kept'", "keeps the sound of no clip"),
        ("size='99'\n[[shot]]\nprompt='x'\nseconds=1", "is no size"),
        ("size='641x360'\n[[shot]]\nprompt='x'\nseconds=1", "choose even sides"),
        ("fps=61.7\n[[shot]]\nprompt='x'\nseconds=1", "frame rate"),
        ("seeds='random'\n[[shot]]\nprompt='x'\nseconds=1", "seeds: "),
        ("seed=-1\n[[shot]]\nprompt='x'\nseconds=1", "choose 0 to"),
        (
            "[[shot]]\nprompt='x'\nseconds=1\n[[shot.keyframe]]\nimage='a.png'\nat=3",
            "keyframe at 3 s but lasts 1 s",
        ),
        (
            "[[shot]]\nprompt='x'\nseconds=1\n[[shot.keyframe]]\nimage='a.png'\nstrength=0",
            "strength 0",
        ),
        ("[[shot]]\nprompt='x'\nseconds=1\n[[shot.keyframe]]\nat=0", "shot 1, keyframe 1, image"),
        (f"[[shot]]\nprompt='{'x' * 100_000}'\nseconds=1", "100000 characters"),
        ("not toml", "is not TOML"),
    ],
)
def test_what_is_wrong_with_a_storyboard_is_said_in_one_line(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "film.toml"
    path.write_text(text)
    with pytest.raises(WrongUsage) as error:
        read_storyboard(path)
    assert str(error.value).startswith("film.toml")
    assert said in str(error.value)
    assert "\n" not in str(error.value) and len(str(error.value)) < 300


def test_a_storyboard_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RushesError, match="cannot read gone.toml"):
        read_storyboard(tmp_path / "gone.toml")


def test_places_in_a_shot_become_frames() -> None:
    fps = Fraction(25)
    for text, frame in (("first", 0), ("last", 49), ("1", 25), ("0.5s", 12), ("frame 30", 30)):
        assert parse_where(text).frame_of(50, fps) == frame
    for text in ("middle", "-1", "", "frame -2", "1e9"):
        with pytest.raises(WrongUsage, match="no place in a shot"):
            parse_where(text)


def test_a_storyboard_without_shots_is_refused() -> None:
    with pytest.raises(WrongUsage, match="no shot"):
        check_storyboard(Storyboard(()))
