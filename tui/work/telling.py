"""What a command tells the app that started it, and what it is told: a line of JSON each."""

import functools
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from rushes.jobs import Job, Progress

PROGRESS = "RUSHES_PROGRESS"
"""Set to `json`, it makes a command tell its progress so, and listen on standard input."""

CANCEL, PAUSE, GO_ON = "cancel", "pause", "go on"
"""What can be said to it. The end of its input means `cancel`: the app is gone."""

INTERRUPTED = 130  # what shells expect of a program that Ctrl-C ended


def told_as_json() -> bool:
    """Whether an app listens."""
    return os.environ.get(PROGRESS) == "json"


def tell(progress: Progress) -> None:
    """Write where the work stands to standard error."""
    with suppress(OSError):  # nobody listens any more: the work ends as `following` hears of it
        print(json.dumps(asdict(progress)), file=sys.stderr, flush=True)


def tell_preview(path: Path) -> None:
    """Write where a picture of what is being made lies."""
    with suppress(OSError):
        print(json.dumps({"preview": str(path)}), file=sys.stderr, flush=True)


@contextmanager
def following(job: Job) -> Iterator[Job]:
    """The job, which does inside the block what the app says, if one listens."""
    if not told_as_json():
        yield job
        return
    listener = _listener()
    listener.follow(job)
    try:
        yield job
    finally:
        listener.follow(None)


class _Listener:
    """Hears the app on standard input, for whichever job runs.

    A pause is of the command, which may have several jobs one after the other.
    """

    def __init__(self) -> None:
        self._job: Job | None = None
        self._is_paused = False
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, name="app", daemon=True).start()

    def follow(self, job: Job | None) -> None:
        """Have this job do what the app says and has said."""
        with self._lock:
            self._job = job
            if job is not None and self._is_paused:
                job.pause()

    def _listen(self) -> None:
        for line in sys.stdin:
            match line.strip():
                case "pause":
                    self._pause(True)
                case "go on":
                    self._pause(False)
                case "cancel":
                    break
        with self._lock:
            if self._job is None:  # between two jobs
                os._exit(INTERRUPTED)
            self._job.cancel()

    def _pause(self, is_paused: bool) -> None:
        with self._lock:
            self._is_paused = is_paused
            if self._job is not None:
                change = self._job.pause if is_paused else self._job.go_on
                change()


@functools.cache
def _listener() -> _Listener:
    return _Listener()
