"""An hour of 4K: memory while it is indexed, and what the index takes on disk."""

import tempfile
from pathlib import Path

from benchmarks.place import Place


def run(place: Place) -> None:
    """One hour beside three minutes: memory that grows with the film would show."""
    from benchmarks.media import uhd_hour

    for hours, film in ((0.05, uhd_hour(place.folder, place.media, 0.05)), (1.0, place.uhd())):
        with tempfile.TemporaryDirectory() as scratch:
            library = Path(scratch) / "library"
            done = place.rushes("index", film, "--library", library)
            files = [path for path in library.rglob("*") if path.is_file()]
            thumbnails = sum(p.stat().st_size for p in files if p.suffix == ".webp")
            index = sum(p.stat().st_size for p in files) - thumbnails
        print(
            f"  {60 * hours:4.0f} min: {done.peak_mb:5.0f} MB of memory at most, "
            f"{done.wall_s:6.1f} s ({3600 * hours / done.wall_s:.1f}x real time), index "
            f"{index / 1e6:.2f} MB and thumbnails {thumbnails / 1e6:.2f} MB"
        )
