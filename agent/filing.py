"""Films that were made, put back into the library: found by search like any other."""

from dataclasses import dataclass
from pathlib import Path

from indexer.library import Library
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.library_place import LibraryPlace
from rushes.text import one_line


@dataclass(frozen=True)
class Filed:
    """Whether a film is in the library. `reason` says why it is not."""

    library: LibraryPlace
    reason: str | None = None

    @property
    def line(self) -> str:
        """For a person."""
        if self.reason is None:
            return f"in the library: {one_line(str(self.library))}"
        return f"not in the library: {self.reason}"

    @property
    def as_json(self) -> dict[str, object]:
        """For a program."""
        return {"in_library": self.reason is None, "not_in_library": self.reason}


def put_in_library(film: Path, library: Library, job: Job) -> Filed:
    """Index one film, if there is a library. It stays known until it is deleted.

    What keeps it out is no error: the film is made.

    Raises:
        Cancelled: the user asked to stop.
    """
    if not library.is_there:
        return Filed(library.place, "there is none yet (`rushes index FOLDER` makes one)")
    try:
        report = library.index([film], job)
    except RushesError as error:
        return Filed(library.place, one_line(str(error)))
    reasons = [asset.error for asset in report.failed if asset.error]
    return Filed(library.place, one_line(reasons[0]) if reasons else None)
