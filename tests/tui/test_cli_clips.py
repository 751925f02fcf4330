"""`rushes export --clips`: selects cut out into a folder, with a list of them."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job, Progress
from rushes.media import probe
from rushes.selects import Select, Timeline
from tests.media.video import make_clip
from tests.tui.home import Home, only_line
from tui.clips_folder import cut_clips

PAL = Fraction(25)


@pytest.fixture
def film(empty: Home) -> Path:
    return make_clip(empty.media / "tram by night.mov", PAL, (150,), (64, 36)).path


def test_each_select_is_a_file_of_its_frames_and_on_the_list(empty: Home, film: Path) -> None:
    folder = empty.folder / "cuts"
    done = empty.run("export", f"{film}@1-2.52", film, "--clips", "cuts", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [each["file"] for each in told["clips"]] == [
        "01-tram-by-night.mov", "02-tram-by-night.mov"
    ]  # fmt: skip
    assert [each["frames"] for each in told["clips"]] == [38, 150]
    assert json.loads((folder / "clips.json").read_text()) == {"name": "selects", **told}
    video = probe(folder / "01-tram-by-night.mov").video
    assert video is not None and video.duration_s == pytest.approx(1.52)
    assert sorted(each.name for each in folder.iterdir()) == [
        "01-tram-by-night.mov", "02-tram-by-night.mov", "clips.json"
    ]  # fmt: skip


def test_what_cannot_be_cut_is_left_out_and_said(used: Home, tmp_path: Path) -> None:
    still, film = used.media / "IMG_0001.webp", used.media / "bikes.mp4"
    speech = used.media / "beckett.wav"
    done = used.run("export", still, f"{speech}@0-2", f"{film}@1-2", "--clips", tmp_path / "cuts")
    assert done.returncode == 3
    first, second = done.stdout.splitlines()
    assert first.startswith(f"{tmp_path / 'cuts'}: 2 clips: ") and first.endswith("1 still")
    assert second == "left out: beckett.wav has no moving pictures: name a film"
    assert (tmp_path / "cuts/01-IMG_0001.webp").read_bytes() == still.read_bytes()
    assert not list((tmp_path / "cuts").glob("02*"))


def test_a_clip_that_is_there_is_replaced_only_if_asked_to(empty: Home, film: Path) -> None:
    cuts = empty.folder / "cuts"
    cuts.mkdir()
    (cuts / "02-tram-by-night.mov").write_text("mine")
    refused = empty.run("export", f"{film}@1-2", f"{film}@3-4", "--clips", "cuts")
    assert refused.returncode == 1 and "it is there already" in only_line(refused.stderr)
    assert [each.name for each in cuts.iterdir()] == ["02-tram-by-night.mov"]
    replaced = empty.run("export", f"{film}@1-2", f"{film}@3-4", "--clips", "cuts", "--force")
    assert replaced.returncode == 0, replaced.stderr
    assert (cuts / "02-tram-by-night.mov").read_bytes() != b"mine"


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        ((), 2, "name either --out FILE, for a timeline, or --clips DIR"),
        (("--clips", "cuts", "--out", "reel.otio"), 2, "name either --out"),
        (("--clips", "away/cuts"), 1, "the folder it would be in is not there"),
        (("--clips", "file"), 1, "it is a file, name a folder"),
        (("--clips", "cuts"), 1, "cannot read gone.mov"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    empty: Home, arguments: tuple[str, ...], code: int, reason: str
) -> None:
    (empty.folder / "file").touch()
    done = empty.run("export", "gone.mov@1-2", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert reason in done.stderr.splitlines()[-1]


def test_progress_goes_up_and_a_stop_keeps_what_is_whole(film: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []

    def follow(progress: Progress) -> None:
        seen.append(progress)
        if progress.done >= 1:
            job.cancel()

    job = Job(follow)
    selects = tuple(Select(film, start, start + 1.0) for start in (0.0, 1.0, 2.0))
    with pytest.raises(Cancelled):
        cut_clips(Timeline("reel", selects), tmp_path / "cuts", job)
    assert {each.total for each in seen} == {3}
    assert [each.done for each in seen] == sorted(each.done for each in seen)
    assert sorted(each.name for each in (tmp_path / "cuts").iterdir()) == [
        ".clips-begun.json", "01-tram-by-night.mov"
    ]  # fmt: skip


def test_names_are_safe_and_keep_their_order(film: Path, tmp_path: Path) -> None:
    selects = tuple(
        Select(film, 0.0, 0.2, name)
        for name in ("../../etc/passwd", "\x1b[31m", "a" * 300, "Köln 1")
    )
    done = cut_clips(Timeline("reel", selects), tmp_path / "cuts", Job())
    names = [each.path.name for each in done.made]
    assert names[0] == "01-etc-passwd.mov" and names[1] == "02-31m.mov"
    assert names[2] == f"03-{'a' * 80}.mov" and names[3] == "04-Köln-1.mov"
    assert all(each.path.parent == tmp_path / "cuts" for each in done.made)


def test_a_run_that_was_stopped_is_gone_on_with_and_no_other(film: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cuts"
    selects = Timeline("reel", tuple(Select(film, at, at + 1.0) for at in (0.0, 2.0, 4.0)))

    class StopsAfterOne(Job):
        def check_cancelled(self) -> None:
            if (folder / "01-tram-by-night.mov").exists():
                raise Cancelled

    with pytest.raises(Cancelled):
        cut_clips(selects, folder, StopsAfterOne())
    others = Timeline("reel", selects.selects[:2])
    with pytest.raises(RushesError, match="it is there already"):
        cut_clips(others, folder, Job())
    assert len(cut_clips(selects, folder, Job()).made) == 3
    assert sorted(each.name for each in folder.iterdir()) == [
        *(f"0{number}-tram-by-night.mov" for number in (1, 2, 3)), "clips.json"
    ]  # fmt: skip
    with pytest.raises(RushesError, match="it is there already"):
        cut_clips(selects, folder, Job())
