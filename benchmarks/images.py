"""Stills a second, with labels, objects and on-screen words where there are any."""

import tempfile
from pathlib import Path

from benchmarks.place import Place


def run(place: Place) -> None:
    """A folder of 264 pictures, and the same again to see what an unchanged folder costs."""
    pictures = place.media / "pictures"
    count = sum(1 for path in pictures.rglob("*") if path.is_file())
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch) / "library"
        first = place.rushes("index", pictures, "--library", library)
        again = place.rushes("index", pictures, "--library", library)
    print(f"  {count} pictures: {first.wall_s:.1f} s, {count / first.wall_s:.1f} a second")
    print(f"  unchanged: {again.wall_s:.1f} s")
