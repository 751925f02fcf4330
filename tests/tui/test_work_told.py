"""What is said of work, and how long it takes."""

import json

from rushes.jobs import Progress
from tui.work import saying
from tui.work.order import Order, Standing, State
from tui.work.pace import Pace

INDEX = Order("index media", ("index", "/a folder", "--json"))


def running(done: float, total: float, note: str = "", left_s: float | None = None) -> Standing:
    return Standing(INDEX, State.RUNNING, Progress("indexing", done, total, note), "", left_s)


def report(**figures: object) -> str:
    return json.dumps({"indexed": 2, "unchanged": 1, "removed": 0, "took_s": 3.2, **figures})


def test_a_steady_pace_is_told_exactly() -> None:
    pace = Pace()
    left = [pace.left_s(Progress("indexing", 2.0 * second, 200), second) for second in range(11)]
    assert left[:3] == [None, None, None]
    assert left[10] == (200 - 20) / 2


def test_one_slow_file_moves_the_time_left_but_does_not_make_it_leap() -> None:
    pace = Pace()
    for second in range(60):
        before = pace.left_s(Progress("indexing", second, 600), second)
    after = pace.left_s(Progress("indexing", 60, 600), 66.0)
    assert before is not None and after is not None
    assert before < after < 1.25 * before


def test_a_pause_does_not_count() -> None:
    pace = Pace()
    for second in range(10):
        pace.left_s(Progress("indexing", second, 100), second)
    pace.rest(9.0)
    pace.go_on(1009.0)
    left = pace.left_s(Progress("indexing", 10, 100), 1010.0)
    assert left == 90


def test_another_stage_begins_anew() -> None:
    pace = Pace()
    for second in range(10):
        pace.left_s(Progress("indexing", second, 100), second)
    assert pace.left_s(Progress("tidying up", 0, None), 11.0) is None
    assert pace.left_s(Progress("describing", 1, 10), 12.0) is None


def test_nothing_is_said_when_nothing_happens() -> None:
    assert saying.line([]).is_empty
    assert saying.line([Standing(INDEX, State.DONE, told=report(failed=[]))]).is_empty


def test_the_line_says_what_runs_how_long_it_takes_and_what_waits() -> None:
    standings = [running(30, 80, "12 of 40 files", 187), Standing(Order("render", ("generate",)))]
    told = saying.line(standings)
    assert told.told == "▶ index media · 12 of 40 files · 3 min left · 1 waiting"
    assert told.alert == ""


def test_the_line_does_not_hide_what_went_wrong() -> None:
    failed = Standing(INDEX, State.FAILED, told="the disk is full")
    unread = report(failed=[{"path": "/a/b.pdf", "error": "empty"}])
    told = saying.line([failed, Standing(INDEX, State.DONE, told=unread)])
    assert told.alert == "✗ 1 failed, 1 file could not be read"


def test_a_run_that_could_not_read_all_names_the_files_and_why() -> None:
    unread = report(failed=[{"path": "/a/\x1b[31mb.pdf", "error": "the file\nis empty"}])
    standing = Standing(INDEX, State.DONE, told=unread)
    (failure,) = saying.failures(standing)
    assert failure == saying.Failure("/a/[31mb.pdf", "the file is empty")
    assert saying.mark(standing) == "!"
    assert saying.state(standing) == "done, 1 file could not be read"
    assert saying.note(standing) == "2 files indexed, 1 unchanged, in 3 s"
    assert "/a/[31mb.pdf\n    the file is empty" in saying.details(standing)


def test_a_failure_is_told_with_its_reason_and_its_command() -> None:
    standing = Standing(INDEX, State.FAILED, told="the disk is full")
    assert saying.note(standing) == "the disk is full"
    assert "rushes index '/a folder' --json" in saying.details(standing)


def test_what_a_command_prints_that_is_no_report_is_shown_as_it_is() -> None:
    standing = Standing(INDEX, State.DONE, told="MiniLM: 84 MB\n1 models installed\n")
    assert saying.note(standing) == "1 models installed"
    assert "MiniLM: 84 MB" in saying.details(standing)
    listed = Standing(INDEX, State.DONE, told="[1, 2]")
    assert saying.failures(listed) == ()
