"""`python3 -m benchmarks [NAME ...]`: print the figures, each beside its peer's."""

import argparse
from importlib import import_module
from pathlib import Path

from benchmarks.place import Place

NAMES = (
    "startup",
    "footage",
    "indexing",
    "images",
    "sounds",
    "likeness",
    "broll",
    "hour",
    "answers",
    "language",
    "generation",
    "app",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"some of: {', '.join(NAMES)}")
    parser.add_argument("--folder", type=Path, default=Path(".benchmarks"), help="kept media")
    given = parser.parse_args()
    unknown = set(given.names) - set(NAMES)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    for name in given.names or NAMES:
        module = import_module(f"benchmarks.{name}")
        print((module.__doc__ or name).strip().splitlines()[0])
        module.run(Place(given.folder.absolute()))


if __name__ == "__main__":
    main()
