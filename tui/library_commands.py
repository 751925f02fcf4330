"""The commands that look after a library, as they are typed."""

from pathlib import Path
from typing import Annotated

import typer

from tui.options import JsonOption, LibraryOption, Profile


def index(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders or files; none means all that the library knows."),
    ] = None,
    library: LibraryOption = None,
    profile: Annotated[
        Profile | None, typer.Option(help="Which models to use for a new library.")
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="Where larger models run: auto, cpu, cuda, mps.")
    ] = None,
    redo: Annotated[
        bool, typer.Option("--redo", help="Make everything anew with the models in force.")
    ] = False,
    describe: Annotated[
        bool,
        typer.Option(help="Afterwards let the model of a larger profile describe each shot."),
    ] = True,
    wait: Annotated[
        bool, typer.Option("--wait", help="If another run is at work on the library, wait for it.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Put folders into the library, or bring it up to date: only what changed is read."""
    from indexer.library import Library, Report
    from rushes.settings import load_settings
    from tui import show
    from tui.progress import run_with_progress

    settings = load_settings(library=library, profile=profile, device=device)
    place = Library(settings)
    wait_s = float("inf") if wait else 0.0
    report: Report = run_with_progress(lambda job: place.index(folders or [], job, redo, wait_s))
    show.report(report, as_json)
    if describe:
        described = run_with_progress(place.describe)
        show.described(described, as_json)
    raise typer.Exit(3 if report.failed else 0)


def roots(
    remove: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Take this folder out; its files are not touched."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the folders of the library, or take one out."""
    from indexer.library import Library
    from rushes.settings import load_settings
    from tui.rooting import remove_roots, show_roots

    place = Library(load_settings(library=library))
    if remove:
        remove_roots(place, remove, as_json)
    else:
        show_roots(place, as_json)


def status(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """What the library holds, and which files could not be read and why."""
    from indexer.library import Library
    from rushes.settings import load_settings
    from tui import show

    show.status(Library(load_settings(library=library)).status(), as_json)


def doctor(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """What works on this machine, what does not, and what to do about it."""
    from rushes.settings import load_settings
    from tui import show
    from tui.doctor import examine

    checks = examine(load_settings(library=library))
    show.checks(checks, as_json)
    raise typer.Exit(0 if all(check.works for check in checks if check.needed) else 1)


def evaluate(
    questions: Annotated[Path, typer.Argument(metavar="FILE", help="Questions, as JSON.")],
    library: LibraryOption = None,
    half: Annotated[
        str | None, typer.Option(help="Only questions of this half, such as tune or report.")
    ] = None,
    write: Annotated[
        str | None,
        typer.Option(metavar="QUESTION", help="Record a judgement instead of asking."),
    ] = None,
    up: Annotated[
        list[str] | None, typer.Option(metavar="FILE[@TIME]", help="With --write: a right answer.")
    ] = None,
    down: Annotated[
        list[str] | None, typer.Option(metavar="FILE[@TIME]", help="With --write: a wrong one.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask questions whose right answers are known, and say how well the library does."""
    from rushes.settings import load_settings
    from tui.judging import evaluate_questions, record

    if write is not None:
        record(questions, write, up or [], down or [])
    else:
        evaluate_questions(questions, load_settings(library=library), half, as_json)
