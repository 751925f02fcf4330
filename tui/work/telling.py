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

_NICER = 10  # than the app, in which somebody types


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
    listener.job = job
    try:
        yield job
    finally:
        listener.job = None


class _Listener:
    """Hears the app on standard input, for whichever job runs."""

    def __init__(self) -> None:
        self.job: Job | None = None
        threading.Thread(target=self._listen, name="app", daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            job = self.job
            match line.strip(), job:
                case "pause", Job():
                    job.pause()
                case "go on", Job():
                    job.go_on()
                case "cancel", _:
                    break
        if self.job is None:  # between two jobs
            os._exit(130)
        self.job.cancel()


@functools.cache
def _listener() -> _Listener:
    if hasattr(os, "nice"):
        os.nice(_NICER)
    return _Listener()
