"""An engine that reads files in this process, for models that only this process knows."""

from collections.abc import Iterator, Sequence

from indexer.pulse import Pulse
from indexer.rows import IndexedFile
from indexer.scan import Found
from indexer.setup import Setup
from rushes.jobs import Job


class HereEngine:
    def __init__(self, setup: Setup) -> None:
        self._line = setup.line()

    def prepare(self) -> None: ...

    def run(self, todo: Sequence[Found], job: Job) -> Iterator[list[IndexedFile]]:
        for found in todo:
            yield [self._line.run(found, Pulse(job))]

    def close(self) -> None: ...
