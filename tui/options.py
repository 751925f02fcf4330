"""Options that several commands have."""

from enum import StrEnum
from typing import Annotated

import typer


class FilmCodec(StrEnum):
    """What films are written as: `rushes.encoding.Codec`, which loads too much for a help."""

    H264 = "h264"
    HEVC = "hevc"
    PRORES = "prores"


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
