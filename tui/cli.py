"""The command line: every command is a call into the package that does the work."""

import gc
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from rushes import Kind, RushesError, __version__
from rushes.errors import WrongUsage
from tui import film_commands, library_commands
from tui.options import CommandWithLibrary, JsonOption, LibraryOption

_UsageError: Any = typer.BadParameter.__mro__[1]
"""What typer raises for all wrong usage, which it does not export."""

app = typer.Typer(
    name="rushes",
    help="Finds the shot you have, and makes the shot you don't, on your own machine. Alone it "
    "opens the app.",
    epilog="Exit codes: 0 done, 1 could not, 2 wrong usage, 3 done but some files failed.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
models_app = typer.Typer(
    help="List the models and what they cost; `models install PROFILE` gets them.",
    epilog="Examples: rushes models --json; rushes models install starter",
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.add_typer(models_app, name="models")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rushes {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
    library: LibraryOption = None,
) -> None:
    if context.invoked_subcommand is not None:
        if library is not None:  # `rushes --library DIR search …`
            os.environ["RUSHES_LIBRARY"] = str(library)
        return
    if not ((sys.stdin.isatty() and sys.stderr.isatty()) or "TEXTUAL_DRIVER" in os.environ):
        typer.echo(context.get_help())
        raise typer.Exit
    from tui.app import run_app

    raise typer.Exit(run_app(library))


app.command(epilog="Examples: rushes index ~/Footage ~/Notes; rushes index --only ~/Footage/today")(
    library_commands.index
)
app.command(
    epilog="It ends with Ctrl-C. Examples: rushes watch; rushes watch ~/Footage --json; "
    "rushes watch /mnt/server --poll"
)(library_commands.watch)


@app.command(
    epilog="Example: rushes search 'cyclist in the rain shot:wide -people'. Filters: kind: shot: "
    "move: len: people: sound: light: colour: in: name: after: before: on: fps: size: sharp: "
    "exposure: shake: motion: source: label: said: text: written:, each also after a minus."
)
def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS AND FILTERS", help="What to look for, in plain words."),
    ] = None,
    library: LibraryOption = None,
    like: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE[@TIME]", help="Look for what looks like this picture."),
    ] = None,
    unlike: Annotated[
        list[str] | None, typer.Option(metavar="FILE[@TIME]", help="And not like this one.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only files of this kind.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most so many moments.")] = 10,
    takes: Annotated[
        bool, typer.Option("--takes", help="Show near duplicates too, below the best of them.")
    ] = False,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="PNG", help="Write a contact sheet of the moments here."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace PNG if it is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Find moments in plain words: what is said, written or seen in your files."""
    from indexer.library import Library
    from tui import show
    from tui.asking import asked

    query = asked(words or [], kind, like or [], unlike or [])
    if sheet is not None:
        from tui.sheet import check_sheet, write_sheet

        check_sheet(sheet, force)
    results = Library(_settings(library=library)).search(query, limit)
    if sheet is not None:
        write_sheet(results.moments or results.nearest, sheet, force)
    show.results(results, query, as_json, takes, sheet)


@app.command(
    epilog="Examples: rushes export tram.mp4@12-15.5 rain.mov@01:02-01:06 --out reel.otio; "
    "rushes search 'tram at night kind:video' --json | rushes export --selects - --out tram.edl; "
    "rushes export --selects reel.json --clips cuts"
)
def export(
    places: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE[@IN[-OUT]]", help="What to cut together; FILE alone is all of it."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A new .otio, .fcpxml, .edl, .csv, .srt or .vtt."),
    ] = None,
    clips: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Instead cut the clips out, into this folder."),
    ] = None,
    selects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Take what search --json or broll --json wrote; - reads."
        ),
    ] = None,
    fps: Annotated[
        str | None, typer.Option(help="The timeline's frame rate; else what most clips have.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What editors call the timeline.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write selects as a timeline for an editor, a table, subtitles, or a folder of cut clips."""
    from tui import exporting

    timeline = exporting.asked_for(places or [], selects, name, fps)
    if clips is not None and out is None:
        raise typer.Exit(exporting.cut_out(timeline, clips, force, as_json))
    if out is None or clips is not None:
        raise WrongUsage("name either --out FILE, for a timeline, or --clips DIR, for cut clips")

    def opened() -> Any:
        from indexer.library import Library

        return Library(_settings(library=library))

    exporting.show_written(exporting.export(timeline, out, force, opened), as_json)


