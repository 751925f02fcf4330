"""Selects in order: moved, trimmed to the frame, kept on disk, and taken back."""

import json
import math
from fractions import Fraction
from pathlib import Path

import pytest

from rushes.errors import WrongUsage
from rushes.moment import Kind, Moment
from rushes.selects import read_selects
from rushes.timeline import write_timeline
from tests.media.video import make_clip
from tui.picks import Pick, Picks, Reel, pick_of

PAL, NTSC = Fraction(25), Fraction(30000, 1001)


def shot(name: str, start_s: float = 1.0, end_s: float = 3.0, fps: Fraction = PAL) -> Moment:
    return Moment(Path("/m") / name, Kind.VIDEO, start_s, end_s, fps=fps)


def names(picks: Picks) -> list[str]:
    return [each.name for each in picks.picks]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "app/selects.json"


def test_moments_are_put_at_the_end_once_each(file: Path) -> None:
    picks = Picks(file)
    assert picks.add(shot("a.mp4"), shot("b.mp4")) == 2
    assert picks.add(shot("a.mp4"), shot("a.mp4", 4, 5)) == 1
    assert names(picks) == ["a.mp4", "b.mp4", "a.mp4"]
    assert picks.total_s == 5.0


def test_a_page_of_a_document_cannot_be_selected(file: Path) -> None:
    with pytest.raises(WrongUsage, match=r"notes.pdf is a pdf"):
        Picks(file).add(Moment(Path("notes.pdf"), Kind.PDF, page=3))
    assert not file.exists()


def test_one_is_moved_within_the_list(file: Path) -> None:
    picks = Picks(file)
    picks.add(*(shot(f"{each}.mp4") for each in "abcd"))
    picks.move(0, 2)
    assert names(picks) == ["b.mp4", "c.mp4", "a.mp4", "d.mp4"]
    picks.move(3, -5)
    picks.move(1, 99)
    assert names(picks) == ["d.mp4", "c.mp4", "a.mp4", "b.mp4"]


def test_changes_are_taken_back_one_by_one(file: Path) -> None:
    picks = Picks(file)
    picks.add(shot("a.mp4"))
    picks.trim(0, 3, 0)
    picks.remove(0)
    assert picks.undo() and picks.picks[0].select.start_s == pytest.approx(1.12)
    assert picks.undo() and picks.picks[0].select.start_s == 1.0
    assert picks.undo() and names(picks) == []
    assert not picks.undo()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (1, 0, (26, 75)),
        (-1, 0, (24, 75)),
        (0, -1, (25, 74)),
        (0, 10, (25, 85)),
        (0, 999, (25, 100)),
        (-999, 0, (0, 75)),
        (999, 0, (74, 75)),
        (0, -999, (25, 26)),
    ],
)
def test_points_move_by_frames_and_stay_in_the_file(
    start: int, end: int, expected: tuple[int, int]
) -> None:
    reel = Reel((pick_of(shot("a.mp4")),)).trimmed(0, start, end, file_s=4.0)
    select = reel.picks[0].select
    assert (round(select.start_s * 25), round(select.end_s * 25)) == expected


def test_trimming_there_and_back_is_nothing() -> None:
    reel = Reel((pick_of(shot("a.mp4", 1001 / 30000 * 40, 1001 / 30000 * 80, NTSC)),))
    moved = reel
    for _ in range(30):
        moved = moved.trimmed(0, 1, 1)
    for _ in range(30):
        moved = moved.trimmed(0, -1, -1)
    assert moved.picks[0].frames(NTSC) == reel.picks[0].frames(NTSC) == 40
    assert moved.picks[0].select.start_s == pytest.approx(reel.picks[0].select.start_s)


def test_a_still_of_a_reel_is_shown_for_as_long_as_there() -> None:
    assert pick_of(Moment(Path("card.png"), Kind.IMAGE, 0.0, 2.5)).select.end_s == 2.5


def test_a_still_has_a_length_and_no_in_point() -> None:
    reel = Reel((pick_of(Moment(Path("card.png"), Kind.IMAGE)),))
    assert reel.picks[0].frames(PAL) == 100
    trimmed = reel.trimmed(0, 5, 25).picks[0]
    assert (trimmed.select.start_s, trimmed.select.end_s) == (0.0, 5.0)
    assert trimmed.moment == Moment(Path("card.png"), Kind.IMAGE)


def test_lengths_are_what_an_export_counts(tmp_path: Path, file: Path) -> None:
    film = make_clip(tmp_path / "a.mov", PAL, (150,), (64, 36)).path
    fast = make_clip(tmp_path / "b.mov", NTSC, (100,), (64, 36)).path
    picks = Picks(file)
    picks.add(
        Moment(film, Kind.VIDEO, 1.02, 3.33, fps=PAL),
        Moment(fast, Kind.VIDEO, 0.5, 2.71, fps=NTSC),
        Moment(film, Kind.VIDEO, 4.0, 99.0, fps=PAL),
    )
    written = write_timeline(picks.timeline(), tmp_path / "reel.otio")
    fps = picks.reel.rate
    assert written.length.fps == fps
    files = (6.0, float(100 / NTSC), 6.0)
    counted = (each.frames(fps, file_s) for each, file_s in zip(picks.picks, files, strict=True))
    assert written.length.frame == sum(counted)


def test_the_list_is_there_again_and_rushes_export_reads_it(file: Path) -> None:
    picks = Picks(file)
    still = Moment(Path("/m/card.png"), Kind.IMAGE, thumbnail=Path("/t/1.webp"))
    picks.add(shot("a.mp4", fps=Fraction(2983, 100)), still, Moment(Path("/m/b.mov"), Kind.VIDEO))
    picks.call("rainy", NTSC)
    again = Picks(file)
    assert again.reel == picks.reel and again.problem == ""
    assert again.picks[2].select.end_s == math.inf
    assert read_selects(file) == picks.timeline()
    assert file.stat().st_mode & 0o777 == 0o600
    picks.change(Reel())
    assert not file.exists() and Picks(file).picks == ()


@pytest.mark.parametrize(
    "damage",
    [
        "{]",
        '{"selects": [{"path": 3}]}',
        json.dumps({"selects": [{"path": "a.mp4", "kind": "video", "fps": "1/0"}]}),
        json.dumps({"selects": [{"path": "a.mp4", "kind": "pdf"}]}),
    ],
)
def test_a_damaged_list_is_said_and_kept_aside(file: Path, damage: str) -> None:
    file.parent.mkdir()
    file.write_text(damage)
    picks = Picks(file)
    assert "damaged" in picks.problem and "\n" not in picks.problem
    assert file.with_suffix(".damaged").read_text() == damage
    picks.add(shot("a.mp4"))
    assert names(Picks(file)) == ["a.mp4"]


def test_a_name_shown_holds_no_control_characters() -> None:
    assert Pick(pick_of(shot("a\x1b[31m\n.mp4")).select, Kind.VIDEO).name == "a[31m .mp4"
