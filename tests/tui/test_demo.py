"""The demo, with one real film, twice."""

import shutil
from pathlib import Path

from indexer.library import Library
from rushes.models import ModelStore
from rushes.settings import Settings
from tests.generator.opened import opened
from tests.tui.home import Home
from tui.demo import PROMPT


def test_the_demo_makes_a_film_of_what_it_finds_and_finds_it_again(
    empty: Home, demo_media: Path, starter_store: ModelStore
) -> None:
    folder = empty.folder / "demo"
    # What is there is not fetched again.
    for name in ("footage", "speech", "pictures"):
        (folder / "media" / name).mkdir(parents=True)
    (bikes,) = demo_media.rglob("bikes.mp4")
    shutil.copyfile(bikes, folder / "media" / "footage" / "bikes.mp4")
    for _ in range(2):
        done = empty.run("demo", folder)
        assert done.returncode == 0, done.stderr
        shown = done.stdout.split("\nrushes generate --from bikes.mp4@")[1]
        assert "--out dusk.mp4" in shown.splitlines()[0]
        assert "an animatic, not generated" in shown
        assert "rushes upscale dusk.mp4@0-1 --to 4k --with lanczos --out dusk-4k.mp4" in shown
        assert shown.count("\nin the library: ") == 2
        by_prompt, by_filter, without = shown.split("\nrushes search ")[1:]
        assert by_prompt.splitlines()[1].startswith(" 1  dusk")
        assert " 1  dusk-4k.mp4" in by_filter
        assert " 1  bikes.mp4" in without and "dusk" not in without.split("\nmedia ")[0]
    made = opened(folder / "made" / "dusk-4k.mp4")
    assert (made.size, len(made.images)) == ((3840, 1632), 25)
    library = Library(Settings(library=folder / "library"), starter_store)
    assert {each.path.name for each in library.search(PROMPT, 2).moments} == {
        "dusk.mp4",
        "dusk-4k.mp4",
    }
