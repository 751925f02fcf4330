"""Damaged files of every kind, made from good ones: the same seed makes the same files.

    python3 -m tests.corpus FOLDER [--count 2000] [--seed 1]

Each kind of file is damaged in every way that it can be: with the count, more of them. Beside them
lie the monsters of tests/media/monsters.py, and one note that is whole, which must be found.
"""

import argparse
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.media.damage import DAMAGES, spliced
from tests.media.forged import forgeries
from tests.media.good import good_files
from tests.media.monsters import make_monsters

WHOLE = "whole.txt"
WHOLE_WORDS = "The cartographer draws a harbour of amber glass."
_CODE_AT_ONCE = 3
"""Of the fifty endings of code and settings, all of one reader, in each round but the first."""
_ALWAYS_WRONG = ("empty", "one byte", "wrong ending", "spliced")


@dataclass(frozen=True)
class Damaged:
    """A file of the corpus: what it was before, and what was done to it."""

    path: Path
    source: str
    damage: str


def make_corpus(
    folder: Path, count: int = 2000, seed: int = 1, monsters: bool = True
) -> list[Damaged]:
    """Make `count` damaged files below `folder`, with the monsters among them if they are wanted.

    A few hundred hold every kind of damage and every kind of file.
    """
    chance = Random(seed)
    made: list[Damaged] = []
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WHOLE).write_text(f"{WHOLE_WORDS}\n")
    if monsters:
        made += [Damaged(path, path.name, "monster") for path in make_monsters(folder / "monster")]
    with TemporaryDirectory() as kept:
        sources = good_files(Path(kept))
        for source, damage in _plan(sources, chance):
            if len(made) >= count:
                break
            made.append(_damaged(folder, len(made), source, damage, sources, chance))
    return made


def _plan(sources: list[Path], chance: Random) -> Iterator[tuple[Path, str]]:
    """Which file is damaged how: every one once in each round, in another way each time."""
    code = [path for path in sources if path.suffix[1:] in _CODE]
    others = [path for path in sources if path not in code]
    ways = {path: _ways(path) for path in sources}
    turn = 0
    while True:
        now = code if turn == 0 else chance.sample(code, _CODE_AT_ONCE)
        for place, path in enumerate([*others, *now]):
            # One step further with each file too, so that a single round holds every damage.
            yield path, ways[path][(place + turn) % len(ways[path])]
        turn += 1


_CODE = frozenset(
    "py pyi js jsx ts tsx java kt c h cc cpp hpp cs go rs rb php swift m mm scala sh bash ps1 lua "
    "pl r jl sql css scss vue svelte yaml yml toml ini cfg conf tex bib log glsl hlsl gd".split()
)


def _ways(path: Path) -> list[str]:
    """One way in three knows the format: that damage gets further in."""
    plain = [*DAMAGES, *_ALWAYS_WRONG]
    forged = list(forgeries(path.suffix[1:], path.read_bytes()))
    if not forged:
        return plain
    pairs = zip(plain[::2], plain[1::2], itertools.cycle(forged), strict=False)
    return [way for three in pairs for way in three]


def _damaged(
    folder: Path, number: int, source: Path, damage: str, sources: list[Path], chance: Random
) -> Damaged:
    data, end = source.read_bytes(), source.suffix
    if damage == "empty":
        data = b""
    elif damage == "one byte":
        data = chance.randbytes(1)
    elif damage == "wrong ending":
        end = chance.choice([each.suffix for each in sources if each.suffix != end])
    elif damage == "spliced":
        data = spliced(data, chance.choice(sources).read_bytes(), chance)
    else:
        ways = {**DAMAGES, **forgeries(end[1:], data)}
        data = ways[damage](data, chance)
    path = folder / damage / f"{number:04d} {source.stem}{end}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return Damaged(path, source.name, damage)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make damaged files of every kind.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    made = make_corpus(given.folder, given.count, given.seed)
    held = sum(each.path.stat().st_blocks * 512 for each in made)
    print(f"{len(made)} files, {held / 1e6:.0f} MB on the disk")


if __name__ == "__main__":
    main()
