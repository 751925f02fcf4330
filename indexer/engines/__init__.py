"""What runs the line over many files: processes of this machine, or of several."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from indexer.rows import IndexedFile
from indexer.scan import Found
from indexer.setup import Setup
from rushes.errors import RushesError
from rushes.jobs import Job

__all__ = ["ENGINES", "Engine", "engine_named"]


class Engine(Protocol):
    """Turns files into rows, which the caller commits: an engine writes nothing anywhere."""

    def prepare(self) -> None:
        """Something may have to be read: begin with what takes a while to begin."""

    def run(self, todo: Sequence[Found], job: Job) -> Iterator[list[IndexedFile]]:
        """Every file once, those that could not be read too, in batches as they become ready.

        Raises:
            RushesError: a model cannot be run, so that no other file could be read either.
            Cancelled: the user asked to stop.
        """

    def close(self) -> None:
        """Nothing more has to be read."""


def _local(setup: Setup) -> Engine:
    from indexer.engines.local import LocalEngine

    return LocalEngine(setup)


def _ray(setup: Setup) -> Engine:
    from indexer.engines.ray_itself import check_installed

    check_installed()
    from indexer.engines.cluster import RayEngine

    return RayEngine(setup)


ENGINES: dict[str, Callable[[Setup], Engine]] = {"local": _local, "ray": _ray}
"""By the name that a user gives."""


def engine_named(name: str, setup: Setup) -> Engine:
    """
    Raises:
        RushesError: there is no such engine.
    """
    if name not in ENGINES:
        raise RushesError(f"there is no engine {name}: it is one of {', '.join(ENGINES)}")
    return ENGINES[name](setup)
