"""What reads files on a machine of a Ray cluster: one line, its models loaded once."""

from dataclasses import replace

from indexer.pulse import Pulse, Sign
from indexer.rows import IndexedFile
from indexer.scan import Found
from indexer.setup import Setup
from rushes import __version__
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.paths import paths


class Reader:
    """A Ray actor. What it cannot do is returned, not raised: Ray would wrap it in a traceback."""

    def __init__(self, setup: Setup) -> None:
        if not setup.models.is_dir():  # another machine may keep them elsewhere
            setup = replace(setup, models=paths().models)
        self._line = setup.line()
        self._job = Job()
        self._under_way: tuple[int, Pulse] | None = None

    def check(self, version: str) -> RushesError | None:
        """Why no file can be read here. `version` is that of the run."""
        if version != __version__:
            return RushesError(f"it has Rushes {__version__}, this machine {version}")
        try:
            self._line.check()
        except RushesError as error:
            return error
        return None

    def read(self, number: int, found: Found) -> IndexedFile | RushesError:
        """The rows of a file. One that cannot be read gives a row that says why."""
        pulse = Pulse(self._job)
        self._under_way = number, pulse
        try:
            return self._line.run(found, pulse)
        except RushesError as error:  # of a model: no other file could be read either
            return error
        finally:
            self._under_way = None

    def sign(self) -> tuple[int, Sign] | None:
        """How far the file is that is under way. Called while it is read."""
        under_way = self._under_way
        return None if under_way is None else (under_way[0], under_way[1].sign)

    def pause(self, paused: bool) -> None:
        """Wait, or go on. Called while a file is read."""
        (self._job.pause if paused else self._job.go_on)()
