"""After `rushes index`: what happens in each shot, where a model is there that can say it."""

from dataclasses import dataclass

from indexer.library import Library
from rushes.errors import RushesError
from rushes.text import one_line
from tui.progress import run_with_progress


@dataclass(frozen=True)
class Described:
    """How many shots a model has said something of. `reason` is why it said nothing of the rest."""

    shots: int = 0
    reason: str | None = None


def describe_shots(library: Library) -> Described:
    """Describe what nobody has described yet.

    What keeps a model from it is no error of indexing: what was indexed is in the library.
    """
    try:
        return Described(run_with_progress(library.describe))
    except RushesError as error:
        return Described(reason=one_line(str(error)))
