"""The commands that look after a library, as they are typed."""

from pathlib import Path
from typing import Annotated

import typer

from rushes.errors import WrongUsage
from tui.options import Engine, JsonOption, LibraryOption, Profile


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
    only: Annotated[
        bool,
        typer.Option(
            "--only", help="Look only at these places in the library's folders, and put none in."
        ),
    ] = False,
    rest: Annotated[
        float,
        typer.Option(
            min=0.0,
            metavar="SECONDS",
            help="Leave for later what was changed so short ago: it may still be growing.",
        ),
    ] = 0.0,
    engine: Annotated[
        Engine | None, typer.Option(help="What reads the files: this machine, or Ray's workers.")
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="With --engine ray: of a cluster that is running."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Put folders into the library, or bring it up to date: only what changed is read."""
    from indexer.library import Library
    from indexer.report import Report
    from rushes.jobs import Job
    from rushes.settings import load_settings
    from tui import show
    from tui.describing import Described, describe_shots
    from tui.progress import run_with_progress

    settings = load_settings(
        library=library, profile=profile, device=device, engine=engine, ray_address=address
    )
    if address and settings.engine != "ray":
        raise WrongUsage("--address is of a Ray cluster: name --engine ray, too")
    place = Library(settings)
    wait_s = float("inf") if wait else 0.0
    if only and (redo or not folders):
        raise WrongUsage("--only looks at the places that you name, and redoes nothing else")

    def work(job: Job) -> Report:
        if only:
            return place.look_at(folders or [], job, wait_s, rest)
        return place.index(folders or [], job, redo, wait_s, rest)

    report = run_with_progress(work)
    if not as_json:  # describing may take hours
        show.report(report)
    described = describe_shots(place) if describe else Described()
    if as_json:
        show.report_json(report, described)
    else:
        show.described(described)
    raise typer.Exit(3 if report.failed or described.reason else 0)


def watch(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders or files to put in first; none means all it knows."),
    ] = None,
    library: LibraryOption = None,
    poll: Annotated[
        bool,
        typer.Option(
            "--poll",
            help="Look through every folder each minute: for drives that tell of no changes.",
        ),
    ] = False,
    rest: Annotated[
        float,
        typer.Option(min=0.0, metavar="SECONDS", help="How long a file must have stayed the same."),
    ] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Keep the library up to date: what appears or changes is indexed once it is at rest."""
    from indexer.library import Library
    from rushes.settings import load_settings
    from tui.watching import watch as watch_library

    place = Library(load_settings(library=library))
    raise typer.Exit(watch_library(place, folders or [], rest, poll, as_json))


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


def doctor(
    library: Annotated[
        str | None,
        typer.Option(metavar="[DIR]", help="Look at all of this library, or of the one in use."),
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="And mend it; what it did and what is left is told.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """What works on this machine, or how a library is, and what to do about it."""
    from rushes.settings import load_settings

    settings = load_settings(library=library)
    if library is not None or repair:
        from tui.library_health import look_after

        raise typer.Exit(look_after(settings, repair, as_json))
    from tui import show
    from tui.doctor import examine

    checks = examine(settings)
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
        record(questions, write, up or [], down or [], as_json)
    else:
        evaluate_questions(questions, load_settings(library=library), half, as_json)