@app.command(
    epilog="Examples: rushes broll 'a short film about a rainy city morning, 30 seconds'; "
    "rushes broll --script voice-over.srt --out reel.otio"
)
def broll(
    brief: Annotated[
        list[str] | None,
        typer.Argument(metavar="BRIEF", help="What the film is about, and how long."),
    ] = None,
    script: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A text, subtitles, a document or a spoken voice-over."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write .otio, .fcpxml, .edl, .csv, .srt or .vtt too."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the clips for a brief or the lines of a script, and name the lines that have none."""
    from tui.broll import find_broll

    found = find_broll(
        " ".join(brief or []), script, out, force, _settings(library=library), as_json
    )
    raise typer.Exit(0 if found else 1)


@app.command(
    epilog="Examples: rushes ask 'what is the marketing budget for Q3?'; rushes ask alone opens a "
    "conversation, with follow-ups as 'only the night ones' or 'the second one, but longer'."
)
def ask(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION", help="What to answer; none opens a conversation."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer from what your files say, with sources, or do what is asked in plain words."""
    from tui.talk import ask as ask_agent

    raise typer.Exit(ask_agent(" ".join(words or []), _settings(library=library), as_json))


@app.command(epilog="Example: rushes mcp --library ~/library (a program of yours starts it)")
def mcp(
    library: LibraryOption = None,
    allow_write: Annotated[
        bool, typer.Option("--allow-write", help="Also offer the tools that write files.")
    ] = False,
    output: Annotated[Path, typer.Option(metavar="DIR", help="Where they may write.")] = Path(),
) -> None:
    """Serve the library to other assistants on this machine (Model Context Protocol, stdio)."""
    import asyncio

    from agent.mcp_server import serve
    from indexer.library import Library

    place = Library(_settings(library=library))
    asyncio.run(serve(place, output.absolute(), allow_write))


app.command(epilog="Example: rushes roots --remove ~/Footage/2019")(library_commands.roots)
app.command(epilog="Example: rushes status --library ~/library")(library_commands.status)
app.command(
    cls=CommandWithLibrary,
    epilog="Examples: rushes doctor; rushes doctor --library; rushes doctor --library DIR --repair",
)(library_commands.doctor)
app.command(
    "eval",
    epilog="Example: rushes eval questions.json --write 'tram at night' --up tram.mp4@12-15",
)(library_commands.evaluate)


@models_app.callback()
def models(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the models: job, model, profile, size, licence, and whether it is installed."""
    if context.invoked_subcommand is None:
        from tui import show

        show.models(as_json)


@models_app.command("install", epilog="Example: rushes models install starter")
def models_install(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="PROFILE|MODEL", help="starter, standard, studio, or an id.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Get the models of a profile, or one model. Only this and `demo` use the network."""
    from tui.models import install_models

    asked_before = context.parent is not None and bool(context.parent.params.get("as_json"))
    install_models(what, as_json or asked_before)


app.command(epilog="Example: rushes clip 'tram.mp4@00:12.5-00:16' --out cut.mp4")(
    film_commands.clip
)
app.command(epilog="Example: rushes upscale 'tram.mp4@12.5-16' --to 4k --out tram-4k.mp4")(
    film_commands.upscale
)
app.command(epilog=film_commands.GENERATE_EXAMPLES)(film_commands.generate)


@app.command(epilog="Example: rushes demo")
def demo(
    folder: Annotated[Path, typer.Argument(help="Where the demo's files go.")] = Path(
        "rushes-demo"
    ),
) -> None:
    """Fetch real footage, speech and pictures, index and search them, and make a film of them."""
    from tui.demo import run_demo

    run_demo(folder)


def main() -> None:
    """Run the command line: errors as one line, exit codes as the help says."""
    from rushes.logs import log_to_file

    log_to_file()
    # A large library is objects by the million, all of which stay: to look through them again and
    # again for what is lost took a quarter of the time of a run over 100,000 files.
    gc.set_threshold(100_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a letter that it lacks must not end the program
            stream.reconfigure(errors="replace")
    code = _run()
    with suppress(BrokenPipeError):  # the reader of our output has seen enough
        sys.stdout.flush()
        sys.stderr.flush()
    # Not sys.exit: the threads of the native libraries abort when Python takes them down.
    os._exit(code)


def _run() -> int:
    import logging

    from rushes.paths import paths
    from rushes.text import one_line

    try:
        code = app(prog_name="rushes", standalone_mode=False)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except _UsageError as error:
        where = error.ctx.command_path if error.ctx is not None else "rushes"
        told = one_line(error.format_message()).removesuffix(".")
        print(f"rushes: {told} (see `{where} --help`)", file=sys.stderr)
        return 2
    except typer.Abort:
        print("rushes: stopped", file=sys.stderr)
        return 1
    except RushesError as error:
        print(f"rushes: {one_line(str(error))}", file=sys.stderr)
        return 2 if isinstance(error, WrongUsage) else 1
    except Exception as error:
        logging.exception("a command failed")
        reason = one_line(f"{type(error).__name__}: {error}")[:300]
        print(f"rushes: {reason} (more in {paths().log / 'rushes.log'})", file=sys.stderr)
        return 1
    return code if isinstance(code, int) else 0


def _settings(**flags: object) -> Any:
    from rushes.settings import load_settings

    return load_settings(**flags)
