"""What a user waits for: `rushes --help`, and the first search of a shell."""

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.place import Place, Run


def run(place: Place) -> None:
    """Five cold starts each; the peer imports what a tutorial's search would."""
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch) / "library"
        place.rushes("index", place.media / "footage", "--library", library)
        helps = [place.rushes("--help") for _ in range(5)]
        question = ("search", "people riding bicycles", "--library", str(library))
        searches = [place.rushes(*question) for _ in range(5)]
        imports = "import lancedb, sentence_transformers"
        tutorial = [place.run([sys.executable, "-c", imports]) for _ in range(2)]
    print(f"  rushes --help    {_median(helps)}")
    print(f"  rushes search    {_median(searches)}")
    print(f"  {imports!r} alone    {_median(tutorial)}")


def _median(runs: list[Run]) -> str:
    wall = statistics.median(run.wall_s for run in runs)
    cpu = statistics.median(run.cpu_s for run in runs)
    return f"{wall:.2f} s, {cpu:.2f} s of processor"
