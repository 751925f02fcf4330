"""Options that several commands have."""

from enum import StrEnum
from typing import Annotated, Any

import typer
from typer.core import TyperCommand


class FilmCodec(StrEnum):
    """What films are written as: `rushes.encoding.Codec`, which loads too much for a help."""

    H264 = "h264"
    HEVC = "hevc"
    PRORES = "prores"


class Engine(StrEnum):
    """What reads files: `indexer.engines.ENGINES`."""

    LOCAL = "local"
    RAY = "ray"


class Profile(StrEnum):
    """Sets of models, from small to large."""

    AUTO = "auto"
    STARTER = "starter"
    STANDARD = "standard"
    STUDIO = "studio"


LibraryOption = Annotated[
    str | None,
    typer.Option("--library", metavar="DIR", help="Use this library: a folder, or s3://…."),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


class CommandWithLibrary(TyperCommand):
    """A command whose `--library` may stand without a folder: then it is the one in use."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for place, word in enumerate(args):
            if word == "--library" and (args[place + 1 : place + 2] or ["-"])[0].startswith("-"):
                from rushes.settings import load_settings

                args = [*args[:place], f"--library={load_settings().library}", *args[place + 1 :]]
        return super().parse_args(ctx, args)
