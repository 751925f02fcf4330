"""The models as a person chooses among them: what they do, cost and may be used for."""

from collections.abc import Iterable
from dataclasses import dataclass

from rushes.models import Model, ModelStore, load_catalogue
from rushes.models.catalogue import PROFILES, PackageSource, PlannedSource
from rushes.text import one_line, sized
from tui.work.order import Order

_TOLD = {
    "starter": "works offline on any machine, and comes with pip",
    "standard": "finds more; for 8 to 16 GB of memory",
    "studio": "for an NVIDIA card of 24 GB and up",
}


@dataclass(frozen=True)
class Shelved:
    """A model, or all of a profile. `id` is what `rushes models install` takes."""

    id: str
    name: str
    about: str
    size_bytes: int
    licences: tuple[str, ...]
    is_installed: bool
    is_profile: bool
    obstacle: str = ""

    @property
    def size(self) -> str:
        """How much a download fetches."""
        return sized(self.size_bytes)

    @property
    def question(self) -> str:
        """What is asked before it is installed: its licence is accepted with the answer."""
        licences = ", ".join(self.licences)
        return (
            f"Install {self.name}: {self.size} to download, under {licences}. "
            "Do you accept that and install it"
        )

    @property
    def order(self) -> Order:
        """What installs it."""
        return Order(f"install {self.name}", ("models", "install", self.id), "network")


def shelf(store: ModelStore) -> list[Shelved]:
    """Each profile, followed by its models; what a smaller one has is not repeated."""
    catalogue = load_catalogue()
    shelved: list[Shelved] = []
    seen: set[str] = set()
    for profile in PROFILES:
        models = catalogue.profile(profile)
        shelved.append(_all_of(profile, models, store))
        for model in (each for each in catalogue.models if profile in each.profiles):
            if model.id not in seen:
                seen.add(model.id)
                shelved.append(_one(model, store))
    return shelved


def missing_starter(store: ModelStore) -> Shelved | None:
    """The starter models, if no model is installed that can make a library."""
    catalogue = load_catalogue()
    texts = [model for model in catalogue.models if model.job == "text"]
    if any(store.is_installed(model) for model in texts):
        return None
    return _all_of("starter", catalogue.profile("starter"), store)


def _all_of(profile: str, models: tuple[Model, ...], store: ModelStore) -> Shelved:
    missing = [model for model in models if not store.is_installed(model)]
    return Shelved(
        profile,
        f"{profile} models",
        f"{len(models)} models, {len(missing)} to install; {_TOLD[profile]}",
        sum(model.size_bytes for model in missing),
        _licences(missing or models),
        not missing,
        is_profile=True,
    )


def _one(model: Model, store: ModelStore) -> Shelved:
    installed = store.is_installed(model)
    obstacle = ""
    if isinstance(model.source, PlannedSource):
        obstacle = one_line(model.source.note)
    elif isinstance(model.source, PackageSource) and not installed:
        obstacle = f"comes with pip install {model.source.package}"
    elif model.gated:
        obstacle = "needs an account at the hub"
    return Shelved(
        model.id,
        model.name,
        f"{model.job}; profiles: {', '.join(model.profiles)}",
        model.size_bytes,
        _licences([model]),
        installed,
        is_profile=False,
        obstacle=obstacle,
    )


def _licences(models: Iterable[Model]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(model.licence) for model in models))
