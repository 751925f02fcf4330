"""How long work talks to a screen."""

import threading

import pytest

from rushes.errors import Cancelled
from rushes.jobs import Job, Progress


def test_a_screen_hears_where_the_work_stands() -> None:
    heard: list[Progress] = []
    Job(heard.append).report("indexing", 3, 10, "talk.mp4")
    assert heard == [Progress("indexing", 3, 10, "talk.mp4")]


def test_work_without_a_screen_reports_to_nobody() -> None:
    Job().report("indexing", 3)


def test_work_goes_on_until_it_is_cancelled() -> None:
    job = Job()
    job.check_cancelled()
    assert not job.cancelled
    job.cancel()
    assert job.cancelled
    with pytest.raises(Cancelled):
        job.check_cancelled()


def test_a_cancel_reaches_work_in_another_thread() -> None:
    job = Job()
    started = threading.Event()
    outcome: list[str] = []

    def work() -> None:
        try:
            while True:
                job.check_cancelled()
                started.set()
        except Cancelled:
            outcome.append("cancelled")

    thread = threading.Thread(target=work)
    thread.start()
    assert started.wait(30)
    job.cancel()
    thread.join(30)
    assert outcome == ["cancelled"]


def test_cancelled_is_no_failure_that_error_handling_would_swallow() -> None:
    from rushes.errors import RushesError

    assert not issubclass(Cancelled, RushesError)
